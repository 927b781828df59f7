"""Open data through nginx and gunicorn as in production: whole, in part, and kept by the caches beyond alone."""

import hashlib
import http.client
from pathlib import Path

import pytest

from portal.files.storage import documents
from registry.opendata import making
from tests.agreements.factories import BY, make_economy
from tests.bench import delivering
from tests.bench.delivering import Site

pytestmark = [pytest.mark.system, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=["by nginx", "streamed"])
def site(request, tmp_path):
    files = Path(documents().location)
    environment = {"STORAGE_URL": f"file://{files}"}
    if request.param == "by nginx":
        environment["FILES_NGINX_LOCATION"] = "/stored-files/"
    with delivering.running(tmp_path, files, application="portal.wsgi:application", **environment) as running:
        yield running


def get(site: Site, path: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    try:
        connection.request("GET", path, headers={"Host": "localhost", **headers})
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def test_a_file_comes_whole_and_in_part(site):
    make_economy("GB")
    dump = making.make_todays(by=BY)
    told = dump.file("concordat.zip")
    path = f"/data/{dump.day}/concordat.zip"
    for _time in range(2):
        response, whole = get(site, path)
        assert response.status == 200
        assert hashlib.sha256(whole).hexdigest() == told["sha256"]
        assert response.headers["Content-Type"] == "application/zip"
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response.headers["ETag"] == f'"{told["sha256"]}"'
        assert response.headers["Accept-Ranges"] == "bytes"
        assert "sandbox" in response.headers["Content-Security-Policy"]
        assert f"concordat-{dump.day}.zip" in response.headers["Content-Disposition"]
    response, part = get(site, path, Range="bytes=100-199")
    assert (response.status, part) == (206, whole[100:200])
    response, nothing = get(site, path, **{"If-None-Match": f'"{told["sha256"]}"'})
    assert (response.status, nothing) == (304, b"")
    response, _nothing = get(site, "/data/latest/concordat.zip")
    assert (response.status, response.headers["Location"]) == (302, path)
    assert get(site, f"/stored-files/dumps/{dump.day}/concordat.zip")[0].status == 404
    # The archive is in none of nginx's own caches.
    kept = [file for file in (site.folder / "cache").rglob("*") if file.is_file()]
    assert not [file for file in kept if whole[:4000] in file.read_bytes()]
