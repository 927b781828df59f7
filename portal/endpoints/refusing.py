"""Why something is not done, as the API says it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.exceptions import PermissionDenied, ValidationError

from portal.lifecycle import NotAllowed

Kinds = dict[type[Exception], "str | Callable[[Exception], Refused]"]
_KINDS: Kinds = {
    NotAllowed: "not-in-a-fit-state",
    PermissionDenied: "not-permitted",
    ValidationError: "not-valid",
    ValueError: "not-valid",
}


class Refused(Exception):
    """Nothing was done. ``code`` names the kind of problem (``problems``), ``errors`` the fields at fault."""

    def __init__(self, code: str, words: str, errors: list[dict] | None = None):
        super().__init__(words)
        self.code, self.errors = code, errors


@contextmanager
def refusing(further: Kinds | None = None) -> Iterator[None]:
    """What verbs raise inside is said as Refused. ``further`` are kinds that a room adds, which count first: a code, or what
    makes a Refused of the error.
    """
    kinds = {**(further or {}), **_KINDS}
    try:
        yield
    except tuple(kinds) as error:
        code = next(code for kind, code in kinds.items() if isinstance(error, kind))
        if callable(code):
            raise code(error) from error
        words = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        raise Refused(code, words) from error
