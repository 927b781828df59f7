"""Word and Excel files, good and bad, as (name, content)."""

import io
import zipfile
from collections.abc import Iterator

import openpyxl

Case = tuple[str, bytes]

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_MACRO = "application/vnd.ms-word.document.macroEnabled.main+xml"


def _relationships(*links: str) -> str:
    return f'<?xml version="1.0"?><Relationships xmlns="{_LINKS}">{"".join(links)}</Relationships>'


def _link(kind: str, target: str, mode: str = "External", number: int = 1) -> str:
    return f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}" TargetMode="{mode}"/>'


def _document(inside: str = "") -> str:
    return f'<?xml version="1.0"?><w:document xmlns:w="{_WORD}"><w:body><w:p><w:r>{inside}<w:t>Report</w:t></w:r></w:p></w:body></w:document>'


def _types(main: str = _MAIN, more: str = "") -> str:
    return (
        f'<?xml version="1.0"?><Types xmlns="{_TYPES}"><Default Extension="rels" ContentType="application/xml"/>'
        f'<Default Extension="png" ContentType="image/png"/><Override PartName="/word/document.xml" ContentType="{main}"/>{more}</Types>'
    )


def word(
    parts: dict | None = None, *, links: str = "", inside: str = "", main: str = _MAIN, more: str = ""
) -> bytes:
    """A Word file with further parts, links, or something inside the text."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _types(main, more))
        archive.writestr(
            "_rels/.rels", _relationships(_link("officeDocument", "word/document.xml", "Internal"))
        )
        archive.writestr("word/document.xml", _document(inside))
        archive.writestr("word/_rels/document.xml.rels", _relationships(links))
        for name, part in (parts or {}).items():
            archive.writestr(name, part)
    return content.getvalue()


def excel(change=lambda book: None) -> bytes:
    """An Excel file after a change."""
    book = openpyxl.Workbook()
    book.active["A1"] = "Report"
    change(book)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def good() -> Iterator[Case]:
    """Files that must be accepted."""
    yield "plain.docx", word()
    yield "web link.docx", word(links=_link("hyperlink", "https://example.org/"))
    yield "mail link.docx", word(links=_link("hyperlink", "mailto:a@example.org"))
    yield "picture.docx", word({"word/media/image1.png": b"\x89PNG\r\n\x1a\n" + bytes(40)})
    yield "properties.docx", word({"docProps/core.xml": "<coreProperties/>"})
    yield "date field.docx", word(inside="<w:instrText>DATE \\@ yyyy</w:instrText>")
    yield "plain.xlsx", excel()
    yield "formula.xlsx", excel(lambda book: book.active.__setitem__("A2", "=SUM(A1:A1)"))
    yield (
        "many rows.xlsx",
        excel(lambda book: [book.active.append([number, "x"]) for number in range(20_000)]),
    )
    yield "two sheets.xlsx", excel(lambda book: book.create_sheet("More"))
    yield "web link.xlsx", excel(lambda book: setattr(book.active["A1"], "hyperlink", "https://example.org/"))


def _bad_parts() -> Iterator[tuple[str, dict]]:
    for name in (
        "word/vbaProject.bin", "word/vbaData.xml", "word/activeX/activeX1.xml", "word/embeddings/oleObject1.bin",
        "word/embeddings/book.xlsx", "word/media/evil.exe", "word/media/evil.js", "customUI/customUI.xml", "word/evil.hta",
        "xl/externalLinks/externalLink1.xml", "xl/connections.xml", "xl/macrosheets/sheet1.xml", "word/inner.zip",
    ):  # fmt: skip
        yield f"part {name.replace('/', ' ')}", {name: b"<x/>"}
    for name in ("../outside.xml", "/absolute.xml", "word/../../up.xml", "word\\back.xml", "C:/drive.xml"):
        yield f"name {name.replace('/', '_').replace(chr(92), '_').replace(':', '')}", {name: b"<x/>"}
    for name, head in (
        ("program", b"MZ"),
        ("linux program", b"\x7fELF"),
        ("archive", b"PK\x03\x04"),
        ("ole", b"\xd0\xcf\x11\xe0"),
        ("pdf", b"%PDF-"),
    ):
        yield f"a hidden {name}", {"word/media/image1.png": head + bytes(60)}
    for name, entity in (
        ("xxe file", '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'),
        ("xxe web", '<!DOCTYPE x SYSTEM "http://example.org/x.dtd"><x/>'),
        (
            "billion laughs",
            '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>',
        ),
        ("parameter entity", '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://example.org/">%a;]><x/>'),
        ("broken xml", "<x><y></x>"),
    ):
        yield name, {"word/more.xml": entity}


def bad() -> Iterator[Case]:
    """Files that must be refused."""
    for name, parts in _bad_parts():
        yield f"{name}.docx", word(parts)
    for kind, target in (
        ("attachedTemplate", "http://example.org/t.dotm"), ("image", "http://example.org/p.png"), ("oleObject", "file://h/x"),
        ("frame", "http://example.org/"), ("subDocument", "\\\\host\\x.docx"), ("hyperlink", "file:///etc/passwd"),
        ("hyperlink", "javascript:alert(1)"), ("hyperlink", "ms-word:x"), ("externalLink", "http://example.org/b.xlsx"),
    ):  # fmt: skip
        yield f"{kind} to {target.split(':')[0].strip(chr(92))}.docx", word(links=_link(kind, target))
    for field in (
        "DDEAUTO c:\\\\cmd.exe",
        "DDE x y",
        "INCLUDEPICTURE http://h/p",
        "INCLUDETEXT c:\\\\x",
        "LINK Excel.Sheet x",
    ):
        yield f"field {field.split()[0]}.docx", word(inside=f"<w:instrText>{field}</w:instrText>")
    yield "macros by type.docx", word(main=_MACRO)
    yield (
        "macros renamed.docx",
        word(
            {"word/thing.dat": b"x"},
            more='<Override PartName="/word/thing.dat" ContentType="application/vnd.ms-office.vbaProject"/>',
        ),
    )
    yield "a word file.xlsx", word()
    yield "an excel file.docx", excel()
    yield "ratio.docx", word({"word/media/zeros.dat": bytes(60 * 1024 * 1024)})
    yield "entries.docx", word({f"word/part{number}.xml": "<x/>" for number in range(4100)})
    yield "twice.docx", _twice()
    yield "link.docx", _symbolic_link()
    yield "html before.docx", b"<html></html>" + word()
    yield "html behind.docx", word() + b"<html></html>"
    yield "cut off.docx", word()[:300]
    yield "plain zip.docx", _plain_zip()
    yield "locked.docx", _flagged()


def _twice() -> bytes:
    content = io.BytesIO(word())
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr("word/DOCUMENT.xml", _document())
    return content.getvalue()


def _symbolic_link() -> bytes:
    content = io.BytesIO(word())
    with zipfile.ZipFile(content, "a") as archive:
        info = zipfile.ZipInfo("word/link.xml")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return content.getvalue()


def _plain_zip() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("notes.txt", "x")
    return content.getvalue()


def _flagged() -> bytes:
    """The mark of an encrypted entry, in the local header and in the directory."""
    content = bytearray(word())
    content[6] |= 1
    directory = content.index(b"PK\x01\x02")
    content[directory + 8] |= 1
    return bytes(content)
