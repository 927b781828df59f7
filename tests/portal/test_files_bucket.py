"""Files in a bucket of a real S3 server: whole or not at all, in little memory, never public, and quick to say that it is away."""

import os
import signal
import socket
import threading
import tracemalloc
import urllib.error
import urllib.request
from datetime import UTC, date, datetime
from time import perf_counter

import pytest

from portal import clock
from portal.files import contents, sending
from portal.files.contents import LostFile, StorageFailed
from portal.files.models import LARGEST_REPORT, StoredFile
from portal.files.storage import documents
from portal.filing import documents_settings
from registry.opendata import making, writing
from tests.agreements.factories import BY
from tests.portal import bucket_service
from tests.portal.bucket_service import BUCKET, SECRET, BucketService
from tests.portal.stored_files import MIB, made, pieces, whole

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.xdist_group("bucket"),
    pytest.mark.skipif(not bucket_service.is_there(), reason="No S3 server for this kind of machine."),
]
REPORT = os.urandom(9 * MIB + 3)


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with bucket_service.running(tmp_path_factory.mktemp("bucket")) as running:
        yield running


def use(settings, url: str) -> None:
    settings.STORAGES = {**settings.STORAGES, "documents": documents_settings(url, for_nginx=False)}


@pytest.fixture(autouse=True)
def bucket(settings, service) -> BucketService:
    use(settings, service.url)
    return service


@pytest.mark.parametrize("seal", [True, False], ids=["sealed", "as it is"])
@pytest.mark.parametrize("size", [1, 256 * 1024, 4 * MIB, 9 * MIB + 3])
def test_what_was_written_comes_back(settings, seal, size):
    settings.SEAL_FILES = seal
    stored = made(REPORT[:size], safe=b"copy")
    assert whole(stored) == REPORT[:size]
    assert whole(stored, safe=True) == b"copy"


@pytest.mark.parametrize("start", [0, 1, 4 * MIB, 9 * MIB + 2, 9 * MIB + 3])
def test_a_content_is_read_from_any_byte_on(start):
    documents().write("dumps/2026-11-24/bodies.csv", pieces(REPORT))
    with documents().reading("dumps/2026-11-24/bodies.csv", start) as reader:
        assert b"".join(iter(lambda: reader.read(MIB), b"")) == REPORT[start:]


def test_dumps_lie_in_a_bucket_and_go_from_it():
    with clock.at(datetime(2026, 11, 1, tzinfo=UTC)):
        dump = making.publish_dump(by=BY, written=_written_dump())
        making.clear_away(by=BY)
    place = writing.place_of(dump.day, "bodies.csv")
    assert documents().exists(place)
    for day in range(2, 11):
        with clock.at(datetime(2026, 11, day, tzinfo=UTC)):
            making.publish_dump(by=BY, written=_written_dump())
            making.clear_away(by=BY)
    assert documents().exists(place)
    assert not documents().exists(writing.place_of(date(2026, 11, 2), "bodies.csv"))
    assert documents().exists(writing.place_of(date(2026, 11, 4), "bodies.csv"))


def _written_dump() -> writing.Written:
    written = writing.Written(clock.today(), clock.now(), 1, 0)
    written.write("bodies.csv", [b"id"], "text/csv", table="bodies", rows=0)
    writing.seal(written)
    return written


def test_the_largest_file_passes_in_parts_and_in_little_memory(bucket):
    block = os.urandom(MIB)
    stored = StoredFile(sha256="", size=LARGEST_REPORT)
    contents.write(StoredFile(), [b"imports what is needed"])
    tracemalloc.start()
    try:
        contents.write(stored, (block for _turn in range(50)))
        written = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        sizes = []
        with pytest.raises(LostFile):
            sizes.extend(map(len, contents.read(stored)))
        read = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sum(sizes) > 49 * MIB
    assert written < 32 * MIB
    assert read < 16 * MIB
    assert bucket.client().head_object(Bucket=BUCKET, Key=stored.path)["ETag"].endswith('-7"')


def test_nothing_has_a_public_address(bucket):
    stored = made(REPORT)
    with pytest.raises(ValueError, match="no address"):
        documents().url(stored.path)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"http://127.0.0.1:{bucket.port}/{BUCKET}/{stored.path}", timeout=5)
    assert refused.value.code == 403
    refused.value.close()


def test_a_stream_from_the_bucket():
    told = []
    response = sending.answer(
        made(REPORT),
        safe=False,
        filename="r.pdf",
        still_allowed=lambda: True,
        ended=lambda *end: told.append(end),
    )
    assert b"".join(response) == REPORT
    assert told == [(len(REPORT), "complete")]


def test_what_is_missing_changed_or_cut_off_is_found(bucket):
    stored, client = made(REPORT), bucket.client()
    lying = client.get_object(Bucket=BUCKET, Key=stored.path)["Body"].read()
    assert REPORT[:50] not in lying
    for bad in (lying[:-1], lying[:-1] + b"?", b""):
        client.put_object(Bucket=BUCKET, Key=stored.path, Body=bad)
        with pytest.raises(LostFile, match="not what was stored"):
            whole(stored)
    contents.delete(stored.path)
    contents.delete(stored.path)
    assert not contents.exists(stored.path)
    with pytest.raises(LostFile, match="missing"):
        whole(stored)


@pytest.mark.parametrize("after", [1, 20], ids=["before the first part", "after two parts"])
def test_an_upload_that_breaks_off_leaves_nothing(bucket, after):
    def breaks_off():
        for _turn in range(after):
            yield os.urandom(MIB)
        raise ValueError("too large")

    stored = StoredFile()
    with pytest.raises(ValueError, match="too large"):
        contents.write(stored, breaks_off())
    assert not contents.exists(stored.path)
    assert bucket.client().list_multipart_uploads(Bucket=BUCKET).get("Uploads", []) == []


def test_the_sweeper_sees_what_lies(bucket):
    stored = made(REPORT)
    places = {path: moment for _folder, found in contents.lying() for path, moment in found}
    assert places[stored.path].tzinfo is not None


class TestAway:
    def _fails_soon(self, act) -> None:
        started = perf_counter()
        with pytest.raises(StorageFailed, match="Try again shortly"):
            act()
        assert perf_counter() - started < 5

    def test_a_server_that_is_down(self, settings):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        use(settings, f"s3://k:s@127.0.0.1:{port}/{BUCKET}?tls=0")
        stored = StoredFile()
        for act in (
            lambda: contents.write(stored, [b"x"]),
            lambda: whole(stored),
            lambda: contents.exists(stored.path),
            lambda: contents.delete(stored.path),
        ):
            self._fails_soon(act)

    def test_a_wrong_secret(self, settings, bucket):
        use(settings, bucket.url.replace(bucket_service.quote(SECRET, safe=""), "guessed"))
        self._fails_soon(lambda: contents.write(StoredFile(), [b"x"]))

    def test_a_server_that_stands_still_and_goes_on(self, bucket):
        stored = made(REPORT)
        os.kill(bucket.process.pid, signal.SIGSTOP)
        try:
            self._fails_soon(lambda: whole(stored))
            self._fails_soon(lambda: contents.write(StoredFile(), pieces(REPORT)))
        finally:
            os.kill(bucket.process.pid, signal.SIGCONT)
        assert whole(stored) == REPORT


def test_several_at_once():
    reports, came = [made(os.urandom(MIB) + bytes([number])) for number in range(4)], []
    threads = [threading.Thread(target=lambda s=stored: came.append(len(whole(s)))) for stored in reports]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert came == [MIB + 1] * 4
