"""Who may do what, as one table: an action, in which relation to the thing, with which roles, by how many people.

Rooms add their rows with ``permit``; screens, API, feeds, exports and tasks all ask ``may`` or ``check``. What the table does
not name is refused. ``docs/rights.md`` is generated from it.
"""

from dataclasses import dataclass
from typing import Protocol

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise
from django.utils.translation import gettext as _

ANYBODY = frozenset({"*"})


class By(Protocol):
    """What the table needs to know of an actor."""

    roles: frozenset[str]
    is_operator: bool


@dataclass(frozen=True)
class Rule:
    """One row: whoever stands in ``relation`` to the thing with one of ``roles`` may do ``action``.

    ``hands`` is how many different people it takes; ``recent`` asks for a fresh proof of who is there.
    """

    action: str
    relation: str
    roles: frozenset[str]
    words: str | Promise
    hands: int = 1
    recent: bool = False


_table: dict[tuple[str, str], Rule] = {}


def permit(*rules: Rule) -> None:
    """Add rows to the table. Raises ValueError for a pair of action and relation that it has already."""
    for rule in rules:
        key = (rule.action, rule.relation)
        if key in _table and _table[key] != rule:
            raise ValueError(f"{rule.action} in relation {rule.relation} is in the table already")
        _table[key] = rule


def rules() -> list[Rule]:
    """All rows, by action and relation."""
    return [_table[key] for key in sorted(_table)]


def may(by: By, action: str, relation: str) -> bool:
    """Whether somebody in that relation may do it. An action that no row names raises LookupError: it is a slip."""
    if not any(name == action for name, _relation in _table):
        raise LookupError(f"No row of the table of rights names {action}")
    rule = _table.get((action, relation))
    return rule is not None and (rule.roles == ANYBODY or bool(rule.roles & by.roles))


def check(by: By, action: str, relation: str) -> None:
    """Raises PermissionDenied, in words, unless ``may``."""
    if not may(by, action, relation):
        rule = next((each for (name, _rel), each in sorted(_table.items()) if name == action), None)
        raise PermissionDenied(
            _("Your roles do not allow this: %(words)s.") % {"words": rule.words if rule else action}
        )


def table() -> str:
    """The table as Markdown, for docs/rights.md."""
    lines = [
        "| action | relation to the thing | roles | people | fresh proof | meaning |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for rule in rules():
        roles = "anybody in that relation" if rule.roles == ANYBODY else ", ".join(sorted(rule.roles))
        recent = "yes" if rule.recent else "no"
        lines.append(
            f"| {rule.action} | {rule.relation} | {roles} | {rule.hands} | {recent} | {rule.words} |"
        )
    return "\n".join(lines) + "\n"
