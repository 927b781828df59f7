"""The tables' owner, for tests that do damage which the application's role may not do."""

from contextlib import contextmanager

from django.db import connection

from portal.embedded import places


@contextmanager
def as_owner():
    """A cursor with the owner's rights, in the running transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {places.OWNER}")
        yield cursor
        cursor.execute("RESET ROLE")
