"""kill -9 at any point of submitting, approving, recognising and relaying leaves nothing by half, lost or doubled."""

import json
import os
import subprocess
import sys

import psycopg
import pytest
from django.db import connection

from tests.embedded_plugin import ROOT, TEMPLATE, WHERE

RUN = "import django; django.setup(); from tests.registry import killing; killing.run()"


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> dict:
    """What the processes left that were killed, on a database of their own."""
    database = f"{connection.settings_dict['NAME']}_killed"
    mails = tmp_path_factory.mktemp("mails")
    environment = {
        **os.environ,
        "DATABASE_URL": WHERE.database_url_of(database),
        "EMAIL_URL": f"file://{mails}",
    }
    with psycopg.connect(WHERE.superuser_url, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {database} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY OWNER concordat")
        try:
            run = subprocess.run(
                [sys.executable, "-c", RUN],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
            )
        finally:
            server.execute(f"DROP DATABASE {database} WITH (FORCE)")
    assert run.returncode == 0, run.stderr[-4000:]
    return json.loads(run.stdout)


@pytest.mark.parametrize("act", ["submit", "approve", "recognise", "relay"])
def test_an_act_that_is_killed_is_there_as_a_whole_or_not_at_all(told, act):
    assert told[act]["faults"] == []
    assert told[act]["killed"] > 30


def test_done_again_after_each_kill_every_act_is_there_once(told):
    end = told["end"]
    assert end["stages"] == ["decided"] * 4
    assert end["acts"] == sorted(["accredit", "designate", "notify", "recognise"] * 2)
    assert end["standings"] == ["recognised"] * 4
    assert end["waiting"] == ["partner"] * 2
    once = ["accredit", "designate", "notify", "recognise", "register", "replace_contacts"]
    twice = ["draft", "submit", "decide"]
    assert end["verbs"] == sorted(f"registry.{verb}" for verb in (once + twice * 2) * 2)


def test_no_notice_and_no_email_is_lost_or_doubled(told):
    end = told["end"]
    told_of = {"Ana": 1, "Beto": 2, "Dan": 1, "Erin": 2}
    assert end["notices"] == [
        [name, "work.opened"] for name, number in told_of.items() for _ in range(2 * number)
    ]
    assert end["notices_at_once"] == len(end["notices"]) == len(end["mails"])
    assert set(end["mails"]) == {1}
    assert (end["undelivered"], end["messages_left"], end["attempts"]) == (0, 0, [1])


def test_chain_and_read_model_hold(told):
    assert told["end"]["faults"] == []
    assert told["end"]["rebuilt"] == {"added": 0, "removed": 0}
