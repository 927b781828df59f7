"""How facts of the agreements floor are put as plain data."""

from datetime import date, datetime

from agreements.models import AnnexStatus, Economy, Sector
from agreements.texts import Fact, Texts
from portal.endpoints.describing import (
    DAY,
    ECONOMY,
    FLAG,
    TEXT,
    YEAR,
    many,
    optional,
    shape,
)

SECTOR = shape(code=TEXT, name=TEXT)
PERIOD = shape(**{"from": DAY, "to": DAY})
SOURCED = {"citation": TEXT, "sources": many(TEXT), "evidence_year": YEAR, "verified": FLAG}
UNDERTAKING = shape(
    importing=ECONOMY,
    exporting=ECONOMY,
    kind=TEXT,
    sector=optional(SECTOR),
    phase=TEXT,
    accreditation_required=FLAG,
    third_party_only=FLAG,
    **{"from": DAY, "to": DAY},
    in_force=FLAG,
    note=TEXT,
    **SOURCED,
)


def economy(row: Economy) -> dict:
    """An economy in short."""
    return {"code": row.code, "name": row.name}


def sector(row: Sector | None) -> dict | None:
    """A sector in short."""
    return {"code": row.code, "name": row.name} if row else None


def sourced(row) -> dict:
    """Where a fact comes from and how sure it is."""
    return {
        "citation": row.citation,
        "sources": row.sources,
        "evidence_year": row.evidence_year,
        "verified": row.verified,
    }


def undertaking(fact: Fact, texts: Texts, day: date, applies: bool) -> dict:
    """An undertaking as the text has it; in force when the annex applies and the day lies inside."""
    row = fact.row
    return {
        "importing": economy(texts.economies[row.importing_id]),
        "exporting": economy(texts.economies[row.exporting_id]),
        "kind": row.kind,
        "sector": sector(texts.sectors.get(row.sector_id)),
        "phase": row.phase,
        "accreditation_required": row.accreditation_required,
        "third_party_only": row.third_party_only,
        "from": fact.start,
        "to": fact.end,
        "in_force": applies and fact.true_on(day),
        "note": row.note,
        **sourced(row),
    }


def annex_status(annex_id: int, texts: Texts, day: date, moment: datetime) -> str:
    """The annex's status on the day; ``not_in_force`` on a day in no period."""
    periods = (fact for fact in texts.periods[annex_id] if fact.known(moment) and fact.true_on(day))
    return next((fact.row.status for fact in periods), "not_in_force")


def applies(status: str) -> bool:
    """True for a status in which the annex obliges its parties."""
    return status in AnnexStatus.applying()
