"""Changing the key-encryption key: the drill, its refusals, and that contents are not touched."""

import os
from io import StringIO
from pathlib import Path
from time import perf_counter

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from portal.audit.models import AuditEntry
from portal.files import contents, keys, rotating
from portal.files.contents import LostFile, StorageFailed
from portal.files.models import StoredFile
from portal.files.storage import documents
from tests.portal.stored_files import NEW, OLD, made, whole

pytestmark = pytest.mark.django_db


def rotate(*arguments: str) -> str:
    said = StringIO()
    call_command("rotate_file_keys", *arguments, stdout=said)
    return said.getvalue()


def rows() -> list[tuple]:
    return [
        (key, kek, bytes(wrapped))
        for key, kek, wrapped in StoredFile.objects.order_by("id").values_list("key", "kek", "wrapped_key")
    ]


@pytest.fixture
def reports(settings) -> list[StoredFile]:
    settings.FILE_KEYS = (OLD,)
    return [made(f"report {number}".encode(), safe=b"copy") for number in range(3)]


def test_the_drill(settings, reports):
    lying = [Path(documents().path(stored.path)).read_bytes() for stored in reports]
    settings.FILE_KEYS = (NEW, OLD)
    assert "3 files locked with 2025" in rotate("--check")
    assert {kek for _key, kek, _wrapped in rows()} == {"2025"}

    assert "3 files are now locked with 2026" in rotate()
    settings.FILE_KEYS = (NEW,)
    for number, stored in enumerate(reports):
        stored.refresh_from_db()
        assert whole(stored) == f"report {number}".encode()
        assert whole(stored, safe=True) == b"copy"
        assert Path(documents().path(stored.path)).read_bytes() == lying[number]
    entry = AuditEntry.objects.get(act="portal.rotate")
    assert entry.before == {"files_by_key": {"2025": 3}}
    assert entry.after == {"files_by_key": {"2026": 3}}


def test_again_changes_nothing_and_leaves_no_second_entry(settings, reports):
    settings.FILE_KEYS = (NEW, OLD)
    rotate()
    before = rows()
    assert "Nothing to do" in rotate()
    assert rows() == before
    assert AuditEntry.objects.filter(act="portal.rotate").count() == 1


def test_without_the_old_key_files_stay_shut_and_rotation_says_how_many(settings, reports):
    before = rows()
    settings.FILE_KEYS = (NEW,)
    with pytest.raises(StorageFailed, match="not at hand"):
        whole(reports[0])
    for arguments in ((), ("--check",)):
        with pytest.raises(CommandError, match="3 files are locked with 2025"):
            rotate(*arguments)
    assert rows() == before
    assert not AuditEntry.objects.filter(act="portal.rotate").exists()
    settings.FILE_KEYS = (NEW, OLD)
    assert whole(reports[0]) == b"report 0"


def test_a_key_under_a_reused_name_opens_nothing_and_changes_nothing(settings, reports):
    before = rows()
    settings.FILE_KEYS = (NEW, (OLD[0], bytes(32)[:-1] + b"x"))
    with pytest.raises(LostFile):
        whole(reports[0])
    with pytest.raises(CommandError, match="does not open with 2025"):
        rotate()
    assert rows() == before


def test_without_keys_nothing_is_kept(settings):
    settings.FILE_KEYS = ()
    stored = StoredFile()
    with pytest.raises(StorageFailed):
        contents.write(stored, [b"report"])
    assert not contents.exists(stored.path)
    with pytest.raises(CommandError, match="FILE_KEYS is not set"):
        rotate()


def test_files_that_are_not_sealed_are_left_alone(settings, reports):
    settings.SEAL_FILES = False
    plain = made(b"as it is")
    settings.FILE_KEYS = (NEW, OLD)
    assert "3 files are now" in rotate()
    plain.refresh_from_db()
    assert (plain.kek, bytes(plain.wrapped_key)) == ("", b"")


def test_ten_thousand_keys_take_seconds(settings):
    settings.FILE_KEYS = (OLD,)
    ring = keys.ring()
    files = [
        StoredFile(
            sha256="0" * 64, size=1, content_type="application/pdf", shown_name="r.pdf", stored_by="Ada"
        )
        for _number in range(10_000)
    ]
    for stored in files:
        stored.kek, stored.wrapped_key = ring.wrap(os.urandom(32), stored.key)
    StoredFile.objects.bulk_create(files, batch_size=2000)
    settings.FILE_KEYS = (NEW, OLD)
    started = perf_counter()
    with connection.execute_wrapper(_counting := _Counting()):
        rotate()
    assert perf_counter() - started < 10
    assert _counting.statements < 40
    assert rotating.outstanding() == 0


class _Counting:
    statements = 0

    def __call__(self, execute, *arguments):
        self.statements += 1
        return execute(*arguments)
