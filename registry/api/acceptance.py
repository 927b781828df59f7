"""Whose results are accepted, for programs: the same question and answer as the page's."""

from agreements import texts
from agreements.models import ResultKind
from portal.endpoints import Endpoint, paging
from portal.endpoints.describing import PAGES, describe, parameter
from portal.pages import BadQuestion
from registry import asking, finding, telling
from registry.api import shapes


@describe(
    "acceptance_read",
    "Whose results are accepted, and why",
    shapes.ACCEPTANCE,
    parameter("importing", "Where it is sold: code of an economy.", required=True),
    parameter("exporting", "Where it is made or tested: code of an economy.", required=True),
    parameter("kind", "Kind of result.", values=ResultKind.values),
    parameter("sector", "Code of a sector."),
    parameter("requirement", "Slug or reference of a requirement."),
    parameter("q", "Words of the body's name."),
    *PAGES,
)
class Acceptance(Endpoint):
    """What the texts say for the pair, and each body's or inspectorate's verdict with its chain."""

    def answer(self, request):
        """The findings, a page at a time."""
        held = texts.current()
        question = asking.read_question(request.query_params, request.clocks, held)
        size = paging.size(request.query_params)
        try:
            found = finding.find(question, held, cursor=request.query_params.get("cursor", ""), size=size)
        except finding.BadCursor as error:
            raise BadQuestion("cursor", str(error)) from error
        return {**telling.findings(found), "next": paging.next_address(request, found.next_cursor)}
