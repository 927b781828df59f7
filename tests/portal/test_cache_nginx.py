"""Pages through nginx's cache as in production: what everybody gets is kept, what somebody gets is not."""

import http.client
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from portal.files.storage import documents
from tests.agreements.factories import make_economy
from tests.bench import delivering
from tests.bench.delivering import ROOT, Site
from tests.registry.officers import make_person, signed_in

pytestmark = [pytest.mark.system, pytest.mark.django_db(transaction=True)]
PAGE = "/economies/"


@pytest.fixture
def site(tmp_path):
    subprocess.run([sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"], cwd=ROOT, check=True)
    with delivering.running(
        tmp_path, Path(documents().location), application="portal.wsgi:application"
    ) as running:
        yield running


def get(site: Site, path: str, method: str = "GET", **headers: str) -> tuple[http.client.HTTPResponse, str]:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    try:
        connection.request(method, path, headers={"Host": "localhost", **headers})
        response = connection.getresponse()
        return response, response.read().decode()
    finally:
        connection.close()


def cached(site: Site, requests: int) -> list[str]:
    """How nginx answered so many requests: HIT, MISS, or - where the cache was not asked. It logs a moment after it has answered."""
    deadline = time.monotonic() + 5
    while True:
        log = (site.folder / "concordat.log").read_text()
        found = re.findall(r"\[[^]]+\] \"[^\"]+\" \d+ \d+ [\d.]+ (\S+)", log)
        if len(found) >= requests or time.monotonic() > deadline:
            return found
        threading.Event().wait(0.05)


def test_a_page_for_everybody_is_kept_and_answers_304(site):
    make_economy("DE")
    first, body = get(site, PAGE)
    assert first.status == 200, body[:3000]
    again, same = get(site, PAGE)
    unchanged, _nothing = get(site, PAGE, **{"If-None-Match": first.headers["ETag"]})
    head, _nothing = get(site, PAGE, "HEAD")

    assert (first.status, again.status, unchanged.status, head.status) == (200, 200, 304, 200)
    assert same == body
    assert again.headers["ETag"] == first.headers["ETag"]
    assert cached(site, 4) == ["MISS", "HIT", "HIT", "HIT"]


def test_another_language_or_question_is_another_page(site):
    get(site, PAGE, **{"Accept-Language": "en"})
    get(site, PAGE, **{"Accept-Language": "fr"})
    get(site, f"{PAGE}?q=x", **{"Accept-Language": "en"})
    get(site, PAGE, **{"Accept-Language": "en"})

    assert cached(site, 4) == ["MISS", "MISS", "MISS", "HIT"]


def test_who_is_signed_in_goes_past_the_cache_and_leaves_nothing_there(site):
    somebody = make_person("Zelda Quince")
    client = signed_in(somebody)
    cookie = "; ".join(f"{name}={each.value}" for name, each in client.cookies.items())
    own, body = get(site, PAGE, Cookie=cookie)
    unchanged, _nothing = get(site, PAGE, Cookie=cookie, **{"If-None-Match": own.headers["ETag"]})
    get(site, "/api/v1/economies/", Authorization="Bearer x")
    _public, shown = get(site, PAGE)

    assert somebody.name in body
    assert (own.headers["Cache-Control"], unchanged.status) == ("private, no-cache", 304)
    assert somebody.name not in shown
    assert cached(site, 4) == ["-", "-", "-", "MISS"]


def test_what_is_not_there_is_not_kept(site):
    for _time in range(2):
        response, _body = get(site, "/bodies/nobody/")
        assert response.status == 404
    assert "HIT" not in cached(site, 2)
