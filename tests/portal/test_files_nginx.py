"""Files through nginx and gunicorn as in production: headers, a stop in the middle, logs without secrets, memory, speed."""

import hashlib
import http.client
import os
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.test import override_settings

from portal.files.models import StoredFile
from portal.files.storage import documents
from tests.bench import delivering
from tests.bench.delivering import MIB, Site
from tests.portal.stored_files import made

pytestmark = [pytest.mark.system, pytest.mark.django_db(transaction=True)]
REPORT = os.urandom(20 * MIB)


@pytest.fixture
def site(tmp_path):
    files = Path(documents().location)
    environment = {"STORAGE_URL": f"file://{files}", "FILES_NGINX_LOCATION": "/stored-files/"}
    with delivering.running(tmp_path, files, **environment) as running:
        yield running


@pytest.fixture
def plain() -> StoredFile:
    with override_settings(SEAL_FILES=False):
        return made(REPORT)


@pytest.fixture
def sealed() -> StoredFile:
    return made(REPORT)


def get(site: Site, path: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    try:
        connection.request("GET", path, headers={"Host": "localhost", **headers})
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


@pytest.mark.parametrize("way", ["by nginx", "streamed"])
@pytest.mark.parametrize(
    "headers",
    [{}, {"Range": "bytes=100-199"}, {"If-Modified-Since": "Fri, 31 Dec 2100 00:00:00 GMT"}],
    ids=["", "range", "if"],
)
def test_a_file_comes_whole_with_exact_headers(site, plain, sealed, way, headers):
    path = f"/fetch/{plain.key}/?unstoppable" if way == "by nginx" else f"/fetch/{sealed.key}/"
    response, body = get(site, path, **headers)
    assert (response.status, body == REPORT) == (200, True)
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == 'attachment; filename="report.pdf"'
    assert response.headers["Content-Length"] == str(len(REPORT))
    assert response.headers["Cache-Control"] == "no-store, private"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.headers["Referrer-Policy"] == "same-origin"
    for name in ("Accept-Ranges", "ETag", "Last-Modified", "X-Accel-Redirect", "Content-Range"):
        assert response.headers[name] is None, name


def test_nobody_gets_past_the_portal(site, plain):
    for path in (
        f"/stored-files/{plain.path}",
        f"/stored-files/../stored-files/{plain.path}",
        "/stored-files/",
    ):
        response, body = get(site, path)
        assert response.status == 404
        assert REPORT[:100] not in body


def test_a_right_that_ends_stops_the_stream_and_the_reader_sees_it(site, sealed):
    with socket.socket() as reader:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
        reader.settimeout(30)
        reader.connect(("127.0.0.1", site.port))
        reader.sendall(f"GET /fetch/{sealed.key}/ HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        before = after = 0
        while before < MIB:
            before += len(reader.recv(65536))
        StoredFile.objects.filter(pk=sealed.pk).delete()
        while more := len(reader.recv(65536)):
            after += more
    # The portal sends at most half a MiB more; the rest was on its way, which deploy/ keeps short.
    assert after < 1.5 * MIB
    print(f"{after / MIB:.2f} MiB came after the right had ended")


def test_no_secret_gets_into_a_log(site):
    secrets = {
        "/calendar/": "b" * 43,
        "/invitation/": "short-secret",
        "/account/password/reset/key/": "1-abcdef",
        "/fetch/": "t" * 43,
        "/nowhere/?ticket=": "q" * 12,
    }
    for path, secret in secrets.items():
        get(site, f"{path}{secret}", Referer=f"http://localhost/{secret}")
    deadline, logged = time.monotonic() + 5, ""
    while logged.count('"GET /') < len(secrets) and time.monotonic() < deadline:
        threading.Event().wait(0.05)  # nginx logs a moment after it has answered
        logged = "".join(path.read_text() for path in site.folder.glob("*.log"))
    assert logged.count('"GET /') == len(secrets)
    assert '"GET /calendar/-"' in logged
    assert [secret for secret in secrets.values() if secret in logged] == []


def test_ten_uploads_at_once_leave_the_memory_flat(site):
    content = os.urandom(50 * MIB)
    expected = hashlib.sha256(content).hexdigest()
    assert delivering.upload(site, content) == expected
    before = site.memory()
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _number: delivering.upload(site, content), range(10)))
    assert answers == [expected] * 10
    grown = (site.memory() - before) / MIB
    print(f"gunicorn grew by {grown:.1f} MiB in ten uploads of 50 MiB at once")
    assert grown <= 64


def test_a_file_larger_than_the_largest_report_is_refused_by_nginx(site):
    response = delivering.upload(site, b"x" * (52 * MIB))
    assert "413" in response


def test_a_download_by_nginx_is_nearly_as_fast_as_nginx_alone(site, plain, sealed):
    by_nginx = delivering.ratio(site, f"/fetch/{plain.key}/?unstoppable", f"/{plain.path}")
    streamed = delivering.ratio(site, f"/fetch/{sealed.key}/", f"/{plain.path}")
    print(f"20 MB: by nginx {by_nginx}, streamed and sealed {streamed}")
    # `make bench` holds it against the target; other work on the machine may slow it down here.
    assert by_nginx["ratio"] > 0.5
    assert by_nginx["ms"] < streamed["ms"]
