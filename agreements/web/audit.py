"""``/audit/``: what was done for an authority, by whom and why; only its own people read it."""

import json
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import View

from agreements.rights import OPERATOR, OWN
from agreements.web.doors import Member
from portal import permissions
from portal.audit import exporting, telling
from portal.audit.filters import AuditFilter
from portal.endpoints import paging
from portal.pages import BadQuestion
from portal.tables import csv_response, json_response

NEWEST_FIRST: paging.Order = (("-id", int),)
PER_PAGE = 50
_QUESTIONS = ("act", "person", "target", "from", "to", "request")
_COLUMNS = (
    "id",
    "at",
    "act",
    "authority",
    "target_kind",
    "target_id",
    "target_name",
    "actor",
    "actor_key",
    "reason",
    "before",
    "after",
    "request_id",
)


class AuditPage(Member, View):
    """The entries that the reader may see, the newest first."""

    http_method_names = ["get", "head", "options"]
    action = "audit.see"
    operators_too = True

    def get(self, request: HttpRequest) -> HttpResponse:
        found = AuditFilter.of(request.acting, request.GET)
        if not found.is_valid():
            return self._shown(request, found, paging.CursorPage([], ""), status=400)
        try:
            page = paging.page(
                found.qs, order=NEWEST_FIRST, cursor=request.GET.get("cursor", ""), size=PER_PAGE
            )
        except BadQuestion:
            return HttpResponseRedirect(request.path)
        return self._shown(request, found, page)

    def _shown(self, request, found: AuditFilter, page: paging.CursorPage, status: int = 200) -> HttpResponse:
        places = telling.addresses(page.rows)
        asked = _asked(request)
        context = {
            "filter": found,
            "form": found.form,
            "filters_active": bool(asked),
            "rows": [_row(entry, places) for entry in page.rows],
            "next_cursor": page.next_cursor,
            "is_first": not request.GET.get("cursor"),
            "downloads": _downloads(asked) if found.is_valid() and _may_export(request.acting) else [],
            "by": request.acting,
            "authority": next(
                (
                    each.authority
                    for each in request.standings
                    if each.authority.code == request.acting.authority_code
                ),
                None,
            ),
            "breadcrumbs": [{"text": _("Desk"), "href": "/desk/"}],
        }
        return render(request, "agreements/audit.html", context, status=status)


def _asked(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET[name] for name in _QUESTIONS if request.GET.get(name)}


def _row(entry, places: dict) -> dict:
    return {
        "entry": entry,
        "act": telling.words_of(entry.act),
        "kind": telling.kind_of(entry),
        "href": places.get((entry.target_kind, entry.target_id)),
        "differences": telling.differences(entry),
    }


def _may_export(by) -> bool:
    return permissions.may(by, AuditFile.action, OWN if by.authority_id else OPERATOR)


def _downloads(asked: dict[str, str]) -> list[dict]:
    query = f"?{urlencode(asked)}" if asked else ""
    return [
        {"text": text, "href": f"/audit.{ending}{query}", "type": kind}
        for text, ending, kind in (("CSV", "csv", "text/csv"), ("JSON", "json", "application/json"))
    ]


class AuditFile(Member, View):
    """``/audit.csv`` and ``/audit.json``: all entries of the same question. Taking them out is itself on record."""

    http_method_names = ["get"]
    action = "audit.export"
    operators_too = True

    def get(self, request: HttpRequest, ending: str) -> HttpResponse:
        found = AuditFilter.of(request.acting, request.GET)
        asked = _asked(request)
        if not found.is_valid():
            return HttpResponseRedirect(f"/audit/?{urlencode(asked)}")
        entries = exporting.export(
            by=request.acting, entries=found.qs, query={"format": ending, **asked}
        ).iterator(chunk_size=1000)
        if ending == "json":
            rows = [telling.as_insider(entry) for entry in entries]
            return json_response({"count": len(rows), "entries": rows})
        return csv_response(
            "audit", list(_COLUMNS), ([_cell(entry, name) for name in _COLUMNS] for entry in entries)
        )


def _cell(entry, name: str):
    value = getattr(entry, name)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
