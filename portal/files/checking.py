"""Checking what lies in quarantine: looked into by a process of its own, scanned, and only then accepted."""

import json
import logging
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import clock
from portal.files import checked, contents, scanning
from portal.files.models import Scan, State, StoredFile
from portal.files.receiving import CHECK
from portal.outbox.handlers import handles
from portal.outbox.models import MAX_ATTEMPTS, OutboxMessage

_log = logging.getLogger(__name__)

FRAME = 256 * 1024
SECONDS = 60
AWAY = gettext_lazy("The virus scanner could not be reached. Hand the file in again later.")
_WORDS = {
    "kind": gettext_lazy("The content is not what the name says. Save it anew as the kind its name says."),
    "polyglot": gettext_lazy("Something else is hidden in the file (%(detail)s). Save it anew."),
    "encrypted": gettext_lazy("The file is protected or encrypted. Save it without a password."),
    "broken": gettext_lazy("The file is damaged or not whole. Open it, save it anew, and try again."),
    "active": gettext_lazy(
        "The file holds something that acts by itself or leads outside (%(detail)s). Save it without that."
    ),
    "archive": gettext_lazy("The file holds something it must not hold (%(detail)s). Save it anew."),
    "budget": gettext_lazy("The file is too large or too complicated inside (%(detail)s). Make it simpler."),
    "virus": gettext_lazy("The virus scanner found %(detail)s."),
}


@handles(CHECK)
def check(*, key: str, payload: dict) -> None:
    """Check one file; running again changes nothing. Raises ScannerAway while the scanner does not answer.

    A file is refused, not left waiting, once the outbox would give up: nothing is ever accepted unscanned where there is a scanner.
    """
    stored = (
        StoredFile.objects.select_for_update().filter(pk=payload["file"], state=State.QUARANTINED).first()
    )
    if stored is None:
        return
    with tempfile.TemporaryDirectory(prefix="concordat-check-") as folder:
        source, target = Path(folder, "source"), Path(folder, "target")
        try:
            _copy(stored, source)
            fault, detail = _inspected(stored, source, target)
            if not fault:
                fault, detail = _scanned(stored, source)
        except scanning.ScannerAway:
            if _attempts(key) < MAX_ATTEMPTS - 1:
                raise
            _log.warning("The scanner cannot be reached; a file is refused.", exc_info=True)
            _refuse(stored, str(AWAY))
            return
        if fault:
            _refuse(stored, str(_WORDS[fault]) % {"detail": detail})
        else:
            _accept(stored, target)


def why_not_yet(stored: StoredFile) -> str:
    """Why a file still waits in quarantine after a first try, for whoever handed it in; "" where it simply goes on."""
    if stored.state != State.QUARANTINED or not _attempts(str(stored.key)):
        return ""
    return _(
        "The check could not be finished, because the virus scanner or the storage cannot be reached. It is tried again by "
        "itself; nobody reads the file meanwhile."
    )


def _attempts(key: str) -> int:
    return OutboxMessage.objects.filter(task=CHECK, key=key).values_list("attempts", flat=True).first() or 0


def _copy(stored: StoredFile, source: Path) -> None:
    with source.open("wb") as file:
        for chunk in contents.read(stored):
            file.write(chunk)


def _inspected(stored: StoredFile, source: Path, target: Path) -> tuple[str, str]:
    """What is wrong with the file; ("", "") when nothing is. A process that dies or takes too long is an answer, too."""
    command = [sys.executable, "-m", "portal.files.inspectors", stored.content_type, str(source), str(target)]
    try:
        done = subprocess.run(
            command,
            cwd=settings.BASE_DIR,
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        said = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return "budget", _("time")
    except ValueError:
        _log.warning(
            "The process that looked into a file ended with %s: %s", done.returncode, done.stderr[-500:]
        )
        return "budget", _("memory")
    return said["fault"], said["detail"]


def _scanned(stored: StoredFile, source: Path) -> tuple[str, str]:
    if not settings.CLAMD_URL:
        return "", ""
    found = scanning.scan(_read(source), settings.CLAMD_URL)
    stored.scan = Scan.NOT_SCANNED if found else Scan.CLEAN
    return ("virus", found) if found else ("", "")


def _accept(stored: StoredFile, target: Path) -> None:
    """Keep the sanitised copy beside the original. A copy of an earlier try that broke off is without a row: it is swept."""
    digest, size = sha256(), 0
    for chunk in _read(target):
        digest.update(chunk)
        size += len(chunk)
    stored.safe_key, stored.safe_size, stored.safe_sha256 = uuid.uuid4(), size, digest.hexdigest()
    contents.write(stored, _read(target), safe=True)
    stored.state, stored.checked_at = State.ACCEPTED, clock.now()
    stored.save()
    checked.tell(stored)


def _refuse(stored: StoredFile, words: str) -> None:
    """Say why; the content is swept away, its hash and the reason stay."""
    stored.state, stored.refusal, stored.checked_at = State.REFUSED, words[:300], clock.now()
    stored.save()
    checked.tell(stored)


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(FRAME):
            yield chunk
