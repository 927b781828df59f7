"""A file as a table of texts, whatever it was written with; anything wrong with the file as a whole is a BadFile."""

import hashlib
import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from registry.intake.repairing import text as repaired
from registry.intake.reporting import BadFile, Remark

REASON = "reason"
MOST_COLUMNS = 100
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Budget:
    """How much a file may hold: rows, filled cells, and bytes once unpacked."""

    rows: int
    cells: int
    unpacked: int


BY_COMMAND = Budget(rows=100_000, cells=3_000_000, unpacked=256 * 1024 * 1024)
BY_UPLOAD = Budget(rows=5_000, cells=200_000, unpacked=32 * 1024 * 1024)


@dataclass
class Table:
    """The first table of a file: its columns as written, and each filled row with its number in the spreadsheet.

    ``remarks`` are what reading the cells alone brought to light: ``rejected`` ones hold a value that is none,
    ``repaired`` ones were read otherwise than they stand there.
    """

    name: str
    ending: str
    sha256: str
    heads: list[str]
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def keys(self) -> list[str]:
        """The columns by what they are called in the code."""
        return [key(head) for head in self.heads]

    def named(self) -> list[tuple[int, dict[str, str]]]:
        """Each row as a mapping from column to text; the column of reasons that we wrote ourselves is left out."""
        keys = self.keys
        return [
            (number, {name: cell for name, cell in zip(keys, cells, strict=True) if name and name != REASON})
            for number, cells in self.rows
        ]


class Collector:
    """Takes a file's rows one by one and stops when its budget is spent. The first filled row is the heading."""

    def __init__(self, table: Table, budget: Budget):
        self.table, self.budget, self.cells = table, budget, 0

    def take(self, number: int, cells: list[str]) -> None:
        """One row. Raises BadFile when there are too many, or when the heading is none."""
        if number > self.budget.rows + 1:
            raise BadFile(
                _("The file has more than %(rows)s rows. Split it into several files.")
                % {"rows": f"{self.budget.rows:,}"}
            )
        told, cells = cells, [plain(cell) for cell in cells]
        if not any(cells):
            return
        self.cells += sum(map(bool, cells))
        if self.cells > self.budget.cells:
            raise BadFile(
                _("The file has more than %(cells)s filled cells. Split it into several files.")
                % {"cells": f"{self.budget.cells:,}"}
            )
        if not self.table.heads:
            self._head(cells)
        else:
            self._row(number, cells)
            self._tell_repairs(number, told, cells)

    def _head(self, cells: list[str]) -> None:
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            raise BadFile(_("The heading has more than %(count)s columns.") % {"count": MOST_COLUMNS})
        names = [key(cell) for cell in cells if key(cell)]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise BadFile(_("The heading names the column %(column)s twice.") % {"column": twice[0]})
        self.table.heads = cells

    def _row(self, number: int, cells: list[str]) -> None:
        width = len(self.table.heads)
        if any(cells[width:]):
            raise BadFile(
                _("Row %(row)s has %(cells)s cells, the heading has %(heads)s.")
                % {"row": number, "cells": len(cells), "heads": width}
            )
        self.table.rows.append((number, [*cells, *[""] * (width - len(cells))][:width]))

    def _tell_repairs(self, number: int, told: list[str], cells: list[str]) -> None:
        """Mis-decoded letters are told; folded blanks are not worth a word."""
        for head, raw, text in zip(self.table.heads, told, cells, strict=False):
            if text != raw and text.split() != _unmarked(raw).split():
                self.table.remarks.append(
                    Remark(
                        "repaired", number, head, raw[:200], _("read as “%(text)s”") % {"text": text[:200]}
                    )
                )


def key(head: str) -> str:
    """A column's name in the code: small letters, one underscore between words."""
    return re.sub(r"[\W_]+", "_", head.casefold()).strip("_")


def plain(value: str) -> str:
    """A cell's text: letters repaired, blanks folded, and without the mark that our own exports put before a formula."""
    return _unmarked("\n".join(filter(None, map(repaired, value.replace("\x00", "").splitlines()))))


def _unmarked(value: str) -> str:
    stripped = value.strip(" ")
    return stripped[1:] if stripped.startswith("'") and stripped[1:].startswith(_FORMULA) else value


def digest(content: bytes) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(content).hexdigest()
