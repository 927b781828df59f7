"""Agreements, with their annexes and all that stands in them."""

from django.http import Http404

from agreements import listing, texts
from agreements.api import saying
from agreements.filters import AgreementFilters
from agreements.models import Annex
from agreements.texts import Texts
from portal.endpoints import DISCLAIMER, Endpoint, ListEndpoint
from portal.endpoints.describing import (
    DAY,
    ECONOMY,
    FLAG,
    NUMBER,
    PAGES,
    TEXT,
    describe,
    many,
    optional,
    paged,
    parameter,
    shape,
)

_PARTY = shape(code=TEXT, name=TEXT, side=TEXT)
_HEAD = {
    "code": TEXT,
    "name": TEXT,
    "form": TEXT,
    "parties_kind": TEXT,
    "parties": many(_PARTY),
    "parent": optional(TEXT),
    "replaced_by": many(TEXT),
    "signed": TEXT,
    "entry_into_force": TEXT,
    "operational": TEXT,
    "url": TEXT,
}
_PERIOD = shape(
    status=TEXT, **{"from": DAY, "to": DAY}, start_is_evidence=FLAG, since=TEXT, reason=TEXT, **saying.SOURCED
)
_ANNEX = shape(
    code=TEXT,
    title=TEXT,
    status=TEXT,
    sectors=many(TEXT),
    sectors_known=FLAG,
    signed=TEXT,
    entry_into_force=TEXT,
    operational=TEXT,
    periods=many(_PERIOD),
    undertakings=many(saying.UNDERTAKING),
    conditions=many(
        shape(kind=TEXT, text=TEXT, importing=optional(ECONOMY), result_kind=TEXT, **saying.SOURCED)
    ),
    time_limits=many(
        shape(
            value=NUMBER,
            unit=TEXT,
            is_minimum=FLAG,
            runs=TEXT,
            meaning=TEXT,
            superseded=FLAG,
            **saying.SOURCED,
        )
    ),
    authorities=many(shape(code=TEXT, name=TEXT, economy=TEXT, capacity=TEXT, remark=TEXT)),
    note=TEXT,
    **saying.SOURCED,
)


@describe(
    "agreements_list",
    "Agreements",
    paged(shape(**_HEAD, annexes=many(shape(code=TEXT, title=TEXT, status=TEXT)))),
    parameter("party", "Code of a party."),
    parameter("sector", "Code of a sector that an annex covers."),
    parameter("q", "Words of the name or the code."),
    *PAGES,
)
class Agreements(ListEndpoint):
    """All agreements, with the status of each annex on the day asked."""

    order = (("code", str),)

    def rows(self, request):
        """The agreements that the parameters ask for."""
        self.texts = texts.current()
        return AgreementFilters(request.query_params, listing.agreements(), texts=self.texts).checked()

    def shown(self, rows, request):
        """Each agreement with its annexes in short."""
        annexes = _by_agreement(self.texts)
        day, moment = request.clocks.on, request.clocks.asked_at
        for row in rows:
            short = [
                {
                    "code": annex.code,
                    "title": annex.title,
                    "status": saying.annex_status(annex.id, self.texts, day, moment),
                }
                for annex in annexes.get(row.id, [])
            ]
            yield {**_head(row), "annexes": short}


@describe(
    "agreements_read",
    "One agreement",
    shape(**_HEAD, annexes=many(_ANNEX), note=TEXT, disclaimer=TEXT, **saying.SOURCED),
    parameter("code", "Code of the agreement.", path=True),
    missing=True,
)
class AgreementDetail(Endpoint):
    """One agreement with annexes, periods, undertakings, conditions, time limits, authorities and sources."""

    def answer(self, request, *, code):
        """The agreement as of both clocks."""
        held = texts.current()
        record = listing.agreement_record(code, request.clocks)
        if record is None:
            raise Http404
        annexes = [_annex(annex, record, held, request.clocks) for annex in record.annexes]
        row = record.agreement
        return {
            **_head(row),
            "annexes": annexes,
            "note": row.note,
            "disclaimer": DISCLAIMER,
            **saying.sourced(row),
        }


def _by_agreement(held: Texts) -> dict[int, list[Annex]]:
    found: dict[int, list[Annex]] = {}
    for annex in held.annexes.values():
        found.setdefault(annex.agreement_id, []).append(annex)
    return found


def _head(row) -> dict:
    return {
        "code": row.code,
        "name": row.name,
        "form": row.form,
        "parties_kind": row.parties_kind,
        "parties": sorted(row.parties, key=lambda party: party["name"]),
        "parent": row.parent.code if row.parent else None,
        "replaced_by": row.replaced_by_codes,
        "signed": row.signed,
        "entry_into_force": row.entry_into_force,
        "operational": row.operational,
        "url": row.get_absolute_url(),
    }


def _annex(annex, record, held: Texts, clocks) -> dict:
    day, moment = clocks.on, clocks.asked_at
    status = saying.annex_status(annex.id, held, day, moment)
    undertakings = [
        fact
        for facts in held.undertakings.values()
        for fact in facts
        if fact.row.annex_id == annex.id and fact.known(moment)
    ]
    return {
        "code": annex.code,
        "title": annex.title,
        "status": status,
        "sectors": annex.sector_codes,
        "sectors_known": annex.sectors_known,
        "signed": annex.signed,
        "entry_into_force": annex.entry_into_force,
        "operational": annex.operational,
        "periods": [_period(fact) for fact in held.periods[annex.id] if fact.known(moment)],
        "undertakings": [
            saying.undertaking(fact, held, day, saying.applies(status)) for fact in undertakings
        ],
        "conditions": [_condition(row) for row in record.conditions if row.annex_id == annex.id],
        "time_limits": [_limit(row) for row in record.time_limits if annex.code in row.annex_codes],
        "authorities": [_authority(row) for row in record.authorities if row.annex_id == annex.id],
        "note": annex.note,
        **saying.sourced(annex),
    }


def _period(fact) -> dict:
    row = fact.row
    return {
        "status": row.status,
        "from": fact.start,
        "to": fact.end,
        "start_is_evidence": row.start_is_evidence,
        "since": row.since,
        "reason": row.reason,
        **saying.sourced(row),
    }


def _condition(row) -> dict:
    return {
        "kind": row.kind,
        "text": row.text,
        "importing": saying.economy(row.importing) if row.importing else None,
        "result_kind": row.result_kind,
        **saying.sourced(row),
    }


def _limit(row) -> dict:
    words = ("value", "unit", "is_minimum", "runs", "meaning", "superseded")
    return {**{word: getattr(row, word) for word in words}, **saying.sourced(row)}


def _authority(row) -> dict:
    return {
        "code": row.authority.code,
        "name": row.authority.name,
        "economy": row.economy.code,
        "capacity": row.capacity,
        "remark": row.remark,
    }
