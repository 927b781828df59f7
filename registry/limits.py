"""The time limits of the texts, as they bear on a step. Where a text sets none that is on file, none is invented."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.models import Annex, Economy, TimeLimit
from portal import clock, time_limits
from portal.time_limits import Unit
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
    """The limits with one of these keys that are on file for the annex and that no later text replaced.

    What somebody entered for the annex comes before what the catalogue says.
    """
    entered = [TimeLimit.key_under(annex, key) for key in keys]
    found = TimeLimit.objects.filter(annexes=annex, key__in=[*entered, *keys], superseded=False)
    return sorted(found, key=lambda limit: (limit.key not in entered, limit.key))


def counted(limit: TimeLimit, start: date, economy: Economy | None = None) -> Limit:
    """The limit counted from ``start``: that day itself does not count (Regulation 1182/71, Article 3).

    Days are worked as in ``economy``, that of whoever must keep the limit; None: from Monday to Friday.
    """
    works = time_limits.calendar_of(economy.code).works if economy else time_limits.weekdays
    due_on = time_limits.last_day(
        start, limit.value, limit.unit, works=works, ends_worked=limit.ends_on_working_day
    )
    return Limit(due_on, str(limit), limit.citation)


def days_counted(limit: TimeLimit, economy: Economy) -> str:
    """Which days are left out of a limit, in words; "" where none is."""
    if limit.unit != Unit.WORKING_DAYS and not limit.ends_on_working_day:
        return ""
    if time_limits.calendar_of(economy.code).has_holidays:
        words = _("weekends and national holidays of %(economy)s do not count as working days")
    else:
        words = _("only weekends do not count as working days: no holidays are on file for %(economy)s")
    return words % {"economy": economy.name}


def day_at(moment: datetime, economy: Economy | None) -> date:
    """The day that it is, for an authority of that economy, at that moment (None: in UTC)."""
    return time_limits.day_in(moment, economy.code if economy else "")


def today_at(economy: Economy | None) -> date:
    """The present day for an authority of that economy."""
    return day_at(clock.now(), economy)


def for_recognition(recognition: Recognition, start: date) -> Limit | None:
    """Within what the partner decides, counted from the notification."""
    found = on_file(recognition.annex, RECOGNITION)
    return counted(found[0], start, recognition.importing) if found else None


def words_left(due_on: date, today: date) -> str:
    """How much of a limit is left, in words."""
    left = (due_on - today).days
    if left > 0:
        return ngettext("%(days)s day left", "%(days)s days left", left) % {"days": left}
    if left == 0:
        return _("last day today")
    return ngettext("%(days)s day over", "%(days)s days over", -left) % {"days": -left}
