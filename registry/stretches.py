"""The set-based answer for one line: the axis of days cut into stretches of one verdict.

Each step of the chain is turned into the days on which it is not met or not on file; laid over one another they give the
verdict. ``registry.chain`` answers the same, day by day and in words; a test holds the two equal.
"""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import pairwise
from typing import NamedTuple

from agreements.models import AnnexStatus, MembershipKind
from agreements.steps import Outcome
from agreements.texts import Fact, Texts
from registry.chain import midnight
from registry.line_facts import Event, LineFacts
from registry.models import OlderResults, Standing, State, Verdict

BEGINNING, END = date.min, date.max


class Mark(NamedTuple):
    """Days [start, end) on which a step of the chain is not met or not on file."""

    step: int
    outcome: str
    standing: str
    start: date
    end: date


class Stretch(NamedTuple):
    """Days [start, end) with one verdict."""

    start: date
    end: date
    verdict: str
    standing: str
    undertaking_id: int | None


def candidates(facts: LineFacts, texts: Texts) -> list[Fact]:
    """The undertakings that could cover the line, whenever true or known."""
    line = facts.line
    return texts.candidates(
        annex_id=line.annex_id,
        importing_id=line.importing_id,
        exporting_id=line.exporting_id,
        kind=line.kind,
        sector=line.sector,
    )


def stretches(facts: LineFacts, texts: Texts, moment: datetime) -> list[Stretch]:
    """The whole axis of days cut into stretches of one verdict, as known at the moment."""
    undertakings = [fact for fact in candidates(facts, texts) if fact.known(moment)]
    marks = [
        *_annex_marks(facts, texts, moment),
        *_undertaking_marks(undertakings),
        *_requirement_marks(facts, texts, moment),
        *_location_marks(facts, texts, moment),
        *_side_marks(4, facts.designating, facts.presupposes_designation(moment), moment, _DESIGNATION),
        *_side_marks(5, facts.recognising, False, moment, _RECOGNITION),
        *_accreditation_marks(facts, undertakings, moment),
        *_third_party_marks(facts, undertakings, moment),
        *_older_results_marks(facts, moment),
    ]
    return list(_overlay(marks, undertakings))


def _overlay(marks: list[Mark], undertakings: list[Fact]) -> Iterator[Stretch]:
    """Lay the marks over one another: not met decides before not on file, an earlier step before a later one."""
    marks.sort(key=lambda mark: (mark.outcome != Outcome.NOT_MET, mark.step))
    bounds = {BEGINNING, END}
    for mark in marks:
        bounds.update((mark.start, mark.end))
    for fact in undertakings:
        bounds.update((fact.start or BEGINNING, fact.end or END))
    last = None
    for start, end in pairwise(sorted(bounds)):
        mark = next((mark for mark in marks if mark.start <= start < mark.end), None)
        covering = next((fact.id for fact in undertakings if fact.true_on(start)), None)
        verdict, standing = _verdict(mark)
        if last is not None and last[2:] == (verdict, standing, covering):
            last = last._replace(end=end)
            continue
        if last is not None:
            yield last
        last = Stretch(start, end, verdict, standing, covering)
    yield last


def _verdict(mark: Mark | None) -> tuple[str, str]:
    if mark is None:
        return Verdict.ACCEPTED.value, Standing.RECOGNISED.value
    verdict = Verdict.NOT_ACCEPTED if mark.outcome == Outcome.NOT_MET else Verdict.CANNOT_BE_TOLD
    return verdict.value, str(mark.standing)


def _gaps(spans: list[tuple[date, date]]) -> list[tuple[date, date]]:
    """The days outside all spans."""
    gaps, cursor = [], BEGINNING
    for start, end in sorted(spans):
        if start > cursor:
            gaps.append((cursor, start))
        cursor = max(cursor, end)
    return [*gaps, (cursor, END)] if cursor < END else gaps


def _span(fact: Fact) -> tuple[date, date]:
    return fact.start or BEGINNING, fact.end or END


