"""What the catalogue lets happen in a made world: who may be designated to whom, under what, for which requirements."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from agreements import texts as agreement_texts
from agreements.acting import Acting
from agreements.models import (
    Annex,
    AnnexAuthority,
    AnnexStatus,
    Authority,
    Capacity,
    Economy,
    Origin,
    Requirement,
    RequirementListing,
    ResultKind,
    Sector,
)
from portal.audit import recording
from portal.validity import moments
from portal.verbs import verb
from registry.world import words

# What laboratories and certifiers do; inspectorates and batch release are authorities' work.
KINDS = frozenset(
    {
        ResultKind.TEST_REPORT,
        ResultKind.CERTIFICATE,
        ResultKind.TYPE_APPROVAL,
        ResultKind.INSPECTION_REPORT,
        ResultKind.FACTORY_INSPECTION,
    }
)
# For texts whose source names no sector.
_USUAL = ("emc", "radio", "electrical_safety", "machinery", "medical_devices", "pressure_equipment")
_PER_SECTOR = 7
# A partner's list is not on file everywhere.
_WITHOUT_LIST = 6
# The catalogue does not name the authority everywhere.
_NOBODY = (None, "")


@dataclass(frozen=True, slots=True)
class Offer:
    """A kind of result in a sector that a text covers, with the requirements that lines may name: listed ones and others."""

    kind: str
    sector: Sector
    listed: tuple[int, ...]
    others: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Direction:
    """An annex from one party to another. ``start`` is the first day on which something is on file of it, or None."""

    annex_id: int
    exporting_id: int
    importing_id: int
    start: date | None
    applies: bool
    offers: tuple[Offer, ...]
    designating: tuple[int | None, str]
    regulatory: tuple[int | None, str]


class Law:
    """The catalogue as makers of a world read it. Read-only; the same for the same catalogue, in one order."""

    def __init__(self):
        self.texts = agreement_texts.current()
        self.economies = [
            economy for economy in Economy.objects.order_by("code") if economy.code in words.WEIGHTS
        ]
        self.weights = [words.WEIGHTS[economy.code] for economy in self.economies]
        self.references = dict(Requirement.objects.values_list("id", "reference"))
        self._listed = defaultdict(tuple)
        for facts in self.texts.listings.values():
            for fact in facts:
                place = (fact.row.annex_id, fact.row.importing_id, fact.row.requirement_id)
                self._listed[place] += ((fact.start, fact.end, fact.known_from, fact.known_to),)
        self._authorities = _by_place()
        self._requirements = _by_market()
        self._annexes = {annex.id: annex for annex in Annex.objects.prefetch_related("sectors")}
        exporting = defaultdict(list)
        for direction in self._directions():
            exporting[direction.exporting_id].append(direction)
        self.directions = {economy.id: self._open_to(economy.id, exporting) for economy in self.economies}
        self.accreditors = _accreditors(self.economies)

    def how_listed(self, annex_id: int, importing_id: int, requirement_id: int | None):
        """Equal for requirements that stand on a partner's list, or outside it, over the same days and moments."""
        if requirement_id is None:
            return None
        return self._listed.get((annex_id, importing_id, requirement_id), ())

    def _open_to(self, economy_id: int, exporting) -> list[Direction]:
        """Directions for bodies of an economy: its own, and those of the unions it belongs to."""
        unions = {fact.row.union_id for fact in self.texts.memberships[economy_id] if fact.end is None}
        found = [each for party in sorted({economy_id, *unions}) for each in exporting[party]]
        return [each for each in found if each.importing_id != economy_id]

    def _directions(self) -> list[Direction]:
        found = []
        for (importing, exporting), facts in sorted(self.texts.undertakings.items()):
            by_annex = defaultdict(list)
            for fact in facts:
                if fact.row.kind in KINDS:
                    by_annex[fact.row.annex_id].append(fact.row)
            for annex_id, undertakings in sorted(by_annex.items()):
                found.append(self._direction(annex_id, exporting, importing, undertakings))
        return found

    def _direction(self, annex_id: int, exporting: int, importing: int, undertakings: list) -> Direction:
        periods = self.texts.periods[annex_id]
        starts = [fact.start for fact in periods]
        return Direction(
            annex_id,
            exporting,
            importing,
            min(starts) if starts and None not in starts else None,
            any(fact.row.status in AnnexStatus.applying() and fact.end is None for fact in periods),
            tuple(
                self._offer(annex_id, importing, undertaking.kind, sector)
                for undertaking in sorted(undertakings, key=lambda row: row.id)
                for sector in self._sectors(annex_id, undertaking)
            ),
            self._authorities.get((annex_id, exporting, Capacity.DESIGNATING), _NOBODY),
            self._authorities.get((annex_id, importing, Capacity.REGULATORY), _NOBODY),
        )

    def _sectors(self, annex_id: int, undertaking) -> list[Sector]:
        if undertaking.sector_id:
            return [self.texts.sectors[undertaking.sector_id]]
        return sectors_of(self._annexes[annex_id], self.texts)

    def _offer(self, annex_id: int, importing: int, kind: str, sector: Sector) -> Offer:
        everything = self._requirements[(importing, sector.id)]
        on_list = {fact.row.requirement_id for fact in self.texts.listings[(annex_id, importing)]}
        listed = tuple(each for each in everything if each in on_list) or tuple(sorted(on_list))
        return Offer(kind, sector, listed, tuple(each for each in everything if each not in on_list))


