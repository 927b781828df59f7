"""Which keys an authority has: what the screen of keys shows."""

from dataclasses import dataclass
from datetime import date

from agreements.acting import Acting
from agreements.keys import giving
from agreements.keys.models import Key
from agreements.models import Authority, Membership
from portal import clock, permissions


@dataclass(frozen=True)
class Told:
    """A key with what it may do, in words. ``state`` is in_force, revoked or over; ``maker_left`` that whoever made it left."""

    key: Key
    scopes: list[str]
    last_used: date | None
    state: str
    maker_left: bool

    @property
    def is_open(self) -> bool:
        """True while it is taken."""
        return self.state == "in_force"


def keys(by: Acting, authority: Authority) -> list[Told]:
    """The authority's keys, those in force first, each kind newest first."""
    rows = list(Key.objects.visible_to(by).filter(authority=authority).told())
    used, words = giving.last_uses(rows), {rule.action: str(rule.words) for rule in permissions.for_keys()}
    here = set(Membership.objects.running().filter(authority=authority).values_list("user_id", flat=True))
    told = [
        Told(
            row,
            [words.get(scope, scope) for scope in row.scopes],
            used.get(row.pk),
            _state(row),
            row.made_by_id not in here,
        )
        for row in rows
    ]
    return sorted(told, key=lambda each: not each.is_open)


def key(by: Acting, authority: Authority, number: int) -> Key | None:
    """The authority's key of that number, if it is the actor's to see."""
    return Key.objects.visible_to(by).filter(authority=authority, pk=number).told().first()


def _state(row: Key) -> str:
    if row.revoked_at is not None:
        return "revoked"
    return "over" if row.last_day < clock.today() else "in_force"
