"""Upper rooms ask to be told when what the agreements say has changed; lower rooms never import upper ones."""

from collections.abc import Callable

_listeners: list[Callable[[set[int]], None]] = []


def tell_me(listener: Callable[[set[int]], None]) -> None:
    """Register a function to be called, inside the changing transaction, with the ids of the annexes concerned."""
    if listener not in _listeners:
        _listeners.append(listener)


def annexes_changed(annex_ids: set[int]) -> None:
    """Tell all listeners. Called by every verb that changes a fact on which acceptance rests."""
    if annex_ids:
        for listener in _listeners:
            listener(annex_ids)
