"""Files of bodies and designations for tests: rows by the names of the template's columns, as CSV or XLSX."""

import csv
import io

from openpyxl import Workbook

from registry.batches.columns import NAMES

LINE = {
    "body": "North Laboratory",
    "economy": "GB",
    "number_kind": "Test number",
    "number": "0042",
    "site": "Head office",
    "town": "Leeds",
    "contact": "Quality manager",
    "contact_email": "lab@example.org",
    "partner": "US",
    "sector": "emc",
    "kind": "test_report",
    "from": "2026-01-01",
}


def line(parties, **cells) -> dict[str, str]:
    """A row that is right: a body of the designating authority's economy, designated to the partner."""
    return {**LINE, "annex": parties.annex.code, **cells}


def many(parties, bodies: int, lines: int, name: str = "Laboratory") -> list[dict[str, str]]:
    """So many bodies, each with so many lines that differ by product."""
    return [
        line(parties, body=f"{name} {body}", number=f"{body:05}", product=f"Product {number}")
        for body in range(bodies)
        for number in range(lines)
    ]


def as_csv(rows: list[dict], *, delimiter: str = ",", encoding: str = "utf-8", head=NAMES) -> bytes:
    """The rows as the bytes of a CSV file."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(head)
    writer.writerows([row.get(name, "") for name in head] for row in rows)
    return text.getvalue().encode(encoding)


def as_xlsx(rows: list[dict], head=NAMES) -> bytes:
    """The rows as the bytes of a workbook."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(list(head))
    for row in rows:
        sheet.append([row.get(name) or None for name in head])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
