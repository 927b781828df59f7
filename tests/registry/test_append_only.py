"""The database itself refuses to change what was decided or recorded, whoever asks."""

import pytest
from django.db import DatabaseError, connection, transaction

from tests.registry.histories import make_law
from tests.registry.test_known_at import listed

TABLES = ["registry_decision", "registry_decisionline", "audit_auditentry"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def decided(db):
    listed(make_law())


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_raw_statements_are_refused(decided, table, statement):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(statement.format(table))
