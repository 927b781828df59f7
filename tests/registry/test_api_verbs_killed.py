"""kill -9 at any point of a verb of the API: asked again under the same name, it is there once, and its answer with it."""

import json
import os
import subprocess
import sys

import psycopg
import pytest
from django.db import connection

from tests.embedded_plugin import ROOT, TEMPLATE, WHERE

RUN = "import django; django.setup(); from tests.registry import killing_verbs; killing_verbs.run()"


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> dict:
    """What the processes left that were killed, on a database of their own."""
    database = f"{connection.settings_dict['NAME']}_verbs"
    environment = {
        **os.environ,
        "DATABASE_URL": WHERE.database_url_of(database),
        "EMAIL_URL": f"file://{tmp_path_factory.mktemp('mails')}",
        "ALLOWED_HOSTS": "testserver",
    }
    with psycopg.connect(WHERE.superuser_url, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {database} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY OWNER concordat")
        try:
            run = subprocess.run(
                [sys.executable, "-c", RUN], cwd=ROOT, env=environment, capture_output=True, text=True
            )
        finally:
            server.execute(f"DROP DATABASE {database} WITH (FORCE)")
    assert run.returncode == 0, run.stderr[-4000:]
    return json.loads(run.stdout)


def test_killed_anywhere_it_is_there_as_a_whole_or_not_at_all(told):
    assert told["faults"] == []
    assert told["killed"] > 20


def test_asked_again_after_it_was_done_the_answer_comes_and_nothing_happens(told):
    first = told["first"]
    assert (first["answer"]["status"], first["answer"]["again"], first["changed"]) == (201, "true", [])


def test_asked_again_after_a_kill_at_the_commit_it_is_done_once(told):
    assert told["killed_at_commit"]
    answers = [each["answer"] for each in told["second"]]
    assert [answer["status"] for answer in answers] == [201, 201]
    assert answers[0]["body"] == answers[1]["body"]
    assert told["end"] == {"proposals": 2, "answers": 2}
