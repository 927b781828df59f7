"""What the catalogue says as plain data, the same for files and API."""

from agreements.models import Agreement, Authority, Economy, Requirement
from agreements.portraying import AnnexPortrait, EconomyPortrait


def span(row) -> dict:
    """The days of a fact, [from, to)."""
    return {"from": row.valid.lower, "to": row.valid.upper}


def sourced(row) -> dict:
    """Where a fact comes from."""
    return {
        "sources": row.sources,
        "citation": row.citation,
        "evidence_year": row.evidence_year,
        "verified": row.verified,
        "origin": row.origin,
        "note": row.note,
    }


def agreement(row: Agreement, annexes: list[AnnexPortrait]) -> dict:
    """One agreement in a list."""
    return {
        "code": row.code,
        "name": row.name,
        "form": row.form,
        "parties_kind": row.parties_kind,
        "parties": [party.economy.code for party in row.party_rows.all()],
        "signed": row.signed or None,
        "entry_into_force": row.entry_into_force or None,
        "operational": row.operational or None,
        "annexes": [
            {
                "code": one.annex.code,
                "title": one.annex.title,
                "sectors": [sector.code for sector in one.annex.sectors.all()],
                "status": one.status.status if one.status else "not_in_force",
            }
            for one in annexes
        ],
        **sourced(row),
    }


def annex(one: AnnexPortrait) -> dict:
    """One annex, whole."""
    return {
        "code": one.annex.code,
        "title": one.annex.title,
        "sectors": [sector.code for sector in one.annex.sectors.all()],
        "status": one.status.status if one.status else "not_in_force",
        "periods": [
            {
                "status": row.status,
                **span(row),
                "since": row.since or None,
                "reason": row.reason,
                **sourced(row),
            }
            for row in one.periods
        ],
        "undertakings": [
            {
                "importing": row.importing.code,
                "exporting": row.exporting.code,
                "kind": row.kind,
                "sector": row.sector.code if row.sector else None,
                "phase": row.phase or None,
                "third_party_only": row.third_party_only,
                "accreditation_required": row.accreditation_required,
                **span(row),
                **sourced(row),
            }
            for row in one.undertakings
        ],
        "conditions": [
            {"kind": row.kind, "text": row.text, **span(row), **sourced(row)} for row in one.conditions
        ],
        "requirements": [
            {"importing": row.importing.code, "requirement": row.requirement.slug, **span(row)}
            for row in one.listings
        ],
        "time_limits": [
            {
                "key": row.key,
                "value": row.value,
                "unit": row.unit,
                "runs": row.runs,
                "meaning": row.meaning,
                "superseded": row.superseded,
                **sourced(row),
            }
            for row in one.annex.time_limits.all()
        ],
        "recognised_authorities": [
            {
                "authority": row.authority.code,
                "name": row.authority.name,
                "importing": row.importing.code,
                "product_class": row.product_class,
                "status": row.status,
                "since": row.since or None,
                **span(row),
                **sourced(row),
            }
            for row in one.authority_recognitions
        ],
        "authorities": [
            {"economy": row.economy.code, "authority": row.authority.code, "capacity": row.capacity}
            for row in one.authorities
        ],
        **sourced(one.annex),
    }


def economy(row: Economy) -> dict:
    """One economy."""
    return {
        "code": row.code,
        "name": row.name,
        "local_name": row.local_name or None,
        "aliases": row.aliases,
        "kind": row.kind,
    }


def economy_whole(portrait: EconomyPortrait) -> dict:
    """One economy with both directions on the asked day."""

    def undertakings(rows, other):
        return [
            {
                "partner": getattr(row, other).code,
                "annex": row.annex.code,
                "kind": row.kind,
                "sector": row.sector.code if row.sector else None,
                "annex_status": portrait.statuses[row.annex_id].status
                if row.annex_id in portrait.statuses
                else "not_in_force",
            }
            for row in rows
        ]

    return {
        **economy(portrait.economy),
        "memberships": [
            {"union": row.union.code, "kind": row.kind, **span(row), **sourced(row)}
            for row in portrait.memberships
        ],
        "accepts": undertakings(portrait.accepts, "exporting"),
        "accepted_by": undertakings(portrait.accepted_by, "importing"),
    }


def authority(row: Authority) -> dict:
    """One authority."""
    return {
        "code": row.code,
        "name": row.name,
        "acronym": row.acronym or None,
        "economy": row.economy.code if row.economy else None,
        "capacities": row.capacities,
        "private": row.is_private,
        "name_in_source": row.name_in_source,
        "former_names": row.former_names,
        "successor": row.successor.code if row.successor else None,
        **sourced(row),
    }


def requirement(row: Requirement) -> dict:
    """One requirement in its edition."""
    return {
        "slug": row.slug,
        "reference": row.reference,
        "edition": row.edition or None,
        "title": row.title,
        "kind": row.kind,
        "economy": row.economy.code if row.economy else None,
        "sector": row.sector.code if row.sector else None,
        **sourced(row),
    }
