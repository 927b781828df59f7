"""A private PostgreSQL and Valkey for each test run.

Loaded with `-p` so that the environment is set before Django's settings are read. The schema is built once per
state of the migrations and kept, as the folder of a stopped server, in `.data/test-cache`; each run starts on a
copy of it in a temporary folder, without fsync, so that runs do not meet. Each xdist worker clones its own
database.
"""

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from portal.embedded import holding, locks, places
from portal.embedded.places import Places

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".data" / "test-cache"
TEMPLATE = "concordat_template"
KEPT_SEEDS = 3
FOLDER_VARIABLE = "CONCORDAT_TEST_FOLDER"
RESET_VARIABLES = (
    "ALLOWED_HOSTS",
    "BASE_URL",
    "CSRF_TRUSTED_ORIGINS",
    "TRUSTED_PROXIES",
    "DEBUG",
    "PORT",
    "LOG_LEVEL",
    "DATABASE_AS_OWNER",
    "ADMIN_PATH",
    "EMAIL_FROM",
    "EMAIL_URL",
    "FILES_NGINX_LOCATION",
    "OIDC_PROVIDERS",
    "SEAL_FILES",
    "SECRET_KEY_FALLBACKS",
    "CLAMD_URL",
    "SESSION_HOURS",
    "SESSION_IDLE_MINUTES",
    "STORAGE_URL",
)
SCHEMA_SOURCES = (
    "portal/granting.py",
    "requirements.txt",
    "requirements-embedded.txt",
    "portal/**/migrations/*.py",
    "agreements/**/migrations/*.py",
    "registry/**/migrations/*.py",
)


def _is_worker() -> bool:
    return "PYTEST_XDIST_WORKER" in os.environ


def _set_environment() -> Places:
    folder = os.environ[FOLDER_VARIABLE] if _is_worker() else tempfile.mkdtemp(prefix="concordat-test-")
    where = places.at(folder)
    (where.data / "static").mkdir(exist_ok=True)  # where Whitenoise looks
    for name in RESET_VARIABLES:
        os.environ.pop(name, None)
    os.environ[FOLDER_VARIABLE] = folder
    os.environ["DATA_DIR"] = folder
    os.environ["SECRET_KEY"] = "not a secret: for the tests only, and long enough for production"
    os.environ["FILE_KEYS"] = "tests:bm90IGEgc2VjcmV0OiBmb3IgdGhlIHRlc3RzIG9ubHk="
    os.environ["DATABASE_URL"] = where.database_url_of(_database())
    os.environ["DATABASE_OWNER_URL"] = where.database_url_of(_database(), places.OWNER)
    for kind in ("ADDRESS", "KEY", "WRITES"):  # tests ask from one address; those of the limits set their own
        os.environ[f"API_LIMIT_{kind}"] = "0"
    os.environ["REDIS_URL"] = (
        f"unix://{where.valkey_socket}?db={2 * _number()}"  # the cache takes the next one
    )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    return where


def _database() -> str:
    return "test_" + os.environ.get("PYTEST_XDIST_WORKER", "main")


def _number() -> int:
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


WHERE = _set_environment()
HOLDING = pytest.StashKey[holding.Holding]()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Start the servers before xdist starts its workers; each process then clones its own database."""
    if not _is_worker():
        shutil.copytree(_seed(), WHERE.data, symlinks=True, dirs_exist_ok=True)
        session.config.stash[HOLDING] = holding.hold(WHERE, throwaway=True, remove=True)
    clone_database()


def clone_database() -> None:
    """Make this process's database anew from the template."""
    with psycopg.connect(WHERE.superuser_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {_database()} WITH (FORCE)")
        connection.execute(
            f"CREATE DATABASE {_database()} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY OWNER {places.OWNER}"
        )


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the servers; the keeper removes their folder, also when this process was killed."""
    if HOLDING in config.stash:
        config.stash[HOLDING].release()
    elif not _is_worker():
        shutil.rmtree(WHERE.data, ignore_errors=True)


def _seed() -> Path:
    """The folder of a stopped server with the schema of today's migrations, made when there is none yet."""
    digest = hashlib.sha256()
    for pattern in SCHEMA_SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    seed = CACHE / digest.hexdigest()[:16]
    CACHE.mkdir(parents=True, exist_ok=True)
    with locks.locked(
        CACHE / "lock", seconds=300, words="Another test run builds the schema and does not finish."
    ):
        if not seed.exists():
            _build(seed)
        os.utime(seed)
        kept = sorted(
            (path for path in CACHE.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime
        )
        for old in kept[:-KEPT_SEEDS]:
            shutil.rmtree(old)
    return seed


def _build(seed: Path) -> None:
    where = places.at(tempfile.mkdtemp(prefix="concordat-seed-"))
    services = holding.hold(where, throwaway=True)
    try:
        with psycopg.connect(where.owner_url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {TEMPLATE}")
        with psycopg.connect(where.superuser_url, autocommit=True) as connection:
            # Tests that do damage say so by taking the owner's role (see tests/owner.py); nothing else has its rights.
            grant = f"GRANT {places.OWNER} TO {places.APPLICATION} WITH INHERIT FALSE, SET TRUE"
            connection.execute(grant)
        environment = {
            **os.environ,
            "DATA_DIR": str(where.data),
            "DATABASE_URL": where.database_url_of(TEMPLATE),
            "DATABASE_OWNER_URL": where.database_url_of(TEMPLATE, places.OWNER),
        }
        migrated = subprocess.run(
            [sys.executable, "manage.py", "migrate", "--skip-checks", "--verbosity=0"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
        )
    finally:
        services.release()
    if migrated.returncode:
        shutil.rmtree(where.data, ignore_errors=True)
        raise pytest.UsageError(f"The migrations fail:\n{migrated.stdout}{migrated.stderr}")
    half = seed.with_suffix(".half")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir()
    shutil.move(where.postgres, half / "postgres")
    half.rename(seed)
    with contextlib.suppress(OSError):
        shutil.rmtree(where.data)
