"""What every row of the bench is given: the made world, a client, and the rates of "hello"."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.test import Client

from tests.bench import loading, serving

HELLO_PATH = "/hello/"


@dataclass
class Bench:
    """One run. ``small`` gives the medians that P10 compares, taken at a tenth of the bodies; None where they were not."""

    bodies: int
    rounds: int
    data: Path
    small: dict[str, float] | None = None

    @cached_property
    def client(self) -> Client:
        """Asks the portal in this process, as nobody."""
        return Client()

    def against_hello(self, measure: Callable[[str], loading.Rate]) -> tuple[loading.Rate, loading.Rate]:
        """The rate that ``measure`` finds at a server of the product, between two of hello's, of which the mean is given too.

        Both are taken within seconds of each other, so that they meet the same machine.
        """
        with serving.served(serving.HELLO) as floor, serving.served(serving.PRODUCT) as product:
            first = loading.rate(floor.address, [HELLO_PATH], seconds=3)
            found = measure(product.address)
            last = loading.rate(floor.address, [HELLO_PATH], seconds=3)
        mean = (first.per_second + last.per_second) / 2
        return found, loading.Rate(mean, max(first.client_share, last.client_share))


def share_of_hello(
    bench: Bench, measure: Callable[[str], loading.Rate]
) -> tuple[float | None, dict[str, float], str]:
    """The rate as a share of hello's, what is behind it, and a note: why there is none, or that the client was too slow."""
    try:
        found, hello = bench.against_hello(measure)
    except (loading.BadAnswer, OSError) as error:
        return None, {}, f"not answered: {error}"
    parts = {"per s": found.per_second, "hello per s": hello.per_second}
    note = "the client was the slow one" if max(found.client_share, hello.client_share) > 0.9 else ""
    return found.per_second / hello.per_second, parts, note
