"""Liveness, readiness, and what is seen while the database is away."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import OperationalError

from portal import health
from portal.files.storage import storage_failed

ROOT = Path(__file__).resolve().parents[2]
ASK = """
import json, sys, time
import django
django.setup()
from django.test import Client
client = Client(raise_request_exception=False)
answers = {}
for path in sys.argv[1:]:
    started = time.monotonic()
    response = client.get(path, headers={"host": "localhost"})
    answers[path] = [response.status_code, time.monotonic() - started, response.headers["Content-Type"],
                     response.content.decode(), response.headers.get("Retry-After")]
print(json.dumps(answers))
"""


def test_liveness_asks_nobody(client):
    response = client.get("/livez")
    assert response.status_code == 200
    assert response.json() == {"status": "ok"}
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.django_db
def test_readiness_names_each_check(client):
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "checks": {"database": "ok", "broker": "ok"}}


@pytest.mark.django_db
def test_a_schema_that_lags_behind_is_not_ready(client, monkeypatch):
    newer = health._shipped_migrations() | {("registry", "9999_of_tomorrow")}
    monkeypatch.setattr(health, "_shipped_migrations", lambda: newer)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["database"] == "migrations are not applied"


@pytest.mark.django_db
def test_a_broker_that_is_away_is_named(client, settings):
    settings.REDIS_URL = "unix:///nowhere/valkey.sock?db=0"
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "checks": {"database": "ok", "broker": "unreachable"}}


def test_health_is_read_only(client):
    assert client.post("/readyz").status_code == 405


def test_without_a_database_pages_and_api_answer_503_in_time():
    environment = os.environ | {"DATABASE_URL": "postgresql://concordat@/concordat?host=/nowhere"}
    asked = subprocess.run(
        [sys.executable, "-c", ASK, "/readyz", "/livez", "/agreements/", "/api/v1/agreements/"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert asked.returncode == 0, asked.stderr
    answers = json.loads(asked.stdout)
    assert answers["/livez"][0] == 200
    for path in ("/readyz", "/agreements/", "/api/v1/agreements/"):
        status, seconds, *_ = answers[path]
        assert (path, status) == (path, 503)
        assert seconds < 5
    assert answers["/agreements/"][2].startswith("text/html")
    assert answers["/agreements/"][4] == "5"
    assert answers["/api/v1/agreements/"][2].startswith("application/problem+json")
    assert json.loads(answers["/api/v1/agreements/"][3])["status"] == 503
    assert json.loads(answers["/readyz"][3])["checks"] == {"database": "unreachable", "broker": "ok"}


def test_an_outage_without_a_template_is_told_in_plain_words(rf, monkeypatch):
    def away(*arguments, **options):
        raise OperationalError("the page needs the database too")

    monkeypatch.setattr(health, "render_to_string", away)
    middleware = health.DatabaseOutage(lambda request: None)
    response = middleware.process_exception(rf.get("/bodies/"), OperationalError("away"))
    assert response.status_code == 503
    assert response.headers["Content-Type"].startswith("text/plain")
    assert middleware.process_exception(rf.get("/bodies/"), ValueError("something else")) is None


def test_the_client_is_told_when_to_come_back(rf):
    middleware = health.DatabaseOutage(lambda request: None)
    response = middleware.process_exception(rf.get("/api/v1/bodies/"), OperationalError("away"))
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert response.headers["Cache-Control"] == "no-store"


def test_a_storage_of_files_that_is_away_is_said_as_such(rf):
    middleware = health.DatabaseOutage(lambda request: None)
    page = middleware.process_exception(rf.get("/desk/files/1/"), storage_failed())
    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
    assert b"Files cannot be reached right now" in page.content
    assert b"The storage of files cannot be used at the moment." in page.content
    problem = middleware.process_exception(rf.get("/api/v1/bodies/"), storage_failed())
    assert json.loads(problem.content)["detail"].startswith("The storage of files cannot be used")
