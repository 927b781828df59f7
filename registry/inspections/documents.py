"""Finds what the pages of documents and releases show."""

from dataclasses import dataclass

from django.db.models import Q

from agreements.acting import Acting
from agreements.models import Annex, Authority, Capacity
from registry.inspections import accessing, audience
from registry.inspections.fence import fenced, reading_as
from registry.inspections.models import (
    Document,
    Facility,
    Inspection,
    Onward,
    Release,
    ReleaseStage,
    ReportRequest,
    Version,
)


@dataclass(frozen=True)
class Shown:
    """One version on a document's page. ``release`` is by what the reader may read it (None for the own authority)."""

    version: Version
    release: Release | None
    readers: list[Release]


@dataclass(frozen=True)
class Kept:
    """A document with what of it the reader may see."""

    document: Document
    versions: list[Shown]
    releases: list[Release]
    is_own: bool


@fenced
def document(*, by: Acting, number: int) -> Kept | None:
    """A document that the reader may know of, or None."""
    rows = Document.objects.visible_to(by).select_related(
        "authority", "facility__economy", "inspection", "annex", "sector"
    )
    found = rows.filter(pk=number).first()
    if found is None:
        return None
    is_own = by.authority_id is not None and found.authority_id == by.authority_id
    versions = found.versions.select_related("stored", "filed_by", "superseded_by").order_by(
        "redacted", "-number"
    )
    shown = _own(versions) if is_own else _released(by, versions)
    releases = list(_told(Release.objects.visible_to(by).filter(version__document=found))) if is_own else []
    return Kept(found, shown, releases, is_own)


def _own(versions) -> list[Shown]:
    rows = list(versions)
    access: dict[int, list[Release]] = {}
    now = Release.objects.giving_access().filter(version__in=rows).select_related("receiver", "annex")
    for release in now.order_by("receiver__name"):
        access.setdefault(release.version_id, []).append(release)
    return [Shown(version, None, access.get(version.pk, [])) for version in rows]


def _released(by: Acting, versions) -> list[Shown]:
    to_reader = Q(receiver=None) | Q(receiver_id=by.authority_id) if by.authority_id else Q(receiver=None)
    releases = {}
    for release in Release.objects.giving_access().filter(to_reader).select_related("annex"):
        # What was released to the reader's own authority says more than what is public.
        if release.receiver_id or release.version_id not in releases:
            releases[release.version_id] = release
    return [Shown(version, releases[version.pk], []) for version in versions.filter(pk__in=releases)]


@fenced
def version(*, by: Acting, number: int) -> Version | None:
    """A version that the reader may read now, or None."""
    found = Version.objects.select_related("stored", "document", "authority").filter(pk=number).first()
    return found if found is not None and accessing.may_read(by, found) else None


def public_version(number: int) -> Version | None:
    """A version that is released to everybody now, or None."""
    nobody = Acting(actor="")
    with reading_as(nobody):
        found = Version.objects.select_related("stored").filter(pk=number).first()
        return found if found is not None and accessing.may_read(nobody, found) else None


@fenced
def form_of(*, by: Acting, version: Version) -> str:
    """In which form the reader gets the version: as released, and exactly as filed for the own authority."""
    if version.authority_id == by.authority_id:
        return ""
    found = accessing.access_of(by, version)
    return found.form if found is not None else ""


@fenced
def releases(*, by: Acting, which: str, words: str = "") -> list[Release]:
    """Releases that concern the reader's authority, newest first: "received", "given", or "waiting" for the second person."""
    rows = _told(Release.objects.visible_to(by))
    if which == "received":
        rows = rows.filter(receiver_id=by.authority_id)
    elif which == "waiting":
        rows = rows.filter(giver_id=by.authority_id, stage=ReleaseStage.PROPOSED)
    else:
        rows = rows.filter(giver_id=by.authority_id)
    for word in words.split()[:8]:
        rows = rows.filter(
            Q(version__document__title__icontains=word)
            | Q(version__document__facility__name__icontains=word)
            | Q(receiver__name__icontains=word)
            | Q(giver__name__icontains=word)
        )
    return list(rows)


@fenced
def release(*, by: Acting, number: int) -> Release | None:
    """One release that concerns the reader's authority, with ``gives_access`` as of now, or None."""
    found = _told(Release.objects.visible_to(by)).filter(pk=number).first()
    if found is not None:
        found.gives_access = Release.objects.giving_access().filter(pk=number).exists()
        found.gates = accessing.gates(found.version, found.receiver, found.annex)
        found.questions = list(
            Onward.objects.visible_to(by).filter(release=found).select_related("asked_by", "answered_by")
        )
    return found


@fenced
def question(*, by: Acting, number: int) -> Onward | None:
    """A question about passing on that concerns the reader's authority, or None."""
    return Onward.objects.visible_to(by).select_related("release").filter(pk=number).first()


def _told(rows):
    return rows.select_related(
        "giver",
        "receiver",
        "annex",
        "request",
        "version__document__facility",
        "version__stored",
        "version__authority",
        "proposed_by",
        "released_by",
    )


@fenced
def facility(*, by: Acting, key) -> Facility | None:
    """A facility that the reader may know of, or None."""
    return Facility.objects.visible_to(by).filter(key=key).first()


@fenced
def inspection(*, by: Acting, number: int) -> Inspection | None:
    """An inspection of the reader's own authority, or None."""
    rows = Inspection.objects.visible_to(by).select_related("facility", "annex", "sector", "authority")
    return rows.filter(pk=number, authority_id=by.authority_id).first()


@fenced
def request(*, by: Acting, number: str) -> ReportRequest | None:
    """A request that concerns the reader's authority, or None."""
    rows = ReportRequest.objects.visible_to(by).select_related("asking", "asked", "annex")
    return rows.filter(number=number).first()


@fenced
def gates(
    *, by: Acting, version: Version, receiver: Authority | None, annex: Annex | None
) -> list[accessing.Gate]:
    """What would have to hold for a receiver to read the version, each with whether it does."""
    return accessing.gates(version, receiver, annex)


def annexes(by: Acting) -> list[Annex]:
    """The annexes under which the reader's authority may share today."""
    return list(
        Annex.objects.filter(pk__in=audience.annexes_of(by)).select_related("agreement").order_by("code")
    )


def receivers(by: Acting) -> list[Authority]:
    """The authorities to which something may be released: those that inspect or regulate, and somebody signs in for them."""
    return list(
        Authority.objects.filter(
            capacities__overlap=[Capacity.INSPECTORATE, Capacity.REGULATORY],
            memberships__ended_at=None,
            memberships__isnull=False,
        )
        .exclude(pk=by.authority_id)
        .distinct()
        .select_related("economy")
        .order_by("name")
    )
