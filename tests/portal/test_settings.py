"""The environment as the settings read it."""

import base64
import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from portal import env
from portal.filing import documents_settings
from tests.portal.stored_files import NEW, OLD, as_variable

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "DEBUG": "0",
    "BASE_URL": "https://mra.example.org",
    "SECRET_KEY": "a long enough key of many different characters 0123456789",
    "ALLOWED_HOSTS": "mra.example.org",
    "DATABASE_URL": "postgresql://portal:geheim@db.example.org:5433/register?sslmode=verify-full",
    "REDIS_URL": "rediss://:geheim@redis.example.org:6380/2",
    "EMAIL_URL": "smtp://portal:geheim@mail.example.org:587/?tls=1",
    "FILE_KEYS": as_variable(NEW, OLD),
    "SIGNING_KEY": f"2026-01-01:{base64.b64encode(NEW[1]).decode()}",
}
SHOW = """
import json
from django.conf import settings
names = "ALLOWED_HOSTS CACHES CELERY_BROKER_URL DATABASES DEBUG FILE_KEYS SECRET_KEY SIGNING_KEY STORAGES".split()
print(json.dumps({name: getattr(settings, name) for name in names}, default=str))
"""


def python(*arguments: str, **variables: str) -> subprocess.CompletedProcess:
    bare = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=bare | {"DJANGO_SETTINGS_MODULE": "portal.settings"} | variables,
        capture_output=True,
        text=True,
    )


def settings_of(**variables: str) -> dict:
    shown = python("-c", SHOW, **variables)
    assert shown.returncode == 0, shown.stderr
    return json.loads(shown.stdout)


def problems_of(**variables: str) -> list[str]:
    with pytest.raises(env.BadEnvironment) as refused:
        env.read(variables)
    return refused.value.problems


def test_production_names_every_variable_it_lacks():
    named = [problem.split(":")[0] for problem in problems_of(DEBUG="0")]
    assert named == [
        "BASE_URL",
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "DATABASE_URL",
        "REDIS_URL",
        "FILE_KEYS",
        "SIGNING_KEY",
        "EMAIL_URL",
    ]


