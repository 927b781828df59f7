"""``/facilities/``: the list, and a facility's own page."""

from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from agreements.rights import OWN
from portal import permissions
from registry import listing as registry_listing
from registry.inspections import listing, policies
from registry.inspections.fence import reading_as
from registry.inspections.filters import FacilityFilter
from registry.inspections.web import lists
from registry.inspections.web.doors import KnownPage


class FacilitiesPage(KnownPage):
    """``/facilities/``: those that the reader may know of."""

    def get(self, request):
        """The page of the list that is asked for."""
        with reading_as(request.by):
            rows = listing.facilities(request.by)
            found = registry_listing.filtered(FacilityFilter, request, rows)
            narrowed = lists.chips(request, found, "/facilities/")
            page = lists.page_of(request, found.qs)
            page.object_list = list(page.object_list)
        context = {
            "filter": found,
            "page": page,
            "chips": narrowed,
            "filters_active": bool(narrowed),
            "may_record": policies.may_record(request.by),
            "clear_href": "/facilities/",
        }
        return render(request, "inspections/facilities.html", context)


class FacilityPage(KnownPage):
    """``/facilities/<key>/``: names, numbers, inspections and documents as far as the reader may know them."""

    def get(self, request, key):
        """The page; the address of a facility that was merged leads to the one that stands for it."""
        by = request.by
        may_record = policies.may_record(by)
        told = listing.facility(by=by, key=key, clocks=request.clocks, with_duplicates=may_record)
        if told is None:
            raise Http404
        if told.standing_for is not None:
            return HttpResponseRedirect(told.standing_for.get_absolute_url())
        member = by.authority_id is not None
        context = {
            "told": told,
            "facility": told.facility,
            "may_record": may_record and not told.facility.merged_into_id,
            "may_file": member and permissions.may(by, "document.file", OWN),
            "may_ask": member and permissions.may(by, "request.write", OWN),
            "keeps": policies.keeps(by, told.facility),
            "taken_in": [(other, policies.keeps(by, other)) for other in told.taken_in],
            "breadcrumbs": [
                {"text": _("Inspections"), "href": "/inspections/"},
                {"text": _("Facilities"), "href": "/facilities/"},
            ],
        }
        return render(request, "inspections/facility.html", context)
