"""Is a file what it says it is? Extension, declared type and content must agree."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from portal.files.models import LARGEST, LONGEST_NAME, ContentType

_EXTENSIONS = {
    "pdf": ContentType.PDF,
    "png": ContentType.PNG,
    "jpg": ContentType.JPEG,
    "jpeg": ContentType.JPEG,
}
_PNG_START = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_PNG_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"
_PDF_END_WITHIN = 1024
# In a trailer, or in the dictionary of a cross-reference stream: a reference or a dictionary (ISO 32000-2, 7.5.5 and 7.6).
_ENCRYPTED = re.compile(rb"/Encrypt\s*(?:<<|\d+\s+\d+\s+R)")


class BadFile(ValueError):
    """The file cannot be taken; the text says in words what to do."""


@dataclass(frozen=True)
class Examined:
    """What a file turned out to be."""

    content_type: str
    sha256: str
    size: int
    shown_name: str


def examine(uploaded: UploadedFile) -> Examined:
    """Read the file once, from its start, and say what it is. Raises BadFile."""
    expected = _expected(uploaded)
    content = _read(uploaded)
    _check_content(expected, content)
    return Examined(
        content_type=expected,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        shown_name=shown_name(uploaded.name or ""),
    )


def shown_name(name: str) -> str:
    """The name for readers: NFC, on one line, without control and direction characters, at most 120 characters."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    # Cc control, Cf format (direction marks among them), Cs surrogates, Co private use, Cn unassigned, Zl and Zp lines.
    plain = "".join(
        " " if unicodedata.category(each).startswith("Z") else each
        for each in name
        if unicodedata.category(each)[0] != "C"
    )
    stem, _point, ending = " ".join(plain.split()).rpartition(".")
    ending = ending.lower()
    stem = stem.strip(" .")[: LONGEST_NAME - len(ending) - 1].rstrip(" .") or "document"
    return f"{stem}.{ending}"


def _expected(uploaded: UploadedFile) -> str:
    """The kind that extension and declared type agree on."""
    expected = _EXTENSIONS.get(shown_name(uploaded.name or "").rpartition(".")[2])
    if expected is None:
        raise BadFile(_("Choose a PDF, PNG or JPEG file. Other files cannot be taken here: save it as PDF."))
    check_declared(uploaded, expected)
    return expected


def check_declared(uploaded: UploadedFile, expected: str) -> None:
    """Raises BadFile when the file was sent as another kind than its name says."""
    ending = shown_name(uploaded.name or "").rpartition(".")[2]
    declared = (uploaded.content_type or "").partition(";")[0].strip().lower()
    if declared != expected:
        raise BadFile(
            _("The file is named .%(ending)s but was sent as another kind of file. Save it anew as %(kind)s.")
            % {"ending": ending, "kind": ContentType(expected).label}
        )


def _read(uploaded: UploadedFile) -> bytes:
    """The content, of which at most the largest size is ever held."""
    content = bytearray()
    uploaded.seek(0)
    for chunk in uploaded.chunks():
        content += chunk
        if len(content) > LARGEST:
            raise BadFile(
                _("The file is larger than %(size)s MB. Make it smaller, or hand it in as several files.")
                % {"size": LARGEST // (1024 * 1024)}
            )
    if not content:
        raise BadFile(_("The file is empty. Choose another one."))
    return bytes(content)


def _check_content(expected: str, content: bytes) -> None:
    if not _CHECKS[expected](content):
        raise BadFile(
            _("The content is not a whole %(kind)s file. Open it, save it anew as %(kind)s, and try again.")
            % {"kind": ContentType(expected).label}
        )
    if expected == ContentType.PDF and _ENCRYPTED.search(content):
        raise BadFile(_("The PDF is protected or encrypted. Save it without a password, and try again."))


def _is_pdf(content: bytes) -> bool:
    return content.startswith(b"%PDF-") and b"%%EOF" in content[-_PDF_END_WITHIN:]


def _is_png(content: bytes) -> bool:
    return content.startswith(_PNG_START) and content.endswith(_PNG_END)


def _is_jpeg(content: bytes) -> bool:
    return content.startswith(b"\xff\xd8\xff") and content.endswith(b"\xff\xd9")


_CHECKS = {ContentType.PDF: _is_pdf, ContentType.PNG: _is_png, ContentType.JPEG: _is_jpeg}
