"""Short ways to build what the agreements say, through the verbs where there is one.

Economies and sectors are named by code and made when first asked for. ``BY`` is the operator.
"""

from datetime import date
from itertools import count

from agreements import appointing, concluding
from agreements.acting import Acting, operator
from agreements.models import (
    Agreement,
    Annex,
    AnnexPeriod,
    AnnexStatus,
    Authority,
    Economy,
    EconomyKind,
    Requirement,
    Sector,
    Undertaking,
    UnionMembership,
)
from portal.validity import days

BY = operator("tests")
_numbers = count(1)


def make_economy(code: str, **fields) -> Economy:
    """The economy with that code, made if need be."""
    kind = EconomyKind.UNION if code == "EU" else EconomyKind.COUNTRY
    return Economy.objects.get_or_create(
        code=code, defaults={"name": f"Economy {code}", "kind": kind, **fields}
    )[0]


def make_sector(code: str, covers: tuple[str, ...] = (), **fields) -> Sector:
    """The sector with that code, made if need be."""
    defaults = {"name": code.replace("_", " ").capitalize(), "covers": list(covers), **fields}
    return Sector.objects.get_or_create(code=code, defaults=defaults)[0]


def make_agreement(code: str = "", parties=("US", "GB"), **fields) -> Agreement:
    """An agreement between the economies of these codes; a mapping gives each its side."""
    sides = parties if isinstance(parties, dict) else dict.fromkeys(parties, "")
    return concluding.conclude(
        by=BY,
        code=code or f"TEST-{next(_numbers)}",
        name=fields.pop("name", "Agreement for tests"),
        parties=[(make_economy(party), side) for party, side in sides.items()],
        **fields,
    )


def make_annex(
    code: str = "",
    parties=("US", "GB"),
    sectors=("emc",),
    in_force_from: date | None = date(2000, 1, 1),
    in_force_to: date | None = None,
    status: str = AnnexStatus.IN_FORCE,
    agreement: Agreement | None = None,
    **fields,
) -> Annex:
    """An annex with one period of the status from ``in_force_from`` (None: no period at all)."""
    agreement = agreement or make_agreement(code, parties)
    annex = concluding.add_annex(
        by=BY,
        agreement=agreement,
        code=code or f"{agreement.code}-A{next(_numbers)}",
        title=fields.pop("title", "Annex for tests"),
        sectors=[make_sector(sector) for sector in sectors],
        **fields,
    )
    if in_force_from is not None:
        set_status(annex, status, in_force_from, in_force_to)
    return annex


def set_status(
    annex: Annex, status: str, start: date | None, end: date | None = None, **fields
) -> AnnexPeriod:
    """What the annex's status is over some days."""
    return concluding.set_status(by=BY, annex=annex, status=status, start=start, end=end, **fields)


def make_undertaking(
    importing: str = "US",
    exporting: str = "GB",
    kind: str = "test_report",
    sector: str | None = "emc",
    in_force_from: date | None = date(2000, 1, 1),
    annex: Annex | None = None,
    valid=None,
    **fields,
) -> Undertaking:
    """An undertaking, in an annex of its own between the two where none is given."""
    annex = annex or make_annex(
        parties=(importing, exporting), sectors=(sector,) if sector else (), in_force_from=in_force_from
    )
    return concluding.undertake(
        by=BY,
        annex=annex,
        importing=make_economy(importing),
        exporting=make_economy(exporting),
        kind=kind,
        sector=make_sector(sector) if sector else None,
        valid=valid,
        **fields,
    )


def make_membership(
    member: str = "DE",
    union: str = "EU",
    start: date | None = date(1958, 1, 1),
    end: date | None = None,
    **fields,
) -> UnionMembership:
    """A membership of a union over some days."""
    return concluding.admit(
        by=BY, union=make_economy(union), member=make_economy(member), valid=days(start, end), **fields
    )


def make_authority(
    code: str = "us-nist", economy: str = "US", capacities=("designating",), **fields
) -> Authority:
    """The authority with that code, made if need be."""
    known = Authority.objects.filter(code=code).first()
    return known or appointing.establish(
        by=BY,
        code=code,
        name=fields.pop("name", f"Authority {code}"),
        economy=make_economy(economy),
        capacities=list(capacities),
        **fields,
    )


def make_requirement(
    slug: str = "47-cfr-15", economy: str = "US", sector: str | None = "emc", **fields
) -> Requirement:
    """The requirement with that slug, made if need be."""
    return Requirement.objects.get_or_create(
        slug=slug,
        defaults={
            "economy": make_economy(economy),
            "reference": slug.upper(),
            "sector": make_sector(sector) if sector else None,
            **fields,
        },
    )[0]


def acting_for(authority: Authority, *roles: str) -> Acting:
    """Two people who act for an authority and are no operators."""
    return Acting(
        actor=f"officer of {authority.code}",
        authority_code=authority.code,
        roles=frozenset(roles),
        authority_id=authority.id,
        economy_id=authority.economy_id,
        hands=frozenset({-1, -2}),
    )
