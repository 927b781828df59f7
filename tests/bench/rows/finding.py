"""P1: the finder's answer in the application against SQL alone."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.db import connection

from agreements.models import Economy
from tests.bench import questions, timing
from tests.bench.figures import Figure
from tests.bench.running import Bench

TARGETS = {"API": ("/api/v1/acceptance/", 4), "page": ("/accepted/", 8)}
_PAGE = """
    SELECT id, body_name, body_id, site_id, line_id, annex_id, verdict, standing FROM registry_acceptedscope
    WHERE importing_id = %(importing)s AND exporting_id = %(exporting)s AND sector_id = %(sector)s
        AND kind IN ('test_report', '') AND valid @> current_date AND recorded @> now()
    ORDER BY body_name LIMIT 51
"""


def measure(bench: Bench) -> Iterator[Figure]:
    """The typical question against the statements behind its answer, sent bare; and, for their own sake, the heaviest one."""
    for name, (stem, target) in TARGETS.items():
        value, parts = _ratio(bench, f"{stem}?{urlencode(questions.TYPICAL)}")
        yield Figure("P1", f"{name}, p50 in the application ÷ its SQL alone", value, "≤", target, parts)
    for name, (stem, _target) in TARGETS.items():
        value, parts = _ratio(bench, f"{stem}?{urlencode(questions.HEAVIEST)}")
        yield Figure("P1", f"{name}, the heaviest question", value, parts=parts)
    yield Figure(
        "P1", "one page of verdicts by index, ms", timing.median(timing.bare([_one_page()]), bench.rounds)
    )


def _ratio(bench: Bench, address: str) -> tuple[float, dict[str, float]]:
    answer = timing.fetched(bench.client, address)
    answer()
    sent = timing.statements(answer)
    floor = timing.median(timing.bare(sent), bench.rounds)
    p50 = timing.median(answer, bench.rounds)
    return p50 / floor, {"ms": p50, "SQL ms": floor, "statements": len(sent)}


def _one_page() -> tuple[str, dict]:
    codes = dict(Economy.objects.values_list("code", "id"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM agreements_sector WHERE code = %s", [questions.TYPICAL["sector"]])
        (sector,) = cursor.fetchone()
    return _PAGE, {
        "importing": codes[questions.TYPICAL["importing"]],
        "exporting": codes[questions.TYPICAL["exporting"]],
        "sector": sector,
    }
