"""Asking again whether the reader of a notice may still read what it speaks of.

The room that tells of a thing knows who may see it; it registers a gate for its kinds of notices. A kind without a
gate is refused.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portal.notices.models import Notice

Gate = Callable[[int, "Notice"], bool]

_gates: dict[str, Gate] = {}


def gate(kind_prefix: str, function: Gate) -> None:
    """Let ``function(user_id, notice)`` decide for every kind that is ``kind_prefix`` or begins with it and a dot.

    The longest prefix decides. A second gate for the same prefix is a ValueError.
    """
    prefix = kind_prefix.rstrip(".")
    if prefix in _gates:
        raise ValueError(f"{prefix} has a gate already: {_gates[prefix]}")
    _gates[prefix] = function


def may_read(user_id: int, notice: "Notice") -> bool:
    """True when the gate of the notice's kind lets this person read it now; False when the kind has no gate."""
    function = _gate_of(notice.kind)
    return function is not None and bool(function(user_id, notice))


def _gate_of(kind: str) -> Gate | None:
    while kind:
        if kind in _gates:
            return _gates[kind]
        kind = kind.rpartition(".")[0]
    return None
