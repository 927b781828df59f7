"""Lists as files: CSV and XLSX that no spreadsheet executes, JSON, and Atom (RFC 4287)."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from xml.etree import ElementTree

import orjson
from django.http import HttpResponse, StreamingHttpResponse
from openpyxl import Workbook

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def defused(value) -> str:
    """A cell as text; one that a spreadsheet would execute is marked as text (OWASP, CSV injection)."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


class _Echo:
    def write(self, value: str) -> str:
        return value


def csv_response(name: str, header: list[str], rows: Iterable[Iterable]) -> StreamingHttpResponse:
    """Stream rows as an attached CSV file (RFC 4180, UTF-8 with byte order mark, so that Excel reads the names)."""
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow(header)
        for row in rows:
            yield writer.writerow([defused(cell) for cell in row])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def xlsx_response(name: str, sheets: dict[str, Iterable[Iterable]]) -> HttpResponse:
    """An attached workbook; each sheet's first row is its heading. Every cell is text, so that no digit is lost."""
    book = Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append([defused(cell) for cell in row])
    content = io.BytesIO()
    book.save(content)
    response = HttpResponse(
        content.getvalue(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def json_response(content, status: int = 200) -> HttpResponse:
    """The content as JSON, dates in ISO 8601."""
    return HttpResponse(orjson.dumps(content, default=str), content_type="application/json", status=status)


def json_stream(head: dict, name: str, batches: Iterable[list[dict]]) -> StreamingHttpResponse:
    """An object with the fields of ``head`` and, under ``name``, the rows of all batches, sent as they come."""

    def parts() -> Iterator[bytes]:
        yield orjson.dumps(head)[:-1] + b',"' + name.encode() + b'":['
        between = b""
        for batch in batches:
            if batch:
                yield between + orjson.dumps(batch, default=str)[1:-1]
                between = b","
        yield b"]}"

    return StreamingHttpResponse(parts(), content_type="application/json")


def atom_response(*, title: str, address: str, updated: datetime, entries: Iterable[dict]) -> HttpResponse:
    """An Atom feed. An entry has id, title, updated, href and summary."""
    feed = ElementTree.Element("feed", xmlns="http://www.w3.org/2005/Atom")
    ElementTree.SubElement(feed, "title").text = title
    ElementTree.SubElement(feed, "id").text = address
    ElementTree.SubElement(feed, "updated").text = updated.isoformat()
    ElementTree.SubElement(feed, "link", rel="self", href=address)
    author = ElementTree.SubElement(feed, "author")
    ElementTree.SubElement(author, "name").text = "Concordat"
    for entry in entries:
        node = ElementTree.SubElement(feed, "entry")
        ElementTree.SubElement(node, "id").text = entry["id"]
        ElementTree.SubElement(node, "title").text = entry["title"]
        ElementTree.SubElement(node, "updated").text = entry["updated"].isoformat()
        ElementTree.SubElement(node, "link", href=entry["href"])
        ElementTree.SubElement(node, "summary").text = entry["summary"]
    body = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return HttpResponse(body, content_type="application/atom+xml")
