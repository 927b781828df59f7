"""Writing and reading contents: whole or not at all, in little memory, and only what was stored."""

import os
import resource
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest
from django.conf import settings

from portal import clock
from portal.files import contents, tasks
from portal.files.contents import LostFile, StorageFailed
from portal.files.models import LARGEST_REPORT, StoredFile
from portal.files.storage import HALF_WRITTEN, documents
from tests.portal.stored_files import MIB, made, pieces, whole

pytestmark = pytest.mark.django_db
REPORT = os.urandom(3 * MIB + 17)


def place(path: str) -> Path:
    return Path(documents().path(path))


def half_written() -> list[Path]:
    folder = Path(documents().location) / HALF_WRITTEN
    return list(folder.iterdir()) if folder.exists() else []


@pytest.fixture(autouse=True)
def nothing_half_written():
    for left in half_written():
        left.unlink()


def test_original_and_copy_come_back_as_they_were_and_nothing_shows_on_the_disk():
    stored = made(REPORT, safe=b"safe copy" * 50_000)
    stored.refresh_from_db()
    assert whole(stored) == REPORT
    assert whole(stored, safe=True) == b"safe copy" * 50_000
    assert all(len(frame) <= 256 * 1024 for frame in contents.read(stored))
    for path in (stored.path, stored.safe_path):
        lying = place(path).read_bytes()
        assert REPORT[:40] not in lying
        assert b"safe copy" not in lying
    assert stored.kek == settings.FILE_KEYS[0][0]


def test_copies_of_two_files_cannot_be_exchanged():
    one, two = made(b"report of one"), made(b"report of two")
    place(one.path).write_bytes(place(two.path).read_bytes())
    with pytest.raises(LostFile, match="not what was stored"):
        whole(one)


def test_the_original_cannot_stand_for_the_sanitised_copy():
    stored = made(b"with a macro", safe=b"with a macro")
    place(stored.safe_path).write_bytes(place(stored.path).read_bytes())
    with pytest.raises(LostFile):
        whole(stored, safe=True)


def test_files_that_were_stored_before_they_were_sealed_stay_readable(settings):
    settings.SEAL_FILES = False
    stored = made(REPORT, safe=b"copy")
    assert (stored.kek, bytes(stored.wrapped_key)) == ("", b"")
    assert place(stored.path).read_bytes() == REPORT
    settings.SEAL_FILES = True
    assert whole(stored) == REPORT
    assert whole(stored, safe=True) == b"copy"


@pytest.mark.parametrize("seal", [True, False], ids=["sealed", "as it is"])
def test_what_was_changed_cut_off_continued_or_lost_is_never_read_to_its_end(settings, seal):
    settings.SEAL_FILES = seal
    stored = made(REPORT)
    lying = place(stored.path).read_bytes()
    for bad in (lying[:-1], lying[: 2 * MIB], lying + b"x", lying[:-9] + b"?" + lying[-8:], b""):
        place(stored.path).write_bytes(bad)
        came = []
        with pytest.raises(LostFile, match="not what was stored"):
            came.extend(contents.read(stored))
        assert sum(map(len, came)) < stored.size
    place(stored.path).unlink()
    with pytest.raises(LostFile, match="missing"):
        whole(stored)


def test_a_row_whose_hash_was_changed_opens_nothing():
    stored = made(REPORT)
    stored.sha256 = "0" * 64
    with pytest.raises(LostFile):
        whole(stored)


def test_fifty_mebibytes_pass_in_little_memory():
    block = os.urandom(MIB)
    stored = StoredFile(sha256="", size=LARGEST_REPORT)
    tracemalloc.start()
    try:
        contents.write(stored, (block for _turn in range(50)))
        sizes = []
        with pytest.raises(LostFile):
            sizes.extend(len(frame) for frame in contents.read(stored))
        assert tracemalloc.get_traced_memory()[1] < 6 * MIB
    finally:
        tracemalloc.stop()
    assert sum(sizes) > 49 * MIB


def test_what_ends_the_upload_early_goes_through_and_leaves_nothing():
    def breaks_off():
        yield b"a" * MIB
        raise ValueError("too large")

    stored = StoredFile()
    with pytest.raises(ValueError, match="too large"):
        contents.write(stored, breaks_off())
    assert not contents.exists(stored.path)
    assert half_written() == []


def test_a_full_disk_is_said_in_words_and_leaves_nothing():
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    stored = StoredFile()
    resource.setrlimit(resource.RLIMIT_FSIZE, (MIB, hard))
    try:
        with pytest.raises(StorageFailed, match="Try again shortly"):
            contents.write(stored, pieces(REPORT))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not contents.exists(stored.path)
    assert half_written() == []
    contents.write(stored, pieces(REPORT))
    assert contents.exists(stored.path)


WRITER = """
import sys, uuid
import django
django.setup()
from portal.files import contents
from portal.files.models import StoredFile
def stops():
    yield b"a" * 5_000_000
    print("half", flush=True)
    sys.stdin.read()
contents.write(StoredFile(key=uuid.UUID(sys.argv[1])), stops())
"""


def test_a_process_killed_while_it_writes_leaves_nothing_under_the_name(settings, tmp_path):
    stored = StoredFile()
    settings.STORAGES = {
        **settings.STORAGES,
        "documents": {
            **settings.STORAGES["documents"],
            "OPTIONS": {**settings.STORAGES["documents"]["OPTIONS"], "location": tmp_path},
        },
    }
    environment = {
        **os.environ,
        "STORAGE_URL": f"file://{tmp_path}",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(stored.key)],
        env=environment,
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout.readline() == b"half\n"
        process.kill()
    assert not (tmp_path / stored.path).exists()
    (left,) = (tmp_path / HALF_WRITTEN).iterdir()
    assert left.stat().st_size > 4_000_000
    contents.write(StoredFile(), [b"another"])
    assert left.exists()
    a_day_ago = clock.wall().timestamp() - 25 * 3600
    os.utime(left, (a_day_ago, a_day_ago))
    contents.write(StoredFile(), [b"a third"])
    assert not left.exists()


def test_the_sweeper_sees_what_lies_and_not_what_is_being_written():
    stored = made(REPORT)
    (Path(documents().location) / HALF_WRITTEN / "aa").write_bytes(b"half")
    lying = dict(contents.lying())
    assert HALF_WRITTEN not in lying
    (found,) = [moment for path, moment in lying[stored.path[:2]] if path == stored.path]
    assert abs((clock.wall() - found).total_seconds()) < 60
    assert tasks.sweep() == 0
    contents.delete(stored.path)
    contents.delete(stored.path)
    assert not contents.exists(stored.path)
