"""What kind of file is it? Two detectors of different making must agree with what it says it is."""

import filetype
import puremagic

from portal.files.inspectors.faults import Fault

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENDINGS = {
    PDF: {".pdf"},
    PNG: {".png"},
    JPEG: {".jpg", ".jpeg", ".jfif", ".jpe"},
    DOCX: {".docx"},
    XLSX: {".xlsx"},
}
_ZIPS = {DOCX, XLSX}


def check_kind(path: str, expected: str) -> None:
    """Raises Fault("kind") unless both detectors see the expected kind."""
    first = filetype.guess_mime(path)
    if first != expected and not (expected in _ZIPS and first == "application/zip"):
        raise Fault("kind", first or "unknown")
    try:
        seen = puremagic.magic_file(path)
    except (puremagic.PureError, ValueError) as error:
        raise Fault("kind", "unknown") from error
    endings = {each.extension.lower() for each in seen}
    if not endings & (ENDINGS[expected] | ({".zip"} if expected in _ZIPS else set())):
        raise Fault("kind", ", ".join(sorted(endings))[:80])
