"""Read-only endpoints of the catalogue."""

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema

from agreements import portraying, telling
from agreements.models import Agreement, Authority, Economy, Requirement
from portal.reading import Reading, cursor_page

ON = OpenApiParameter("on", OpenApiTypes.DATE, description="What was true that day; today when left out.")
KNOWN_AT = OpenApiParameter(
    "known_at", str, description="What the register said then: a date (its end) or a date and time; now when left out."
)
CLOCKS = [ON, KNOWN_AT]
PAGING = [
    OpenApiParameter("cursor", str, description="The page mark in `next` of the page before."),
    OpenApiParameter("page_size", int, description="1 to 200."),
]
ANSWERS = {200: OpenApiTypes.OBJECT, 400: OpenApiTypes.OBJECT}
FOUND = {**ANSWERS, 404: OpenApiTypes.OBJECT}


class Agreements(Reading):
    """All agreements with their annexes and the status of each on the day."""

    @extend_schema(operation_id="agreements", parameters=CLOCKS, responses=ANSWERS)
    def get(self, request):
        return super().get(request)

    def answer(self, request):
        rows = portraying.agreements(self.clocks)
        return {"next": None, "results": [telling.agreement(*row) for row in rows]}


class OneAgreement(Reading):
    """One agreement whole: annexes, periods, undertakings, conditions, limits, authorities, sources."""

    @extend_schema(operation_id="agreement", parameters=CLOCKS, responses=FOUND)
    def get(self, request, code):
        return super().get(request, code=code)

    def answer(self, request, code):
        row = Agreement.objects.prefetch_related("party_rows__economy").filter(code=code).first()
        if row is None:
            raise Http404
        annexes = portraying.annexes_of(row, self.clocks)
        return {**telling.agreement(row, annexes), "annexes": [telling.annex(one) for one in annexes]}


class Economies(Reading):
    """All economies."""

    @extend_schema(operation_id="economies", parameters=PAGING, responses=ANSWERS)
    def get(self, request):
        return super().get(request)

    def answer(self, request):
        return cursor_page(request, Economy.objects.all(), by="code", tell=telling.economy)


class OneEconomy(Reading):
    """One economy: its unions, whom it accepts, who accepts it."""

    @extend_schema(operation_id="economy", parameters=CLOCKS, responses=FOUND)
    def get(self, request, code):
        return super().get(request, code=code)

    def answer(self, request, code):
        row = Economy.objects.filter(code=code.upper()).first()
        if row is None:
            raise Http404
        return telling.economy_whole(portraying.economy_portrait(row, self.clocks))


class Authorities(Reading):
    """All authorities."""

    @extend_schema(operation_id="authorities", parameters=PAGING, responses=ANSWERS)
    def get(self, request):
        return super().get(request)

    def answer(self, request):
        rows = Authority.objects.select_related("economy", "successor")
        return cursor_page(request, rows, by="code", tell=telling.authority)


class OneAuthority(Reading):
    """One authority."""

    @extend_schema(operation_id="authority", responses=FOUND)
    def get(self, request, code):
        return super().get(request, code=code)

    def answer(self, request, code):
        row = Authority.objects.select_related("economy", "successor").filter(code=code).first()
        if row is None:
            raise Http404
        return telling.authority(row)


class Requirements(Reading):
    """All requirements."""

    @extend_schema(operation_id="requirements", parameters=PAGING, responses=ANSWERS)
    def get(self, request):
        return super().get(request)

    def answer(self, request):
        rows = Requirement.objects.select_related("economy", "sector")
        return cursor_page(request, rows, by="slug", tell=telling.requirement)


class OneRequirement(Reading):
    """One requirement."""

    @extend_schema(operation_id="requirement", responses=FOUND)
    def get(self, request, slug):
        return super().get(request, slug=slug)

    def answer(self, request, slug):
        row = Requirement.objects.select_related("economy", "sector").filter(slug=slug).first()
        if row is None:
            raise Http404
        return telling.requirement(row)