_ANNEX_MARKS = {
    AnnexStatus.UNKNOWN: (Outcome.UNKNOWN, Standing.ANNEX_STATUS_UNKNOWN),
    AnnexStatus.SUSPENDED: (Outcome.NOT_MET, Standing.ANNEX_SUSPENDED),
    AnnexStatus.LAPSED: (Outcome.NOT_MET, Standing.ANNEX_NOT_IN_FORCE),
    AnnexStatus.TERMINATED: (Outcome.NOT_MET, Standing.ANNEX_NOT_IN_FORCE),
}


def _annex_marks(facts: LineFacts, texts: Texts, moment: datetime) -> Iterator[Mark]:
    known = [fact for fact in texts.periods[facts.line.annex_id] if fact.known(moment)]
    for fact in known:
        if fact.row.status in _ANNEX_MARKS:
            yield Mark(0, *_ANNEX_MARKS[fact.row.status], *_span(fact))
    for gap in _gaps([_span(fact) for fact in known]):
        yield Mark(0, Outcome.NOT_MET, Standing.ANNEX_NOT_IN_FORCE, *gap)


def _undertaking_marks(undertakings: list[Fact]) -> Iterator[Mark]:
    verified = [_span(fact) for fact in undertakings if fact.row.verified]
    named = [_span(fact) for fact in undertakings if fact.row.verified and fact.row.sector_id is not None]
    every = [_span(fact) for fact in undertakings]
    for gap in _gaps(every):
        yield Mark(1, Outcome.NOT_MET, Standing.NO_UNDERTAKING, *gap)
    for gap in _gaps(verified):
        yield Mark(1, Outcome.UNKNOWN, Standing.UNDERTAKING_UNVERIFIED, *gap)
    for gap in _gaps(named):
        yield Mark(1, Outcome.UNKNOWN, Standing.SECTOR_NOT_NAMED, *gap)


def _requirement_marks(facts: LineFacts, texts: Texts, moment: datetime) -> Iterator[Mark]:
    line = facts.line
    if line.requirement_id is None:
        return
    known = [fact for fact in texts.listings[(line.annex_id, line.importing_id)] if fact.known(moment)]
    if not known:
        yield Mark(2, Outcome.UNKNOWN, Standing.REQUIREMENT_LIST_NOT_ON_FILE, BEGINNING, END)
        return
    listed = [_span(fact) for fact in known if fact.row.requirement_id == line.requirement_id]
    for gap in _gaps(listed):
        yield Mark(2, Outcome.NOT_MET, Standing.REQUIREMENT_NOT_LISTED, *gap)


def _location_marks(facts: LineFacts, texts: Texts, moment: datetime) -> Iterator[Mark]:
    party_id = facts.line.exporting_id
    if facts.origin_id == party_id:
        return
    known = [f for f in texts.memberships[facts.origin_id] if f.row.union_id == party_id and f.known(moment)]
    for fact in known:
        if not (fact.row.verified and fact.row.kind == MembershipKind.MEMBER):
            yield Mark(3, Outcome.UNKNOWN, Standing.MEMBERSHIP_UNVERIFIED, *_span(fact))
    for gap in _gaps([_span(fact) for fact in known]):
        yield Mark(3, Outcome.NOT_MET, Standing.OUTSIDE_THE_PARTY, *gap)


class _Side(NamedTuple):
    """The standings of one side of a line: by designation or by recognition."""

    ended: dict[str, str]
    nothing: tuple[str, str]
    undated: str
    before: str


_DESIGNATION = _Side(
    {
        State.SUSPENDED: Standing.DESIGNATION_SUSPENDED,
        State.WITHDRAWN: Standing.DESIGNATION_WITHDRAWN,
        State.EXPIRED: Standing.DESIGNATION_EXPIRED,
    },
    (Outcome.NOT_MET, Standing.NOT_DESIGNATED),
    Standing.DESIGNATION_UNDATED,
    Standing.NOT_DESIGNATED,
)
_RECOGNITION = _Side(
    {
        State.AWAITING: Standing.AWAITING_RECOGNITION,
        State.REFUSED: Standing.REFUSED,
        State.CONTESTED: Standing.CONTESTED,
        State.SUSPENDED: Standing.SUSPENDED,
        State.WITHDRAWN: Standing.WITHDRAWN,
        State.EXPIRED: Standing.EXPIRED,
    },
    (Outcome.UNKNOWN, Standing.RECOGNITION_NOT_ON_FILE),
    Standing.RECOGNITION_UNDATED,
    Standing.AWAITING_RECOGNITION,
)


