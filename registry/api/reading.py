"""Read-only endpoints of the register."""

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema

from agreements import texts as agreement_texts
from agreements.models import ResultKind
from portal.pages import BadQuestion
from portal.reading import Reading, cursor_page, next_address, page_size
from registry import asking, finding, listing, telling
from registry.filters import BodyFilter, ChangeFilter, DesignationFilter
from registry.models import Body

_CLOCKS = [
    OpenApiParameter("on", OpenApiTypes.DATE, description="What was true that day; today when left out."),
    OpenApiParameter(
        "known_at",
        str,
        description="What the register said then: a date (its end) or a date and time; now when left out.",
    ),
]
_PAGING = [
    OpenApiParameter("cursor", str, description="The page mark in `next` of the page before."),
    OpenApiParameter("page_size", int, description="1 to 200."),
]
_ANSWERS = {200: OpenApiTypes.OBJECT, 400: OpenApiTypes.OBJECT}
_FOUND = {**_ANSWERS, 404: OpenApiTypes.OBJECT}
_QUESTION = [
    OpenApiParameter("importing", str, required=True, description="Sold in: code of the economy whose rules apply."),
    OpenApiParameter("exporting", str, required=True, description="Made in: code of the economy of the body."),
    OpenApiParameter("kind", str, enum=ResultKind.values, description="Kind of result."),
    OpenApiParameter("sector", str, description="Sector by code, for example emc."),
    OpenApiParameter("requirement", str, description="Requirement by slug or reference."),
    OpenApiParameter("q", str, description="Words in the body's name."),
]


def _of(filter_class) -> list[OpenApiParameter]:
    return [OpenApiParameter(name, str, description=str(f.label)) for name, f in filter_class.base_filters.items()]


class Acceptance(Reading):
    """Whose results the importing economy accepts from the exporting one, each with its verdict, reason and chain."""

    @extend_schema(operation_id="acceptance", parameters=[*_QUESTION, *_CLOCKS, *_PAGING], responses=_ANSWERS)
    def get(self, request):
        return super().get(request)

    def answer(self, request):
        texts = agreement_texts.current()
        question = asking.read_question(request.GET, self.clocks, texts)
        try:
            found = finding.find(
                question, texts, cursor=request.GET.get("cursor", ""), size=page_size(request, finding.PAGE)
            )
        except finding.BadCursor as error:
            raise BadQuestion("cursor", str(error)) from error
        following = next_address(request, found.next_cursor) if found.next_cursor else None
        return {**telling.findings(found), "next": following}


class Bodies(Reading):
    """Bodies on the register, filtered as on the page."""

    @extend_schema(operation_id="bodies", parameters=[*_of(BodyFilter), *_CLOCKS, *_PAGING], responses=_ANSWERS)
    def get(self, request):
        return super().get(request)

    def answer(self, request):
        rows = listing.filtered(BodyFilter, request, listing.bodies(self.clocks)).qs
        return cursor_page(request, rows, by="id", tell=telling.body)


class OneBody(Reading):
    """One body: sites, numbers, accreditations, its standing over time, its history."""

    @extend_schema(operation_id="body", parameters=_CLOCKS, responses=_FOUND)
    def get(self, request, slug):
        return super().get(request, slug=slug)

    def answer(self, request, slug):
        body = Body.objects.known(self.clocks.known_at).listed().filter(slug=slug).first()
        if body is None:
            raise Http404
        return telling.portrait(listing.portrait(body, self.clocks, agreement_texts.current()))


class Designations(Reading):
    """Designations, with the partner's recognition beside each and the state of both on the day."""

    @extend_schema(
        operation_id="designations", parameters=[*_of(DesignationFilter), *_CLOCKS, *_PAGING], responses=_ANSWERS
    )
    def get(self, request):
        return super().get(request)

    def answer(self, request):
        rows = listing.filtered(DesignationFilter, request, listing.designations(self.clocks)).qs
        return cursor_page(request, rows, by="id", tell=lambda row: telling.designation(row, self.clocks))


class OneDesignation(Reading):
    """One designation with its scope lines and decisions."""

    @extend_schema(operation_id="designation", parameters=_CLOCKS, responses=_FOUND)
    def get(self, request, number):
        return super().get(request, number=number)

    def answer(self, request, number):
        row = listing.designations(self.clocks).filter(id=number).first() if number < 2**63 else None
        if row is None:
            raise Http404
        return telling.designation(row, self.clocks)


class Changes(Reading):
    """Every decision, the newest record first. A correction names the decision it corrects."""

    @extend_schema(operation_id="changes", parameters=[*_of(ChangeFilter), *_CLOCKS, *_PAGING], responses=_ANSWERS)
    def get(self, request):
        return super().get(request)

    def answer(self, request):
        rows = listing.filtered(ChangeFilter, request, listing.changes(self.clocks)).qs
        return cursor_page(request, rows, by="-id", tell=listing.decision_told)


