"""The time limits of requests: which of those on file for an annex holds, from when it runs, and what is left of it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from agreements import texts
from agreements.models import Annex, Authority, TimeLimit
from registry import limits
from registry.inspections.models import ReportRequest, Wanted

# What a limit is for, with the keys of the catalogue's rows in the order in which they count (each row names its source).
EXISTING = ("post_approval_report_existing", "device_qs_report")
NEW_INSPECTION = ("post_approval_report_new_inspection",)
PRE_APPROVAL = ("pre_approval_report",)
ACKNOWLEDGE = ("pre_approval_acknowledge",)
KEYS = (*EXISTING, *NEW_INSPECTION, *PRE_APPROVAL, *ACKNOWLEDGE)
LONGEST_SOURCE = 1000


@dataclass(frozen=True)
class Due:
    """The last day of a limit for whoever is asked, and the text that sets it. None and "" where none is on file."""

    day: date | None = None
    source: str = ""


NOT_ON_FILE = Due()


def keys_of(wanted: str, pre_approval: bool) -> tuple[str, ...]:
    """Under which keys the limit for the report itself is on file."""
    if pre_approval:
        return PRE_APPROVAL
    return NEW_INSPECTION if wanted == Wanted.NEW_INSPECTION else EXISTING


def report_limit(annex: Annex, wanted: str, pre_approval: bool) -> TimeLimit | None:
    """The limit within which a report is due under the annex; None where none is on file."""
    return _first(annex, keys_of(wanted, pre_approval))


def acknowledge_limit(annex: Annex, pre_approval: bool) -> TimeLimit | None:
    """The limit within which a request is acknowledged: pre-approval requests alone have one (21 CFR 26.14(b))."""
    return _first(annex, ACKNOWLEDGE) if pre_approval else None


def _first(annex: Annex, keys: tuple[str, ...]) -> TimeLimit | None:
    found = limits.on_file(annex, keys)
    return found[0] if found else None


def due(limit: TimeLimit | None, asked: Authority, sent_at: datetime) -> Due:
    """When the limit ends for the authority that is asked: it starts on the day on which the request arrives there."""
    if limit is None:
        return NOT_ON_FILE
    counted = limits.counted(limit, limits.day_at(sent_at, asked.economy), asked.economy)
    return Due(counted.due_on, text_of(limit, asked)[:LONGEST_SOURCE])


def text_of(limit: TimeLimit, asked: Authority) -> str:
    """The limit with the article that sets it, and which days are left out of it for that authority."""
    left_out = limits.days_counted(limit, asked.economy) if asked.economy else ""
    parts = [f"{limit.citation}: {limit}", left_out]
    return "; ".join(part for part in parts if part)


def told(annex: Annex) -> list[tuple[str, str]]:
    """What is on file for an annex: for each thing that may be asked, the limit in words."""
    found = {limit.key: limit for limit in reversed(limits.on_file(annex, KEYS))}

    def words(keys: tuple[str, ...]) -> str:
        entered = [TimeLimit.key_under(annex, key) for key in keys]
        limit = next((found[key] for key in (*entered, *keys) if key in found), None)
        if limit is None:
            return _("no limit is on file; the two authorities may agree on a day")
        return f"{limit.value} {limit.get_unit_display()} ({limit.citation})"

    return [
        (_("An existing report"), words(EXISTING)),
        (_("A new inspection"), words(NEW_INSPECTION)),
        (_("A report before an approval"), words(PRE_APPROVAL)),
        (_("Acknowledgement before an approval"), words(ACKNOWLEDGE)),
    ]


def today_at(request: ReportRequest) -> date:
    """The present day where the request has been sent."""
    return limits.today_at(request.asked.economy)


def next_due(request: ReportRequest) -> Due:
    """What comes first for the authority that is asked: the acknowledgement, until it is given or the answer is."""
    if request.acknowledge_by and request.acknowledged_at is None and request.answered_at is None:
        return Due(request.acknowledge_by, request.acknowledge_source)
    return Due(request.due_on, request.due_source)


def passed(day: str) -> Q:
    """Requests whose day, in the field or annotation of that name, has passed where they were sent."""
    codes = defaultdict(list)
    for economy in texts.current().economies.values():
        codes[limits.today_at(economy)].append(economy.code)
    found = Q(asked__economy=None, **{f"{day}__lt": limits.today_at(None)})
    for today, there in codes.items():
        found |= Q(asked__economy__code__in=there, **{f"{day}__lt": today})
    return found


def was_in_time(request: ReportRequest) -> bool | None:
    """Whether it ended on or before its day, as the days are counted where it was sent; None where no day was set.

    What still runs is in time until its day has passed, and has no answer until then.
    """
    if request.due_on is None:
        return None
    if request.ended_at is not None:
        return limits.day_at(request.ended_at, request.asked.economy) <= request.due_on
    return None if today_at(request) <= request.due_on else False
