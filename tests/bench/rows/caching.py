"""P9: an unchanged page asked for again, and the same page from nginx's cache, against "hello"."""

from collections.abc import Iterator

from django.conf import settings

from tests.bench import delivering, loading, serving
from tests.bench.figures import Figure
from tests.bench.running import Bench, share_of_hello

PAGE = "/bodies/?q=testing&economy=GB"
# Questions ahead on each connection: nginx answers faster than this client could ask one by one.
AHEAD = 32


def measure(bench: Bench) -> Iterator[Figure]:
    """304 from gunicorn; from nginx's cache, 200."""
    value, parts, note = share_of_hello(bench, _unchanged)
    yield Figure("P9", "304 on an unchanged page ÷ hello", value, "≥", 0.75, parts, note)
    what = "the page from nginx's cache ÷ hello"
    if delivering.NGINX is None:
        yield Figure("P9", what, None, "≥", 8, note="left out, there is no nginx on this machine")
        return
    value, parts, note = share_of_hello(bench, lambda _address: _cached(bench))
    yield Figure("P9", what, value, "≥", 8, parts, note)


def _unchanged(address: str) -> loading.Rate:
    tag = loading.header(address, PAGE, "ETag")
    if not tag:
        raise loading.BadAnswer("The page has no ETag.")
    return loading.rate(address, [PAGE], headers=f"If-None-Match: {tag}\r\n", status=304)


def _cached(bench: Bench) -> loading.Rate:
    folder, files = bench.data / "nginx-cache", settings.DATA_DIR / "files"
    with delivering.running(folder, files, serving.PRODUCT) as site:
        return loading.rate(
            ("127.0.0.1", site.port), [PAGE], seconds=4, connections=4, depth=AHEAD, alike=True
        )
