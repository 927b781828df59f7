"""P4: the directory against a typical Django portal over the same tables (``tests.bench.typical``)."""

import statistics
from collections.abc import Iterator

from tests.bench import loading, questions, serving
from tests.bench.figures import Figure
from tests.bench.running import Bench

SECONDS = 60


def measure(bench: Bench) -> Iterator[Figure]:
    """The same questions to both, one after the other; the typical portal gets through as many as a minute allows."""
    typical, product = questions.narrowed("/bodies/"), questions.narrowed("/bodies/")
    with serving.served(serving.TYPICAL, DATABASE_STATEMENT_TIMEOUT="0") as server:
        theirs = loading.times(server.address, typical, seconds=SECONDS)
    with serving.served(serving.PRODUCT) as server:
        loading.times(server.address, product[:10])
        ours = loading.times(server.address, product, seconds=SECONDS)
    p50, floor = statistics.median(ours), statistics.median(theirs)
    parts = {"ms": p50, "typical portal ms": floor, "its questions": len(theirs)}
    yield Figure("P4", "directory, p50 ÷ a typical Django portal's", p50 / floor, "≤", 0.01, parts)
