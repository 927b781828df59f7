"""Fixtures for every test."""

import pytest


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment) -> None:
    """Nothing to do: `tests.embedded_plugin` has cloned this process's database already."""
