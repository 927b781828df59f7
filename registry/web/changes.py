"""What changed: every decision, the newest record first."""

from django.core.paginator import Paginator
from django.shortcuts import render

from agreements.models import CatalogueEdition
from portal import clock
from portal.pages import Page
from portal.tables import atom_response, csv_response, json_response
from registry import listing
from registry.filters import ChangeFilter

PER_PAGE = 50


class ChangesPage(Page):
    """``/changes/``."""

    def get(self, request):
        found = listing.filtered(ChangeFilter, request, listing.changes(request.clocks))
        number = request.GET.get("page", "1")
        page = Paginator(found.qs, PER_PAGE).get_page(number)
        for decision in page:
            decision.body_then = listing.body_told(decision, request.clocks)
        context = {
            "filter": found,
            "page": page,
            "editions": CatalogueEdition.known(request.clocks.known_at),
            "filters_active": any(request.GET.get(name) for name in ChangeFilter.base_filters),
            "downloads": [
                {"text": text, "href": f"/changes.{ending}?{request.GET.urlencode()}"}
                for text, ending in (("CSV", "csv"), ("JSON", "json"), ("Atom", "atom"))
            ],
        }
        return render(request, "registry/changes.html", context)


class ChangesFile(Page):
    """``/changes.csv``, ``.json``, ``.atom``: the same list; the feed holds the newest hundred."""

    def get(self, request, ending):
        decisions = listing.filtered(ChangeFilter, request, listing.changes(request.clocks)).qs
        if ending == "atom":
            newest = list(decisions[:100])
            return atom_response(
                title="Concordat: changes",
                address=request.build_absolute_uri(),
                updated=newest[0].recorded_at if newest else clock.now(),
                entries=(_entry(request, decision) for decision in newest),
            )
        rows = [listing.decision_told(decision, request.clocks) for decision in decisions]
        if ending == "json":
            return json_response({"count": len(rows), "changes": rows})
        header = list(rows[0]) if rows else ["id", "act", "body"]
        return csv_response("changes", header, ([_cell(row[name]) for name in header] for row in rows))


def _cell(value):
    return value["name"] if isinstance(value, dict) else value


def _entry(request, decision) -> dict:
    address = request.build_absolute_uri(decision.body.get_absolute_url())
    return {
        "id": f"{address}#decision-{decision.id}",
        "href": f"{address}#decision-{decision.id}",
        "title": f"{listing.body_told(decision, request.clocks).name}: {decision.get_act_display()}",
        "updated": decision.recorded_at,
        "summary": f"{decision.subject}. {listing.sentence(decision)}. {decision.public_reason}".strip(),
    }
