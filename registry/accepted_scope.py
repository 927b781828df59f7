"""Keeps ``AcceptedScope`` equal to what the readable chain says, over both clocks.

Every verb that touches a line refreshes it here, in its own transaction; ``rebuild`` makes all rows anew.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q, QuerySet

from agreements import texts as agreement_texts
from agreements.texts import Fact, Texts
from portal import clock
from portal.validity import days, moments
from registry import indexing, line_facts
from registry.chain import midnight
from registry.line_facts import LineFacts
from registry.models import AcceptedScope, ScopeLine
from registry.stretches import BEGINNING, END, Stretch, candidates, stretches

_BATCH = 2000


def refresh(lines: QuerySet) -> list[int]:
    """Bring the rows of these lines up to date from now on; what the register said before stays as it was.

    The lines are locked first, so that two acts that bear on one line, such as a renaming and a decision, or a decision and
    a change of the texts, put its rows right one after the other. Returns the lines' ids.
    """
    now = clock.now()
    ids = list(lines.select_for_update(no_key=True).order_by("id").values_list("id", flat=True))
    texts = agreement_texts.current()
    for batch in _batches(ids):
        _replace_from(now, line_facts.load(batch, texts=texts), texts)
    indexing.touch(ids)
    return ids


def refresh_annexes(annex_ids: set[int]) -> None:
    """Refresh all lines under these annexes: what the agreements say has changed."""
    agreement_texts.forget()
    refresh(ScopeLine.objects.filter(annex_id__in=annex_ids))


def rebuild() -> dict[str, int]:
    """Make all rows anew from the decisions, over the whole past. Returns how many were kept, added and removed."""
    agreement_texts.forget()
    texts = agreement_texts.current()
    counts = defaultdict(int)
    for batch in _batches(list(ScopeLine.objects.order_by("id").values_list("id", flat=True))):
        facts = line_facts.load(batch, texts=texts)
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
        row.body_id,
        row.body_name,
    )


def _key(row: AcceptedScope) -> tuple:
    return (row.line_id, row.recorded.upper, *_content(row, row.recorded.lower))


def rows_of(facts: LineFacts, texts: Texts, since: datetime) -> list[AcceptedScope]:
    """All rows of a line from a moment on: one set of stretches per moment at which its facts or its body's name change."""
    return [_row(facts, *said) for said in said_of(facts, texts, since)]


def said_of(facts: LineFacts, texts: Texts, since: datetime) -> list[tuple]:
    """What the rows of a line say: stretch, body's id, body's name, and from and until when the register said so."""
    rows, open_rows = [], {}
    changes = [since, *sorted(moment for moment in _changes(facts, texts) if moment > since)]
    for moment in changes:
        body = facts.naming.at(moment)
        wanted = {(stretch, body.id, body.name) for stretch in stretches(facts, texts, moment)}
        for said in [said for said in open_rows if said not in wanted]:
            rows.append((*said, open_rows.pop(said), moment))
        for said in wanted:
            open_rows.setdefault(said, moment)
    return rows + [(*said, opened, None) for said, opened in open_rows.items()]


def _changes(facts: LineFacts, texts: Texts) -> set[datetime]:
    """Every moment at which what is known about the line changes."""
    found = facts.naming.changes
    events = [*facts.designating, *facts.recognising]
    for one in facts.accreditations:
        events += one.events
        found |= one.naming.changes
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
    found = [*texts.periods[line.annex_id], *candidates(facts, texts)]
    if line.requirement_id:
        found += texts.listings[(line.annex_id, line.importing_id)]
    return found + [
        fact for fact in texts.memberships[facts.origin_id] if fact.row.union_id == line.exporting_id
    ]


def _row(
    facts: LineFacts,
    stretch: Stretch,
    body_id: int,
    body_name: str,
    opened: datetime,
    closed: datetime | None,
) -> AcceptedScope:
    line = facts.line
    return AcceptedScope(
        line_id=line.id,
        undertaking_id=stretch.undertaking_id,
        annex_id=line.annex_id,
        importing_id=line.importing_id,
        exporting_id=line.exporting_id,
        origin_id=facts.origin_id,
        body_id=body_id,
        body_name=body_name,
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
