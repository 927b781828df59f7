"""P10: how the finder and the directory grow from a tenth of the bodies to all of them."""

import statistics
from collections.abc import Iterator
from urllib.parse import urlencode

from tests.bench import questions, timing
from tests.bench.figures import Figure
from tests.bench.running import Bench

LIMITS = {"finder": 1.5, "directory": 3}


def measure(bench: Bench) -> Iterator[Figure]:
    """The medians here ÷ those taken the same way in the small world."""
    if bench.small is None:
        yield Figure("P10", "growth to ten times the bodies", note="there is no small world beside this one")
        return
    for name, now in medians(bench.client, bench.rounds).items():
        before = bench.small[name]
        parts = {f"ms at {bench.bodies // 10:,}": before, f"ms at {bench.bodies:,}": now}
        yield Figure(
            "P10", f"{name}, p50 ÷ its p50 at a tenth of the bodies", now / before, "≤", LIMITS[name], parts
        )


def medians(client, rounds: int) -> dict[str, float]:
    """In ms, through the whole stack without a web server: the typical question, and the directory's questions in turn."""
    finder = timing.fetched(client, f"/accepted/?{urlencode(questions.TYPICAL)}")
    each = [timing.fetched(client, page) for page in questions.narrowed("/bodies/")[::4]]
    return {
        "finder": timing.median(finder, rounds),
        "directory": statistics.median(timing.median(work, 3) for work in each),
    }
