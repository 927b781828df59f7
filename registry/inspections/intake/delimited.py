"""CSV as it comes from spreadsheets: encoding by mark or by trial, delimiter by what makes a heading of it."""

import codecs
import csv
import io

from django.utils.translation import gettext as _

from registry.inspections.intake.tables import Budget, Collector, Table, digest
from registry.intake.reporting import BadFile, Remark

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS = ",;\t"
LONGEST_CELL = 32_767  # What a cell of a spreadsheet holds at most.


def read(name: str, content: bytes, budget: Budget) -> Table:
    """The table in a CSV file. Raises BadFile."""
    if len(content) > budget.unpacked:
        raise BadFile(_("The file is larger than %(size)s MB.") % {"size": budget.unpacked // 1024 // 1024})
    text, encoding = decoded(content)
    table = Table(name, "csv", digest(content), [])
    if encoding == "cp1252":
        table.remarks.append(Remark("noted", 1, "", "", _("not UTF-8; read as Windows-1252")))
    collector = Collector(table, budget)
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            collector.take(number, cells)
    except csv.Error as error:
        raise BadFile(
            _("The file is not CSV: line %(line)s: %(error)s.") % {"line": reader.line_num, "error": error}
        ) from error
    return table


def decoded(content: bytes) -> tuple[str, str]:
    """The text of a CSV file and its encoding, by its mark or by trial. Raises BadFile."""
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "")
    for attempt in [encoding] if encoding else ["utf-8", "cp1252"]:
        try:
            text = content.decode(attempt)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, attempt
    raise BadFile(_("The file is no text that can be read. Save it as CSV in UTF-8, or as XLSX."))


def delimiter_of(text: str) -> str:
    """What stands between the columns: whatever makes most of the heading."""
    head = text.lstrip().partition("\n")[0]
    return max(_DELIMITERS, key=head.count)
