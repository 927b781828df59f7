"""Fixtures for the tests of open data."""

import shutil
from pathlib import Path

import pytest

from portal.files.storage import documents
from registry.opendata import writing


@pytest.fixture(autouse=True)
def no_dumps_yet():
    """Nothing of other tests lies where dumps lie."""
    folder = Path(documents().path(writing.FOLDER))
    shutil.rmtree(folder, ignore_errors=True)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
