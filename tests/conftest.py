"""Fixtures for every test."""

import os

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase

from agreements import texts
from registry.directory import holding
from tests.embedded_plugin import clone_database


def pytest_configure() -> None:
    """Serve static files under their plain names (hashed ones exist only after `collectstatic`); keep what is handed in
    apart for each process of the run.
    """
    documents = settings.STORAGES["documents"]
    location = settings.DATA_DIR / f"files-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        "documents": {**documents, "OPTIONS": {**documents["OPTIONS"], "location": location}},
    }


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment) -> None:
    """`tests.embedded_plugin` has cloned this process's database already; tests that commit leave a fresh one.

    Django would truncate every table after them, which the append-only tables refuse.
    """
    TransactionTestCase._fixture_teardown = _fresh_database


def _fresh_database(self: TransactionTestCase) -> None:
    connection.close()
    connection.close_pool()
    clone_database()
    texts.forget()  # ids begin anew


@pytest.fixture(autouse=True)
def _forgotten() -> None:
    """What a test before this one wrote was rolled back: what is held in memory begins anew."""
    texts.forget()
    holding.forget()
