"""The list of agreements, and each agreement with everything that stands in it."""

import re
from dataclasses import dataclass

from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from agreements import portraying, telling, texts
from agreements.models import Agreement, Economy
from agreements.portraying import AnnexPortrait
from agreements.web import drawing
from agreements.web.narrowing import AgreementForm, status_code
from portal.clocks import Clocks
from portal.pages import Page
from portal.pictures import Grid
from portal.tables import csv_response, json_response


@dataclass(frozen=True)
class ListedAgreement:
    """A row of the list: the agreement, its sectors, and how many annexes stand how on the asked day."""

    agreement: Agreement
    parties: list[str]
    sectors: list[str]
    statuses: list[tuple[str, int]]


class AgreementsPage(Page):
    """``/agreements/``: what is on file, what is covered, what is not verified."""

    def get(self, request):
        held = texts.current()
        form = AgreementForm(request.GET, texts=held)
        rows = form.narrowed(portraying.agreements(request.clocks))
        context = {
            "filter_form": form,
            "filters_active": form.is_active,
            "rows": [_listed(*row) for row in rows],
            "candidates": portraying.candidates(),
            "coverage": portraying.coverage(),
            "editions": portraying.editions(request.clocks),
            "downloads": _downloads("/agreements", request),
        }
        return render(request, "agreements/agreements.html", context)


class AgreementsFile(Page):
    """``/agreements.csv`` and ``.json``: the same list."""

    def get(self, request, ending):
        form = AgreementForm(request.GET, texts=texts.current())
        rows = form.narrowed(portraying.agreements(request.clocks))
        told = [telling.agreement(*row) for row in rows]
        if ending == "json":
            return json_response(
                {"on": request.clocks.on, "known_at": request.clocks.known_at, "agreements": told}
            )
        return csv_response(
            "agreements", _HEADER, (line for one in told for line in _lines(one, request.clocks))
        )


class AgreementPage(Page):
    """``/agreements/<code>/``: dates, parties, annexes; a code in another case or of an annex leads here."""

    def get(self, request, code):
        code = code.replace("\x00", "")
        agreement = portraying.agreement(code)
        if agreement is None:
            return _redirect(request, code)
        annexes = sorted(portraying.annexes_of(agreement, request.clocks), key=_in_counting_order)
        context = {
            "agreement": agreement,
            "parties": [row.economy for row in agreement.party_rows.all()],
            "annexes": [_shown(one, request.clocks) for one in annexes],
            "timeline": drawing.timeline(annexes, request.clocks),
            "sources": _sources([agreement, *(one.annex for one in annexes)]),
            "breadcrumbs": [{"text": _("Agreements"), "href": "/agreements/"}],
        }
        return render(request, "agreements/agreement.html", context)


@dataclass(frozen=True)
class ShownUndertaking:
    """An undertaking with how it stands on the asked day."""

    row: object
    standing: str


@dataclass(frozen=True)
class ShownAnnex:
    """An annex as the page shows it."""

    portrait: AnnexPortrait
    status: str
    grid: Grid | None
    legend: list[dict]
    undertakings: list[ShownUndertaking]
    listings: dict[Economy, list]
    conditions: list
    is_long: bool


_DIGITS = re.compile(r"([0-9]+)")

# A table of more rows than this opens on demand.
LONG = 12


def _shown(one: AnnexPortrait, clocks: Clocks) -> ShownAnnex:
    listings: dict[Economy, list] = {}
    for row in one.listings:
        listings.setdefault(row.importing, []).append(row)
    status = status_code(one)
    return ShownAnnex(
        portrait=one,
        status=status,
        grid=drawing.grid(one.undertakings),
        legend=drawing.legend(one.undertakings),
        undertakings=[ShownUndertaking(row, _standing(row, status, clocks)) for row in one.undertakings],
        listings=listings,
        conditions=sorted(one.conditions, key=lambda row: (row.kind, row.text)),
        is_long=len(one.undertakings) > LONG,
    )


def _in_counting_order(one: AnnexPortrait) -> list:
    """Chapter 2 before chapter 10."""
    return [
        (part.isdigit(), int(part) if part.isdigit() else part) for part in _DIGITS.split(one.annex.title)
    ]


def _standing(row, status: str, clocks: Clocks) -> str:
    """The annex's status while the undertaking lasts; else that it has not begun or is over."""
    if row.valid.lower and clocks.on < row.valid.lower:
        return "not_yet"
    if row.valid.upper and row.valid.upper <= clocks.on:
        return "ended"
    return status if row.verified else "unverified"


def _redirect(request, code: str) -> HttpResponseRedirect:
    """To the canonical address: of the agreement in its own case, or of the annex inside its agreement."""
    address = portraying.address_of(code)
    if address is None:
        raise Http404
    path, mark, annex = address.partition("#")
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return HttpResponseRedirect(f"{path}{query}{mark}{annex}")


def _listed(agreement: Agreement, annexes: list[AnnexPortrait]) -> ListedAgreement:
    counts: dict[str, int] = {}
    for one in annexes:
        counts[status_code(one)] = counts.get(status_code(one), 0) + 1
    sectors = sorted({sector.name for one in annexes for sector in one.annex.sectors.all()})
    parties = [row.economy.name for row in agreement.party_rows.all()]
    return ListedAgreement(agreement, parties, sectors, sorted(counts.items(), key=lambda item: -item[1]))


def _sources(rows: list) -> list[dict]:
    """Each source once, in order, with the newest year of evidence given beside it."""
    found: dict[str, dict] = {}
    for row in rows:
        for address in row.sources:
            source = found.setdefault(
                address, {"text": _readable(address), "href": address, "year": row.evidence_year}
            )
            source["year"] = max(filter(None, (source["year"], row.evidence_year)), default=None)
    return list(found.values())


def _readable(address: str) -> str:
    """The address without its scheme, short, and free to break after each slash on a narrow screen."""
    return Truncator(address.partition("://")[2].rstrip("/")).chars(80).replace("/", "/\u200b")


_HEADER = [
    "on", "known_at", "agreement", "name", "form", "parties", "signed", "entry_into_force", "operational",
    "annex", "annex_title", "status", "sectors", "evidence_year", "verified",
]  # fmt: skip


def _lines(told: dict, clocks: Clocks):
    """One line for each annex."""
    for annex in told["annexes"]:
        yield [
            clocks.on, clocks.known_at or "", told["code"], told["name"], told["form"], " ".join(told["parties"]),
            told["signed"] or "", told["entry_into_force"] or "", told["operational"] or "", annex["code"],
            annex["title"], annex["status"], " ".join(annex["sectors"]), told["evidence_year"] or "", told["verified"],
        ]  # fmt: skip


def _downloads(path: str, request) -> list[dict]:
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return [
        {"text": text, "href": f"{path}.{ending}{query}"}
        for text, ending in (("CSV", "csv"), ("JSON", "json"))
    ]
