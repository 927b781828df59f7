"""Small good files, handed in as a browser does, and the checks run as the worker does."""

import io

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.outbox.relaying import relay_due


def pdf(words: str = "Report", pages: int = 1) -> bytes:
    """A PDF of blank pages; other words make another file."""
    document = pikepdf.new()
    for _number in range(pages):
        document.add_blank_page()
    document.docinfo["/Title"] = words
    content = io.BytesIO()
    document.save(content, static_id=True)
    return content.getvalue()


def upload(name: str = "report.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    """A file as a form hands it in."""
    return SimpleUploadedFile(name, pdf() if content is None else content, content_type="application/pdf")


def check_files() -> None:
    """Let the worker do what waits."""
    relay_due()
