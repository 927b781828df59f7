"""Answers as plain data, the same words for files and API."""

from agreements.acceptance import Question, UndertakingAnswer
from agreements.models import Coverage
from portal.clocks import Clocks
from registry import naming
from registry.directory.listed import Listed
from registry.finding import Findings, Result
from registry.listing import Portrait, decision_told, decisions_as_told, state_as_known, state_by

DISCLAIMER = "Information, not a legal decision."


def question(asked: Question) -> dict:
    """What was asked, with both clocks."""
    clocks = asked.clocks
    return {
        "importing": asked.importing.code,
        "exporting": asked.exporting.code,
        "kind": asked.kind or None,
        "sector": asked.sector.code if asked.sector else None,
        "requirement": asked.requirement.slug if asked.requirement else None,
        "q": asked.words or None,
        "on": clocks.on,
        "known_at": clocks.known_at,
    }


def findings(found: Findings) -> dict:
    """The whole answer to a question."""
    return {
        "question": question(found.question),
        "counts": found.counts,
        "undertakings": [undertaking(said) for said in found.undertakings],
        "results": [result(one, found.question) for one in found.results],
        "coverage": [coverage(row) for row in found.coverage],
        "disclaimer": DISCLAIMER,
    }


def undertaking(said: UndertakingAnswer) -> dict:
    """What one text says for the pair."""
    row = said.undertaking
    return {
        "agreement": said.annex.agreement.code,
        "annex": said.annex.code,
        "importing": said.importing.code,
        "exporting": said.exporting.code,
        "kind": row.kind,
        "sector": said.sector.code if said.sector else None,
        "verdict": said.answer.verdict,
        "standing": str(said.answer.standing),
        "chain": said.answer.told,
    }


def result(one: Result, asked: Question) -> dict:
    """One body's scope line, or one inspectorate, with verdict, reason and chain."""
    common = {
        "verdict": one.verdict,
        "standing": str(one.standing),
        "standing_words": one.standing_words,
        "reason": one.reason,
        "chain": one.answer.told,
        "annex": one.annex.code,
        "agreement": one.annex.agreement.code,
    }
    return {**(_line(one) if one.line else _inspectorate(one)), **common}


def _line(one: Result) -> dict:
    line, row, known = one.line, one.row, one.body
    return {
        "type": "body",
        "body": {
            "id": known.id,
            "name": known.name,
            "slug": known.slug,
            "economy": one.economy.code,
            "sample": line.body.is_sample,
        },
        "site": {"id": line.site_id, "name": str(line.site)} if line.site_id else None,
        "kind": line.kind or None,
        "sector": line.sector.code,
        "requirement": line.requirement.slug if line.requirement else None,
        "product": line.product or None,
        "valid": {"from": row.valid.lower, "to": row.valid.upper},
    }


def _inspectorate(one: Result) -> dict:
    authority = one.authority
    return {
        "type": "authority",
        "body": {
            "id": f"authority:{authority.id}",
            "name": authority.name,
            "slug": authority.code,
            "economy": authority.economy.code,
            "sample": False,
        },
        "site": None,
        "kind": one.undertaking.kind,
        "sector": one.product_class,
        "requirement": None,
        "product": None,
        "valid": None,
    }


def coverage(row: Coverage) -> dict:
    """How complete the register is for an economy's side."""
    return {
        "economy": row.economy.code,
        "side": row.side,
        "source": row.source_name,
        "as_of": row.as_of,
        "statement": row.statement,
    }


def body(row) -> dict:
    """One body in a list, under the name and address that it had on file at the asked moment."""
    return {
        "id": row.id,
        "name": row.shown_name,
        "slug": row.shown_slug,
        "local_name": row.shown_local_name or None,
        "economy": row.economy.code,
        "local_word": row.local_word or None,
        "website": row.website or None,
        "sample": row.is_sample,
        "source": row.source_name,
        "recorded_at": row.recorded_at,
    }


def listed(one: Listed) -> dict:
    """One body of the directory, as ``body`` tells it."""
    row = one.row
    return {
        "id": row.body_id,
        "name": row.name,
        "slug": row.slug,
        "local_name": row.local_name or None,
        "economy": one.economy.code,
        "local_word": row.local_word or None,
        "website": row.website or None,
        "sample": row.is_sample,
        "source": row.source_name,
        "recorded_at": row.recorded_at,
    }


