"""Finds documents, their versions and who reads them: what the pages of documents show."""

from dataclasses import dataclass, field

from django.db.models import Q

from agreements.acting import Acting
from agreements.models import Annex, Authority, Capacity, Membership, Sector
from portal.files import checking
from registry.inspections import accessing, audience
from registry.inspections.fence import fenced
from registry.inspections.models import (
    AccessClass,
    Document,
    Facility,
    Inspection,
    Release,
    ReportRequest,
    Version,
)


@dataclass(frozen=True)
class Shown:
    """One version as the reader may see it: ``release`` is by what they read it, None for the own authority.

    ``readers`` are the releases by which others read it now; ``newer`` the version that superseded it; ``held_up`` why its
    checks have not ended.
    """

    version: Version
    release: Release | None = None
    readers: list[Release] = field(default_factory=list)
    newer: Version | None = None
    held_up: str = ""


@dataclass(frozen=True)
class Kept:
    """A document with its versions; ``releases`` are all of them that the reader may know of, newest first."""

    document: Document
    versions: list[Shown]
    releases: list[Release]
    named: list[Authority]
    is_own: bool


@fenced
def document(*, by: Acting, number: int) -> Kept | None:
    """A document that the reader may know of, with who reads it, or None."""
    found = _told(Document.objects.visible_to(by), number)
    if found is None:
        return None
    is_own = by.authority_id is not None and found.authority_id == by.authority_id
    versions = _versions(found)
    now = accessing.who_has_access(by, versions)
    shown = _own(versions, now) if is_own else _released(by, versions, now)
    named = _named(found) if is_own else []
    return Kept(found, shown, _history(by, versions, now), named, is_own)


@fenced
def own_document(*, by: Acting, number: int) -> Kept | None:
    """A document of the reader's authority with its versions, without who reads them; None for any other."""
    found = _told(Document.objects.visible_to(by).filter(authority_id=by.authority_id), number)
    if found is None:
        return None
    return Kept(found, _own(_versions(found), []), [], _named(found), True)


def known(by: Acting):
    """Every document that the reader may know of; evaluated inside the fence, for a page by cursor."""
    return Document.objects.visible_to(by).select_related("authority", "facility", "annex", "sector")


def _told(rows, number: int) -> Document | None:
    rows = rows.select_related("authority__economy", "facility", "inspection", "annex", "sector")
    return rows.filter(pk=number).first()


def _versions(document: Document) -> list[Version]:
    versions = list(document.versions.select_related("stored", "filed_by").order_by("redacted", "-number"))
    for version in versions:
        version.document = document
    return versions


def _named(document: Document) -> list[Authority]:
    return list(document.named.all()) if document.access_class == AccessClass.NAMED else []


def _own(versions: list[Version], now: list[Release]) -> list[Shown]:
    newer = {version.supersedes_id: version for version in versions if version.supersedes_id}
    return [
        Shown(
            version,
            readers=[each for each in now if each.version_id == version.pk],
            newer=newer.get(version.pk),
            held_up=checking.why_not_yet(version.stored),
        )
        for version in versions
    ]


def _released(by: Acting, versions: list[Version], now: list[Release]) -> list[Shown]:
    """What was released to the reader's own authority says more than what everybody reads, so it comes first."""
    mine: dict[int, Release] = {}
    for release in now:
        if release.receiver_id is None:
            mine.setdefault(release.version_id, release)
        elif release.receiver_id == by.authority_id:
            mine[release.version_id] = release
    return [Shown(version, mine[version.pk]) for version in versions if version.pk in mine]


def _history(by: Acting, versions: list[Version], now: list[Release]) -> list[Release]:
    by_id, open_now = {version.pk: version for version in versions}, {release.pk for release in now}
    rows = Release.objects.visible_to(by).filter(version_id__in=list(by_id))
    releases = list(rows.select_related("giver", "receiver", "request").order_by("-proposed_at", "-id"))
    for release in releases:
        release.version = by_id[release.version_id]
        release.is_open = release.pk in open_now
    return releases


@fenced
def version_of(*, by: Acting, document_id: int, number: int) -> Version | None:
    """A version of a document that the reader may read now, or None."""
    found = Version.objects.select_related("document").filter(pk=number, document=document_id).first()
    return found if found is not None and accessing.may_read(by=by, version=found) else None


@fenced
def facility(*, by: Acting, key) -> Facility | None:
    """A facility that the reader may know of, or None."""
    return Facility.objects.visible_to(by).apart().filter(key=key).first()


@fenced
def inspection(*, by: Acting, number: int) -> Inspection | None:
    """An inspection of the reader's own authority, or None."""
    rows = Inspection.objects.visible_to(by).select_related("facility", "annex", "sector", "authority")
    return rows.filter(pk=number, authority_id=by.authority_id, withdrawn_at=None).first()


@fenced
def request_to_answer(*, by: Acting, number: str) -> ReportRequest | None:
    """A request to the reader's authority, or None."""
    rows = ReportRequest.objects.visible_to(by).select_related("asking", "asked", "annex")
    return rows.filter(number=number, asked_id=by.authority_id).first()


def annexes(by: Acting) -> list[Annex]:
    """The annexes under which the reader's authority shares today."""
    numbers = audience.annexes_of(by)
    return list(Annex.objects.filter(pk__in=numbers).select_related("agreement").order_by("code"))


def sectors() -> list[Sector]:
    """The sectors that a document may belong to."""
    return list(Sector.objects.order_by("name"))


def receivers(by: Acting) -> list[Authority]:
    """The authorities to which something may be released: those that inspect or regulate, and for which somebody signs in."""
    running = Membership.objects.running().values("authority")
    rows = Authority.objects.filter(
        Q(capacities__overlap=[Capacity.INSPECTORATE, Capacity.REGULATORY]), pk__in=running
    )
    return list(rows.exclude(pk=by.authority_id).select_related("economy").order_by("economy__name", "name"))
