"""From the dates and status that sources give to the periods of an annex's status (docs/decisions/0021)."""

from datetime import date
from typing import NamedTuple

from agreements.models import AnnexStatus
from portal import partial_dates


class Known(NamedTuple):
    """What sources say of one annex.

    ``applied`` is the earliest (partial) day on which it certainly applied, where the entry into force is not known, and
    ``applied_reason`` the words for it; ``applied_or_before`` says that it may have begun earlier. ``not_before`` is a
    day before which it certainly did not apply.
    """

    signed: str
    entry_into_force: str
    status: str
    evidence_year: int | None
    described_status: str = ""
    applied: str = ""
    applied_reason: str = ""
    applied_or_before: bool = False
    not_before: str = ""


class Period(NamedTuple):
    """Days ``[start, end)`` with one status; None is open."""

    status: str
    start: date | None
    end: date | None
    since: str = ""
    reason: str = ""
    start_is_evidence: bool = False


def periods_of(known: Known) -> list[Period]:
    """The periods that follow from what is known. Days in no period: it did not apply.

    Raises ValueError for a status from which no periods follow: those are written out in the file.
    """
    if known.status == AnnexStatus.UNKNOWN:
        since = known.entry_into_force or known.not_before or known.signed
        return [Period(AnnexStatus.UNKNOWN, _earliest(since), None, known.entry_into_force, _undated(known))]
    if known.status not in AnnexStatus.applying():
        raise ValueError(f"the periods of a text that is {known.status} have to be written out")
    if known.entry_into_force:
        return _from(known, known.entry_into_force)
    if known.applied:
        return _from(known, known.applied, known.applied_reason, known.applied_or_before)
    if known.evidence_year is None:
        raise ValueError("neither an entry into force nor a year of evidence is given")
    reason = f"The start is not known from the sources; they show the status in {known.evidence_year}."
    return _from(known, str(known.evidence_year), reason, evidence=True, give_since=False)


def _from(
    known: Known, since: str, reason: str = "", evidence: bool = False, *, give_since: bool = True
) -> list[Period]:
    """Certain from the last day that ``since`` can mean; unknown on the days before on which it may have applied."""
    certain = partial_dates.latest(since)
    if known.entry_into_force:
        possible = _earliest(since)
    else:
        possible = _earliest(known.not_before or known.signed)
    periods = [Period(known.status, certain, None, since if give_since else "", reason, evidence)]
    if possible is None or possible < certain:
        words = "The day of entry into force is not known from the sources."
        periods.insert(0, Period(AnnexStatus.UNKNOWN, possible, certain, "", words))
    return periods


def _earliest(partial: str) -> date | None:
    return partial_dates.earliest(partial) if partial else None


def _undated(known: Known) -> str:
    words = (known.described_status or "unknown").replace("_", " ")
    if words == "unknown":
        return "No source read shows whether it applies."
    return f"An undated source describes it as {words}."