def test_production_needs_no_keys_of_files_where_somebody_else_encrypts():
    without = {name: value for name, value in PRODUCTION.items() if name != "FILE_KEYS"}
    (problem,) = problems_of(**without)
    assert problem.startswith("FILE_KEYS: not set.")
    assert env.read(without | {"SEAL_FILES": "0"})["FILE_KEYS"] is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 60),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "good.org,*"),
    ],
)
def test_production_refuses_what_is_unsafe(name, value):
    (problem,) = problems_of(**PRODUCTION | {name: value})
    assert problem.startswith(f"{name}: ")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("PORT", "abc", "a number from 1 to 65535"),
        ("PORT", "0", "a number from 1 to 65535"),
        ("PORT", "70000", "a number from 1 to 65535"),
        ("DEBUG", "yes", "0 or 1"),
        ("DATABASE_URL", "mysql://host/name", "postgresql://user:password@host:5432/name"),
        ("DATABASE_URL", "postgresql://host:port/name", "postgresql://user:password@host:5432/name"),
        ("REDIS_URL", "amqp://host", "redis://host:6379/0"),
        ("BASE_URL", "mra.example.org", "https://mra.example.org"),
        ("CSRF_TRUSTED_ORIGINS", "mra.example.org", "https://mra.example.org"),
        ("ALLOWED_HOSTS", "https://mra.example.org", "host names"),
        ("TRUSTED_PROXIES", "-1", "a whole number"),
        ("DATABASE_STATEMENT_TIMEOUT", "5s", "a whole number"),
        ("SESSION_HOURS", "0", "a whole number, 1 or more"),
        ("EMAIL_URL", "mail.example.org", "smtp://user:password@host:587/?tls=1"),
        ("OIDC_PROVIDERS", "[{}]", "a JSON list of objects with authority, client_id"),
        ("ADMIN_PATH", "a path", "letters, digits and dashes"),
        ("STORAGE_URL", "/srv/files", "file:///folder or s3://KEY:SECRET@host:port/bucket"),
        ("STORAGE_URL", "file://files", "file:///folder"),
        ("STORAGE_URL", "file:///", "file:///folder"),
        ("STORAGE_URL", "s3://host/bucket", "s3://KEY:SECRET@host:port/bucket"),
        ("STORAGE_URL", "s3://k:s@host:9000/", "s3://KEY:SECRET@host:port/bucket"),
        ("STORAGE_URL", "s3://k:s@host/bucket?tls=no", "s3://KEY:SECRET@host:port/bucket"),
        ("STORAGE_URL", "s3://k:s@host/bucket?public=1", "s3://KEY:SECRET@host:port/bucket"),
        ("FILE_KEYS", "a:b", "32 bytes in base64"),
        ("FILE_KEYS", as_variable(("a b", NEW[1])), "32 bytes in base64"),
        ("FILE_KEYS", as_variable(("a", b"short")), "32 bytes in base64"),
        ("FILE_KEYS", as_variable(("a", bytes(32))), "32 bytes in base64"),
        ("FILE_KEYS", as_variable(NEW, NEW), "each id once"),
        ("FILE_KEYS", ",", "32 bytes in base64"),
        ("SEAL_FILES", "no", "0 or 1"),
        ("SIGNING_KEY", "short", "YYYY-MM-DD:KEY with the key 32 random bytes in base64"),
        ("SIGNING_KEY", f"2026-02-30:{base64.b64encode(NEW[1]).decode()}", "YYYY-MM-DD:KEY"),
        ("SIGNING_KEY", f"2026-01-01:{base64.b64encode(bytes(32)).decode()}", "32 random bytes in base64"),
        ("SIGNING_KEY", "2026-01-01:no base64", "32 random bytes in base64"),
        ("RETIRED_SIGNING_KEYS", "2026-01-01", "FROM/TO:KEY"),
        (
            "RETIRED_SIGNING_KEYS",
            f"2026-02-01/2026-01-01:{base64.b64encode(NEW[1]).decode()}",
            "FROM not after TO",
        ),
        ("FILES_NGINX_LOCATION", "stored files", "/stored-files/"),
        ("LOG_LEVEL", "LOUD", "DEBUG, INFO, WARNING, ERROR, CRITICAL"),
    ],
)
def test_a_bad_value_is_named_with_the_form_that_is_expected(name, value, expected):
    (problem,) = problems_of(**{name: value})
    assert problem.startswith(f"{name}: ")
    assert expected in problem
    secret = name in {
        "DATABASE_URL",
        "REDIS_URL",
        "EMAIL_URL",
        "OIDC_PROVIDERS",
        "FILE_KEYS",
        "SIGNING_KEY",
        "STORAGE_URL",
    }
    assert (f"{value!r} cannot be used" in problem) is not secret


@pytest.mark.parametrize(
    "entrance", [("manage.py", "check"), ("-c", "import portal.wsgi"), ("-m", "portal.embedded")]
)
def test_a_bad_environment_ends_every_entrance_in_words(tmp_path, entrance):
    refused = python(*entrance, DEBUG="0", PORT="abc", DATA_DIR=str(tmp_path))
    assert refused.returncode == 1
    assert "PORT: 'abc' cannot be used; expected a number from 1 to 65535." in refused.stderr
    assert "SECRET_KEY: not set." in refused.stderr
    assert "Traceback" not in refused.stderr


