"""Running the statements of a check: set by set, with what they speak of by name."""

import time
from collections.abc import Iterable

from django.db import connection

SAID = 'INSERT INTO batches_said (batch_id, "row", "column", value, reason, detail, is_fault) '
COPY_SAID = 'COPY batches_said (batch_id, "row", "column", value, reason, detail, is_fault) FROM STDIN'
# Well under the time that one statement may take, also where the file comes more slowly than it is stored.
_LONGEST_COPY = 1.5


def run(statement: str, values: dict | tuple = ()) -> int:
    """Run one statement and return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.rowcount


def rows(statement: str, values: dict | tuple = ()) -> list[tuple]:
    """What a query gives."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall()


def temporary(name: str, query: str, values: dict | tuple = ()) -> int:
    """Keep what a query gives in a table of this transaction alone, known to the planner. Returns how many rows."""
    run(f"DROP TABLE IF EXISTS pg_temp.{name}")
    made = run(f"CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS {query}", values)
    run(f"ANALYZE {name}")
    return made


def unmeasured(name: str, query: str, values: dict | tuple = ()) -> None:
    """The same for a large table that is always read as a whole: the planner knows its size, which is enough."""
    run(f"DROP TABLE IF EXISTS pg_temp.{name}")
    run(f"CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS {query}", values)


def copied(name: str, columns: str, content: Iterable[tuple]) -> None:
    """Put rows into a table of this transaction alone; ``columns`` as SQL declares them."""
    run(f"DROP TABLE IF EXISTS pg_temp.{name}")
    run(f"CREATE TEMPORARY TABLE {name} ({columns}) ON COMMIT DROP")
    copy(f"COPY {name} FROM STDIN", content)
    run(f"ANALYZE {name}")


def copy(statement: str, content: Iterable[tuple]) -> None:
    """Send rows by COPY."""
    with connection.cursor() as cursor, cursor.copy(statement) as copying:
        for row in content:
            copying.write_row(row)


class Stream:
    """A COPY of CSV that is written bit by bit, ended and begun again before one statement would take too long."""

    def __init__(self, statement: str):
        self.statement, self._copying, self._cursor, self._since = statement, None, None, 0.0

    def write(self, text: str) -> None:
        """Send whole rows."""
        if self._copying is not None and time.monotonic() - self._since > _LONGEST_COPY:
            self.end()
        if self._copying is None:
            self._cursor = connection.cursor()
            self._copying = self._cursor.copy(self.statement)
            self._writing = self._copying.__enter__()
            self._since = time.monotonic()
        self._writing.write(text)

    def end(self, error: BaseException | None = None) -> None:
        """Send the rest; with an error, nothing of this statement stays."""
        if self._copying is not None:
            copying, self._copying = self._copying, None
            copying.__exit__(type(error) if error else None, error, error.__traceback__ if error else None)
            self._cursor.close()


def plan_for_sets() -> None:
    """To the end of the transaction: what is new has no statistics, and a guess of few rows must not lead to loops over many."""
    for setting in ("enable_nestloop = off", "jit = off", "work_mem = '64MB'"):
        run(f"SET LOCAL {setting}")


def plan_as_ever() -> None:
    """Back to how the database plans by itself."""
    run("SET LOCAL enable_nestloop = on")
