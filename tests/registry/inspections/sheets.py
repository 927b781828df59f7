"""Files of inspections for tests: our template as CSV or XLSX."""

import csv
import io

from openpyxl import Workbook

HEAD = ["reference", "facility", "economy", "fei", "ended_on", "access", "findings"]
ROWS = [
    ["INS-1", "Werk Nord", "DE", "3004540906", "2025-03-28", "internal", "critical: 1; major: 2"],
    ["INS-2", "Werk Nord", "DE", "3004540906", "2025-06-30", "public", ""],
    ["INS-3", "Werk Süd", "DE", "", "", "", ""],
]


def as_csv(*rows, head=HEAD, delimiter=",", encoding="utf-8") -> bytes:
    """The rows as the bytes of a CSV file."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([head, *rows])
    return text.getvalue().encode(encoding)


def as_xlsx(*rows, head=HEAD) -> bytes:
    """The rows as the bytes of a workbook, values as their own types."""
    book = Workbook()
    for row in [head, *rows]:
        book.active.append(list(row))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
