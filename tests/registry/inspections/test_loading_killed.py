"""kill -9 at any statement of loading a file leaves nothing; done again it is there once."""

import json
import os
import subprocess
import sys

import psycopg
import pytest
from django.db import connection

from portal.embedded.places import SUPERUSER
from tests.embedded_plugin import ROOT, TEMPLATE, WHERE

RUN = "import django; django.setup(); from tests.registry.inspections import killing; killing.run()"


@pytest.fixture(scope="module")
def told() -> dict:
    """What the processes left that were killed, on a database of their own."""
    database = f"{connection.settings_dict['NAME']}_loading_killed"
    environment = {
        **os.environ,
        "DATABASE_URL": WHERE.database_url_of(database),
        "SEEN_BY": WHERE.database_url_of(database, SUPERUSER),
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


def test_a_killed_loading_leaves_nothing_and_the_next_one_all(told):
    assert told["faults"] == []
    assert told["killed"] > 30
    assert told["there"] == {"inspection": 3, "finding": 2, "facility": 2, "loadbatch": 1, "loadrow": 3}
