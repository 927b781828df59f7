"""Rows on their way into a table by PostgreSQL's COPY, which is tens of times faster than inserting them."""

from datetime import date, datetime
from typing import NamedTuple

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

NULL = r"\N"
_ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
_NEEDS_ESCAPE = frozenset("\\\t\n\r")


class Copied(NamedTuple):
    """Rows of one table: what they are called, the statement that takes them, how many they are, and their text."""

    name: str
    statement: str
    rows: int
    text: str


def _string(value: str) -> str:
    return value if _NEEDS_ESCAPE.isdisjoint(value) else value.translate(_ESCAPED)


def _list(value: list[str]) -> str:
    return "{" + ",".join('"' + _string(each) + '"' for each in value) + "}"


_WRITERS = {
    str: _string,
    int: str,
    type(None): lambda value: NULL,
    bool: lambda value: "t" if value else "f",
    date: date.isoformat,
    datetime: datetime.isoformat,
    DateTimeTZRange: lambda value: span(value.lower, value.upper),
    list: _list,
}


def as_text(value) -> str:
    """A value as COPY's text format writes it. A choice is written as its value."""
    return _WRITERS.get(type(value), str)(value)


def span(lower: date | None, upper: date | None) -> str:
    """A half-open range of days or moments, [lower, upper)."""
    return f"[{lower.isoformat() if lower else ''},{upper.isoformat() if upper else ''})"


class Rows:
    """Rows of one model, gathered to be copied at once.

    ``columns`` are the attributes that each row gives; every other column takes the default of its field.
    """

    def __init__(self, model, *columns: str):
        fields = {field.attname: field for field in model._meta.concrete_fields}
        others = [field for name, field in fields.items() if name not in columns]
        names = [fields[name].column for name in columns] + [field.column for field in others]
        quoted = ", ".join(f'"{name}"' for name in names)
        self._name = str(model._meta.verbose_name_plural)
        self._statement = f'COPY "{model._meta.db_table}" ({quoted}) FROM STDIN'
        self._tail = "".join(f"\t{as_text(field.get_default())}" for field in others) + "\n"
        self._lines: list[str] = []

    def add(self, *values) -> None:
        """One row, values in the order of the columns."""
        self._lines.append("\t".join(map(as_text, values)) + self._tail)

    def add_text(self, text: str) -> None:
        """One row that is COPY's text already, in the order of the columns."""
        self._lines.append(text + self._tail)

    def gathered(self) -> Copied:
        """All rows."""
        return Copied(self._name, self._statement, len(self._lines), "".join(self._lines))
