"""The matrix of commitments: what each authority may give to which other, as far as the reader may know."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db import transaction

from agreements import texts
from agreements.acting import Acting
from agreements.models import Authority, Economy, Sector
from portal import clock
from portal.clocks import Clocks
from portal.verbs import running
from registry.inspections import committing, parties
from registry.inspections.fence import reading_as
from registry.inspections.models import Commitment, CommitmentState, Information

NONE_ON_FILE = "none_on_file"


@dataclass(frozen=True)
class Cell:
    """What is on file from one authority to another on the asked day.

    ``state`` is that of the best of them, or NONE_ON_FILE; ``information`` the classes in force, together; ``day`` the last day
    in force, the first day, or the day it ended, by the state; None where there is no such day.
    """

    giver: Authority
    receiver: Authority
    state: str = NONE_ON_FILE
    information: tuple[str, ...] = ()
    in_named_sectors: bool = False
    day: date | None = None
    commitments: tuple[Commitment, ...] = ()

    @property
    def href(self) -> str:
        """The page of the pair."""
        return f"/matrix/{self.giver.code}/{self.receiver.code}/"

    @property
    def is_self(self) -> bool:
        return self.giver.pk == self.receiver.pk

    @property
    def state_label(self) -> str:
        """The state in words."""
        return str(CommitmentState(self.state).label).capitalize() if self.state in CommitmentState else ""


@dataclass(frozen=True)
class Row:
    """One giver, with a cell for each column."""

    giver: Authority
    cells: list[Cell]

    @property
    def on_file(self) -> list[Cell]:
        """The cells that say something."""
        return [cell for cell in self.cells if cell.commitments]


@dataclass(frozen=True)
class Group:
    """The givers of one economy; None where an authority belongs to none."""

    economy: Economy | None
    rows: list[Row]


@dataclass(frozen=True)
class Partner:
    """One counterpart of the reader's own authority, in both directions."""

    authority: Authority
    given: Cell
    received: Cell


@dataclass(frozen=True)
class Matrix:
    """Everything of it that the reader may know. ``partners`` is the own row and column, whole; ``waiting`` what the own
    authority has still to confirm."""

    columns: list[Authority]
    groups: list[Group]
    partners: list[Partner]
    waiting: list[Commitment]
    commitments: list[Commitment]


def matrix(by: Acting, clocks: Clocks) -> Matrix:
    """The matrix for that reader by both clocks; two queries, and one for authorities that have nothing on file.

    Rows and columns are the authorities of which the reader may know a commitment, and the reader's own: what is confidential
    between others shows neither as a cell nor as a row, a column or a number. All counterparts of the own one are partners.
    """
    visible = list(_told(Commitment.objects.visible_to(by)))
    rows = [row for row in visible if _counts(row, clocks)]
    shown = {side.pk: side for row in rows for side in (row.giver, row.receiver)}
    partners: set[int] = set()
    others: dict[int, Authority] = {}
    if by.authority_id:
        mine = {row.giver_id for row in rows if row.receiver_id == by.authority_id}
        mine |= {row.receiver_id for row in rows if row.giver_id == by.authority_id}
        partners = mine | parties.counterparts(by)
        missing = ({by.authority_id} | partners) - shown.keys()
        found = Authority.objects.filter(pk__in=missing).select_related("economy")
        others = {each.pk: each for each in found}
        shown |= {number: each for number, each in others.items() if number == by.authority_id}
    pairs = _pairs(rows)
    columns = sorted(shown.values(), key=_by_economy)
    own = shown.get(by.authority_id) if by.authority_id else None
    sides = sorted((others | shown).values(), key=_by_economy)
    return Matrix(
        columns=columns,
        groups=[
            Group(economy, [_row(giver, columns, pairs, clocks) for giver in givers])
            for economy, givers in groupby(columns, key=lambda authority: authority.economy)
        ],
        partners=[
            Partner(each, _cell(own, each, pairs, clocks), _cell(each, own, pairs, clocks))
            for each in sides
            if each.pk in partners
        ],
        waiting=[row for row in visible if row.confirmed_at is None and row.ended_at is None],
        commitments=rows,
    )


@dataclass(frozen=True)
class Pair:
    """One direction between two authorities, and the other one, with all that the reader may know of each."""

    there: Cell
    back: Cell
    history: list[Commitment]


def pair(by: Acting, giver: str, receiver: str, clocks: Clocks) -> Pair | None:
    """What is on file between two authorities, by code; None when there is no such pair."""
    found = {
        each.code: each
        for each in Authority.objects.filter(code__in=[giver, receiver]).select_related("economy")
    }
    if giver == receiver or found.keys() != {giver, receiver}:
        return None
    one, other = found[giver], found[receiver]
    visible = Commitment.objects.visible_to(by)
    rows = list(_told(visible.between(one.pk, other.pk) | visible.between(other.pk, one.pk)))
    pairs = _pairs(row for row in rows if _counts(row, clocks))
    history = [row for row in rows if row.giver_id == one.pk and _known(row, clocks)]
    history.sort(key=lambda row: (row.valid.lower or date.min, row.pk), reverse=True)
    for row in history:
        _say(row, clocks)
    return Pair(_cell(one, other, pairs, clocks), _cell(other, one, pairs, clocks), history)


