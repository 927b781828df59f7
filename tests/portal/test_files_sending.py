"""Handing files out in a stream: exact headers, cut off when the right ends, and its end told once."""

import os
import threading
from pathlib import Path

import pytest
from django.db import connection
from django.http import Http404

from portal.files import contents, sending, stamping
from portal.files.contents import LostFile, StorageFailed
from portal.files.models import ContentType, State
from portal.files.sending import BROKEN_OFF, COMPLETE, HANDED_TO_NGINX, REFUSED, CutOff
from portal.files.stamping import CannotStamp, Stamp
from portal.files.storage import documents
from tests.portal.stored_files import MIB, made, pdf

pytestmark = pytest.mark.django_db
REPORT = os.urandom(4 * MIB + 5)


class Reader:
    """Whether somebody may read, for so many questions, and what was told of the end."""

    def __init__(self, allowed: int = 1_000):
        self.left = allowed
        self.asked = 0
        self.told = []

    def still_allowed(self) -> bool:
        self.asked += 1
        self.left -= 1
        return self.left >= 0

    def fetch(self, stored, **options):
        options = {"safe": False, "filename": "report.pdf"} | options
        return sending.answer(stored, still_allowed=self.still_allowed, ended=self.end, **options)

    def end(self, size: int, outcome: str) -> None:
        self.told.append((size, outcome))


def test_a_whole_file_with_exact_headers():
    reader, stored = Reader(), made(REPORT)
    response = reader.fetch(stored, filename="Prüfbericht 試験.pdf")
    assert b"".join(response) == REPORT
    response.close()
    assert reader.told == [(len(REPORT), COMPLETE)]
    assert {name.lower(): value for name, value in response.items()} == {
        "content-type": "application/pdf",
        "content-length": str(len(REPORT)),
        "content-disposition": "attachment; filename*=utf-8''Pr%C3%BCfbericht%20%E8%A9%A6%E9%A8%93.pdf",
        "x-content-type-options": "nosniff",
        "content-security-policy": "sandbox; default-src 'none'",
        "cache-control": "no-store, private",
        "x-accel-buffering": "no",
    }


def test_the_sanitised_copy_and_other_kinds():
    stored = made(b"x" * 999, safe=b"y" * 77, content_type=ContentType.XLSX)
    response = Reader().fetch(stored, safe=True, filename='a"\r\nSet-Cookie: x.xlsx')
    assert b"".join(response) == b"y" * 77
    assert (response["Content-Length"], response["Content-Type"]) == ("77", str(ContentType.XLSX))
    assert response["Content-Disposition"] == 'attachment; filename="a\\"Set-Cookie: x.xlsx"'


def test_it_is_asked_before_the_first_byte_and_each_further_half_mebibyte():
    reader = Reader()
    came = 0
    for frame in reader.fetch(made(REPORT)):
        came += len(frame)
        assert came <= reader.asked * MIB // 2
    assert reader.asked == 9


def test_who_may_not_gets_nothing():
    reader = Reader(allowed=0)
    with pytest.raises(Http404):
        reader.fetch(made(REPORT))
    assert reader.told == [(0, REFUSED)]


