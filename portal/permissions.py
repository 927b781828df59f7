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
    scopes: frozenset[str] | None


@dataclass(frozen=True)
class Rule:
    """One row: whoever stands in ``relation`` to the thing with one of ``roles`` may do ``action``.

    ``hands`` is how many different people it takes; ``recent`` asks for a fresh proof of who is there. ``keys`` says that a
    program may be given it, too. Raises ValueError where that is for people alone: a program is neither a second person nor
    there.
    """

    action: str
    relation: str
    roles: frozenset[str]
    words: str | Promise
    hands: int = 1
    recent: bool = False
    keys: bool = False

    def __post_init__(self):
        if self.keys and (self.hands > 1 or self.recent):
            raise ValueError(f"{self.action} takes people, so no key may do it")


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


def for_keys() -> list[Rule]:
    """The rows that a key may be given, by action."""
    return [rule for rule in rules() if rule.keys]


def may(by: By, action: str, relation: str) -> bool:
    """Whether somebody in that relation may do it. An action that no row names raises LookupError: it is a slip.

    A key (``scopes`` is not None) may what the row lets keys do and it was given; roles are people's.
    """
    if not any(name == action for name, _relation in _table):
        raise LookupError(f"No row of the table of rights names {action}")
    rule = _table.get((action, relation))
    if by.scopes is not None:
        return rule is not None and rule.keys and action in by.scopes
    return rule is not None and (rule.roles == ANYBODY or bool(rule.roles & by.roles))


def check(by: By, action: str, relation: str) -> None:
    """Raises PermissionDenied, in words, unless ``may``."""
    if not may(by, action, relation):
        rule = next((each for (name, _rel), each in sorted(_table.items()) if name == action), None)
        raise PermissionDenied(
            _("Your roles do not allow this: %(words)s.") % {"words": rule.words if rule else action}
            if by.scopes is None
            else _("This key was not given this: %(words)s.") % {"words": rule.words if rule else action}
        )


class Nobody:
    """Whom an address of the API lets in that does not say whom: nobody. Django's doors are not the API's."""

    def has_permission(self, request, view) -> bool:
        return False


def table() -> str:
    """The table as Markdown, for docs/rights.md."""
    lines = [
        "| action | relation to the thing | roles | people | fresh proof | keys | meaning |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for rule in rules():
        roles = "anybody in that relation" if rule.roles == ANYBODY else ", ".join(sorted(rule.roles))
        recent = "yes" if rule.recent else "no"
        keys = "yes" if rule.keys else "no"
        lines.append(
            f"| {rule.action} | {rule.relation} | {roles} | {rule.hands} | {recent} | {keys} | {rule.words} |"
        )
    return "\n".join(lines) + "\n"
