"""What all agreements say, held in memory by register version, so that an answer needs no query for the law itself."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from agreements.models import (
    Annex,
    AnnexPeriod,
    AuthorityRecognition,
    Economy,
    RequirementListing,
    Sector,
    Undertaking,
    UnionMembership,
)
from portal.audit import recording


@dataclass(frozen=True, slots=True)
class Fact:
    """One row with both clocks. Bounds are half-open; None is open."""

    id: int
    start: date | None
    end: date | None
    known_from: datetime | None
    known_to: datetime | None
    row: object

    def known(self, moment: datetime) -> bool:
        """True when the register held the fact at that moment."""
        return (self.known_from is None or self.known_from <= moment) and (
            self.known_to is None or moment < self.known_to
        )

    def true_on(self, day: date) -> bool:
        """True when the fact holds on that day."""
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


class Texts:
    """Everything the agreements floor says, indexed for the questions put to it. Read-only; see ``current``."""

    def __init__(self):
        self.economies = {economy.id: economy for economy in Economy.objects.all()}
        self.economy_by_code = {economy.code: economy for economy in self.economies.values()}
        self.sectors = {sector.id: sector for sector in Sector.objects.all()}
        self.sector_by_code = {sector.code: sector for sector in self.sectors.values()}
        self.annexes = {annex.id: annex for annex in Annex.objects.select_related("agreement")}
        self.periods = _grouped(AnnexPeriod.objects.order_by("valid"), lambda row: row.annex_id)
        self.undertakings = _grouped(
            Undertaking.objects.order_by("annex__code", "kind", "sector__name"),
            lambda row: (row.importing_id, row.exporting_id),
        )
        self.memberships = _grouped(UnionMembership.objects.order_by("valid"), lambda row: row.member_id)
        self.listings = _grouped(
            RequirementListing.objects.all(), lambda row: (row.annex_id, row.importing_id)
        )
        self.authority_recognitions = _grouped(
            AuthorityRecognition.objects.select_related("authority__economy").order_by("authority__name"),
            lambda row: row.annex_id,
        )

    def candidates(self, *, annex_id, importing_id, exporting_id, kind, sector) -> list[Fact]:
        """Undertakings of an annex in one direction for a kind ("" for any) and a sector, whenever true or known."""
        return [
            fact
            for fact in self.undertakings[(importing_id, exporting_id)]
            if fact.row.annex_id == annex_id and self.speaks_of(fact.row, kind, sector)
        ]

    def speaks_of(self, undertaking: Undertaking, kind: str, sector: Sector | None) -> bool:
        """True when the undertaking is of that kind ("" for any) and its sector meets the one asked (None for any)."""
        if kind and undertaking.kind != kind:
            return False
        if sector is None or undertaking.sector_id is None:
            return True
        return self.sectors[undertaking.sector_id].meets(sector)

    def parties_of(self, economy_id: int, day: date, moment: datetime) -> dict[int, Fact | None]:
        """Under which parties an economy stands on a day: itself, and each union it belongs to (with the membership)."""
        parties: dict[int, Fact | None] = {economy_id: None}
        for fact in self.memberships[economy_id]:
            if fact.known(moment) and fact.true_on(day):
                parties[fact.row.union_id] = fact
        return parties

    def sectors_meeting(self, sector: Sector) -> list[int]:
        """The ids of all sectors that lie inside the given one or around it, itself included."""
        return [other.id for other in self.sectors.values() if other.meets(sector)]


def _grouped(rows, key) -> defaultdict:
    groups = defaultdict(list)
    for row in rows:
        fact = Fact(row.id, row.valid.lower, row.valid.upper, row.recorded.lower, row.recorded.upper, row)
        groups[key(row)].append(fact)
    return groups


_held: tuple[int, Texts] | None = None


def current() -> Texts:
    """The texts as of the newest act of the agreements room. One short query while nothing has changed."""
    global _held
    version = recording.latest("agreements")
    if _held is None or _held[0] != version:
        _held = (version, Texts())
    return _held[1]


def with_annex(annex_id: int) -> Texts:
    """The texts in memory if they know the annex: enough for what never changes of it, its code and its parties' names."""
    return _held[1] if _held is not None and annex_id in _held[1].annexes else current()


def forget() -> None:
    """Drop what is held, for whoever changed the tables behind the verbs (a restored database, a test)."""
    global _held
    _held = None
