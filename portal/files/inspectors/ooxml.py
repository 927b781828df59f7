"""Word and Excel files (ISO/IEC 29500, ECMA-376 Part 2): a bearable archive without macros, links outwards or hidden files."""

import re
import zipfile
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from portal.files.inspectors.faults import Fault
from portal.files.inspectors.kinds import DOCX

MOST_ENTRIES, LARGEST_ENTRY, LARGEST_UNPACKED, LARGEST_RATIO = 4000, 150 * 1024**2, 300 * 1024**2, 200
_MAIN = {
    DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}
_ACTIVE = re.compile(
    r"vbaProject|vbaData|activeX|oleObject|/embeddings/|\.bin$|attachedToolbars|customUI|macrosheets|externalLinks/|"
    r"connections\.xml$|queryTable|\.(exe|dll|js|vbs|bat|cmd|ps1|scr|hta|jar|lnk|swf|msi|com)$",
    re.IGNORECASE,
)
_ACTIVE_TYPE = re.compile(
    r"macroEnabled|vbaProject|activeX|oleObject|externalLink|intlMacrosheet|macrosheet", re.I
)
# Printer settings are written by Excel itself, and hold nothing that is run.
_HARMLESS_BINARY = re.compile(r"^xl/printerSettings/printerSettings\d+\.bin$")
_PERSONAL = re.compile(r"^(docProps/|customXml/)|thumbnail|printerSettings|people\.xml$|persons/", re.I)
_XML = re.compile(r"\.(xml|rels|vml)$", re.IGNORECASE)
_WEB = re.compile(r"^(https?://|mailto:)", re.IGNORECASE)
_FIELD = re.compile(rb"(?:DDEAUTO|\bDDE\b|INCLUDEPICTURE|INCLUDETEXT|\bLINK\s+[A-Z])", re.IGNORECASE)


def inspect(source: str, target: str, kind: str) -> None:
    """Write a sanitised copy of the file, or raise Fault."""
    _check_alone(source)
    try:
        with zipfile.ZipFile(source) as archive:
            _check_archive(archive)
            parts = {info.filename: info for info in archive.infolist()}
            _check_type(archive, parts, kind)
            for name in parts:
                _check_part(archive, name)
            _write(archive, target)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError) as error:
        raise Fault("broken", str(error)[:200]) from error
    except (ParseError, DefusedXmlException, UnicodeDecodeError, LookupError, ValueError) as error:
        raise Fault("broken", f"{type(error).__name__}"[:200]) from error


def _check_alone(source: str) -> None:
    with open(source, "rb") as file:
        if file.read(4) != b"PK\x03\x04":
            raise Fault("polyglot", "something stands before the archive")
        file.seek(0, 2)
        size = file.tell()
        file.seek(max(0, size - 66_000))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0:
        raise Fault("broken", "no directory")
    if len(tail) - at != 22:
        raise Fault("polyglot", "something stands behind the archive")


def _check_archive(archive: zipfile.ZipFile) -> None:
    infos = archive.infolist()
    if len(infos) > MOST_ENTRIES:
        raise Fault("budget", "entries")
    names = [info.filename.lower() for info in infos]
    if len(set(names)) != len(names):
        raise Fault("archive", "two parts of one name")
    unpacked = 0
    for info in infos:
        unpacked += info.file_size
        if info.file_size > LARGEST_ENTRY or unpacked > LARGEST_UNPACKED:
            raise Fault("budget", "unpacked size")
        if info.file_size > 1024**2 and info.file_size > LARGEST_RATIO * max(1, info.compress_size):
            raise Fault("budget", "ratio")
        if info.flag_bits & 0x1:
            raise Fault("encrypted")
        if (info.external_attr >> 16) & 0o170000 == 0o120000:
            raise Fault("archive", "a link")
        name = info.filename
        if (
            name.startswith(("/", "\\"))
            or "\\" in name
            or ":" in name
            or ".." in name.split("/")
            or "\0" in name
        ):
            raise Fault("archive", "a name that leads outside")
        if re.search(r"\.(zip|7z|rar|gz|docx|xlsx|docm|xlsm|tar)$", name, re.IGNORECASE):
            raise Fault("archive", "an archive inside")


def _check_type(archive: zipfile.ZipFile, parts: dict, kind: str) -> None:
    if "[Content_Types].xml" not in parts or "_rels/.rels" not in parts:
        raise Fault("kind", "not a Word or Excel file")
    types = _parsed(archive, "[Content_Types].xml")
    said = [each.get("ContentType", "") for each in types]
    if any(_ACTIVE_TYPE.search(each) for each in said):
        raise Fault("active", "macros")
    if _MAIN["xlsx" if kind != DOCX else DOCX] not in said:
        raise Fault("kind", "another kind of Office file")


def _check_part(archive: zipfile.ZipFile, name: str) -> None:
    if _ACTIVE.search(name) and not _HARMLESS_BINARY.match(name):
        raise Fault("active", name[:80])
    if not _XML.search(name):
        with archive.open(name) as part:
            head = part.read(8)
        if head.startswith((b"PK\x03\x04", b"MZ", b"\x7fELF", b"\xd0\xcf\x11\xe0", b"%PDF")):
            raise Fault("archive", "a file inside")
        return
    root = _parsed(archive, name)
    if name.endswith(".rels"):
        _check_links(root)
    elif _FIELD.search(" ".join(_instructions(root)).encode()):
        raise Fault("active", "a field that fetches something")


def _parsed(archive: zipfile.ZipFile, name: str) -> Element:
    return fromstring(archive.read(name), forbid_dtd=True, forbid_entities=True, forbid_external=True)


def _instructions(root: Element):
    for each in root.iter():
        tag = str(each.tag).rpartition("}")[2]
        if tag == "instrText":
            yield each.text or ""
        elif tag == "fldSimple":
            yield " ".join(each.attrib.values())
        elif tag in ("ddeLink", "oleLink"):
            yield "DDE"


def _check_links(root: Element) -> None:
    for link in root:
        if link.get("TargetMode", "Internal") != "External":
            continue
        if not link.get("Type", "").endswith("/hyperlink") or not _WEB.match(link.get("Target", "")):
            raise Fault("active", "a link to something outside")


def _write(archive: zipfile.ZipFile, target: str) -> None:
    """The copy: without what tells of its makers, and with references to that taken out."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for info in archive.infolist():
            if _PERSONAL.search(info.filename) or info.is_dir():
                continue
            content = archive.read(info)
            if info.filename == "[Content_Types].xml":
                content = re.sub(rb"<Override[^>]*PartName=\"/(docProps|customXml)[^>]*/>", b"", content)
            if info.filename.endswith(".rels"):
                gone = rb"<Relationship\b(?=[^>]*Target=\"[^\"]*(docProps|customXml|thumbnail|printerSettings|persons/))[^>]*/>"
                content = re.sub(gone, b"", content)
            copy.writestr(
                zipfile.ZipInfo(info.filename, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED
            )
