"""Fixtures of the tests of files of bodies and designations."""

import pytest

from portal.outbox.relaying import relay_due
from tests.registry.proposals import Parties, make_parties


@pytest.fixture
def parties(db) -> Parties:
    """The authorities and their people."""
    return make_parties()


@pytest.fixture
def work_off():
    """Lets the worker do all that waits."""

    def run() -> None:
        while relay_due():
            pass

    return run
