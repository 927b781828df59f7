"""Filling an empty register from a dump: ids, both clocks and the read model come as they are, so it answers the same.

All or nothing, in one transaction. What was withheld from the dump is not there: decisions carry no person and no note.
"""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.core.management.color import no_style
from django.db import IntegrityError, connection

from agreements import texts
from agreements.acting import Acting
from portal import clock
from portal.audit import recording
from portal.verbs import verb
from registry import indexing
from registry.models import LoadedFile
from registry.opendata import policies, unpacking
from registry.opendata.public_tables import TABLES
from registry.opendata.shaping import BadCell, Table
from registry.opendata.unpacking import BadDump, Package

FORMAT = "dump"
# A cell is a text of the register, not a file: longer than any, and far from what would fill the memory.
_LONGEST_CELL = 16 * 1024 * 1024
_PLACE = re.compile(r"COPY \S+, line (\d+)(?:, column (\w+))?")
_KEY = re.compile(r"\((\w+)\)=\((.*?)\)")


def load(*, by: Acting, package: Package, trusted: list[bytes]) -> dict[str, int]:
    """Load a dump that one of the trusted keys signed, and say how many rows of each table. Raises BadDump."""
    name = unpacking.check(package, trusted)
    try:
        return load_dump(by=by, package=package, digest=name)
    finally:
        # What the agreements say is held in memory; what was there before, or was rolled back, must not stay.
        texts.forget()


# In the agreements' room: whoever holds in memory what the texts say sees that it has changed.
@verb(room="agreements")
def load_dump(*, by: Acting, package: Package, digest: str) -> dict[str, int]:
    """Fill an empty register. Raises BadDump, with nothing changed."""
    policies.check_may_keep_dumps(by)
    _check_empty()
    counts = {table.name: _copy_in(table, package) for table in TABLES}
    _check_references(package)
    _move_sequences()
    indexing.rebuild()
    loaded = LoadedFile.objects.create(
        format=FORMAT,
        name=package.path.name[:200],
        sha256=digest,
        loaded_at=clock.now(),
        rows=sum(counts.values()),
        report=counts,
    )
    recording.record(by=by, target=loaded, target_name=loaded.name, after=counts)
    return counts


def _check_empty() -> None:
    for table in TABLES:
        if table.model._base_manager.exists():
            raise BadDump(
                f"This register is not empty: it has {table.name.replace('_', ' ')}. A dump is loaded into a new database "
                "only: choose another DATA_DIR or DATABASE_URL, run migrate, and load the dump before the first start."
            )


def _copy_in(table: Table, package: Package) -> int:
    name, count = f"{table.name}.csv", 0
    with _explained(table), connection.cursor() as cursor, cursor.copy(table.as_loaded()) as copy:
        for number, cells in rows_of(package, table):
            try:
                copy.write_row(table.values_of(cells))
            except BadCell as error:
                raise BadDump(f"{name}, row {number}, {error}.") from error
            count += 1
    return count


def rows_of(package: Package, table: Table) -> Iterator[tuple[int, list[str]]]:
    """The rows of a table's CSV file with their numbers, the heading being row 1. Raises BadDump."""
    name, expected = f"{table.name}.csv", [column.name for column in table.columns]
    csv.field_size_limit(_LONGEST_CELL)
    with package.open(name) as file:
        rows = csv.reader(io.TextIOWrapper(file, encoding="utf-8", newline=""), strict=True)
        number = 1
        try:
            if next(rows, []) != expected:
                raise BadDump(f"{name}, row 1: the heading must be {','.join(expected)}.")
            for number, cells in enumerate(rows, start=2):
                if len(cells) != len(expected):
                    raise BadDump(
                        f"{name}, row {number}: it has {len(cells)} cells, the heading {len(expected)}."
                    )
                yield number, cells
        except (csv.Error, UnicodeDecodeError) as error:
            raise BadDump(f"{name}, after row {number}: {error}.") from error


@contextmanager
def _explained(table: Table) -> Iterator[None]:
    """What the database refuses of a row, with file, row and column."""
    try:
        yield
    except psycopg.Error as error:
        place = _PLACE.search(error.diag.context or "")
        if place is None:
            raise
        said, key = error.diag, _KEY.search(error.diag.message_detail or "")
        column = place[2] or said.column_name or (key[1] if key else "")
        where = f"{table.name}.csv, row {int(place[1]) + 1}{f', column {column}' if column else ''}"
        # The detail is the whole row, but where it names a value that may stand only once.
        words = f"{said.message_primary}{f' {key[0]}' if key else ''}"
        raise BadDump(f"{where}: {words}.") from error


def _check_references(package: Package) -> None:
    """Every row that another one names is there."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except IntegrityError as error:
        said = error.__cause__.diag
        table = next(one for one in TABLES if one.model._meta.db_table == said.table_name)
        column, value = _KEY.search(said.message_detail).groups()
        row = _row_with(package, table, column, value)
        words = f"{table.name}.csv, row {row}, column {column}: there is no row {value} that it could mean."
        raise BadDump(words) from error


def _row_with(package: Package, table: Table, column: str, value: str) -> int | str:
    place = next(n for n, one in enumerate(table.columns) if one.field.column == column)
    return next((number for number, cells in rows_of(package, table) if cells[place] == value), "unknown")


def _move_sequences() -> None:
    """New rows get numbers after those that came."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [table.model for table in TABLES]):
            cursor.execute(statement)
