"""A file as rows of texts on their way into the staging table, whatever it was written with.

Rows leave here as CSV for COPY. Lines that need no care go as they stand: taking 2,900,000 cells apart and putting them
together again costs more than the database takes to store them. Anything wrong with the file as a whole is a BadFile; what
is wrong with a row is collected.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from portal.files.examining import shown_name
from registry.batches.columns import BY_NAME, REASON, REQUIRED, UNREAD, VERSION, field
from registry.inspections.intake import delimited, workbooks
from registry.inspections.intake.tables import BY_COMMAND, Collector, Table, digest, key
from registry.intake.repairing import text as repaired
from registry.intake.reporting import BadFile, Remark

AT_ONCE = 5_000
BUDGET = BY_COMMAND
MOST_REMARKS = 100_000
CELLS = "cells"
_FORMULA = "=+-@\t\r"
# UTF-8 that was read as Windows-1252: a letter of the Latin-1 range, and after it what only the second half of one becomes.
_MISREAD = re.compile("[ÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑâãäåæçèéêëìíîïð][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
_MARKED = re.compile("'[=+\\-@\t\r]")
_ACTIVE = re.compile(r"vbaProject|macrosheets|activeX|oleObject|/embeddings/|externalLinks/", re.IGNORECASE)
_VERSION = re.compile(r"v(\d{1,4})", re.IGNORECASE)


class Copying:
    """Where the rows go: ``begin`` is told the fields of the staging table and the delimiter, ``write`` gets CSV."""

    def begin(self, fields: list[str], delimiter: str) -> None:
        """The heading has been read."""
        raise NotImplementedError

    def write(self, lines: list[str]) -> None:
        """Rows, each as "number, cells"."""
        raise NotImplementedError


class Rows(Collector):
    """Takes rows one by one: the heading, then rows that it mends, tells of and hands on, many at a time."""

    copying: Copying

    def __init__(self, table: Table, budget=BUDGET):
        super().__init__(table, budget)
        self.fields, self.width, self.count, self.delimiter = [], 0, 0, ","
        self.lines, self.has_marks, self.has_misread = [], True, True

    def take(self, number: int, cells: list[str]) -> None:
        """One row by its cells. Raises BadFile when there are too many, or when the heading is none."""
        cells = [cell.strip() for cell in cells]
        if not any(cells):
            return
        self.check_number(number)
        if not self.fields:
            self._head(cells)
            self._name_columns()
            self.copying.begin(self.fields, self.delimiter)
            return
        if len(cells) != self.width:
            cells = self._fitted(number, cells)
        if self.has_marks or self.has_misread:
            cells = self._mended(number, cells)
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=self.delimiter, lineterminator="").writerow(cells)
        self.hand_on(number, text.getvalue())

    def check_number(self, number: int) -> None:
        """Raises BadFile when the file has more rows than may be."""
        if number > self.budget.rows + 1:
            raise BadFile(
                _("The file has more than %(rows)s rows. Split it into several files.")
                % {"rows": f"{self.budget.rows:,}"}
            )

    def hand_on(self, number: int, line: str) -> None:
        """One row as CSV."""
        self.lines.append(f"{number}{self.delimiter}{line}")
        if len(self.lines) >= AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Hand on what waits."""
        self.count += len(self.lines)
        if self.lines:
            self.copying.write(self.lines)
        self.lines = []

    def _name_columns(self) -> None:
        names = [key(head) for head in self.table.heads]
        versions = [found[1] for name in names if (found := _VERSION.fullmatch(name))]
        if versions and versions != [str(VERSION)]:
            raise BadFile(
                _(
                    "The file was made from version %(found)s of the template; this is version %(now)s. Download it anew."
                )
                % {"found": ", ".join(versions), "now": VERSION}
            )
        missing = [name for name in REQUIRED if name not in names]
        if missing:
            raise BadFile(
                _(
                    "The first row must name the columns. Missing: %(columns)s. Use the headings of the template."
                )
                % {"columns": ", ".join(missing)}
            )
        for head, name in zip(self.table.heads, names, strict=True):
            if name in BY_NAME:
                self.fields.append(field(name))
            elif name == REASON or _VERSION.fullmatch(name):
                self.fields.append(UNREAD[name != REASON])
            else:
                raise BadFile(
                    _(
                        "The column “%(column)s” is none of the template's. Take it out, or name it as the template does."
                    )
                    % {"column": head}
                )
        self.width = len(self.fields)

    def _fitted(self, number: int, cells: list[str]) -> list[str]:
        if any(cells[self.width :]):
            self._tell(CELLS, number, "", " | ".join(filter(None, cells[self.width :])), "")
        return [*cells, *[""] * self.width][: self.width]

    def _mended(self, number: int, cells: list[str]) -> list[str]:
        """Without the mark that our own exports put before a formula; mis-decoded letters are put right, and told."""
        joined = "\n".join(cells)
        if self.has_marks and "'" in joined:
            cells = [cell[1:] if cell[:1] == "'" and cell[1:2] in _FORMULA else cell for cell in cells]
        if self.has_misread and _MISREAD.search(joined):
            for place, cell in enumerate(cells):
                if _MISREAD.search(cell) and (right := repaired(cell)) != " ".join(cell.split()):
                    self._tell("repaired", number, self.table.heads[place], cell, right)
                    cells[place] = right
        return cells

    def _tell(self, kind: str, number: int, column: str, value: str, reason: str) -> None:
        if len(self.table.remarks) >= MOST_REMARKS:
            raise BadFile(_("Too many cells of the file cannot be read. Save it anew from the template."))
        self.table.remarks.append(Remark(kind, number, column, value[:200], reason[:400]))


