"""What the catalogue says as plain data, for the files beside the pages."""

from agreements.models import Agreement, Economy
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
