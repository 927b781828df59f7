"""P5: how even the directory is over all ways to look for a body."""

import statistics
from collections.abc import Iterator

from tests.bench import loading, questions, serving, timing
from tests.bench.figures import Figure
from tests.bench.running import Bench

ROUNDS, SECONDS = 5, 60


def measure(bench: Bench) -> Iterator[Figure]:
    """Every question of the mix several times, in turn. The slowest kinds are named."""
    by_kind = questions.mix("/bodies/")
    every = [page for pages in by_kind.values() for page in pages]
    with serving.served(serving.PRODUCT) as server:
        loading.times(server.address, every, seconds=SECONDS)
        found = loading.times(server.address, every * ROUNDS, seconds=SECONDS)
    slowest = sorted(_medians(by_kind, every, found).items(), key=lambda pair: -pair[1])[:3]
    p50, p95 = statistics.median(found), timing.p95(found)
    parts = {"p50 ms": p50, "p95 ms": p95, **{f"{kind} ms": ms for kind, ms in slowest}}
    yield Figure("P5", "directory, p95 ÷ p50 over the query mix", p95 / p50, "≤", 8, parts)


def _medians(by_kind: dict[str, list[str]], every: list[str], found: list[float]) -> dict[str, float]:
    medians = {}
    for kind, pages in by_kind.items():
        took = [ms for number, ms in enumerate(found) if every[number % len(every)] in pages]
        if took:
            medians[kind] = statistics.median(took)
    return medians
