"""The database itself refuses to change what was decided or recorded: the application by its rights, the owner by triggers."""

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from tests.owner import as_owner
from tests.registry.histories import make_law
from tests.registry.test_known_at import listed

TABLES = ["registry_decision", "registry_decisionline", "audit_auditentry"]
CHANGES = ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"]

pytestmark = pytest.mark.django_db
on_each_table = pytest.mark.parametrize("table", TABLES)
each_change = pytest.mark.parametrize("statement", CHANGES)


@pytest.fixture
def decided(db):
    listed(make_law())


@on_each_table
@each_change
def test_the_applications_role_has_no_right_to_change(decided, table, statement):
    refused = pytest.raises(DatabaseError, match="permission denied")
    with connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(statement.format(table))


@on_each_table
@each_change
def test_the_owner_is_refused_too(decided, table, statement):
    with as_owner() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(statement.format(table))


def test_the_applications_role_is_neither_owner_nor_superuser(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (settings.DATABASE_APPLICATION_ROLE, False)
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tableowner = current_user")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE registry_decision DISABLE TRIGGER ALL",
        "DROP TABLE registry_decision CASCADE",
        "CREATE TABLE mine (id int)",
        "DELETE FROM django_migrations",
        "SET session_replication_role = replica",
    ],
)
def test_the_applications_role_changes_no_table(db, statement):
    with connection.cursor() as cursor, pytest.raises(DatabaseError), transaction.atomic():
        cursor.execute(statement)
