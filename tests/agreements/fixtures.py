"""Fixtures that several rooms' tests use."""

import pytest

from agreements import texts
from agreements.acting import operator
from agreements.catalogue.loading import bring_up_to_date
from agreements.models import CatalogueEdition


@pytest.fixture
def catalogue(db) -> CatalogueEdition:
    """The shipped catalogue, loaded inside the test's transaction and gone with it."""
    texts.forget()
    edition = bring_up_to_date(by=operator("tests")) or CatalogueEdition.objects.first()
    yield edition
    texts.forget()
