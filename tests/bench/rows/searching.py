"""P3: pages and JSON of the directory per second against "hello" of the same server."""

from collections.abc import Iterator

from tests.bench import loading, questions
from tests.bench.figures import Figure
from tests.bench.running import Bench, share_of_hello

# As JSON a page at a time: the file of the whole query is an export, which is P6.
TARGETS = {"page": ("/bodies/", 0.10), "JSON": ("/api/v1/bodies/", 0.12)}


def measure(bench: Bench) -> Iterator[Figure]:
    """A word and three filters, with the counts of the facets and 25 rows; another question each time."""
    for name, (stem, target) in TARGETS.items():
        asked = questions.narrowed(stem)
        value, parts, note = share_of_hello(bench, lambda address, asked=asked: loading.rate(address, asked))
        yield Figure("P3", f"directory {name}, requests/s ÷ hello", value, "≥", target, parts, note)
