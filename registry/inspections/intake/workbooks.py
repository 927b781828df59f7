"""Workbooks (XLSX) from strangers: looked through before they are opened, read cell by cell, formulas refused.

The parts are XML read with defusedxml, which openpyxl uses where it is installed; a part with a document type is refused
before that, and the pins in requirements.txt keep it installed.
"""

import io
import warnings
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell
from openpyxl.utils.exceptions import InvalidFileException

from registry.inspections.intake.tables import MOST_COLUMNS, Budget, Collector, Table, digest
from registry.intake.reporting import BadFile, Remark

_MOST_PARTS = 500
_HIGHEST_RATIO = 300
_SMALL = 1024 * 1024
_PIECE = 64 * 1024
_DOCTYPE = b"<!doctype"
# Whatever openpyxl meets in a damaged part, it raises as one of these.
_DAMAGE = (KeyError, ValueError, TypeError, AttributeError, IndexError, OverflowError, EOFError, OSError)


def looks_like_one(content: bytes) -> bool:
    """True for a ZIP archive, which every workbook is."""
    return content[:4] == b"PK\x03\x04"


def read(name: str, content: bytes, budget: Budget, collector: type[Collector] = Collector) -> Table:
    """The table in a workbook's first sheet, its rows taken one by one by a ``collector``. Raises BadFile."""
    _look_through(content, budget)
    table = Table(name, "xlsx", digest(content), [])
    try:
        with warnings.catch_warnings():
            # Openpyxl warns of what it does not read (styles, validation); none of that is a value.
            warnings.simplefilter("ignore")
            _collect(content, table, collector(table, budget))
    except (DefusedXmlException, ParseError) as error:
        raise BadFile(
            _("A part of the workbook is no XML that may be read. Save it anew as XLSX.")
        ) from error
    except (InvalidFileException, zipfile.BadZipFile, zlib.error, *_DAMAGE) as error:
        raise BadFile(_("The workbook is damaged. Open it and save it anew as XLSX.")) from error
    return table


def _collect(content: bytes, table: Table, collector: Collector) -> None:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    try:
        if not book.worksheets:
            raise BadFile(_("The workbook has no sheet with cells."))
        sheet = book.worksheets[0]
        # What the file says of its own size is not believed.
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1), start=1):
            collector.take(number, [_text(table, number, cell) for cell in cells])
    finally:
        book.close()


def _text(table: Table, number: int, cell: ReadOnlyCell | EmptyCell) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return _rejected(table, number, cell, value, _("is a formula; put its value in the cell"))
    if cell.data_type == "e":
        return _rejected(table, number, cell, value, _("is an error of the spreadsheet"))
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        whole = str(int(value))
        reason = _("a number with decimals; read as %(value)s") % {"value": whole}
        table.remarks.append(Remark("repaired", number, _head(table, cell), str(value), reason))
        return whole
    return _as_written(value)


def _as_written(value) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def _rejected(table: Table, number: int, cell: ReadOnlyCell, value, reason: str) -> str:
    # The value may be an object for a formula over several cells.
    words = str(getattr(value, "text", value) or "")[:200]
    table.remarks.append(Remark("rejected", number, _head(table, cell), words, reason))
    return words


def _head(table: Table, cell: ReadOnlyCell) -> str:
    return table.heads[cell.column - 1] if cell.column <= len(table.heads) else cell.column_letter


def _look_through(content: bytes, budget: Budget) -> None:
    """Before anything is parsed: how much is in it once unpacked, and whether a part brings a document type."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > budget.unpacked:
                raise BadFile(_too_large(budget))
            for part in parts:
                _look_into(archive, part, budget)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, *_DAMAGE, RuntimeError) as error:
        raise BadFile(
            _("The file is no workbook that can be opened. Save it without a password as XLSX.")
        ) from error


def _look_into(archive: zipfile.ZipFile, part: zipfile.ZipInfo, budget: Budget) -> None:
    unpacked, tail = 0, b""
    with archive.open(part) as stream:
        while piece := stream.read(_PIECE):
            unpacked += len(piece)
            if unpacked > _SMALL and unpacked > _HIGHEST_RATIO * max(part.compress_size, 1):
                raise BadFile(_too_large(budget))
            # In UTF-16 every other byte is a zero.
            window = (tail + piece).replace(b"\x00", b"").lower()
            if _DOCTYPE in window and part.filename.endswith((".xml", ".rels", ".vml")):
                raise BadFile(
                    _("A part of the workbook refers to something outside it. Save it anew as XLSX.")
                )
            tail = piece[-2 * len(_DOCTYPE) :]


def _too_large(budget: Budget) -> str:
    return _("Unpacked, the workbook is larger than %(size)s MB. Nothing of it was read.") % {
        "size": budget.unpacked // 1024 // 1024
    }