def test_local_use_needs_no_variable(tmp_path):
    first = settings_of(DATA_DIR=str(tmp_path))
    assert first["DEBUG"] is False
    assert first["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert first["DATABASES"]["default"]["HOST"]
    kept = tmp_path / "secret_key"
    assert kept.read_text() == first["SECRET_KEY"]
    assert len(first["SECRET_KEY"]) >= env.SHORTEST_SECRET_KEY
    assert kept.stat().st_mode & 0o777 == 0o600
    assert settings_of(DATA_DIR=str(tmp_path), DEBUG="1")["SECRET_KEY"] == first["SECRET_KEY"]


def test_local_use_makes_the_keys_of_files_once(tmp_path):
    first = settings_of(DATA_DIR=str(tmp_path))
    kept = tmp_path / "file_keys"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.read_text().startswith("local-1:")
    assert settings_of(DATA_DIR=str(tmp_path))["FILE_KEYS"] == first["FILE_KEYS"]
    folder = first["STORAGES"]["documents"]["OPTIONS"]
    assert (folder["location"], folder["file_permissions_mode"]) == (str(tmp_path / "files"), 0o600)
    kept.write_text("damaged")
    refused = python("manage.py", "check", DATA_DIR=str(tmp_path))
    assert "The file file_keys in the data folder cannot be used" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_local_use_makes_the_signing_key_once(tmp_path):
    first = settings_of(DATA_DIR=str(tmp_path))
    kept = tmp_path / "signing_key"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert settings_of(DATA_DIR=str(tmp_path))["SIGNING_KEY"] == first["SIGNING_KEY"]
    kept.write_text("damaged")
    refused = python("manage.py", "check", DATA_DIR=str(tmp_path))
    assert "The file signing_key in the data folder cannot be used" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_files_lie_in_a_folder_or_in_a_bucket():
    folder = documents_settings("file:///srv/my%20files", for_nginx=True)
    assert folder["BACKEND"] == "portal.files.storage.PrivateFiles"
    assert folder["OPTIONS"] == {
        "location": Path("/srv/my files"),
        "file_permissions_mode": 0o640,
        "directory_permissions_mode": 0o750,
    }
    bucket = documents_settings("s3://key:se%2Fcret@s3.example.org/reports?region=eu-west-1", for_nginx=False)
    assert bucket["BACKEND"] == "portal.files.buckets.PrivateBucket"
    assert bucket["OPTIONS"] == {
        "access_key": "key",
        "secret_key": "se/cret",
        "bucket_name": "reports",
        "endpoint_url": "https://s3.example.org",
        "region_name": "eu-west-1",
        "use_ssl": True,
    }
    own = documents_settings("s3://k:s@127.0.0.1:9000/reports?tls=0", for_nginx=False)["OPTIONS"]
    assert (own["endpoint_url"], own["use_ssl"]) == ("http://127.0.0.1:9000", False)


def test_production_takes_its_servers_from_the_urls(tmp_path):
    shown = settings_of(DATA_DIR=str(tmp_path), **PRODUCTION)
    database = shown["DATABASES"]["default"]
    expected = {
        "NAME": "register",
        "USER": "portal",
        "PASSWORD": "geheim",
        "HOST": "db.example.org",
        "PORT": "5433",
    }
    assert expected.items() <= database.items()
    assert database["OPTIONS"]["sslmode"] == "verify-full"
    assert database["OPTIONS"]["pool"]["timeout"] == 3
    assert shown["CELERY_BROKER_URL"] == PRODUCTION["REDIS_URL"]
    assert shown["CACHES"]["default"]["LOCATION"] == "rediss://:geheim@redis.example.org:6380/3"
    assert [name for name, _key in shown["FILE_KEYS"]] == ["2026", "2025"]
    assert list(tmp_path.iterdir()) == []


def test_the_cache_never_shares_a_database_number_with_the_queue(tmp_path):
    shown = settings_of(DATA_DIR=str(tmp_path), REDIS_URL="unix:///run/valkey.sock?db=4")
    assert shown["CELERY_BROKER_URL"] == "redis+socket:///run/valkey.sock?virtual_host=4"
    assert shown["CACHES"]["default"]["LOCATION"] == "unix:///run/valkey.sock?db=5"


def test_production_passes_the_deployment_check(tmp_path):
    checked = python(
        *("manage.py", "check", "--deploy", "--fail-level", "WARNING"), DATA_DIR=str(tmp_path), **PRODUCTION
    )
    assert checked.returncode == 0, checked.stderr
    assert "no issues (0 silenced)" in checked.stdout


def test_the_documentation_shows_the_variables_as_they_are():
    assert env.table() in (ROOT / "docs" / "operations.md").read_text()
    assert env.table() in (ROOT / "README.md").read_text()


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration():
    said = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=said)
    except SystemExit:
        pytest.fail(said.getvalue())
