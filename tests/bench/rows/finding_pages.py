"""P2: pages of the finder per second against "hello" of the same server."""

from collections.abc import Iterator

from tests.bench import loading, questions
from tests.bench.figures import Figure
from tests.bench.running import Bench, share_of_hello


def measure(bench: Bench) -> Iterator[Figure]:
    """Some dozens of different questions in turn, over several connections."""
    pages = questions.finder("/accepted/")
    value, parts, note = share_of_hello(bench, lambda address: loading.rate(address, pages))
    yield Figure("P2", "finder page, requests/s ÷ hello", value, "≥", 0.15, parts, note)
