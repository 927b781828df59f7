"""Documents as PDF, set by Typst from a template of ours: tagged, to PDF/UA-1 (ISO 14289-1), with no address asked.

What varies goes in as text (``sys.inputs``) and is never read as markup. A letter that no font of the machine has would make the
document inaccessible, so Typst refuses it; such letters are shown as squares, and the template is told so.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

SECONDS = 20
SECONDS_FOR_A_TURN = 2
AT_ONCE = 2
_TYPESETTER = Path(__file__).with_name("typesetter.py")
_turns = threading.BoundedSemaphore(AT_ONCE)


class CannotSet(Exception):
    """No document can be made at this moment: too many are being made, or this one takes too long."""


def pdf(template: str, inputs: dict[str, str], *, missing: str, at: datetime) -> bytes:
    """The document, dated ``at``: always the same for the same text. Raises CannotSet.

    ``missing`` is what the template gets as the input of that name when some letters could not be shown; "" else. Another process
    with bounds on memory and time does the work and is given nothing but this; two of them at once at most.
    """
    asked = {
        "template": template,
        "inputs": inputs,
        "missing": missing,
        "at": at.replace(microsecond=0).isoformat(),
    }
    with _turn():
        try:
            done = subprocess.run(
                [sys.executable, "-I", str(_TYPESETTER)],
                input=json.dumps(asked).encode(),
                capture_output=True,
                timeout=SECONDS,
                env={},
            )
        except subprocess.TimeoutExpired:
            raise CannotSet from None
    if done.returncode != 0:
        raise CannotSet(done.stderr.decode(errors="replace")[-2000:])
    return done.stdout


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=SECONDS_FOR_A_TURN):
        raise CannotSet
    try:
        yield
    finally:
        _turns.release()
