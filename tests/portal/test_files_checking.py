"""A file's way through quarantine: checked, scanned, accepted with a copy, or refused in words; never accepted unscanned."""

import errno
import socket
import struct
import threading
from contextlib import contextmanager

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from portal import clock
from portal.files import checked, checking, contents, scanning, tasks
from portal.files.contents import StorageFailed
from portal.files.models import Scan, State, StoredFile
from portal.files.receiving import CHECK, receive
from portal.files.storage import documents
from portal.files.storing import BadFile
from portal.outbox.models import MAX_ATTEMPTS, OutboxMessage
from portal.outbox.relaying import relay_due
from tests.portal.corpus import pdfs
from tests.portal.test_files import kept, no_contents

__all__ = ["no_contents"]
pytestmark = pytest.mark.django_db
PDF = pdfs.saved()


def upload(content: bytes = PDF, name: str = "report.pdf", declared: str = "application/pdf"):
    return SimpleUploadedFile(name, content, content_type=declared)


def taken(content: bytes = PDF) -> StoredFile:
    with transaction.atomic():
        return receive(by_words="Ada", uploaded=upload(content))


@contextmanager
def clamd(settings, answer: bytes | None, *, reads: int | None = None):
    """A scanner that takes INSTREAM and answers so; None answers nothing. ``reads`` is after how many bytes it hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))
    settings.CLAMD_URL = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
    over, heard = threading.Event(), []

    def serve():
        connection, _address = listener.accept()
        with connection:
            stream = connection.makefile("rb")
            heard.append(stream.read(len(b"zINSTREAM\0")))
            content = b""
            while size := struct.unpack(">I", stream.read(4))[0]:
                content += stream.read(size)
                if reads is not None and len(content) >= reads:
                    break
            heard.append(content)
            if answer is None:
                over.wait(20)
            else:
                connection.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield heard
    over.set()
    thread.join(20)
    listener.close()


class TestChecking:
    def test_what_is_good_is_accepted_with_a_copy_beside_the_untouched_original(self):
        stored = taken()
        assert (stored.state, stored.scan) == (State.QUARANTINED, Scan.NOT_SCANNED)
        relay_due()
        stored.refresh_from_db()
        assert (stored.state, stored.scan, stored.refusal) == (State.ACCEPTED, Scan.NOT_SCANNED, "")
        assert b"".join(contents.read(stored)) == PDF
        assert b"".join(contents.read(stored, safe=True)).startswith(b"%PDF")

    def test_what_is_bad_is_refused_in_words_and_swept_away(self):
        stored = taken(PDF + b"<html>")
        relay_due()
        stored.refresh_from_db()
        assert stored.state == State.REFUSED
        assert "hidden in the file" in stored.refusal
        with clock.at(clock.now()):
            assert tasks.sweep() == 0
        assert len(kept()) == 1

    def test_checking_again_changes_nothing(self):
        stored = taken()
        relay_due()
        before = StoredFile.objects.values().get(pk=stored.pk)
        checking.check(key=str(stored.key), payload={"file": stored.pk})
        assert StoredFile.objects.values().get(pk=stored.pk) == before

    def test_whoever_asked_is_told(self, monkeypatch):
        told = []
        monkeypatch.setattr(checked, "_listeners", [told.append])
        stored = taken()
        relay_due()
        assert told == [stored]

    @pytest.mark.parametrize(
        ("name", "content", "declared"),
        [
            ("report.exe", PDF, "application/pdf"),
            ("report.exe.pdf", PDF, "application/pdf"),
            ("report.pdf", PDF, "image/png"),
            ("report.pdf", b"", "application/pdf"),
            ("report.pdf", b"<html>", "application/pdf"),
            ("report.docm", b"PK\x03\x04", "application/zip"),
        ],
    )
    def test_what_can_be_seen_at_once_is_refused_at_once(self, name, content, declared):
        with pytest.raises(BadFile), transaction.atomic():
            receive(by_words="Ada", uploaded=upload(content, name, declared))
        assert kept() == []
        assert not StoredFile.objects.exists()
        assert not OutboxMessage.objects.exists()

    def test_names_with_dots_are_names(self):
        with transaction.atomic():
            stored = receive(by_words="Ada", uploaded=upload(name="report v1.2 (final).PDF"))
        assert stored.shown_name == "report v1.2 (final).pdf"


class TestScanning:
    def test_clean(self, settings):
        stored = taken()
        with clamd(settings, b"stream: OK\0") as heard:
            relay_due()
        stored.refresh_from_db()
        assert (stored.state, stored.scan) == (State.ACCEPTED, Scan.CLEAN)
        assert heard == [b"zINSTREAM\0", PDF]

    def test_found(self, settings):
        stored = taken()
        with clamd(settings, b"stream: Eicar-Test-Signature FOUND\0"):
            relay_due()
        stored.refresh_from_db()
        assert stored.state == State.REFUSED
        assert "Eicar-Test-Signature" in stored.refusal

    @pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"nonsense\0"])
    def test_whatever_else_it_says_the_file_waits(self, settings, answer):
        stored = taken()
        with clamd(settings, answer):
            relay_due()
        stored.refresh_from_db()
        assert stored.state == State.QUARANTINED
        assert OutboxMessage.objects.waiting().filter(task=CHECK).count() == 1
        assert "tried again" in checking.why_not_yet(stored)

    def test_it_hangs_up_at_its_own_limit_and_says_so(self, settings):
        settings.CLAMD_URL = ""
        with (
            clamd(settings, b"INSTREAM size limit exceeded. ERROR\0", reads=1),
            pytest.raises(scanning.ScannerAway),
        ):
            scanning.scan(iter([bytes(64 * 1024)] * 400), settings.CLAMD_URL)

    def test_slow(self, settings, monkeypatch):
        monkeypatch.setattr(scanning, "SECONDS", 0.3)
        stored = taken()
        with clamd(settings, None):
            relay_due()
        stored.refresh_from_db()
        assert stored.state == State.QUARANTINED

    def test_away_for_good_it_is_refused_in_words(self, settings):
        settings.CLAMD_URL = "tcp://127.0.0.1:1"
        stored = taken()
        for _attempt in range(MAX_ATTEMPTS):
            OutboxMessage.objects.update(available_at=clock.now())
            relay_due()
        stored.refresh_from_db()
        assert stored.state == State.REFUSED
        assert "could not be reached" in stored.refusal
        assert not OutboxMessage.objects.given_up().exists()


class TestFullDisk:
    @pytest.mark.parametrize("room", [0, 100, 400])
    def test_nothing_is_left_of_what_did_not_fit(self, monkeypatch, room):
        """The disk is full after so many bytes."""
        write = documents().write

        def filling(name, blocks):
            def counted():
                left = room
                for block in blocks:
                    if len(block) > left:
                        raise OSError(errno.ENOSPC, "No space left on device")
                    left -= len(block)
                    yield block

            write(name, counted())

        monkeypatch.setattr(documents(), "write", filling)
        with pytest.raises((StorageFailed, OSError)), transaction.atomic():
            receive(by_words="Ada", uploaded=upload())
        assert kept() == []
        assert not StoredFile.objects.exists()
        assert not OutboxMessage.objects.exists()
