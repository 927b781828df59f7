"""The set-based answer: keeps ``AcceptedScope`` equal to what the readable chain says, over both clocks.

Every verb that touches a line refreshes it here, in its own transaction; ``rebuild`` makes all rows anew. Each step of the
chain is turned into the stretches of days on which it fails or cannot be told; laid over one another they give the verdict.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import pairwise
from typing import NamedTuple

from django.db.models import Q

from agreements import texts as agreement_texts
from agreements.acceptance import Outcome
from agreements.models import AnnexStatus, MembershipKind
from agreements.texts import Fact, Texts
from portal import clock
from portal.validity import days, moments
from registry import line_facts
from registry.chain import midnight
from registry.line_facts import Event, LineFacts
from registry.models import AcceptedScope, OlderResults, ScopeLine, Standing, State, Verdict

BEGINNING, END = date.min, date.max
_BATCH = 2000


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


def refresh(line_ids: Iterable[int]) -> None:
    """Bring the rows of these lines up to date from now on; what the register said before stays as it was."""
    now = clock.now()
    texts = agreement_texts.current()
    for batch in _batches(list(line_ids)):
        facts = line_facts.load(batch)
        _replace_from(now, facts, texts)


def refresh_annexes(annex_ids: set[int]) -> None:
    """Refresh all lines under these annexes: what the agreements say has changed."""
    agreement_texts.forget()
    refresh(ScopeLine.objects.filter(annex_id__in=annex_ids).values_list("id", flat=True))


def rebuild() -> dict[str, int]:
    """Make all rows anew from the decisions, over the whole past. Returns how many were kept, added and removed."""
    agreement_texts.forget()
    texts = agreement_texts.current()
    counts = defaultdict(int)
    for batch in _batches(list(ScopeLine.objects.order_by("id").values_list("id", flat=True))):
        facts = line_facts.load(batch)
        wanted = {_key(row): row for fact in facts for row in rows_of(fact, texts, fact.line.recorded_at)}
        held = {_key(row): row for row in AcceptedScope.objects.filter(line_id__in=batch)}
        gone = [row.id for key, row in held.items() if key not in wanted]
        new = [row for key, row in wanted.items() if key not in held]
        AcceptedScope.objects.filter(id__in=gone).delete()
        AcceptedScope.objects.bulk_create(new, batch_size=_BATCH)
        counts["kept"] += len(held) - len(gone)
        counts["added"] += len(new)
        counts["removed"] += len(gone)
    return dict(counts)


def _batches(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), _BATCH):
        yield ids[start : start + _BATCH]


def _replace_from(now: datetime, facts: list[LineFacts], texts: Texts) -> None:
    held = defaultdict(list)
    still_open = Q(recorded__upper_inf=True) | Q(recorded__endswith__gte=now)
    line_ids = [fact.line.id for fact in facts]
    for row in AcceptedScope.objects.select_for_update().filter(still_open, line_id__in=line_ids):
        held[row.line_id].append(row)
    drop, shrink, grow, add = [], [], [], []
    for fact in facts:
        wanted = {_content(row, now): row for row in rows_of(fact, texts, now)}
        for row in held[fact.line.id]:
            said = wanted.pop(_content(row, now), None)
            if said is None and row.recorded.lower >= now:
                drop.append(row)
                continue
            end = said.recorded.upper if said else now
            if end != row.recorded.upper:
                (grow if _ends_before(row.recorded.upper, end) else shrink).append(row)
                row.recorded = moments(row.recorded.lower, end)
        add += wanted.values()
    AcceptedScope.objects.filter(id__in=[row.id for row in drop]).delete()
    # Rows make room before others take it: the database refuses two stretches of one line that overlap.
    AcceptedScope.objects.bulk_update(shrink, ["recorded"], batch_size=_BATCH)
    AcceptedScope.objects.bulk_update(grow, ["recorded"], batch_size=_BATCH)
    AcceptedScope.objects.bulk_create(add, batch_size=_BATCH)


def _ends_before(moment: datetime | None, other: datetime | None) -> bool:
    return moment is not None and (other is None or moment < other)


def _content(row: AcceptedScope, since: datetime) -> tuple:
    """What a row says from a moment on: two rows that say the same are one."""
    return (
        max(row.recorded.lower, since),
        row.valid.lower,
        row.valid.upper,
        row.verdict,
        row.standing,
        row.undertaking_id,
        row.origin_id,
    )


def _key(row: AcceptedScope) -> tuple:
    return (row.line_id, row.recorded.upper, *_content(row, row.recorded.lower))


def rows_of(facts: LineFacts, texts: Texts, since: datetime) -> list[AcceptedScope]:
    """All rows of a line from a moment on: one set of stretches per moment at which its facts change."""
    rows, open_rows = [], {}
    changes = [since, *sorted(moment for moment in _changes(facts, texts) if moment > since)]
    for moment in changes:
        wanted = set(stretches(facts, texts, moment))
        for stretch in [stretch for stretch in open_rows if stretch not in wanted]:
            rows.append(_row(facts, stretch, open_rows.pop(stretch), moment))
        for stretch in wanted:
            open_rows.setdefault(stretch, moment)
    rows += [_row(facts, stretch, opened, None) for stretch, opened in open_rows.items()]
    return rows


def _changes(facts: LineFacts, texts: Texts) -> set[datetime]:
    """Every moment at which what is known about the line changes."""
    found = set()
    events = [*facts.designating, *facts.recognising]
    events += [event for _accreditation, those in facts.accreditations for event in those]
    for event in events:
        found.add(event.decision.recorded_at)
        found.add(event.corrected_at)
        if event.decision.older_results_until:
            found.add(midnight(event.decision.older_results_until))
    for fact in _text_facts(facts, texts):
        found.update((fact.known_from, fact.known_to))
    found.discard(None)
    return found


def _text_facts(facts: LineFacts, texts: Texts) -> list[Fact]:
    line = facts.line
    found = [*texts.periods[line.annex_id], *_candidates(facts, texts)]
    if line.requirement_id:
        found += texts.listings[(line.annex_id, line.importing_id)]
    return found + [
        fact for fact in texts.memberships[facts.origin_id] if fact.row.union_id == line.exporting_id
    ]


def _candidates(facts: LineFacts, texts: Texts) -> list[Fact]:
    line = facts.line
    return texts.candidates(
        annex_id=line.annex_id,
        importing_id=line.importing_id,
        exporting_id=line.exporting_id,
        kind=line.kind,
        sector=line.sector,
    )


def _row(facts: LineFacts, stretch: Stretch, opened: datetime, closed: datetime | None) -> AcceptedScope:
    line = facts.line
    return AcceptedScope(
        line_id=line.id,
        undertaking_id=stretch.undertaking_id,
        annex_id=line.annex_id,
        importing_id=line.importing_id,
        exporting_id=line.exporting_id,
        origin_id=facts.origin_id,
        body_id=line.body_id,
        body_name=line.body.name,
        site_id=line.site_id,
        sector_id=line.sector_id,
        kind=line.kind,
        requirement_id=line.requirement_id,
        valid=days(
            None if stretch.start == BEGINNING else stretch.start, None if stretch.end == END else stretch.end
        ),
        recorded=moments(opened, closed),
        verdict=stretch.verdict,
        standing=stretch.standing,
    )


def stretches(facts: LineFacts, texts: Texts, moment: datetime) -> list[Stretch]:
    """The whole axis of days cut into stretches of one verdict, as known at the moment."""
    undertakings = [fact for fact in _candidates(facts, texts) if fact.known(moment)]
    marks = [
        *_annex_marks(facts, texts, moment),
        *_undertaking_marks(undertakings),
        *_requirement_marks(facts, texts, moment),
        *_location_marks(facts, texts, moment),
        *_side_marks(4, facts.designating, facts.presupposes_designation(moment), moment, _DESIGNATION),
        *_side_marks(5, facts.recognising, False, moment, _RECOGNITION),
        *_accreditation_marks(facts, undertakings, moment),
        *_third_party_marks(facts, undertakings),
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
    holding, suspended, any_known = [], [], False
    for _accreditation, events in facts.accreditations:
        known = [event for event in events if event.known(moment)]
        any_known = any_known or bool(known)
        for state, start, end in _reigns(known):
            if state == State.ACCREDITED:
                holding.append((start, end))
            elif state == State.SUSPENDED:
                suspended.append((start, end))
    if not any_known:
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


def _third_party_marks(facts: LineFacts, undertakings: list[Fact]) -> Iterator[Mark]:
    is_third_party = facts.line.body.is_third_party
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
