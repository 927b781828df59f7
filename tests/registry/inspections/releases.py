"""Versions and releases, made through the verbs, for tests."""

import hashlib
import uuid
from itertools import count

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from portal import clock
from portal.files import checked, contents
from portal.files.models import Scan, State, StoredFile
from registry.inspections import filing, releasing
from registry.inspections.fence import reading_everything
from registry.inspections.models import Document, Release, Version
from tests.registry.inspections.room import Room, make_document

BASIS = "Article 9 of the annex"
_numbers = count(1)


def pdf(size: int = 0) -> bytes:
    """A small PDF, each of them another one; with padding up to ``size`` bytes."""
    head = b"%%PDF-1.7\n%% number %d\n1 0 obj\n<</Type /Catalog>>\nendobj\n" % next(_numbers)
    tail = b"trailer\n<</Size 2 /Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
    return head + b"%" + b"x" * max(0, size - len(head) - len(tail) - 2) + b"\n" + tail


def upload(content: bytes = b"", name: str = "report.pdf") -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, content or pdf(), content_type="application/pdf")


def accept(version: Version, scan: str = Scan.NOT_SCANNED) -> Version:
    """The checks of the version's file end well, as if the worker had made them."""
    _end(version, State.ACCEPTED, scan=scan)
    return version


def refuse(version: Version, words: str = "Something acts by itself in it.") -> Version:
    """The checks refuse the version's file."""
    _end(version, State.REFUSED, refusal=words)
    return version


@transaction.atomic
def _end(version: Version, state: str, scan: str = Scan.NOT_SCANNED, refusal: str = "") -> None:
    stored = StoredFile.objects.get(pk=version.stored_id)
    if state == State.ACCEPTED:
        content = b"safe " + b"".join(contents.read(stored))
        stored.safe_key, stored.safe_size = uuid.uuid4(), len(content)
        stored.safe_sha256 = hashlib.sha256(content).hexdigest()
        contents.write(stored, [content], safe=True)
    stored.state, stored.scan, stored.refusal, stored.checked_at = state, scan, refusal, clock.now()
    stored.save()
    checked.tell(stored)
    version.stored = stored


def make_version(
    room: Room, document: Document | None = None, *, content: bytes = b"", scan=Scan.NOT_SCANNED, **facts
) -> Version:
    """An accepted version of a document of the giver."""
    document = document or make_document(room)
    by = room.by("giver")
    return accept(filing.file_version(by=by, document=document, uploaded=upload(content), **facts), scan)


def make_proposal(
    room: Room, version: Version | None = None, receiver: str | None = "receiver", **facts
) -> Release:
    """A release that awaits the second person."""
    return releasing.propose(
        by=room.by("giver"),
        version=version or make_version(room),
        receiver=room.authorities[receiver] if receiver else None,
        **{"legal_basis": BASIS, "annex": room.annex if receiver else None} | facts,
    )


def make_release(
    room: Room, version: Version | None = None, receiver: str | None = "receiver", **facts
) -> Release:
    """A release by two people."""
    proposal = make_proposal(room, version, receiver, **facts)
    return releasing.release(by=room.by("giver", "releaser"), release=proposal)


def fresh(row):
    """The row as it is on record."""
    with reading_everything():
        return type(row).objects.get(pk=row.pk)
