"""Fixtures for every test."""

import pytest
from django.conf import settings


def pytest_configure() -> None:
    """Serve static files under their plain names: hashed ones exist only after `collectstatic`."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment) -> None:
    """Nothing to do: `tests.embedded_plugin` has cloned this process's database already."""
