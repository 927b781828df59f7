"""How a table of the register becomes a table of the dump: its columns, in CSV and in JSON, and the way back.

A range becomes two columns, ``…_from`` and ``…_to``, of which the second is no longer inside; empty is open. A range without any
day or moment has ``NOTHING`` in both.
"""

import inspect
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.contrib.postgres.fields import ArrayField, DateRangeField, DateTimeRangeField
from django.db import models

NOTHING = "0001-01-01"
# What a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV injection); so does an apostrophe, so that
# the way back takes off exactly what was put there.
DEFUSED = ("'", "=", "+", "-", "@", "\t", "\r")

_KINDS = {
    models.AutoField: "integer",
    models.IntegerField: "integer",
    models.BooleanField: "boolean",
    models.DateTimeField: "datetime",
    models.DateField: "date",
    models.JSONField: "object",
    models.CharField: "string",
    models.TextField: "string",
    ArrayField: "array",
    DateRangeField: "date",
    DateTimeRangeField: "datetime",
}


@dataclass(frozen=True)
class Column:
    """One column of a file. ``bound`` is "from" or "to" where it is one end of a range."""

    field: models.Field
    bound: str = ""

    @cached_property
    def name(self) -> str:
        """Its heading."""
        return f"{self.field.name}_{self.bound}" if self.bound else self.field.attname

    @cached_property
    def kind(self) -> str:
        """Its type, by the names of Table Schema. Raises LookupError for a field that has none."""
        target = self.field.target_field if self.field.is_relation else self.field
        for base in type(target).__mro__:
            if base in _KINDS:
                return _KINDS[base]
        raise LookupError(f"{self.field} has no form in a dump")

    @property
    def is_required(self) -> bool:
        """True when it is never empty. A text without words is an empty text, not a missing one."""
        return not self.field.null and not self.bound and self.kind != "string"

    def in_csv(self) -> str:
        """The expression that gives its text in a CSV file."""
        value = self._value()
        if self.kind == "boolean":
            return f"{value}::text"
        if self.kind == "array":
            return f"to_json({value})"
        if self.kind == "string":
            codes = ",".join(str(ord(sign)) for sign in DEFUSED)
            return f"CASE WHEN ascii({value}) IN ({codes}) THEN '''' || {value} ELSE {value} END"
        return value

    def in_json(self) -> str:
        """The expression that gives its value in a line of JSON."""
        return f"to_json({self._value()})" if self.kind == "array" else self._value()

    def _value(self) -> str:
        column = f'"{self.field.column}"'
        if not self.bound:
            return _as_moment(column) if self.kind == "datetime" else column
        end = f"{'lower' if self.bound == 'from' else 'upper'}({column})"
        if self.kind == "datetime":
            nothing = f"'{NOTHING}T00:00:00.000000Z'"
            return f"CASE WHEN isempty({column}) THEN {nothing} ELSE {_as_moment(end)} END"
        return f"CASE WHEN isempty({column}) THEN date '{NOTHING}' ELSE {end} END"

    def read(self, text: str) -> str | list | None:
        """What the cell of a CSV file says, as COPY takes it. Raises ValueError."""
        if self.kind == "string":
            return text[1:] if text[:1] == "'" else text
        if text == "":
            return None
        if self.kind == "array":
            found = json.loads(text)
            if not isinstance(found, list):
                raise ValueError("it is no list")
            return found
        return text


def _as_moment(value: str) -> str:
    return f"""to_char({value} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


@dataclass(frozen=True)
class Table:
    """A table of the dump: which fields of a model are public, and which are not, each with what stands there after loading.

    A field that is named in neither is public nowhere, and a test says so.
    """

    name: str
    model: type[models.Model]
    public: tuple[str, ...]
    withheld: Mapping[str, str] = field(default_factory=dict)
    words: str = ""

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns of its files, in order."""
        found = []
        for name in self.public:
            one = self.model._meta.get_field(name)
            is_range = isinstance(one, DateRangeField | DateTimeRangeField)
            found += [Column(one, "from"), Column(one, "to")] if is_range else [Column(one)]
        return tuple(found)

    @property
    def description(self) -> str:
        """What one row is: the model's own words, in one paragraph."""
        return " ".join((self.words or inspect.getdoc(self.model)).split())

    def as_csv(self) -> str:
        """The statement that streams it as CSV (RFC 4180, but for the line ends)."""
        return f"COPY ({self._select('in_csv')}) TO STDOUT WITH (FORMAT csv, HEADER true, ENCODING 'UTF8')"

    def as_json(self) -> str:
        """The statement that streams it as lines of JSON: text without quoting, since JSON holds no control character."""
        rows = f"SELECT row_to_json(one) FROM ({self._select('in_json')}) one"
        return (
            f"COPY ({rows}) TO STDOUT WITH (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02', ENCODING 'UTF8')"
        )

    def _select(self, form: str) -> str:
        values = ", ".join(f'{getattr(column, form)()} AS "{column.name}"' for column in self.columns)
        return f'SELECT {values} FROM "{self.model._meta.db_table}" ORDER BY "{self.model._meta.pk.column}"'

    def as_loaded(self) -> str:
        """The statement that takes the rows that ``values_of`` gives."""
        names = [self.model._meta.get_field(name).column for name in (*self.public, *self.withheld)]
        columns = ", ".join(f'"{name}"' for name in names)
        return f'COPY "{self.model._meta.db_table}" ({columns}) FROM STDIN'

    def values_of(self, cells: list[str]) -> list:
        """The values of a row in the order of ``as_loaded``. Raises BadCell."""
        values, waiting = [], None
        for column, text in zip(self.columns, cells, strict=True):
            try:
                value = column.read(text)
            except ValueError as error:
                raise BadCell(column.name, text, str(error)) from error
            if column.bound == "from":
                waiting = value
            elif column.bound == "to":
                values.append(f"[{waiting or ''},{value or ''})")
            else:
                values.append(value)
        return [*values, *self.withheld.values()]


class BadCell(ValueError):
    """A cell cannot be read: its column, its text, and what is wrong with it."""

    def __init__(self, column: str, text: str, reason: str):
        super().__init__(f"column {column}, “{text[:80]}”: {reason}")
        self.column = column
