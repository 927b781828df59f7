"""Economies, sectors, memberships, authorities and requirements of the catalogue, as rows."""

from agreements.catalogue.reading import Row, rows
from agreements.catalogue.settling import Settling
from agreements.models import (
    Authority,
    Capacity,
    Economy,
    EconomyKind,
    MembershipKind,
    Requirement,
    Sector,
    UnionMembership,
    UnverifiedCandidate,
)


class Places:
    """What the later files refer to by code. Filled by ``load``."""

    def __init__(self):
        self.economies: dict[str, Economy] = {}
        self.sectors: dict[str, Sector] = {}
        self.authorities: dict[str, Authority] = {}
        self.requirements: dict[str, Requirement] = {}


def sourced(row: Row, above=None) -> dict:
    """The fields of Sourced from a row; what the row leaves out comes from the thing it belongs to, but for the note."""
    return {
        "sources": row.get("sources", above.sources if above else []),
        "citation": row.get("citation", above.citation if above else ""),
        "evidence_year": row.get("evidence_year", above.evidence_year if above else None),
        "verified": row.get("verified", above.verified if above else True),
        "note": row.get("note", ""),
    }


def load(settling: Settling) -> Places:
    """Bring economies, sectors, memberships, authorities, requirements and candidates up to date."""
    places = Places()
    places.economies = settling.keep(
        Economy, ("code",), [_economy(row) for row in rows("economies.json", label="code")]
    )
    places.sectors = settling.keep(Sector, ("code",), _sectors())
    settling.settle(
        UnionMembership,
        ("union", "member"),
        [_membership(row, places) for row in rows("memberships.json", label="member")],
    )
    places.authorities = _authorities(settling, places)
    places.requirements = settling.keep(
        Requirement, ("slug",), [_requirement(row, places) for row in rows("requirements.json", label="slug")]
    )
    settling.keep(
        UnverifiedCandidate,
        ("name",),
        [_candidate(row) for row in rows("unverified_candidates.json", label="name")],
        prune=UnverifiedCandidate.objects.all(),
    )
    return places


def _economy(row: Row) -> Economy:
    economy = Economy(
        code=row.get("code"),
        name=row.get("name"),
        local_name=row.get("local_name", ""),
        aliases=row.get("aliases", []),
        kind=row.choice("kind", EconomyKind, EconomyKind.COUNTRY.value),
    )
    row.done()
    return row.checked(economy)


def _sectors() -> list[Sector]:
    read = {row.get("code"): row for row in rows("sectors.json", label="code")}
    sectors = []
    for row in read.values():
        covers = row.get("covers", [])
        for code in covers:
            wider = set(row.named("covers", code, read).get("covers", []))
            if not wider <= set(covers):
                raise row.bad(
                    "covers", f"lists {code} but not what {code} covers: {', '.join(sorted(wider))}"
                )
        sector = Sector(
            code=row.get("code"), name=row.get("name"), aliases=row.get("aliases", []), covers=sorted(covers)
        )
        row.get("why", "")
        row.done()
        sectors.append(row.checked(sector))
    return sectors


def _membership(row: Row, places: Places) -> UnionMembership:
    membership = UnionMembership(
        union=row.one("union", places.economies),
        member=row.one("member", places.economies),
        kind=row.choice("kind", MembershipKind, MembershipKind.MEMBER.value),
        valid=row.days(),
        **sourced(row),
    )
    row.done()
    return row.checked(membership)


def _authorities(settling: Settling, places: Places) -> dict[str, Authority]:
    wanted, successors = [], {}
    read = [row for file in ("authorities.json", "inspectorates.json") for row in rows(file, label="code")]
    for row in read:
        if successor := row.get("successor", ""):
            successors[row.get("code")] = (row, successor)
        wanted.append(_authority(row, places))
    wanted += [_accreditation_body(row, places) for row in rows("accreditation_bodies.csv", label="acronym")]
    by_code = {authority.code: authority for authority in wanted}
    first = [authority for authority in wanted if authority.code not in successors]
    kept = settling.keep(Authority, ("code",), first, unless_said=("successor_id",))
    for code, (row, successor) in successors.items():
        by_code[code].successor = row.named("successor", successor, kept)
    return kept | settling.keep(Authority, ("code",), [by_code[code] for code in successors])


def _authority(row: Row, places: Places) -> Authority:
    capacities = row.get("capacities")
    for capacity in capacities:
        row.named("capacities", capacity, dict.fromkeys(Capacity.values))
    authority = Authority(
        code=row.get("code"),
        name=row.get("name"),
        acronym=row.get("acronym", ""),
        former_names=row.get("former_names", []),
        economy=row.one("economy", places.economies),
        capacities=capacities,
        is_private=row.get("is_private", False),
        name_in_source=row.get("name_in_source", True),
        website=row.get("website", ""),
        **sourced(row),
    )
    row.done()
    return row.checked(authority)


def _accreditation_body(row: Row, places: Places) -> Authority:
    code = row.get("economy")
    authority = Authority(
        code=f"ab-{row.get('acronym').lower()}",
        name=row.get("name"),
        acronym=row.get("acronym"),
        economy=row.named("economy", code, places.economies) if code else None,
        capacities=[Capacity.ACCREDITATION.value],
        verified=False,
        note=_ACCREDITATION_NOTE,
    )
    row.done()
    return row.checked(authority)


_ACCREDITATION_NOTE = (
    "From a compiled list of members of the International Accreditation Forum whose address was not kept. The economy is "
    "given only where the name itself says it."
)


def _requirement(row: Row, places: Places) -> Requirement:
    requirement = Requirement(
        slug=row.get("slug"),
        economy=row.one("economy", places.economies),
        reference=row.get("reference"),
        edition=row.get("edition", ""),
        title=row.get("title", ""),
        kind=row.choice("kind", Requirement.Kind, Requirement.Kind.REGULATION.value),
        sector=row.one("sector", places.sectors, None),
        **sourced(row),
    )
    row.done()
    return row.checked(requirement)


def _candidate(row: Row) -> UnverifiedCandidate:
    candidate = UnverifiedCandidate(name=row.get("name"), why=row.get("why"), sources=row.get("sources"))
    row.done()
    return row.checked(candidate)
