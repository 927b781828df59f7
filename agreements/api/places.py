"""Economies, authorities and requirements."""

from django.http import Http404

from agreements import listing, texts
from agreements.api import saying
from agreements.filters import AuthorityFilters, EconomyFilters, RequirementFilters
from portal.endpoints import Endpoint, ListEndpoint
from portal.endpoints.describing import (
    DAY,
    ECONOMY,
    FLAG,
    MOMENT,
    PAGES,
    TEXT,
    describe,
    many,
    optional,
    paged,
    parameter,
    shape,
)

_ECONOMY = {"code": TEXT, "name": TEXT, "local_name": TEXT, "aliases": many(TEXT), "kind": TEXT, "url": TEXT}
_MEMBERSHIP = shape(union=ECONOMY, member=ECONOMY, kind=TEXT, **{"from": DAY, "to": DAY}, **saying.SOURCED)
_PAIR = shape(agreement=TEXT, annex=TEXT, status=TEXT, **saying.UNDERTAKING["properties"])
_COVERAGE = shape(side=TEXT, source=TEXT, as_of=DAY, loaded_at=MOMENT, statement=TEXT)
_AUTHORITY = {
    "code": TEXT,
    "name": TEXT,
    "acronym": TEXT,
    "former_names": many(TEXT),
    "economy": optional(ECONOMY),
    "capacities": many(TEXT),
    "is_private": FLAG,
    "successor": optional(TEXT),
    "website": TEXT,
}
_ROLE = shape(agreement=TEXT, annex=TEXT, economy=ECONOMY, capacity=TEXT, remark=TEXT)
_INSPECTS = shape(
    annex=TEXT,
    importing=ECONOMY,
    product_class=TEXT,
    status=TEXT,
    since=TEXT,
    **{"from": DAY, "to": DAY},
    **saying.SOURCED,
)
_REQUIREMENT = {
    "slug": TEXT,
    "reference": TEXT,
    "edition": TEXT,
    "title": TEXT,
    "kind": TEXT,
    "economy": optional(ECONOMY),
    "sector": optional(saying.SECTOR),
}
_LISTING = shape(annex=TEXT, importing=ECONOMY, **{"from": DAY, "to": DAY}, in_force=FLAG, **saying.SOURCED)


@describe(
    "economies_list",
    "Economies",
    paged(shape(**_ECONOMY)),
    parameter("kind", "country, customs_territory or union."),
    parameter("q", "Part of the name."),
    *PAGES,
)
class Economies(ListEndpoint):
    """Countries, customs territories and unions."""

    order = (("name", str), ("id", int))

    def rows(self, request):
        """The economies that the parameters ask for."""
        return EconomyFilters(request.query_params, listing.economies(), texts=texts.current()).checked()

    def shown(self, rows, request):
        """Each in short."""
        return map(_economy, rows)


@describe(
    "economies_read",
    "One economy",
    shape(
        **_ECONOMY,
        memberships=many(_MEMBERSHIP),
        members=many(_MEMBERSHIP),
        accepts=many(_PAIR),
        accepted_by=many(_PAIR),
        coverage=many(_COVERAGE),
    ),
    parameter("code", "Code of the economy.", path=True),
    missing=True,
)
class EconomyDetail(Endpoint):
    """One economy: its unions, its members, what it accepts from whom and who accepts its results."""

    def answer(self, request, *, code):
        """The economy as of both clocks."""
        held = texts.current()
        row = held.economy_by_code.get(code.upper())
        if row is None:
            raise Http404
        memberships = [
            fact
            for facts in held.memberships.values()
            for fact in facts
            if fact.known(request.clocks.asked_at)
        ]
        undertakings = [
            fact
            for facts in held.undertakings.values()
            for fact in facts
            if fact.known(request.clocks.asked_at)
        ]
        return {
            **_economy(row),
            "memberships": [_membership(fact, held) for fact in memberships if fact.row.member_id == row.id],
            "members": [_membership(fact, held) for fact in memberships if fact.row.union_id == row.id],
            "accepts": [_pair(f, held, request.clocks) for f in undertakings if f.row.importing_id == row.id],
            "accepted_by": [
                _pair(f, held, request.clocks) for f in undertakings if f.row.exporting_id == row.id
            ],
            "coverage": [_coverage(each) for each in listing.coverage_of(row)],
        }


@describe(
    "authorities_list",
    "Authorities",
    paged(shape(**_AUTHORITY)),
    parameter("economy", "Code of its economy."),
    parameter("capacity", "designating, regulatory, accreditation, inspectorate or contact_point."),
    parameter("q", "Words of the name or the acronym."),
    *PAGES,
)
class Authorities(ListEndpoint):
    """Who designates, regulates, accredits, inspects."""

    order = (("name", str), ("id", int))

    def rows(self, request):
        """The authorities that the parameters ask for."""
        return AuthorityFilters(request.query_params, listing.authorities(), texts=texts.current()).checked()

    def shown(self, rows, request):
        """Each in short."""
        return map(_authority, rows)