@pytest.mark.parametrize("asked", [1, 2, 3])
def test_a_right_that_ends_cuts_the_stream_within_half_a_mebibyte(asked):
    reader, came = Reader(allowed=asked), []
    response = reader.fetch(made(REPORT))
    with pytest.raises(CutOff):
        came.extend(response)
    response.close()
    assert list(response) == []
    assert sum(map(len, came)) == asked * MIB // 2
    assert reader.told == [(asked * MIB // 2, REFUSED)]


def test_a_question_without_an_answer_cuts_the_stream():
    answers, told, came = iter([True, True]), [], []
    response = sending.answer(
        made(REPORT),
        safe=False,
        filename="report.pdf",
        still_allowed=lambda: next(answers, None) or 1 / 0,
        ended=lambda *end: told.append(end),
    )
    with pytest.raises(ZeroDivisionError):
        came.extend(response)
    assert sum(map(len, came)) == MIB
    assert told == [(MIB, BROKEN_OFF)]


@pytest.mark.parametrize("frames", [0, 1, 5])
def test_a_reader_who_goes_away_is_told_once(frames):
    reader = Reader()
    response = reader.fetch(made(REPORT))
    stream = iter(response)
    size = sum(len(next(stream)) for _frame in range(frames))
    response.close()
    response.close()
    assert reader.told == [(size, BROKEN_OFF)]


def test_a_content_that_was_changed_in_the_middle_is_cut_off():
    reader, stored, came = Reader(), made(REPORT), []
    path = Path(documents().path(stored.path))
    lying = bytearray(path.read_bytes())
    lying[2 * MIB] ^= 1
    path.write_bytes(lying)
    response = reader.fetch(stored)
    with pytest.raises(LostFile):
        came.extend(response)
    assert 0 < sum(map(len, came)) < 2 * MIB
    assert [outcome for _size, outcome in reader.told] == [BROKEN_OFF]


def test_what_is_lost_or_locked_is_known_before_the_first_byte(settings):
    stored = made(REPORT)
    settings.FILE_KEYS = ()
    with pytest.raises(StorageFailed):
        Reader().fetch(stored)
    contents.delete(stored.path)
    settings.FILE_KEYS = (("x", bytes(range(32))),)
    with pytest.raises(LostFile):
        Reader().fetch(stored)


@pytest.mark.parametrize("state", [State.QUARANTINED, State.REFUSED])
def test_only_an_accepted_file_is_handed_out(state):
    reader = Reader()
    with pytest.raises(sending.NotAccepted):
        reader.fetch(made(REPORT, state=state))
    with pytest.raises(LostFile, match="no sanitised copy"):
        reader.fetch(made(REPORT), safe=True)
    assert (reader.asked, reader.told) == (0, [])


def test_an_end_that_cannot_be_recorded_does_not_disturb_the_reader(caplog):
    def fails(_size, _outcome):
        raise ConnectionError("the database is away")

    response = sending.answer(
        made(REPORT), safe=False, filename="r.pdf", still_allowed=lambda: True, ended=fails
    )
    assert b"".join(response) == REPORT
    assert "could not be recorded" in caplog.text


class TestThroughNginx:
    @pytest.fixture(autouse=True)
    def unsealed_behind_nginx(self, settings):
        settings.SEAL_FILES = False
        settings.FILES_NGINX_LOCATION = "/stored-files/"

    @pytest.mark.parametrize(("size", "stoppable"), [(MIB, True), (MIB + 1, False)], ids=["small", "large"])
    def test_what_need_not_be_stopped_is_handed_over(self, size, stoppable):
        reader, stored = Reader(), made(os.urandom(size))
        response = reader.fetch(stored, stoppable=stoppable)
        assert response["X-Accel-Redirect"] == f"/stored-files/{stored.path}"
        assert response["Content-Disposition"] == 'attachment; filename="report.pdf"'
        assert response.content == b""
        assert reader.told == [(size, HANDED_TO_NGINX)]
        assert reader.asked == 1

    def test_what_may_have_to_be_stopped_is_streamed(self):
        response = Reader().fetch(made(os.urandom(MIB + 1)))
        assert "X-Accel-Redirect" not in response
        assert len(b"".join(response)) == MIB + 1

    def test_what_is_sealed_is_streamed(self, settings):
        settings.SEAL_FILES = True
        assert "X-Accel-Redirect" not in Reader().fetch(made(b"small"), stoppable=False)

    def test_who_may_not_gets_nothing_and_what_is_cut_off_is_not_handed_over(self):
        with pytest.raises(Http404):
            Reader(allowed=0).fetch(made(b"small"))
        stored = made(b"small")
        Path(documents().path(stored.path)).write_bytes(b"smal")
        with pytest.raises(LostFile):
            Reader().fetch(stored)
        contents.delete(stored.path)
        with pytest.raises(LostFile):
            Reader().fetch(stored)


class TestStamped:
    def _stamp(self) -> Stamp:
        return Stamp(reader="Ana", authority="Agency", at=stamping.datetime.now(stamping.UTC), number="D-1")

    def test_a_stamped_copy_is_whole_and_has_its_own_length(self):
        reader, content = Reader(), pdf(size=2 * MIB)
        response = reader.fetch(made(content), stamp=self._stamp())
        came = b"".join(response)
        assert came.startswith(b"%PDF-")
        assert len(came) == int(response["Content-Length"]) != len(content)
        assert reader.asked == 5
        assert reader.told == [(len(came), COMPLETE)]

    def test_what_cannot_be_stamped_is_said_before_the_first_byte(self):
        reader = Reader()
        with pytest.raises(CannotStamp, match="Only PDF"):
            reader.fetch(made(b"x", content_type=ContentType.PNG), stamp=self._stamp())
        with pytest.raises(CannotStamp, match="cannot be stamped"):
            reader.fetch(made(b"no pdf"), stamp=self._stamp())
        assert reader.told == []


@pytest.mark.django_db(transaction=True)
def test_no_connection_waits_for_a_download_and_all_come_back():
    """More downloads at once than the pool has connections, each stopped half way and then finished."""

    def may() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return True

    stored, finished, ready = made(REPORT), [], threading.Barrier(15, timeout=30)

    def download() -> None:
        response = sending.answer(
            stored,
            safe=False,
            filename="r.pdf",
            still_allowed=may,
            ended=lambda size, outcome: finished.append((may(), size, outcome)),
        )
        stream = iter(response)
        came = sum(len(next(stream)) for _frame in range(6))
        ready.wait()
        came += sum(map(len, stream))
        response.close()
        assert came == len(REPORT)

    threads = [threading.Thread(target=download) for _number in range(15)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert finished == [(True, len(REPORT), COMPLETE)] * 15