def sectors_of(annex: Annex, texts) -> list[Sector]:
    """The sectors of an annex, or the usual ones where no source names them."""
    named = sorted(annex.sectors.all(), key=lambda sector: sector.code)
    return named or [texts.sector_by_code[code] for code in _USUAL if code in texts.sector_by_code]


def _by_place() -> dict[tuple, tuple[int, str]]:
    """(annex, economy, capacity) to the id and name of the authority there."""
    rows = AnnexAuthority.objects.order_by("-authority__code").select_related("authority")
    return {
        (row.annex_id, row.economy_id, row.capacity): (row.authority_id, row.authority.name) for row in rows
    }


def _by_market() -> defaultdict:
    """(economy, sector) to the ids of the sample requirements there."""
    found = defaultdict(list)
    for row in Requirement.objects.filter(origin=Origin.SAMPLE).order_by("slug"):
        found[(row.economy_id, row.sector_id)].append(row.id)
    return found


def _accreditors(economies: list[Economy]) -> dict[int, list[Authority]]:
    """Who accredits in an economy: its own accreditation bodies, or else the three first by code that belong to none."""
    everyone = list(Authority.objects.filter(capacities__contains=[Capacity.ACCREDITATION]).order_by("code"))
    unbound = [each for each in everyone if each.economy_id is None][:3]
    return {
        economy.id: [each for each in everyone if each.economy_id == economy.id] or unbound
        for economy in economies
    }


@verb(room="agreements")
def list_requirements(*, by: Acting) -> int:
    """Give every market sample requirements, and most partners a list of them under each annex. Returns how many were made.

    Nothing is listed under an annex whose list the catalogue holds.
    """
    texts = agreement_texts.current()
    held = {key for key, facts in texts.listings.items() if facts}
    places = _places(texts)
    made = Requirement.objects.bulk_create(_requirements(texts, places))
    markets = defaultdict(list)
    for requirement in made:
        markets[(requirement.economy_id, requirement.sector_id)].append(requirement)
    listed = [place for n, place in enumerate(places) if place not in held and n % _WITHOUT_LIST]
    RequirementListing.objects.bulk_create(
        # Known since ever, as the first edition of the catalogue is: answers about the past need them.
        RequirementListing(
            annex_id=annex_id,
            importing_id=importing,
            requirement=requirement,
            recorded=moments(),
            origin=Origin.SAMPLE,
        )
        for annex_id, importing in listed
        for sector_id in places[(annex_id, importing)]
        # The last of each is on nobody's list.
        for requirement in markets[(importing, sector_id)][:-1]
    )
    recording.record(by=by, target=made[0], after={"requirements": len(made), "lists": len(listed)})
    return len(made)


def _places(texts) -> dict[tuple[int, int], dict[int, None]]:
    """(annex, importing party) to the ids of the sectors in which lines may lie there."""
    annexes = {annex.id: annex for annex in Annex.objects.prefetch_related("sectors")}
    found = defaultdict(dict)
    for (importing, _exporting), facts in sorted(texts.undertakings.items()):
        for fact in facts:
            if fact.row.kind in KINDS:
                annex = annexes[fact.row.annex_id]
                sectors = (
                    [fact.row.sector_id] if fact.row.sector_id else [s.id for s in sectors_of(annex, texts)]
                )
                found[(annex.id, importing)].update(dict.fromkeys(sectors))
    return dict(found)


def _requirements(texts, places) -> list[Requirement]:
    first = (Requirement.objects.aggregate(last=Max("id"))["last"] or 0) + 1
    found, markets = (
        [],
        {(importing, sector) for (_annex, importing), those in places.items() for sector in those},
    )
    for economy_id, sector_id in sorted(markets):
        economy, sector = texts.economies[economy_id], texts.sectors[sector_id]
        products = words.PRODUCTS.get(sector.code, words.PRODUCTS[""]).split(", ")
        for number in range(_PER_SECTOR):
            n = len(found)
            title = words.TITLES[n % len(words.TITLES)].format(
                words.TOPICS[n * 7 % len(words.TOPICS)], products[n % len(products)]
            )
            label = "".join(part[0] for part in sector.code.split("_")).upper()
            found.append(
                Requirement(
                    id=first + n,
                    slug=f"sample-{economy.code}-{sector.code}-{number + 1}".lower().replace("_", "-"),
                    economy=economy,
                    reference=f"{economy.code}-{label} {sector_id}{number + 1:02} (sample)",
                    edition=str(2012 + n % 12) if n % 3 else "",
                    title=title[0].upper() + title[1:] + " (sample)",
                    kind=Requirement.Kind.STANDARD if n % 2 else Requirement.Kind.REGULATION,
                    sector=sector,
                    origin=Origin.SAMPLE,
                )
            )
    return found
