"""What a loading tells: every row rejected, repaired, merged or in doubt, and what was made."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import date


class BadFile(Exception):
    """The file as a whole cannot be read; the text says why. Nothing of it is loaded."""


@dataclass(frozen=True)
class Remark:
    """One thing to know about a row. ``row`` counts as a spreadsheet does: the heading is row 1."""

    kind: str
    row: int
    column: str
    value: str
    reason: str

    def __str__(self):
        return f"row {self.row}, {self.column} “{self.value}”: {self.reason}"


@dataclass
class Report:
    """What became of one file. ``unchanged`` is True for a file whose very content was loaded before."""

    name: str
    format: str = ""
    as_of: date | None = None
    rows: int = 0
    unchanged: bool = False
    counts: Counter = field(default_factory=Counter)
    remarks: list[Remark] = field(default_factory=list)

    def note(self, kind: str, row: int, column: str, value, reason: str) -> None:
        """Write a remark down, once."""
        remark = Remark(kind, row, column, "" if value is None else str(value), reason)
        if remark not in self.remarks:
            self.remarks.append(remark)

    def of(self, kind: str) -> list[Remark]:
        """The remarks of one kind, by row."""
        return sorted((one for one in self.remarks if one.kind == kind), key=lambda one: one.row)

    def as_json(self) -> dict:
        """For the record of the loaded file."""
        return {"counts": dict(self.counts), "remarks": [asdict(one) for one in self.remarks]}
