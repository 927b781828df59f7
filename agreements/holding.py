"""Answers that change only with the agreements room, held in memory until its next act."""

import functools
from collections.abc import Callable

from portal.audit import recording

_MOST = 300
_held: dict[tuple, object] = {}
_version = 0


def held(function: Callable) -> Callable:
    """Decorator: the function's answer for the same arguments is kept while nothing changes in the agreements room.

    Arguments must be hashable; whoever gets the answer must not change it.
    """

    @functools.wraps(function)
    def answer(*arguments):
        global _held, _version
        version = recording.latest("agreements")
        if version != _version or len(_held) >= _MOST:
            _held, _version = {}, version
        key = (function.__qualname__, *arguments)
        held_now = _held
        if key not in held_now:
            held_now[key] = function(*arguments)
        return held_now[key]

    return answer
