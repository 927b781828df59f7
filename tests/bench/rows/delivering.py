"""P8: downloads through nginx and gunicorn against nginx's own sendfile, or for small ones a view with one query."""

import hashlib
import os
from collections.abc import Iterator

from django.conf import settings
from django.test import override_settings

from portal.files import contents
from portal.files.models import StoredFile
from tests.bench.delivering import MIB, NGINX, ratio, running
from tests.bench.figures import Figure
from tests.bench.running import Bench

FLOORS = {"20 MB by nginx": 0.9, "100 KB by nginx": 0.85}


def measure(bench: Bench) -> Iterator[Figure]:
    """Floor's time ÷ download's. What is sealed has to be opened by the portal and has no target of its own."""
    if NGINX is None:
        yield Figure("P8", "downloads", note="left out, there is no nginx on this machine")
        return
    large, small = _made(20 * MIB, False), _made(100 * 1024, False)
    large_sealed, small_sealed = _made(20 * MIB, True), _made(100 * 1024, True)
    with running(bench.data / "nginx", settings.DATA_DIR / "files") as site:
        found = {
            "20 MB by nginx": ratio(site, f"/fetch/{large.key}/?unstoppable", f"/{large.path}"),
            "20 MB streamed, sealed": ratio(site, f"/fetch/{large_sealed.key}/", f"/{large.path}"),
            "20 MB streamed, as it is": ratio(site, f"/fetch/{large.key}/", f"/{large.path}"),
        }
        one_query = f"/one-query/{small.key}/"
        for name, stored in (("100 KB by nginx", small), ("100 KB streamed, sealed", small_sealed)):
            found[name] = ratio(site, f"/fetch/{stored.key}/", one_query, floor_port=site.port, rounds=200)
    for name, row in found.items():
        target = FLOORS.get(name)
        parts = {"ms": row["ms"], "floor ms": row["floor_ms"]}
        yield Figure(
            "P8", f"download, {name}: floor ÷ answer", row["ratio"], "≥" if target else "", target, parts
        )


def _made(size: int, seal: bool) -> StoredFile:
    content = os.urandom(size)
    stored = StoredFile(
        sha256=hashlib.sha256(content).hexdigest(),
        size=size,
        content_type="application/pdf",
        shown_name="report.pdf",
        stored_by="bench",
    )
    with override_settings(SEAL_FILES=seal):
        contents.write(stored, [content])
    stored.save(force_insert=True)
    return stored
