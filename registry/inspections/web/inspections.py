"""``/inspections/``: the list, the same list as files, and an inspection's own page."""

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _

from agreements.rights import OWN
from portal import clock, permissions
from portal.tables import atom_response, csv_response, json_response
from registry import listing as registry_listing
from registry.inspections import listing, policies, taking_out, telling
from registry.inspections.filters import InspectionFilter
from registry.inspections.models import Inspection
from registry.inspections.web import lists
from registry.inspections.web.doors import KnownPage

MOST_IN_FEED = 100
COLUMNS = (
    "id",
    "address",
    "facility",
    "facility_address",
    "economy",
    "authority",
    "authority_name",
    "reference",
    "kind",
    "began_on",
    "ended_on",
    "product_classes",
    "sector",
    "standard",
    "scale",
    "outcome",
    "next_action",
    "source",
    "recorded_at",
    "sample",
)


class InspectionsPage(KnownPage):
    """``/inspections/``: those that the reader may know of."""

    def get(self, request):
        """The page of the list that is asked for."""
        found = _found(request)
        narrowed = lists.chips(request, found, "/inspections/")
        context = {
            "filter": found,
            "page": lists.page_of(request, found.qs),
            "chips": narrowed,
            "filters_active": bool(narrowed),
            "is_member": request.by.authority_id is not None,
            "may_record": policies.may_record(request.by),
            "clear_href": "/inspections/",
            "downloads": lists.downloads(request, "inspections"),
        }
        return render(request, "inspections/inspections.html", context)


class InspectionsFile(KnownPage):
    """``/inspections.csv``, ``.json``, ``.atom``: the same list. What a member takes out is on record."""

    http_method_names = ["get", "options"]

    def get(self, request, ending):
        """Every inspection that the parameters ask for; the feed tells the newest."""
        rows = _found(request).qs
        if request.by.authority_id is not None:
            taking_out.take_out_inspections(
                by=request.by, count=rows.count(), query={"format": ending, **request.GET.dict()}
            )
        if ending == "atom":
            return atom_response(
                title=_("Inspections"),
                address=request.build_absolute_uri("/inspections/"),
                updated=max((row.recorded_at for row in rows[:MOST_IN_FEED]), default=clock.now()),
                entries=[_entry(request, row) for row in rows[:MOST_IN_FEED]],
            )
        inspections = [_told(request, row) for row in rows]
        if ending == "csv":
            return csv_response(
                "inspections", list(COLUMNS), ([_flat(row[name]) for name in COLUMNS] for row in inspections)
            )
        return json_response(
            {
                "on": request.clocks.on,
                "known_at": request.clocks.known_at,
                "count": len(inspections),
                "inspections": inspections,
            }
        )


class InspectionPage(KnownPage):
    """``/inspections/<number>/``: all that the reader may know of one inspection."""

    def get(self, request, number):
        """The page; of one that was taken back, that it was, and of what one may not know, nothing."""
        by = request.by
        told = listing.inspection(by=by, number=number, clocks=request.clocks)
        if told is None:
            return self._taken_back(request, number)
        inspection = told.inspection
        other = by.authority_id is not None and not told.is_own
        context = {
            "told": told,
            "inspection": inspection,
            "may_change": policies.may_change(by, inspection),
            "may_file": told.is_own and permissions.may(by, "document.file", OWN),
            "may_ask": other and permissions.may(by, "request.write", OWN),
            "breadcrumbs": [
                {"text": _("Inspections"), "href": "/inspections/"},
                {"text": inspection.facility.name, "href": inspection.facility.get_absolute_url()},
            ],
        }
        return render(request, "inspections/inspection.html", context)

    def _taken_back(self, request, number):
        inspection = listing.was_taken_back(request.by, number)
        if inspection is None:
            raise Http404
        context = {
            "inspection": inspection,
            "breadcrumbs": [{"text": _("Inspections"), "href": "/inspections/"}],
        }
        return render(request, "inspections/inspection_taken_back.html", context)


def _found(request) -> InspectionFilter:
    rows = listing.inspections(request.by, request.clocks)
    return registry_listing.filtered(InspectionFilter, request, rows)


def _told(request, row: Inspection) -> dict:
    """With whole addresses, which a file needs."""
    told = telling.inspection(row)
    facility = request.build_absolute_uri(row.facility.get_absolute_url())
    return told | {"address": request.build_absolute_uri(told["address"]), "facility_address": facility}


def _flat(value):
    return "; ".join(value) if isinstance(value, list) else value


def _entry(request, row: Inspection) -> dict:
    address = request.build_absolute_uri(row.get_absolute_url())
    outcome = f"{row.scale}: {row.outcome}" if row.outcome else ""
    return {
        "id": address,
        "href": address,
        "title": str(row),
        "updated": row.recorded_at,
        "summary": ", ".join(filter(None, (row.authority.name, row.get_kind_display(), outcome))),
    }
