"""What may be taken and what not: every file of the corpus goes the whole way of the checks, and none of the bad is accepted."""

import json
import random
import resource
import subprocess
import sys

import pytest
from django.conf import settings

from portal.files.inspectors.__main__ import MOST_MEMORY, main
from portal.files.models import LARGEST_REPORT
from portal.files.receiving import KINDS
from tests.portal.corpus import offices, pdfs, pictures

GOOD = {name: content for kind in (pdfs, pictures, offices) for name, content in kind.good()}
BAD = {name: content for kind in (pdfs, pictures, offices) for name, content in kind.bad()}
# These go through the real process with its limits, which the test run itself has not.
HEAVY = {name for name in BAD if "bomb" in name or name in ("ratio.docx", "entries.docx", "deep nesting.pdf")}


def inspected(folder, name: str, content: bytes) -> dict:
    """What is said of the file, in this process."""
    source, target = folder / "source", folder / "target"
    source.write_bytes(content)
    return main(KINDS[name.rpartition(".")[2]], str(source), str(target))


def inspected_apart(folder, name: str, content: bytes) -> dict:
    """What the process of the portal says of it."""
    source, target = folder / "source", folder / "target"
    source.write_bytes(content)
    kind = KINDS[name.rpartition(".")[2]]
    done = subprocess.run(
        [sys.executable, "-m", "portal.files.inspectors", kind, source, target],
        cwd=settings.BASE_DIR,
        capture_output=True,
        timeout=60,
        check=False,
    )
    return (
        json.loads(done.stdout) if done.returncode == 0 else {"fault": "killed", "detail": done.stderr[-200:]}
    )


def test_the_corpus_is_large_enough():
    assert len(BAD) >= 140
    assert len(GOOD) >= 25


@pytest.mark.parametrize("name", GOOD)
def test_the_good_are_accepted_with_a_copy(tmp_path, name):
    assert inspected(tmp_path, name, GOOD[name]) == {"fault": "", "detail": ""}
    copy = (tmp_path / "target").read_bytes()
    assert copy
    # The copy is a good file itself.
    assert inspected(tmp_path, name, copy) == {"fault": "", "detail": ""}


@pytest.mark.parametrize("name", sorted(set(BAD) - HEAVY))
def test_the_bad_are_refused(tmp_path, name):
    assert inspected(tmp_path, name, BAD[name])["fault"], name
    assert not (tmp_path / "target").exists()


@pytest.mark.parametrize("name", sorted(HEAVY))
def test_the_heavy_are_refused_in_the_limits(tmp_path, name):
    said = inspected_apart(tmp_path, name, BAD[name])
    assert said["fault"] == "budget", said
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    assert most <= MOST_MEMORY


def test_a_report_of_fifty_megabytes_is_accepted(tmp_path):
    scan = random.Random(1).randbytes(49 * 1024**2)
    content = pdfs.saved(
        lambda pdf: pdf.Root.__setitem__("/Scan", pdf.make_stream(scan)), compress_streams=False
    )
    assert 49 * 1024**2 < len(content) <= LARGEST_REPORT
    assert inspected_apart(tmp_path, "scans.pdf", content) == {"fault": "", "detail": ""}


def test_the_copy_says_nothing_of_its_makers(tmp_path):
    inspected(tmp_path, "a.pdf", GOOD["metadata.pdf"])
    assert b"Somebody" not in (tmp_path / "target").read_bytes()
    inspected(tmp_path, "a.jpg", GOOD["with particulars.jpeg"])
    assert b"Camera" not in (tmp_path / "target").read_bytes()
    inspected(tmp_path, "a.docx", GOOD["properties.docx"])
    assert b"coreProperties" not in (tmp_path / "target").read_bytes()