def read(name: str, content: bytes, copying: Copying) -> Table:
    """Hand the rows of a file on and return what there is to say of it. Raises BadFile.

    Remarks are "cells" (more of them than columns), "rejected" (no value at all), "repaired" (the reason is the text as
    read), and of row 0 on the file as a whole.
    """
    shown = shown_name(name)
    if workbooks.looks_like_one(content):
        return _workbook(shown, content, copying)
    return _delimited(shown, content, copying)


def _workbook(name: str, content: bytes, copying: Copying) -> Table:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            active = any(_ACTIVE.search(part) for part in archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError):
        active = False  # The reader says in words what is wrong with it.
    if active:
        raise BadFile(_("The workbook holds macros or refers to other files. Save it as a plain XLSX."))
    made: list[Rows] = []

    def rows_for(table: Table, budget) -> Rows:
        rows = Rows(table, budget)
        rows.copying = copying
        made.append(rows)
        return rows

    table = workbooks.read(name, content, BUDGET, rows_for)
    return _ended(table, made[0])


def _delimited(name: str, content: bytes, copying: Copying) -> Table:
    text, encoding = delimited.decoded(content)
    table = Table(name, "csv", digest(content), [])
    if encoding == "cp1252":
        table.remarks.append(Remark("noted", 0, "", "", _("not UTF-8; read as Windows-1252")))
    rows = Rows(table)
    rows.copying, rows.delimiter = copying, delimited.delimiter_of(text)
    rows.has_marks = _MARKED.search(text) is not None
    rows.has_misread = not text.isascii() and _MISREAD.search(text) is not None
    csv.field_size_limit(delimited.LONGEST_CELL)
    if "\r" in text.replace("\r\n", "\n"):
        # Ends of lines as nobody writes them any more: the csv module knows them all.
        whole = io.StringIO(text, newline="")
        for number, cells in enumerate(_parsed(whole, rows.delimiter), start=1):
            rows.take(number, cells)
    else:
        _by_lines(text, rows)
    return _ended(table, rows)


def _by_lines(text: str, rows: Rows) -> None:
    """Line by line; those with quotes, blanks at a cell's edge or anything to mend are taken apart, the others go on as they are."""
    delimiter, careful = rows.delimiter, rows.has_marks or rows.has_misread
    left, right = f" {delimiter}", f"{delimiter} "
    lines = iter(text.replace("\r\n", "\n").split("\n"))
    for number, line in enumerate(lines, start=1):
        delimiters = line.count(delimiter)
        if (
            careful
            or delimiters + 1 != rows.width
            or '"' in line
            or left in line
            or right in line
            or line[0] in " \t"
            or line[-1] in " \t"
            or delimiters == len(line)
        ):
            record = [line] if line.count('"') % 2 == 0 else _to_the_closing_quote(line, lines)
            for cells in _parsed(record, delimiter):
                rows.take(number, cells)
        else:
            if number > rows.budget.rows + 1:
                rows.check_number(number)
            rows.lines.append(f"{number}{delimiter}{line}")
            if len(rows.lines) >= AT_ONCE:
                rows.flush()


def _to_the_closing_quote(line: str, lines: Iterator[str]) -> list[str]:
    record, quotes = [line], line.count('"')
    while quotes % 2:
        following = next(lines, None)
        if following is None:
            break
        record[-1] += "\n"
        record.append(following)
        quotes += following.count('"')
    return record


def _parsed(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(lines, delimiter=delimiter, strict=True)
    except csv.Error as error:
        start = lines[0][:60] if isinstance(lines, list) else ""
        raise BadFile(
            _("The file is not CSV: in the row that begins with “%(start)s”: %(error)s.")
            % {"start": start, "error": error}
        ) from error


def _ended(table: Table, rows: Rows) -> Table:
    rows.flush()
    if not rows.count:
        raise BadFile(_("The file has no rows below its heading."))
    return table
