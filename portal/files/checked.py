"""Who is told when the checks of a file have ended."""

from collections.abc import Callable

from portal.files.models import StoredFile

_listeners: list[Callable[[StoredFile], None]] = []


def tell_me(function: Callable[[StoredFile], None]) -> None:
    """Call ``function`` with each file that was accepted or refused, in the same transaction."""
    if function not in _listeners:
        _listeners.append(function)


def tell(stored: StoredFile) -> None:
    """Tell everybody."""
    for function in _listeners:
        function(stored)