def commitment(by: Acting, number: int, clocks: Clocks) -> Commitment | None:
    """One commitment that the reader may know of by then, with ``state_then``, ``information_labels`` and ``sectors``."""
    rows = _told(Commitment.objects.visible_to(by)).select_related("recorded_by", "confirmed_by")
    found = rows.filter(pk=number).first()
    return _say(found, clocks) if found is not None and _known(found, clocks) else None


def of_side(by: Acting, number: int) -> Commitment | None:
    """A commitment to which the actor's authority is a side and of which it may know."""
    if not by.authority_id:
        return None
    found = _told(Commitment.objects.visible_to(by)).filter(pk=number).first()
    return found if found and by.authority_id in (found.giver_id, found.receiver_id) else None


def draft(by: Acting, number: int) -> Commitment | None:
    """What the actor's own authority has still to confirm, as ``commitment`` tells it."""
    found = commitment(by, number, Clocks(on=clock.today()))
    is_open = found is not None and found.giver_id == by.authority_id and found.ended_at is None
    return found if is_open and found.confirmed_at is None else None


def receiver_named(code: str) -> Authority | None:
    """The authority of that code."""
    return Authority.objects.filter(code=code).first()


def would_stop(by: Acting, found: Commitment, reason: str = "…") -> int:
    """How many releases would stop giving access were it ended now: it is ended for real, looked at, and rolled back."""
    try:
        with transaction.atomic(), reading_as(by):
            with running("registry.preview", "desk") as frame:
                stopped = committing.stop(found, found.giver, reason)
                frame.entries = 1
            raise _Undo
    except _Undo:
        return stopped


class _Undo(Exception):
    """Rolls the trial back."""


def receivers(by: Acting):
    """Who could have promised something: every other authority, by economy."""
    rows = Authority.objects.exclude(pk=by.authority_id).select_related("economy")
    return rows.order_by("economy__name", "name")


def sectors() -> list[Sector]:
    """All sectors, by name."""
    return sorted(texts.current().sectors.values(), key=lambda sector: sector.name)


def widest(codes: Iterable[str]) -> list[Sector]:
    """Of the sectors with these codes, those that lie in none of the others, by name."""
    known = texts.current().sector_by_code
    found = [known[code] for code in codes if code in known]
    inside = {code for sector in found for code in sector.covers}
    return sorted((sector for sector in found if sector.code not in inside), key=lambda sector: sector.name)


def _told(rows):
    return rows.select_related("giver__economy", "receiver__economy")


def _counts(row: Commitment, clocks: Clocks) -> bool:
    """Whether the register knew it, at the asked moment, as confirmed."""
    return row.confirmed_at is not None and row.confirmed_at <= clocks.asked_at


def _known(row: Commitment, clocks: Clocks) -> bool:
    return _counts(row, clocks) or (clocks.known_at is None and row.confirmed_at is None)


def _say(row: Commitment, clocks: Clocks) -> Commitment:
    row.state_then = row.state(clocks.on, clocks.asked_at)
    row.state_words = str(CommitmentState(row.state_then).label).capitalize()
    row.information_labels = [str(Information(each).label) for each in row.information]
    row.sectors = widest(row.sector_codes)
    row.end_is_known = row.ended_at is not None and row.ended_at <= clocks.asked_at
    return row


def _by_economy(authority: Authority) -> tuple:
    economy = authority.economy
    return (economy is None, economy.name.casefold() if economy else "", authority.name.casefold())


def _pairs(rows: Iterable[Commitment]) -> dict[tuple[int, int], list[Commitment]]:
    found = defaultdict(list)
    for row in rows:
        found[row.giver_id, row.receiver_id].append(row)
    return found


def _row(giver: Authority, columns: list[Authority], pairs, clocks: Clocks) -> Row:
    return Row(giver, [_cell(giver, receiver, pairs, clocks) for receiver in columns])


def _cell(giver: Authority, receiver: Authority, pairs, clocks: Clocks) -> Cell:
    rows = pairs.get((giver.pk, receiver.pk), ())
    by_state = defaultdict(list)
    for row in rows:
        by_state[row.state(clocks.on, clocks.asked_at)].append(row)
    said = {"giver": giver, "receiver": receiver, "commitments": tuple(rows)}
    if now := by_state[CommitmentState.IN_FORCE]:
        classes = {each for row in now for each in row.information}
        last_days = [row.last_day for row in now]
        return Cell(
            **said,
            state=CommitmentState.IN_FORCE,
            information=tuple(each for each in Information.values if each in classes),
            in_named_sectors=all(row.sector_codes for row in now),
            day=None if None in last_days else max(last_days),
        )
    if coming := by_state[CommitmentState.BEGINS]:
        return Cell(**said, state=CommitmentState.BEGINS, day=min(row.valid.lower for row in coming))
    if rows:
        last = max(rows, key=lambda row: _over_on(row, clocks))
        return Cell(**said, state=last.state(clocks.on, clocks.asked_at), day=_over_on(last, clocks))
    return Cell(giver, receiver)


def _over_on(row: Commitment, clocks: Clocks) -> date:
    """The first day on which it was in force no more."""
    ends = [row.ended_at.date()] if row.ended_at and row.ended_at <= clocks.asked_at else []
    ends += [row.valid.upper] if row.valid.upper else []
    return min(ends)
