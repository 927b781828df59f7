"""Fixtures for the tests of inspections and sharing."""

import pytest

from tests.agreements.fixtures import catalogue
from tests.registry.inspections.room import Room, make_room

__all__ = ["catalogue"]


@pytest.fixture
def room(db) -> Room:
    """Three authorities and their people."""
    return make_room()
