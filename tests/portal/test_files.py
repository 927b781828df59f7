"""Files that people hand in: what is taken, what is refused in words, and that content and row stand and fall together."""

import hashlib
import os
import stat
import struct
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from portal import clock
from portal.files import contents, serving, tasks
from portal.files.examining import shown_name
from portal.files.models import LARGEST, StoredFile
from portal.files.storage import documents
from portal.files.storing import BadFile, store

PDF = (
    b"%PDF-1.7\n1 0 obj\n<</Type /Catalog>>\nendobj\ntrailer\n<</Size 2 /Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + b"\x00" * 20 + b"\xff\xd9"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\x00\x00"))
    + _chunk(b"IEND", b"")
)
KINDS = {"application/pdf": PDF, "image/png": PNG, "image/jpeg": JPEG}


def uploaded(name="certificate.pdf", content=PDF, declared="application/pdf"):
    return SimpleUploadedFile(name, content, content_type=declared)


def kept() -> list[Path]:
    return sorted(path for path in Path(documents().location).rglob("*") if path.is_file())


def _kept_before_it_fails() -> int:
    try:
        with transaction.atomic():
            store(by_words="Ada", uploaded=uploaded())
            found = len(kept())
            raise ZeroDivisionError
    except ZeroDivisionError:
        return found


@pytest.fixture(autouse=True)
def no_contents():
    for path in kept():
        path.unlink()


