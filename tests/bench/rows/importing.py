"""P7: an import of 100,000 rows with every row error told, against COPY of the same file alone."""

import csv
import io
import time
from collections.abc import Iterator
from importlib import import_module
from random import Random

from django.db import connection

from tests.bench.figures import Figure
from tests.bench.running import Bench

# "module:function": takes the content of a CSV file with the columns below as bytes, checks every row of it and returns how
# many rows it refused. "" while there is none.
IMPORTER = ""
ROWS = 100_000
COLUMNS = ("body", "economy", "website", "number_kind", "number", "site", "town", "annex", "partner", "sector", "requirement",
           "kind", "product", "procedure", "from", "until")  # fmt: skip
# One row in a hundred cannot be used.
BAD_ONE_IN = 100


def measure(bench: Bench) -> Iterator[Figure]:
    """Rows per second of the check that comes before anything is entered."""
    what = "import of 100,000 rows with all row errors, rows/s ÷ COPY"
    if not IMPORTER:
        yield Figure("P7", what, None, "≥", 0.55, note="not built yet")
        return
    module, _colon, name = IMPORTER.partition(":")
    check = getattr(import_module(module), name)
    content = made(ROWS)
    floor = ROWS / min(_copied(content) for _round in range(3))
    start = time.perf_counter()
    refused = check(content)
    rate = ROWS / (time.perf_counter() - start)
    parts = {"rows/s": rate, "COPY rows/s": floor, "rows refused": refused}
    yield Figure("P7", what, rate / floor, "≥", 0.55, parts)


def made(rows: int) -> bytes:
    """A file of that many rows, the same each time."""
    random, text = Random(7), io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for number in range(rows):
        body = number // 10
        sector = random.choice(("emc", "radio", "telecommunications"))
        annex = "US-UK-EMC" if sector == "emc" else "US-UK-TEL"
        bad = number % BAD_ONE_IN == 0
        row = (
            f"Imported Laboratory {body:05} (sample)", "GB", "https://www.imported.example/", "register number", f"{body:05}",
            "", "", annex, "XX" if bad else "US", sector, "", "test_report", f"product {number % 10}", "", "2026-12-01", "",
        )  # fmt: skip
        writer.writerow(row)
    return text.getvalue().encode()


def _copied(content: bytes) -> float:
    columns = ", ".join(f'"{name}" text' for name in COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE bench_import ({columns})")
        start = time.perf_counter()
        with cursor.copy("COPY bench_import FROM STDIN WITH (FORMAT csv, HEADER)") as copy:
            copy.write(content)
        took = time.perf_counter() - start
        cursor.execute("DROP TABLE bench_import")
    return took
