"""Bodies, designations and changes, for programs."""

from datetime import datetime

from django.http import Http404, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.urls import reverse

from agreements import texts
from agreements.models import ResultKind
from portal.endpoints import DISCLAIMER, Endpoint, ListEndpoint, paging
from portal.endpoints.describing import PAGES, describe, parameter
from registry import listing, searching, telling
from registry.api import shapes
from registry.directory.catalogue import ORIGINS
from registry.filters import ChangeFilter, DesignationFilter
from registry.models import Act, Standing

_LARGEST_ID = 2**63 - 1


@describe(
    "bodies_list",
    "Bodies",
    shapes.BODIES,
    parameter("q", "Words of names, numbers, places, sectors, requirements and products, in any script."),
    parameter("economy", "Code of the economy in which the body is established."),
    parameter(
        "accepted_by",
        "Code of a partner that accepts its results on the day; with `standing`, of the partner it faces so.",
    ),
    parameter("sector", "Code of a sector of the scope."),
    parameter("requirement", "Slug of a requirement of the scope."),
    parameter("kind", "Kind of result.", values=ResultKind.values),
    parameter("agreement", "Code of the agreement under which a partner accepts."),
    parameter("standing", "How a line of its scope stands on the day.", values=Standing.values),
    parameter("local_word", "What its own register calls it."),
    parameter("accreditation_body", "Code of an accreditation body."),
    parameter("accreditation_standard", "Standard of an accreditation."),
    parameter("origin", "Real bodies, or fictional samples.", values=[code for code, _words in ORIGINS]),
    parameter(
        "sort", "Order. Default: by name, and with words by how well they fit.", values=searching.SORTS
    ),
    *PAGES,
)
class Bodies(Endpoint):
    """Bodies on the register at the moment asked. Each group may be given several times: one of its values must hold.

    What is asked of the scope (partner, sector, requirement, kind, agreement, standing) holds of one and the same line.
    ``did_you_mean`` has words on file one letter away from those that find nothing.
    """

    def answer(self, request):
        """One page, with how many there are in all."""
        question = searching.read(request.query_params, request.clocks)
        found = searching.search(question, size=paging.size(request.query_params), counted=False)
        return {
            "count": found.count,
            "did_you_mean": found.meant,
            "results": [telling.listed(one) for one in found.rows],
            "next": paging.next_address(request, found.next),
        }


@describe(
    "bodies_read", "One body", shapes.BODY, parameter("slug", "Slug of the body.", path=True), missing=True
)
class BodyDetail(Endpoint):
    """One body, with all merged into it. The address of a merged body leads to it (302), an address given up too (301)."""

    def get(self, request, **kwargs):
        """The answer, or where to find it."""
        try:
            return super().get(request, **kwargs)
        except Http404:
            return _elsewhere(request, **kwargs)

    def answer(self, request, *, slug):
        """The body as of both clocks."""
        portrait = listing.portrait(slug, request.clocks, texts.current())
        if portrait is None:
            raise Http404
        return {**telling.portrait(portrait, request.clocks), "disclaimer": DISCLAIMER}


def _elsewhere(request, slug: str):
    found = listing.elsewhere(slug, request.clocks)
    if found is None:
        raise Http404
    redirect = HttpResponsePermanentRedirect if found.lasting else HttpResponseRedirect
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"{reverse('api-body', args=[found.slug])}{'?' if query else ''}{query}")


@describe(
    "designations_list",
    "Designations",
    shapes.DESIGNATIONS,
    parameter("body", "Slug of the body."),
    parameter("annex", "Code of the annex."),
    parameter("exporting", "Code of the designating economy."),
    parameter("importing", "Code of the partner."),
    *PAGES,
)
class Designations(ListEndpoint):
    """Designations, each with the partner's recognition and its state on the day."""

    order = (("id", int),)

    def rows(self, request):
        """The designations that the parameters ask for."""
        return listing.filtered(DesignationFilter, request, listing.designations(request.clocks)).qs

    def shown(self, rows, request):
        """Each with scope lines and decisions."""
        return (telling.designation(row, request.clocks) for row in rows)


@describe(
    "designations_read",
    "One designation",
    shapes.DESIGNATION,
    parameter("number", "Id of the designation.", kind=int, path=True),
    missing=True,
)
class DesignationDetail(Endpoint):
    """One designation with its recognition, scope lines and decisions."""

    def answer(self, request, *, number):
        """The designation as of both clocks."""
        known = listing.designations(request.clocks)
        row = known.filter(id=number).first() if number <= _LARGEST_ID else None
        if row is None:
            raise Http404
        return telling.designation(row, request.clocks)


@describe(
    "changes_list",
    "Changes",
    shapes.CHANGES,
    parameter("economy", "Code of an economy on either side."),
    parameter("act", "What was decided.", values=Act.values),
    parameter("recorded_from", "First day of recording."),
    parameter("recorded_to", "Last day of recording."),
    *PAGES,
)
class Changes(ListEndpoint):
    """Every decision, the one recorded last first; with ``on``, those in effect by that day."""

    order = (("-recorded_at", datetime.fromisoformat), ("-id", int))

    def rows(self, request):
        """The decisions that the parameters ask for."""
        return listing.filtered(ChangeFilter, request, listing.changes(request.clocks)).qs

    def shown(self, rows, request):
        """Each as the public may read it."""
        return (listing.decision_told(row, request.clocks) for row in rows)
