"""Reading the catalogue's files. An error names the file, the row and the field."""

import csv
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.core.exceptions import ValidationError

from portal import partial_dates
from portal.validity import days

DATA = Path(__file__).parent / "data"
_MISSING = object()


class BadData(ValueError):
    """A file of the catalogue cannot be used; the text names file, row and field."""


class Row:
    """One row of a file. Reading a field marks it as used; ``done`` refuses fields that nothing has read."""

    def __init__(self, values: dict, file: str, label: str):
        self.values, self.file, self.label = values, file, label
        self._unused = set(values)

    def bad(self, field: str, problem: str) -> BadData:
        """The error for a field of this row, to be raised."""
        return BadData(f"{self.file}, {self.label}: {field}: {problem}")

    def get(self, field: str, default=_MISSING):
        """The value of a field. Raises BadData when it is missing and no default is given."""
        self._unused.discard(field)
        value = self.values.get(field, default)
        if value is _MISSING:
            raise self.bad(field, "is missing")
        return value

    def day(self, field: str) -> date | None:
        """A day, or None where the field is missing. Raises BadData when it is no date."""
        text = self.get(field, None)
        try:
            return None if text is None else date.fromisoformat(text)
        except (TypeError, ValueError) as error:
            raise self.bad(field, f"{text!r} is not a day") from error

    def days(self):
        """The range of days from ``from`` up to but not including ``to``, either of them open."""
        start, end = self.day("from"), self.day("to")
        if start and end and end <= start:
            raise self.bad("to", "is not after from")
        return days(start, end)

    def partial(self, field: str, default: str = "") -> str:
        """A partial date, or the default. Raises BadData when it is no date."""
        text = self.get(field, default)
        try:
            if text:
                partial_dates.earliest(text)
        except (TypeError, ValueError) as error:
            raise self.bad(field, str(error)) from error
        return text

    def choice(self, field: str, choices, default=_MISSING) -> str:
        """One of the values of a choices class. Raises BadData when it is another."""
        value = self.get(field, default)
        if value not in choices.values and value != default:
            raise self.bad(field, f"{value!r} is none of {', '.join(choices.values)}")
        return value

    def one(self, field: str, among: dict, default=_MISSING):
        """The thing that a code names, or the default where the field is missing. Raises BadData when none has it."""
        code = self.get(field, default)
        if code is default:
            return code
        return self.named(field, code, among)

    def named(self, field: str, code: str, among: dict):
        """The thing among ``among`` with that code. Raises BadData when none has it."""
        if code not in among:
            raise self.bad(field, f"{code!r} is not known")
        return among[code]

    def many(self, field: str, among: dict, default=_MISSING) -> list:
        """The things that a list of codes names. Raises BadData for a code that none has."""
        codes = self.get(field, default)
        return codes if codes is default else [self.named(field, code, among) for code in codes]

    def inner(self, field: str, name: str) -> Iterator["Row"]:
        """The rows listed in a field, labelled by ``name`` and their place in the list."""
        for number, values in enumerate(self.get(field, []), start=1):
            yield Row(values, self.file, f"{self.label}, {name} {number}")

    def part(self, field: str) -> "Row | None":
        """The row in a field, or None where the field is missing."""
        values = self.get(field, None)
        return None if values is None else Row(values, self.file, f"{self.label}, {field}")

    def checked(self, instance):
        """The instance, after Django's own checks of its fields. Raises BadData for the first that fails."""
        relations = [field.name for field in instance._meta.concrete_fields if field.is_relation]
        try:
            instance.clean_fields(exclude=relations)
        except ValidationError as error:
            field, messages = next(iter(error.message_dict.items()))
            raise self.bad(field, "; ".join(messages)) from error
        return instance

    def done(self) -> None:
        """Raises BadData for a field that nothing has read: a typing error would else go unseen."""
        if self._unused:
            raise self.bad(min(self._unused), "is not a field of this kind of row")


def rows(name: str, *, label: str) -> Iterator[Row]:
    """The rows of a JSON or CSV file under ``data/``, each labelled by its field ``label``.

    Raises BadData when the file cannot be read as a list of rows.
    """
    path = DATA / name
    try:
        if path.suffix == ".csv":
            with path.open(encoding="utf-8", newline="") as file:
                listed = list(csv.DictReader(file))
        else:
            listed = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadData(f"{name}: {error}") from error
    for number, values in enumerate(listed, start=1):
        yield Row(values, name, str(values.get(label, f"row {number}")))


def names(pattern: str) -> list[str]:
    """The names under ``data/`` of the files that match a pattern, in order."""
    return sorted(str(path.relative_to(DATA)) for path in DATA.glob(pattern))


def files() -> list[Path]:
    """Every file on which the outcome of a load rests: the data and the code that reads it."""
    package = DATA.parent
    return sorted(path for path in package.rglob("*") if path.suffix in {".json", ".csv", ".py"})
