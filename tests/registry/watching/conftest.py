"""Fixtures for the tests of watching."""

import pytest

from agreements import texts
from tests.agreements.fixtures import catalogue

__all__ = ["catalogue"]


@pytest.fixture(autouse=True)
def fresh_texts():
    """Texts held from another test know other ids."""
    texts.forget()
    yield
    texts.forget()