@describe(
    "authorities_read",
    "One authority",
    shape(**_AUTHORITY, roles=many(_ROLE), recognitions=many(_INSPECTS), note=TEXT, **saying.SOURCED),
    parameter("code", "Code of the authority.", path=True),
    missing=True,
)
class AuthorityDetail(Endpoint):
    """One authority: under which annexes it acts, and which partners recognise its inspections."""

    def answer(self, request, *, code):
        """The authority as of both clocks."""
        row = listing.authorities().filter(code=code).first()
        if row is None:
            raise Http404
        return {
            **_authority(row),
            "roles": [_role(each) for each in listing.authority_roles(row)],
            "recognitions": [
                _recognition(each) for each in listing.authority_recognitions(row, request.clocks)
            ],
            "note": row.note,
            **saying.sourced(row),
        }


@describe(
    "requirements_list",
    "Requirements",
    paged(shape(**_REQUIREMENT)),
    parameter("economy", "Code of the economy that sets it."),
    parameter("sector", "Code of a sector."),
    parameter("q", "Words of the reference or the title."),
    *PAGES,
)
class Requirements(ListEndpoint):
    """Technical regulations and standards, by edition."""

    order = (("reference", str), ("edition", str), ("id", int))

    def rows(self, request):
        """The requirements that the parameters ask for."""
        return RequirementFilters(
            request.query_params, listing.requirements(), texts=texts.current()
        ).checked()

    def shown(self, rows, request):
        """Each in short."""
        return map(_requirement, rows)


@describe(
    "requirements_read",
    "One requirement",
    shape(**_REQUIREMENT, listings=many(_LISTING), note=TEXT, **saying.SOURCED),
    parameter("slug", "Slug of the requirement.", path=True),
    missing=True,
)
class RequirementDetail(Endpoint):
    """One requirement and the lists on which it stands."""

    def answer(self, request, *, slug):
        """The requirement as of both clocks."""
        row = listing.requirements().filter(slug=slug).first()
        if row is None:
            raise Http404
        listings = [_listing(each, request.clocks) for each in listing.listings_of(row, request.clocks)]
        return {**_requirement(row), "listings": listings, "note": row.note, **saying.sourced(row)}


def _economy(row) -> dict:
    return {
        "code": row.code,
        "name": row.name,
        "local_name": row.local_name,
        "aliases": row.aliases,
        "kind": row.kind,
        "url": row.get_absolute_url(),
    }


def _membership(fact, held) -> dict:
    return {
        "union": saying.economy(held.economies[fact.row.union_id]),
        "member": saying.economy(held.economies[fact.row.member_id]),
        "kind": fact.row.kind,
        "from": fact.start,
        "to": fact.end,
        **saying.sourced(fact.row),
    }


def _pair(fact, held, clocks) -> dict:
    annex = held.annexes[fact.row.annex_id]
    status = saying.annex_status(annex.id, held, clocks.on, clocks.asked_at)
    said = saying.undertaking(fact, held, clocks.on, saying.applies(status))
    return {"agreement": annex.agreement.code, "annex": annex.code, "status": status, **said}


def _coverage(row) -> dict:
    return {
        "side": row.side,
        "source": row.source_name,
        "as_of": row.as_of,
        "loaded_at": row.loaded_at,
        "statement": row.statement,
    }


def _authority(row) -> dict:
    return {
        "code": row.code,
        "name": row.name,
        "acronym": row.acronym,
        "former_names": row.former_names,
        "economy": saying.economy(row.economy) if row.economy else None,
        "capacities": row.capacities,
        "is_private": row.is_private,
        "successor": row.successor.code if row.successor else None,
        "website": row.website,
    }


def _role(row) -> dict:
    return {
        "agreement": row.annex.agreement.code,
        "annex": row.annex.code,
        "economy": saying.economy(row.economy),
        "capacity": row.capacity,
        "remark": row.remark,
    }


def _recognition(row) -> dict:
    return {
        "annex": row.annex.code,
        "importing": saying.economy(row.importing),
        "product_class": row.product_class,
        "status": row.status,
        "since": row.since,
        "from": row.valid.lower,
        "to": row.valid.upper,
        **saying.sourced(row),
    }


def _requirement(row) -> dict:
    return {
        "slug": row.slug,
        "reference": row.reference,
        "edition": row.edition,
        "title": row.title,
        "kind": row.kind,
        "economy": saying.economy(row.economy) if row.economy else None,
        "sector": saying.sector(row.sector),
    }


def _listing(row, clocks) -> dict:
    return {
        "annex": row.annex.code,
        "importing": saying.economy(row.importing),
        "from": row.valid.lower,
        "to": row.valid.upper,
        "in_force": clocks.on in row.valid,
        **saying.sourced(row),
    }
