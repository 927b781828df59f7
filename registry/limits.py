"""The time limits of the texts, as they bear on a step. Where a text sets none that is on file, none is invented."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.models import Annex, TimeLimit
from registry.models import Recognition

# The keys of the catalogue's limits by what they limit (each row of the catalogue names its source).
RECOGNITION = ("nist_phase1_processing",)
BODY_REPLY = ("cab_reply_to_withdrawal",)
PARTNER_POSITION = ("party_position_on_withdrawal",)
NEAR_EXPIRY = ("nist_scope_near_expiry",)
LISTING_TERM = ("asean_ee_listing",)


@dataclass(frozen=True)
class Limit:
    """A limit counted from a day. ``due_on`` is its last day; ``source`` names text and article."""

    due_on: date
    words: str
    source: str


def on_file(annex: Annex, keys: tuple[str, ...]) -> list[TimeLimit]:
    """The limits with one of these keys that the catalogue holds for the annex and that no later text replaced."""
    return list(TimeLimit.objects.filter(annexes=annex, key__in=keys, superseded=False))


def counted(limit: TimeLimit, start: date) -> Limit:
    """The limit counted from ``start``: that day itself does not count (Regulation 1182/71, Article 3)."""
    return Limit(last_day(start, limit.value, limit.unit), str(limit), limit.citation)


def for_recognition(recognition: Recognition, start: date) -> Limit | None:
    """Within what the partner decides, counted from the notification."""
    found = on_file(recognition.annex, RECOGNITION)
    return counted(found[0], start) if found else None


def last_day(start: date, value: int, unit: str) -> date:
    """The last day of a limit of ``value`` units that begins after ``start``.

    A limit in months or years ends on the day of the same number, or on the last day of a shorter month. Working days leave
    out Saturdays and Sundays; public holidays are not on file.
    """
    units = TimeLimit.Unit
    if unit == units.WEEKS:
        return start + timedelta(weeks=value)
    if unit in (units.MONTHS, units.YEARS):
        return _months_later(start, value * (12 if unit == units.YEARS else 1))
    if unit == units.WORKING_DAYS:
        day = start
        while value:
            day += timedelta(days=1)
            value -= day.weekday() < 5
        return day
    return start + timedelta(days=value)


def _months_later(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def words_left(due_on: date, today: date) -> str:
    """How much of a limit is left, in words."""
    left = (due_on - today).days
    if left > 0:
        return ngettext("%(days)s day left", "%(days)s days left", left) % {"days": left}
    if left == 0:
        return _("last day today")
    return ngettext("%(days)s day over", "%(days)s days over", -left) % {"days": -left}