@pytest.mark.django_db
class TestStoring:
    @pytest.mark.parametrize(
        ("name", "content", "declared"),
        [
            ("certificate.pdf", PDF, "application/pdf"),
            ("SCOPE.PDF", PDF, "application/pdf"),
            ("photo.png", PNG, "image/png"),
            ("photo.jpg", JPEG, "image/jpeg"),
            ("photo.jpeg", JPEG, "image/jpeg"),
        ],
        ids=["pdf", "PDF", "png", "jpg", "jpeg"],
    )
    def test_a_good_file_is_taken_as_it_is(self, name, content, declared):
        stored = store(by_words="Ada Archer", uploaded=uploaded(name, content, declared))
        stored.refresh_from_db()
        assert (stored.size, stored.content_type, stored.scan) == (len(content), declared, "not_scanned")
        assert stored.sha256 == hashlib.sha256(content).hexdigest()
        assert stored.stored_by == "Ada Archer"
        assert b"".join(contents.read(stored)) == content
        assert content not in kept()[0].read_bytes()

    def test_a_large_file_on_disk_is_taken(self):
        content = PDF[:9] + b"%" + b"x" * (LARGEST - len(PDF) - 2) + b"\n" + PDF[9:]
        large = TemporaryUploadedFile("large.pdf", "application/pdf", len(content), None)
        large.write(content)
        assert store(by_words="Ada", uploaded=large).size == LARGEST
        large.close()

    def test_the_place_is_random_private_and_without_an_address(self):
        stored = store(by_words="Ada", uploaded=uploaded("secret-name.pdf"))
        (path,) = kept()
        assert "secret" not in str(path)
        assert path.suffix == ""
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert not path.is_relative_to(settings.STATIC_ROOT)
        with pytest.raises(ValueError, match="no address"):
            documents().url(stored.path)

    @pytest.mark.parametrize("by", ["extension", "content", "declared"])
    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("other", [*KINDS, "text/html"])
    def test_extension_content_and_declared_type_must_agree(self, by, kind, other):
        if kind == other:
            return
        endings = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg", "text/html": "html"}
        contents = {**KINDS, "text/html": b"<html><script>alert(1)</script>"}
        say = {"extension": kind, "content": kind, "declared": kind} | {by: other}
        with pytest.raises(BadFile):
            store(
                by_words="Ada",
                uploaded=uploaded(
                    f"f.{endings[say['extension']]}", contents[say["content"]], say["declared"]
                ),
            )
        assert kept() == []
        assert not StoredFile.objects.exists()

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "empty"),
            (b"x" + PDF, "not a whole PDF"),
            (PDF[:-7], "not a whole PDF"),
            (PDF + b"PK\x03\x04" + b"\0" * 2000, "not a whole PDF"),
            (PDF.replace(b"/Size 2", b"/Size 2 /Encrypt 5 0 R"), "without a password"),
            (PDF.replace(b"/Size 2", b"/Encrypt<</Filter /Standard>>"), "without a password"),
            (PDF + b" " * LARGEST + b"%%EOF", "larger than 10 MB"),
        ],
        ids=["empty", "begins late", "cut off", "zip behind", "encrypted", "encrypted inline", "too large"],
    )
    def test_a_bad_pdf_is_refused_with_what_to_do(self, content, words):
        with pytest.raises(BadFile, match=words):
            store(by_words="Ada", uploaded=uploaded(content=content))
        assert kept() == []

    @pytest.mark.parametrize(
        ("name", "content", "declared"),
        [
            ("a.png", PNG + b"PK\x03\x04", "image/png"),
            ("a.png", PNG[:-4], "image/png"),
            ("a.jpg", JPEG + b"<script>", "image/jpeg"),
            ("a.jpg", JPEG[:-2], "image/jpeg"),
            ("a.pdf.exe", PDF, "application/pdf"),
            ("a", PDF, "application/pdf"),
            ("a.pdf", PDF, "application/octet-stream"),
            ("a.svg", b"<svg/>", "image/svg+xml"),
            ("a.docx", b"PK\x03\x04", "application/zip"),
        ],
    )
    def test_other_bad_files_are_refused(self, name, content, declared):
        with pytest.raises(BadFile):
            store(by_words="Ada", uploaded=uploaded(name, content, declared))
        assert kept() == []

    def test_the_content_goes_when_the_part_that_stored_it_is_rolled_back(self):
        assert _kept_before_it_fails() == 1
        assert kept() == []

    def test_a_row_of_a_kind_not_taken_is_refused_by_the_database(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            StoredFile.objects.create(
                sha256="0" * 64, size=1, content_type="text/html", shown_name="a", stored_by="b"
            )


@pytest.mark.django_db(transaction=True)
class TestCommitting:
    def test_the_content_stays_after_the_commit(self):
        with transaction.atomic():
            store(by_words="Ada", uploaded=uploaded())
        assert len(kept()) == StoredFile.objects.count() == 1

    def test_the_content_goes_after_the_rollback(self):
        assert _kept_before_it_fails() == 1
        assert kept() == []
        assert not StoredFile.objects.exists()

    def test_a_file_is_stored_inside_a_transaction_only(self):
        with pytest.raises(RuntimeError):
            store(by_words="Ada", uploaded=uploaded())
        assert kept() == []


class TestNames:
    @pytest.mark.parametrize(
        ("given_name", "shown"),
        [
            ("certificate.pdf", "certificate.pdf"),
            ("Pru\u0308fbericht.PDF", "Prüfbericht.pdf"),
            ("invoice\u202efdp.exe.pdf", "invoicefdp.exe.pdf"),
            ("a\x00b\nc\u2028d\te.pdf", "abc de.pdf"),
            ("../../etc/passwd.pdf", "passwd.pdf"),
            ("C:\\temp\\scope.pdf", "scope.pdf"),
            ("   .pdf", "document.pdf"),
            ("試験報告書.pdf", "試験報告書.pdf"),
        ],
    )
    def test_names_are_shown_plainly(self, given_name, shown):
        assert shown_name(given_name) == shown

    @given(st.text(max_size=400))
    def test_no_name_is_long_or_hides_a_direction(self, name):
        shown = shown_name(f"{name}.pdf")
        assert 5 <= len(shown) <= 120
        assert shown.endswith(".pdf")
        assert not any(each in shown for each in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u200f\x00\n/\\")
        assert shown_name(shown) == shown


@pytest.mark.django_db
class TestServing:
    def test_an_attachment_that_the_browser_takes_for_nothing_else(self):
        stored = store(by_words="Ada", uploaded=uploaded("Prüfbericht.pdf"))
        response = serving.answer(stored)
        assert b"".join(response.streaming_content) == PDF
        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Disposition"] == "attachment; filename*=utf-8''Pr%C3%BCfbericht.pdf"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"].startswith("sandbox;")
        assert "no-store" in response["Cache-Control"]
        assert response["Content-Length"] == str(len(PDF))
        response.close()

    def test_a_changed_or_lost_content_is_not_served(self):
        stored = store(by_words="Ada", uploaded=uploaded())
        kept()[0].write_bytes(kept()[0].read_bytes()[:-1] + b"?")
        with pytest.raises(serving.LostFile, match="not what was stored"):
            serving.answer(stored)
        kept()[0].unlink()
        with pytest.raises(serving.LostFile, match="missing"):
            serving.answer(stored)


@pytest.mark.django_db
class TestSweeping:
    def _left_behind(self, age: timedelta) -> Path:
        stored = store(by_words="Ada", uploaded=uploaded())
        path = Path(documents().path(stored.path))
        StoredFile.objects.filter(pk=stored.pk).delete()
        self._make_old(path, age)
        return path

    def _make_old(self, path: Path, age: timedelta) -> None:
        moment = (clock.wall() - age).timestamp()
        os.utime(path, (moment, moment))

    def test_contents_without_a_row_go_after_a_day(self):
        old, young = self._left_behind(timedelta(hours=25)), self._left_behind(timedelta(hours=23))
        assert tasks.sweep() == 1
        assert kept() == [young]
        assert not old.exists()

    def test_contents_with_a_row_stay(self):
        stored = store(by_words="Ada", uploaded=uploaded())
        self._make_old(Path(documents().path(stored.path)), timedelta(days=900))
        assert tasks.sweep() == 0
        assert len(kept()) == 1

    def test_what_is_no_content_of_ours_stays(self):
        folder = Path(documents().location) / "aa"
        folder.mkdir(parents=True, exist_ok=True)
        other = folder / "notes.txt"
        other.write_text("not ours")
        self._make_old(other, timedelta(days=9))
        assert tasks.sweep() == 0
        assert other.exists()
