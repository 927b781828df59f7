"""A backup put back elsewhere: database by pg_dump, folder by copy, keys by hand; every document opens (T13)."""

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from portal.embedded import binaries
from portal.files.storage import documents
from tests.embedded_plugin import WHERE
from tests.portal.stored_files import as_variable, made

RESTORED = "test_restored"
OPENER = """
import hashlib, json
import django
django.setup()
from portal.audit import recording
from portal.files import contents
from portal.files.models import StoredFile
found = {}
for stored in StoredFile.objects.all():
    for safe in (False, True):
        digest = hashlib.sha256()
        for frame in contents.read(stored, safe=safe):
            digest.update(frame)
        found[f"{stored.key}{safe}"] = digest.hexdigest()
print(json.dumps({"found": found, "faults": len(recording.verify())}))
"""


def run(program: str, *arguments: str) -> bytes:
    done = subprocess.run(
        [binaries.postgres_binary(program), f"--host={WHERE.sockets}", "--username=postgres", *arguments],
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def restored_database():
    with psycopg.connect(WHERE.superuser_url, autocommit=True) as connection:
        name = f"{RESTORED}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
        yield name
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.django_db(transaction=True)
def test_a_hundred_documents_open_from_a_backup(restored_database, tmp_path):
    draw, expected = random.Random(1), {}
    shutil.rmtree(documents().location, ignore_errors=True)
    for _number in range(100):
        content, copy = (draw.randbytes(draw.randrange(1, 600_000)) for _kind in range(2))
        stored = made(content, safe=copy)
        expected[f"{stored.key}False"] = hashlib.sha256(content).hexdigest()
        expected[f"{stored.key}True"] = hashlib.sha256(copy).hexdigest()

    backup = tmp_path / "backup.dump"
    backup.write_bytes(run("pg_dump", "--format=custom", settings.DATABASES["default"]["NAME"]))
    backup.chmod(0o644)
    shutil.copytree(documents().location, tmp_path / "files")
    run("pg_restore", f"--dbname={restored_database}", str(backup))

    opened = subprocess.run(
        [sys.executable, "-c", OPENER],
        cwd=settings.BASE_DIR,
        env={
            **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "SECRET_KEY")},
            "DATA_DIR": str(tmp_path),
            "DATABASE_URL": WHERE.database_url_of(restored_database),
            "REDIS_URL": settings.REDIS_URL,
            "STORAGE_URL": f"file://{tmp_path}/files",
            "FILE_KEYS": as_variable(*settings.FILE_KEYS),
            "DJANGO_SETTINGS_MODULE": "portal.settings",
        },
        capture_output=True,
        text=True,
    )
    assert opened.returncode == 0, opened.stderr
    assert json.loads(opened.stdout) == {"found": expected, "faults": 0}
    assert not any(Path(tmp_path / "files").rglob("*.pdf"))
