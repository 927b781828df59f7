"""Whether one body's result counts, for programs: the signed statement that the page shows."""

from agreements import texts
from agreements.models import ResultKind
from portal.endpoints import Endpoint
from portal.endpoints.describing import describe, parameter
from registry import stating
from registry.api import shapes


@describe(
    "verify_read",
    "Whether one body's result counts, as a signed statement",
    shapes.VERIFICATION,
    parameter("body", "Slug, number or name of the body.", required=True),
    parameter("importing", "Where it is sold: code of an economy.", required=True),
    parameter("requirement", "Slug or reference of a requirement; this or `sector` is needed."),
    parameter("sector", "Code of a sector; this or `requirement` is needed."),
    parameter("kind", "Kind of result.", values=ResultKind.values),
)
class Verify(Endpoint):
    """One headline with its chain. `on` is the day on which the result was made.

    The signature (Ed25519) is over `statement` in the form of RFC 8785; asked again with the `known_at` of the answer, the
    register answers as it stood then. A text that is no whole name, or that of several bodies, is refused with 400 and their slugs.
    """

    def answer(self, request):
        """The statement with its signature."""
        return stating.answer(request.query_params, request.clocks, texts.current()).enveloped
