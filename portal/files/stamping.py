"""Stamped copies: who took a PDF, when, under which number, in a small line on each page.

A stamp deters, it does not protect: whoever has the file can take the line away again in a few lines of code. What was handed to
whom is known from the record of downloads, by the number in the stamp.

The line is set in Helvetica, one of the fonts that every PDF reader brings (ISO 32000-1, 9.6.2.2), in the Latin letters of
WinAnsiEncoding. What that cannot write, a name in Japanese or Korean letters above all, is written as its code points, such as
\\u5C71\\u7530: exact, but not readable at sight. Callers give the official name in Latin letters where there is one.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
import threading
import unicodedata
import uuid
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.utils.translation import gettext as _

from portal.files import contents, sealing
from portal.files.models import ContentType, StoredFile

SECONDS = 30
SECONDS_FOR_A_TURN = 10
AT_ONCE = 2
LONGEST_PART = 80
_STAMPER = Path(__file__).with_name("stamper.py")
_turns = threading.BoundedSemaphore(AT_ONCE)


class CannotStamp(Exception):
    """No stamped copy can be made; the text says why in words."""


@dataclass(frozen=True)
class Stamp:
    """What the line says: the reader, their authority, the moment, and the number under which the download is on record."""

    reader: str
    authority: str
    at: datetime
    number: str

    def line(self) -> str:
        """The line, in letters that the font can write."""
        moment = self.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
        return " · ".join(_latin(part) for part in (self.number, self.reader, self.authority, moment))


class Stamped:
    """A stamped copy, ready to be sent: its size in bytes, and its frames once.

    It lies in a temporary file without a name, sealed with a key that only this process has.
    """

    def __init__(self, chunks: Iterable[bytes]):
        self._key, self._place = sealing.new_key(), sealing.Place(uuid.uuid4(), sealing.SAFE)
        self.size, self._digest = 0, hashlib.sha256()
        with ExitStack() as on_failure:
            self._file = on_failure.enter_context(tempfile.TemporaryFile())
            for block in sealing.seal(self._key, self._place, self._counted(chunks)):
                self._file.write(block)
            self._file.seek(0)
            on_failure.pop_all()

    def frames(self) -> Iterator[bytes]:
        """The content. Its end, or closing it, removes the copy."""
        with self._file:
            yield from sealing.unseal(self._key, self._place, self._file.read, self._digest.digest())

    def _counted(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self.size += len(chunk)
            self._digest.update(chunk)
            yield chunk


def stamped(stored: StoredFile, stamp: Stamp, *, safe: bool) -> Stamped:
    """A stamped copy of a PDF. Raises CannotStamp, LostFile and StorageFailed.

    Another process with bounds on memory and time does the work and is given nothing but the content; two of them at once at most.
    """
    if stored.content_type != ContentType.PDF:
        raise CannotStamp(_("Only PDF files can be stamped. Fetch this file without a stamp."))
    if not _turns.acquire(timeout=SECONDS_FOR_A_TURN):
        raise CannotStamp(_("Too many files are being stamped at the moment. Try again shortly."))
    try:
        return Stamped(_run(contents.read(stored, safe=safe), stamp.line()))
    finally:
        _turns.release()


def _run(frames: Iterable[bytes], line: str) -> Iterator[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-I", str(_STAMPER), json.dumps(line)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
    )
    clock_out = threading.Timer(SECONDS, process.kill)
    clock_out.start()
    try:
        _feed(process, frames)
        yield from iter(lambda: process.stdout.read(sealing.FRAME), b"")
        if process.wait() != 0:
            raise CannotStamp(_("This PDF cannot be stamped. Fetch it without a stamp."))
    finally:
        clock_out.cancel()
        process.kill()
        process.stdout.close()
        process.wait()


def _feed(process: subprocess.Popen, frames: Iterable[bytes]) -> None:
    """It reads everything before it answers, so that neither waits for the other."""
    try:
        with process.stdin:
            for frame in frames:
                process.stdin.write(frame)
    except BrokenPipeError:
        return


def _latin(part: str) -> str:
    plain = "".join(
        " " if unicodedata.category(each)[0] in "CZ" else each for each in unicodedata.normalize("NFC", part)
    )
    written = "".join(each if _writable(each) else _code_point(each) for each in " ".join(plain.split()))
    return written if len(written) <= LONGEST_PART else f"{written[: LONGEST_PART - 1]}…"


def _writable(letter: str) -> bool:
    try:
        letter.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _code_point(letter: str) -> str:
    return f"\\u{ord(letter):04X}"
