"""P11: queries for each public page at this scale. The numbers are pinned, page by page, by tests; here is the most of them."""

from collections.abc import Iterator
from urllib.parse import urlencode

from registry.models import Body
from tests.bench import questions, timing
from tests.bench.figures import Figure
from tests.bench.running import Bench

MOST = 8


def measure(bench: Bench) -> Iterator[Figure]:
    """What each page sends to the database when it is asked for a second time."""
    body = Body.objects.filter(lines__isnull=False).order_by("id")[0]
    pages = (
        "/",
        f"/accepted/?{urlencode(questions.TYPICAL)}",
        questions.narrowed("/bodies/")[0],
        f"/bodies/{body.slug}/",
        "/agreements/",
        "/agreements/US-UK/",
        "/economies/US/",
        "/changes/",
        "/matrix/",
        "/inspections/",
    )
    counts, unanswered = {}, []
    for page in pages:
        answer = timing.fetched(bench.client, page)
        try:
            answer()
        except ValueError as error:
            unanswered.append(str(error))
            continue
        counts[page.partition("?")[0]] = len(timing.statements(answer))
    yield Figure(
        "P11",
        "queries, the most of any public page",
        max(counts.values()),
        "≤",
        MOST,
        counts,
        "; ".join(unanswered),
    )