def _side_marks(
    step: int, events: list[Event], presupposed: bool, moment: datetime, side: _Side
) -> Iterator[Mark]:
    known = [event for event in events if event.known(moment)]
    if not known:
        if not presupposed:
            yield Mark(step, *side.nothing, BEGINNING, END)
        return
    first = known[0].decision
    if first.start_unknown:
        yield Mark(step, Outcome.UNKNOWN, side.undated, BEGINNING, first.effective_on)
    else:
        yield Mark(step, Outcome.NOT_MET, side.before, BEGINNING, first.effective_on)
    for state, start, end in _reigns(known):
        if state in side.ended:
            yield Mark(step, Outcome.NOT_MET, side.ended[state], start, end)


def _reigns(known: list[Event]) -> Iterator[tuple[str, date, date]]:
    """From when to when each event's state lasts, in order, an end by ``until`` included."""
    for event, following in pairwise([*known, None]):
        start, end = event.decision.effective_on, following.decision.effective_on if following else END
        until = event.decision.until
        if until is not None and event.state in State.standing() and until < end:
            yield event.state, start, until
            yield State.EXPIRED, until, end
        elif start < end:
            yield event.state, start, end


def _accreditation_marks(facts: LineFacts, undertakings: list[Fact], moment: datetime) -> Iterator[Mark]:
    demanded = [_span(fact) for fact in undertakings if fact.row.accreditation_required]
    if not demanded:
        return
    holding, suspended = [], []
    accredited = facts.accredited(moment)
    for _accreditation, known in accredited:
        for state, start, end in _reigns(known):
            if state == State.ACCREDITED:
                holding.append((start, end))
            elif state == State.SUSPENDED:
                suspended.append((start, end))
    if not accredited:
        for span in demanded:
            yield Mark(6, Outcome.UNKNOWN, Standing.ACCREDITATION_NOT_ON_FILE, *span)
        return
    lacking = _common(_gaps(holding), demanded)
    for span in _common(lacking, suspended):
        yield Mark(6, Outcome.NOT_MET, Standing.ACCREDITATION_SUSPENDED, *span)
    for span in _common(lacking, _gaps(suspended)):
        yield Mark(6, Outcome.NOT_MET, Standing.ACCREDITATION_ENDED, *span)


def _common(some: list[tuple[date, date]], others: list[tuple[date, date]]) -> list[tuple[date, date]]:
    """The days in both sets of spans."""
    pairs = ((max(a, c), min(b, d)) for a, b in some for c, d in others)
    return [(start, end) for start, end in pairs if start < end]


def _third_party_marks(facts: LineFacts, undertakings: list[Fact], moment: datetime) -> Iterator[Mark]:
    is_third_party = facts.naming.at(moment).is_third_party
    if is_third_party:
        return
    for fact in undertakings:
        if fact.row.third_party_only and is_third_party is None:
            yield Mark(7, Outcome.UNKNOWN, Standing.THIRD_PARTY_NOT_ON_FILE, *_span(fact))
        elif fact.row.third_party_only:
            yield Mark(7, Outcome.NOT_MET, Standing.NOT_THIRD_PARTY, *_span(fact))


def _older_results_marks(facts: LineFacts, moment: datetime) -> Iterator[Mark]:
    for event in facts.designating + facts.recognising:
        decision = event.decision
        if not event.known(moment) or event.state not in (State.SUSPENDED, State.WITHDRAWN):
            continue
        too_late = decision.older_results == OlderResults.UNTIL and moment >= midnight(
            decision.older_results_until
        )
        if too_late or decision.older_results == OlderResults.REFUSED:
            yield Mark(8, Outcome.NOT_MET, Standing.OLDER_RESULTS_REFUSED, BEGINNING, decision.effective_on)
