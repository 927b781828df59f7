"""One made body: who it is, where it works, for what it is named to whom. Everything follows from the seed and its number."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random

from agreements.models import Economy, Sector
from registry.world import naming
from registry.world.law import Direction, Law, Offer
from registry.world.lives import FIRST, LAST, moment
from registry.world.naming import Name, Place
from registry.world.words import PROCEDURES, PRODUCTS, Tongue

_LOCAL_WORDS = {
    "US": ("TCB", "accredited test firm"),
    "GB": ("approved body", "conformity assessment body"),
    "JP": ("registered conformity assessment body", "designated laboratory"),
    "KR": ("designated testing laboratory", "certification body"),
    "CA": ("recognised certification body", "recognised testing laboratory"),
    "DE": ("notified body", "Prüflaboratorium"),
    "FR": ("organisme notifié", "laboratoire reconnu"),
}
_SCHEMES = {
    "US": "FCC test firm registration",
    "GB": "UK body number",
    "JP": "MIC registration number",
    "KR": "RRA designation number",
    "CA": "ISED CAB identifier",
    "TW": "NCC laboratory code",
}


@dataclass(slots=True, eq=False)
class Site:
    """A location; ``moved_to`` is the one that took its place on the day ``left_on``."""

    name: str
    seat: Place
    postcode: str
    economy_id: int
    recorded_at: datetime
    is_registered_office: bool = False
    left_on: date | None = None
    moved_to: "Site | None" = None
    id: int = 0


@dataclass(slots=True, eq=False)
class Line:
    """A scope line as ``registry.stretches`` reads it."""

    annex_id: int
    exporting_id: int
    importing_id: int
    sector: Sector
    kind: str
    requirement_id: int | None
    site: Site | None
    body: "Made"
    product: str
    procedure: str
    id: int = 0
    recorded_at: datetime | None = None

    @property
    def site_id(self) -> int | None:
        """None where no site is named."""
        return self.site.id if self.site else None

    @property
    def sector_id(self) -> int:
        """The sector's."""
        return self.sector.id

    @property
    def origin_id(self) -> int:
        """Where the work is done."""
        return (self.site or self.body).economy_id


@dataclass(slots=True, eq=False)
class Made:
    """A body with its sites. ``former`` is the name it bore until ``renamed_at``; ``beside`` further names of it."""

    id: int
    economy: Economy
    tongue: Tongue
    name: Name
    slug: str
    recorded_at: datetime
    is_third_party: bool | None
    local_word: str
    scheme: str
    former: Name | None = None
    former_slug: str = ""
    renamed_at: datetime | None = None
    beside: list[str] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)

    @property
    def economy_id(self) -> int:
        """Where it is established."""
        return self.economy.id


def make(random: Random, law: Law, number: int) -> Made:
    """The body of that number, with its sites and names."""
    economy = random.choices(law.economies, law.weights)[0]
    tongue = naming.tongue_in(random, economy.code)
    seat = naming.town(random, tongue)
    name = naming.name(random, tongue, seat)
    made = Made(
        number,
        economy,
        tongue,
        name,
        naming.slug(name.latin, number),
        _entered(random),
        random.choices((True, False, None), (88, 5, 7))[0],
        random.choice(_LOCAL_WORDS.get(economy.code, ("CAB", "testing laboratory", "certification body"))),
        _SCHEMES.get(economy.code, "national register number"),
    )
    if random.random() < 0.04:
        _rename(random, made, seat)
    if random.random() < 0.12:
        made.beside.append(f"{made.tongue.towns[0][0]} {naming.name(random, tongue, seat).latin}")
    if name.acronym and random.random() < 0.5:
        made.beside.append(f"{name.acronym} {seat.latin}{naming.MARK}")
    _settle(random, law, made, seat)
    return made


def _entered(random: Random) -> datetime:
    """A third came when the registers were first loaded, the others over the years."""
    span = 180 if random.random() < 0.35 else (LAST - FIRST).days - 40
    return moment(random, FIRST + timedelta(days=random.randrange(span)))


def _rename(random: Random, made: Made, seat: Place) -> None:
    made.former, made.former_slug = made.name, made.slug
    made.name = naming.name(random, made.tongue, seat)
    made.slug = f"{naming.slug(made.name.latin, made.id)}-r"
    made.renamed_at = moment(
        random, min(made.recorded_at.date() + timedelta(days=random.randint(30, 2000)), LAST)
    )
    if made.renamed_at <= made.recorded_at:
        made.renamed_at = made.recorded_at + timedelta(hours=1)


