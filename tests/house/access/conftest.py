"""One world for all tests of this folder; each question to the portal is rolled back."""

import pytest
from django.core.cache import cache
from django.db import transaction

from tests.house.access.world import World, forget


@pytest.fixture(scope="package")
def world(django_db_setup, django_db_blocker):
    """Built and undone in one transaction."""
    with django_db_blocker.unblock():
        with transaction.atomic():
            cache.clear()
            yield World()
            transaction.set_rollback(True)
        forget()
        cache.clear()
