"""PDF (ISO 32000-2): whole, alone in its file, and without anything that acts."""

import re
import zlib
from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

from portal.files.inspectors.faults import Fault

MOST_OBJECTS = 300_000
LARGEST_STREAM = 200 * 1024 * 1024
LARGEST_UNPACKED = 400 * 1024 * 1024
# Actions that run, send, open or fetch something (ISO 32000-2, 12.6.4). Going to a page or an address of the web stays.
_ACTING = {
    "/JavaScript", "/Launch", "/GoToR", "/GoToE", "/SubmitForm", "/ImportData", "/ResetForm", "/Rendition",
    "/Movie", "/Sound", "/RichMediaExecute", "/SetOCGState", "/Hide", "/GoTo3DView", "/Trans", "/Thread",
}  # fmt: skip
_ACTIVE_KEYS = ("/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent", "/AA", "/AF")
_ACTIVE_ANNOTATIONS = {"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"}
_LAST = b"%%EOF"


def inspect(source: str, target: str) -> None:
    """Write a sanitised copy of the PDF, or raise Fault."""
    _check_alone(source)
    try:
        pdf = pikepdf.open(source, attempt_recovery=False, suppress_warnings=True)
    except pikepdf.PasswordError:
        raise Fault("encrypted") from None
    except (pikepdf.PdfError, ValueError, RecursionError) as error:
        raise Fault("broken", str(error)[:200]) from None
    with pdf:
        if pdf.is_encrypted:
            raise Fault("encrypted")
        _check_objects(pdf)
        _check_pages(pdf)
        _write(pdf, target)


def _check_alone(source: str) -> None:
    """The file begins as a PDF, ends with its end mark, and nothing else lies before, behind or beside it."""
    with open(source, "rb") as file:
        if file.read(5) != b"%PDF-":
            raise Fault("polyglot", "something stands before the PDF")
        file.seek(0, 2)
        file.seek(max(0, file.tell() - 70_000))
        tail = file.read()
    _before, mark, behind = tail.rpartition(_LAST)
    if not mark:
        raise Fault("broken", "no end mark")
    if behind.strip(b"\r\n\t \0"):
        raise Fault("polyglot", "something stands behind the PDF")
    # The directory of a ZIP file may hide in a comment or stream near the end, where its readers look for it.
    if re.search(rb"PK\x05\x06.{18}", tail, re.DOTALL):
        raise Fault("polyglot", "a ZIP directory")


def _check_objects(pdf: pikepdf.Pdf) -> None:
    if len(pdf.objects) > MOST_OBJECTS:
        raise Fault("budget", "objects")
    unpacked = 0
    for each in pdf.objects:
        for found in _dictionaries(each):
            _check_dictionary(found)
        if isinstance(each, Stream):
            unpacked += _unpacked(each)
            if unpacked > LARGEST_UNPACKED:
                raise Fault("budget", "unpacked size")


def _dictionaries(thing: Object, depth: int = 0) -> Iterator[Object]:
    """The dictionaries written directly in one indirect object; references are looked at where they lie."""
    if depth > 60:
        raise Fault("budget", "nesting")
    if isinstance(thing, Dictionary | Stream):
        yield thing
        items = [thing.get(key) for key in thing]
    elif isinstance(thing, Array):
        items = list(thing)
    else:
        return
    for item in items:
        if isinstance(item, Object) and not item.is_indirect:
            yield from _dictionaries(item, depth + 1)


def _check_dictionary(found: Object) -> None:
    for key in _ACTIVE_KEYS:
        if key in found and not _is_empty(found.get(key)):
            raise Fault("active", key)
    action = found.get("/S")
    if isinstance(action, Name) and str(action) in _ACTING:
        raise Fault("active", str(action))
    if isinstance(action, Name) and str(action) == "/URI" and not _is_web(found.get("/URI")):
        raise Fault("active", "/URI")
    kind = found.get("/Subtype")
    if isinstance(kind, Name) and str(kind) in _ACTIVE_ANNOTATIONS:
        raise Fault("active", str(kind))
    if "/F" in found and isinstance(found, Stream):
        raise Fault("active", "external stream")


def _is_empty(value) -> bool:
    return value is None or (isinstance(value, Array | Dictionary) and len(value) == 0)


def _is_web(value) -> bool:
    return re.match(r"(https?://|mailto:)", str(value).strip(), re.IGNORECASE) is not None


def _unpacked(stream: Stream) -> int:
    """How large the stream becomes when decoded, as far as Flate goes, without ever holding it."""
    filters = stream.get("/Filter")
    names = (
        [str(each) for each in filters] if isinstance(filters, Array) else [str(filters)] if filters else []
    )
    if "/Crypt" in names:
        raise Fault("encrypted")
    if names.count("/FlateDecode") + names.count("/LZWDecode") + names.count("/RunLengthDecode") > 2:
        raise Fault("budget", "filters")
    if not names or names[0] != "/FlateDecode":
        return len(stream.read_raw_bytes())
    size, decoder = 0, zlib.decompressobj()
    rest = stream.read_raw_bytes()
    while rest and not decoder.eof:
        try:
            size += len(decoder.decompress(rest, 1024 * 1024))
        except zlib.error:
            break
        rest = decoder.unconsumed_tail
        if size > LARGEST_STREAM:
            raise Fault("budget", "stream")
    return size


def _check_pages(pdf: pikepdf.Pdf) -> None:
    """The tree of pages is one: each page can be reached, none leads back into itself."""
    try:
        count = sum(1 for _page in pdf.pages)
    except (pikepdf.PdfError, RecursionError, ValueError) as error:
        raise Fault("broken", str(error)[:200]) from None
    if count == 0:
        raise Fault("broken", "no page")
    opening = pdf.Root.get("/OpenAction")
    if isinstance(opening, Dictionary) and str(opening.get("/S", "/GoTo")) != "/GoTo":
        raise Fault("active", "/OpenAction")


def _write(pdf: pikepdf.Pdf, target: str) -> None:
    """The copy: what it says of its makers, thumbnails and what is left of actions are taken out, everything is written anew."""
    for key in ("/Metadata", "/OpenAction", "/PieceInfo", "/AA", "/Names"):
        if key == "/Names" and "/Names" in pdf.Root:
            for name in ("/JavaScript", "/EmbeddedFiles", "/Renditions"):
                if name in pdf.Root.Names:
                    del pdf.Root.Names[name]
        elif key in pdf.Root:
            del pdf.Root[key]
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    for page in pdf.pages:
        for key in ("/Metadata", "/Thumb", "/PieceInfo", "/AA"):
            if key in page.obj:
                del page.obj[key]
    pdf.save(
        target,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        deterministic_id=True,
    )