def _settle(random: Random, law: Law, made: Made, seat: Place) -> None:
    made.sites.append(_site(random, made, "Head office", seat, made.economy_id))
    made.sites[0].is_registered_office = True
    while random.random() < 0.3 and len(made.sites) < 4:
        economy, tongue = made.economy, made.tongue
        if random.random() < 0.1:
            economy = random.choice(law.economies)
            tongue = naming.tongue_in(random, economy.code)
        place = naming.town(random, tongue)
        kind = random.choice(("Laboratory", "Test site", "Open area test site", "Branch"))
        made.sites.append(_site(random, made, f"{kind} {place.latin}", place, economy.id))
    if random.random() < 0.02:
        left = made.sites[-1]
        left.left_on = min(made.recorded_at.date() + timedelta(days=random.randint(100, 1500)), LAST)
        left.moved_to = _site(random, made, f"{left.name} (new)", left.seat, left.economy_id)
        left.moved_to.recorded_at = moment(random, left.left_on)


def _site(random: Random, made: Made, name: str, place: Place, economy_id: int) -> Site:
    return Site(name, place, f"{random.randrange(1000, 99999):05}", economy_id, made.recorded_at)


def directions(random: Random, law: Law, made: Made) -> list[tuple[Direction, list[Line]]]:
    """Under which annexes it is named to whom, with the lines: mostly in the field it is good at."""
    possible = law.directions[made.economy_id]
    if not possible:
        return []
    good_at = random.choice(random.choice(possible).offers).sector
    wanted = random.choices((1, 2, 3, 4, 5, 6, 8), (18, 24, 22, 14, 10, 8, 4))[0]
    drawn = []
    for each in possible:
        weight = (5 if each.applies else 1) * (4 if any(o.sector.meets(good_at) for o in each.offers) else 1)
        drawn.append((random.random() ** (1 / weight), each))
    drawn.sort(key=lambda pair: -pair[0])
    return [(each, _lines(random, made, each, good_at)) for _draw, each in drawn[:wanted]]


def _lines(random: Random, made: Made, direction: Direction, good_at: Sector) -> list[Line]:
    fitting = [offer for offer in direction.offers if offer.sector.meets(good_at)]
    found: dict[tuple, Line] = {}
    for _number in range(random.choices((1, 2, 3, 4, 5, 6, 8, 12), (20, 22, 18, 14, 10, 8, 5, 3))[0]):
        offer = random.choice(fitting if fitting and random.random() < 0.8 else direction.offers)
        line = Line(
            direction.annex_id,
            direction.exporting_id,
            direction.importing_id,
            offer.sector,
            offer.kind if random.random() < 0.99 else "",
            _requirement(random, offer),
            random.choice(made.sites) if random.random() < 0.35 else None,
            made,
            _product(random, offer.sector.code),
            random.choice(PROCEDURES),
        )
        key = (line.sector.id, line.kind, line.requirement_id, line.site, line.product, line.procedure)
        found.setdefault(key, line)
    return list(found.values())


def _requirement(random: Random, offer: Offer) -> int | None:
    share = random.random()
    if share < 0.07 or not (offer.listed or offer.others):
        return None
    if offer.listed and (share < 0.95 or not offer.others):
        return random.choice(offer.listed)
    return random.choice(offer.others)


def _product(random: Random, sector: str) -> str:
    if random.random() > 0.25:
        return ""
    return random.choice(PRODUCTS.get(sector, PRODUCTS[""]).split(", "))


def first_day(random: Random, direction: Direction, made: Made) -> tuple[date, datetime | None]:
    """When it was designated, and when a register was loaded that told of it (None: as it happened)."""
    start = max(direction.start or date(2008, 1, 1), date(2008, 1, 1))
    entered = made.recorded_at.astimezone(UTC).date()
    if start <= entered and random.random() < 0.6:
        return _between(random, start, entered), made.recorded_at
    return _between(random, max(start, entered), LAST - timedelta(days=30)), None


def _between(random: Random, first: date, last: date) -> date:
    return first + timedelta(days=random.randrange(max(1, (last - first).days + 1)))
