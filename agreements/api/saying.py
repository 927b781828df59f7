"""How facts of the agreements floor are put as plain data."""

from datetime import date, datetime

from agreements.acceptance import Step, UndertakingAnswer
from agreements.models import AnnexStatus, Economy, Sector
from agreements.texts import Fact, Texts
from portal.endpoints.describing import (
    DAY,
    ECONOMY,
    FLAG,
    TEXT,
    YEAR,
    many,
    one_of,
    optional,
    shape,
)

VERDICTS = ("accepted", "not_accepted", "cannot_be_told")
OUTCOMES = ("met", "not_met", "not_on_file", "note")
SECTOR = shape(code=TEXT, name=TEXT)
PERIOD = shape(**{"from": DAY, "to": DAY})
SOURCED = {"citation": TEXT, "sources": many(TEXT), "evidence_year": YEAR, "verified": FLAG}
STEP = shape(
    step=TEXT,
    label=TEXT,
    outcome=one_of(OUTCOMES),
    sentence=TEXT,
    **{"from": DAY, "to": DAY},
    citation=TEXT,
    sources=many(TEXT),
    evidence_year=YEAR,
)
UNDERTAKING_ANSWER = shape(
    agreement=TEXT,
    annex=TEXT,
    importing=TEXT,
    exporting=TEXT,
    kind=TEXT,
    sector=optional(SECTOR),
    verdict=one_of(VERDICTS),
    standing=TEXT,
    chain=many(STEP),
)
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


def step(row: Step) -> dict:
    """A step of a chain."""
    return {
        "step": row.step,
        "label": row.label,
        "outcome": str(row.outcome),
        "sentence": row.sentence,
        "from": row.start,
        "to": row.end,
        "citation": row.citation,
        "sources": row.sources,
        "evidence_year": row.evidence_year,
    }


def sourced(row) -> dict:
    """Where a fact comes from and how sure it is."""
    return {
        "citation": row.citation,
        "sources": row.sources,
        "evidence_year": row.evidence_year,
        "verified": row.verified,
    }


def undertaking_answer(said: UndertakingAnswer, texts: Texts) -> dict:
    """What one undertaking says for the pair asked about."""
    row = said.undertaking
    return {
        "agreement": said.annex.agreement.code,
        "annex": said.annex.code,
        "importing": texts.economies[row.importing_id].code,
        "exporting": texts.economies[row.exporting_id].code,
        "kind": row.kind,
        "sector": sector(texts.sectors.get(row.sector_id)),
        "verdict": said.answer.verdict,
        "standing": str(said.answer.standing),
        "chain": [step(each) for each in said.answer.chain],
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
