"""kill -9 at any statement of filing a version or of releasing leaves nothing by half: no release without two people, no row without file."""

import json
import os
import subprocess
import sys

import psycopg
import pytest
from django.db import connection

from portal.embedded.places import SUPERUSER
from tests.embedded_plugin import ROOT, TEMPLATE, WHERE

RUN = "import django; django.setup(); from tests.registry.inspections import killing_releases as k; k.run()"


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> dict:
    """What the processes left that were killed, on a database and a storage of their own."""
    database = f"{connection.settings_dict['NAME']}_releasing_killed"
    environment = {
        **os.environ,
        "DATABASE_URL": WHERE.database_url_of(database),
        "SEEN_BY": WHERE.database_url_of(database, SUPERUSER),
        "STORAGE_URL": f"file://{tmp_path_factory.mktemp('files')}",
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


@pytest.mark.parametrize("act", ["file", "propose", "release"])
def test_an_act_that_is_killed_is_there_as_a_whole_or_not_at_all(told, act):
    assert told[act]["faults"] == []
    assert told[act]["killed"] > 15


def test_there_is_one_release_by_two_people_and_every_row_has_its_file(told):
    end = told["end"]
    assert end["releases"] == [["released", "Giver editor", "Giver releaser"]]
    assert (end["versions"], end["rows_without_file"]) == (1, 0)