def scope_line(line) -> dict:
    """One scope line."""
    return {
        "id": line.id,
        "kind": line.kind or None,
        "sector": line.sector.code,
        "requirement": line.requirement.slug if line.requirement else None,
        "product": line.product or None,
        "procedure": line.procedure or None,
        "site": line.site_id,
    }


def portrait(one: Portrait, clocks: Clocks) -> dict:
    """One body, whole."""
    return {
        **body(one.body),
        "former_names": one.other_names,
        "merged": [_taken_in(other) for other in one.taken_in],
        "sites": [_site(row) for row in one.body.site_rows],
        "identifiers": [_identifier(row) for row in one.body.identifier_rows],
        "accreditations": [_accreditation(row) for row in one.accreditations],
        **_records(one, clocks),
        "home_appointments": [_home(row) for row in one.body.home_rows],
        "standings": [_standing(row) for row in one.lines],
        "history": [decision_told(decision, clocks) for decision in one.history],
    }


def _site(row: dict) -> dict:
    name = row["name"] or ", ".join(part for part in (row["town"], row["economy_name"]) if part)
    return {
        "id": row["id"],
        "name": name,
        "town": row["town"],
        "economy": row["economy"],
        "since": row["since"],
        "left_on": row["left_on"],
        "moved_to": row["moved_to"],
    }


def _taken_in(other) -> dict:
    return {
        "id": other.id,
        "name": other.shown_name,
        "slug": other.shown_slug,
        "since": other.merger["since"],
        "reason": other.merger["reason"],
    }


def _identifier(row: dict) -> dict:
    return {
        "scheme": row["scheme"],
        "value": row["value"],
        "issuer": row["issuer"],
        "former": row["is_former"],
    }


def _accreditation(row) -> dict:
    return {
        "accreditation_body": row.accreditation.accreditation_body.code,
        "reference": row.accreditation.reference or None,
        "standard": row.accreditation.standard or None,
        "state": str(row.state),
    }


def _home(row: dict) -> dict:
    return {
        "market": row["market"],
        "area": row["area"],
        "status": row["status"],
        "provisional": row["is_provisional"],
        "from": row["start"],
        "to": row["end"],
        "source": row["source_name"],
    }


def _standing(row) -> dict:
    return {
        "importing": row.importing.code,
        "annex": row.annex.code,
        "line": scope_line(row.line),
        "verdict": row.answer.verdict,
        "standing": str(row.answer.standing),
        "chain": row.answer.told,
        "over_time": [
            {
                "from": stretch.valid.lower,
                "to": stretch.valid.upper,
                "verdict": stretch.verdict,
                "standing": stretch.standing,
            }
            for stretch in row.stretches
        ],
    }


def _records(one: Portrait, clocks: Clocks) -> dict:
    """The body's designations and recognitions with the state of each; a recognition may stand without a designation."""
    told: dict[str, dict] = {"designations": {}, "recognitions": {}}
    for decision in one.history:
        if decision.accreditation_id:
            continue
        record = decision.record
        place = told["designations" if decision.designation_id else "recognitions"]
        place.setdefault(record.id, (record, []))[1].append(decision)
    return {
        "designations": [_record(*pair, clocks) for pair in told["designations"].values()],
        "recognitions": [
            {**_record(*pair, clocks), "designation": pair[0].designation_id}
            for pair in told["recognitions"].values()
        ],
    }


def _record(record, decisions: list, clocks: Clocks) -> dict:
    return {
        "id": record.id,
        "annex": record.annex.code,
        "exporting": record.exporting.code,
        "importing": record.importing.code,
        "state": str(state_by(decisions, clocks)),
    }


def designation(row, clocks: Clocks) -> dict:
    """One designation with the partner's recognition; states on the asked day, as known at the asked moment."""
    recognition, known = getattr(row, "recognition", None), naming.of(row, row.body).at(clocks.asked_at)
    return {
        "id": row.id,
        "body": {"id": known.id, "name": known.name, "slug": known.slug},
        "annex": row.annex.code,
        "exporting": row.exporting.code,
        "importing": row.importing.code,
        "authority": row.authority.code if row.authority else None,
        "state": str(state_as_known(row, clocks)),
        "recognition": {
            "id": recognition.id,
            "state": str(state_as_known(recognition, clocks)),
            "decisions": [
                decision_told(decision, clocks) for decision in decisions_as_told(recognition, clocks)
            ],
        }
        if recognition
        else None,
        "lines": [scope_line(line) for line in row.lines.all()],
        "decisions": [decision_told(decision, clocks) for decision in decisions_as_told(row, clocks)],
        "source": row.source_name,
    }
