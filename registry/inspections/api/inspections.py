"""Public inspections, for programs."""

from django.http import Http404

from agreements.acting import Acting
from agreements.models import ProductClass
from portal.endpoints import DISCLAIMER, Endpoint, ListEndpoint
from portal.endpoints.describing import PAGES, describe, parameter
from registry import listing as registry_listing
from registry.inspections import listing, telling
from registry.inspections.api import shapes
from registry.inspections.filters import OUTCOMES, InspectionFilter
from registry.inspections.models import InspectionKind

_LARGEST_ID = 2**63 - 1
_EVERYBODY = Acting(actor="")


@describe(
    "inspections_list",
    "Inspections",
    shapes.INSPECTIONS,
    parameter("q", "Words of a name or number of the facility, or of the inspection's own number."),
    parameter("economy", "Code of the economy in which the facility lies."),
    parameter("authority", "Code of the authority that inspected."),
    parameter("kind", "Kind of inspection.", values=InspectionKind.values),
    parameter(
        "outcome",
        "Scale and value, for scales whose values are fixed.",
        values=[value for value, _words in OUTCOMES],
    ),
    parameter("product_class", "Class of products that was looked at.", values=ProductClass.values),
    parameter("year_from", "First year of its last day.", kind=int),
    parameter("year_to", "Last year of its last day.", kind=int),
    parameter("facility", "Key of a facility; those merged into it count, too."),
    *PAGES,
)
class Inspections(ListEndpoint):
    """Public inspections, the one recorded last first. That none is on file does not mean that none took place."""

    order = (("-id", int),)

    def rows(self, request):
        """The inspections that the parameters ask for."""
        rows = listing.inspections(_EVERYBODY, request.clocks)
        return registry_listing.filtered(InspectionFilter, request, rows).qs

    def shown(self, rows, request):
        """Each in short."""
        return map(telling.inspection, rows)


@describe(
    "inspections_read",
    "One inspection",
    shapes.INSPECTION,
    parameter("number", "Id of the inspection.", kind=int, path=True),
    missing=True,
)
class InspectionDetail(Endpoint):
    """One public inspection with its findings, public documents, and who may rely on it instead of inspecting again."""

    def answer(self, request, *, number):
        """The inspection as it is on record now; who may rely on it, on its last day or on ``on``."""
        if number > _LARGEST_ID:
            raise Http404
        told = listing.inspection(by=_EVERYBODY, number=number, clocks=request.clocks)
        if told is None:
            raise Http404
        return {**telling.portrait(told), "disclaimer": DISCLAIMER}
