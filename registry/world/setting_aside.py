"""Constraints and indexes of tables, set aside while very many rows come in, and made again as they were."""

from collections.abc import Iterator
from contextlib import contextmanager

_CONSTRAINTS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
    FROM pg_constraint WHERE conrelid = ANY(%s::regclass[]) AND contype IN ('f', 'u', 'x')
    ORDER BY contype = 'f', conrelid::regclass::text, conname
"""
_INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid = ANY(%s::regclass[]) AND NOT indisprimary AND NOT EXISTS (
        SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('u', 'x'))
    ORDER BY 1
"""
_IS_OWNER = "SELECT bool_and(pg_has_role(relowner, 'USAGE')) FROM pg_class WHERE oid = ANY(%s::regclass[])"


@contextmanager
def checked_at_the_end(cursor, tables: list[str]) -> Iterator[None]:
    """Inside, rows come in unchecked and unindexed, in the running transaction; at its end all are checked at once.

    That is several times faster than row by row. Only the tables' owner can: for another role nothing is set aside, and each
    row is checked as it comes. Primary keys, checks of single rows and triggers stay.
    """
    # A table with checks outstanding cannot be altered, and a million of them at the end would be one very long statement.
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute(_IS_OWNER, [tables])
    if cursor.fetchone()[0]:
        with _set_aside(cursor, tables):
            yield
    else:
        yield
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def _set_aside(cursor, tables: list[str]) -> Iterator[None]:
    constraints, indexes = _read(cursor, _CONSTRAINTS, tables), _read(cursor, _INDEXES, tables)
    for table, name, _definition in constraints:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _definition in indexes:
        cursor.execute(f"DROP INDEX {name}")
    yield
    cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
    for _name, definition in indexes:
        cursor.execute(definition)
    for table, name, definition in constraints:
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def _read(cursor, statement: str, tables: list[str]) -> list[tuple]:
    cursor.execute(statement, [tables])
    return cursor.fetchall()
