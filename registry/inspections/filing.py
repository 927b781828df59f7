"""Filing official documents and their versions: what the authority has, before anybody else may read it."""

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from agreements.acting import Acting, operator
from agreements.models import Authority
from portal import clock, verbs
from portal.audit import recording
from portal.files.models import State, StoredFile
from portal.files.receiving import receive
from portal.lifecycle import NotAllowed
from portal.verbs import verb
from registry import queueing
from registry.inspections import policies
from registry.inspections.fence import fenced, reading_everything
from registry.inspections.models import (
    AccessClass,
    Document,
    Facility,
    Information,
    Inspection,
    Release,
    Version,
)
from registry.models import Work


@verb(room="desk")
@fenced
def file_document(
    *,
    by: Acting,
    facility: Facility,
    inspection: Inspection | None = None,
    named: list[Authority] = (),
    **facts,
) -> Document:
    """File a document of the actor's authority about a facility, or about one of its inspections. It has no version yet.

    ``facts`` are further fields of Document; ``named`` are the authorities of the class "named". Raises PermissionDenied,
    ValidationError.
    """
    policies.check_may(by, "document.file", by.authority_id)
    authority = Authority.objects.get(pk=by.authority_id)
    policies.check_inspects(authority)
    if inspection is not None and (
        inspection.authority_id != authority.pk or inspection.facility_id != facility.pk
    ):
        raise NotAllowed(_("The document belongs to an inspection of your own authority at this facility."))
    document = Document(authority=authority, facility=facility, inspection=inspection, **facts)
    _check_class(document, named)
    document.full_clean()
    document.save()
    document.named.set(named)
    recording.record(by=by, target=document, after=_told(document, named))
    _tell_if_public(document)
    return document


@verb(room="desk")
@fenced
def reclassify(
    *, by: Acting, document: Document, access_class: str, annex=None, named: list[Authority] = (), reason: str
) -> Document:
    """Change who may know that a document exists. Releases stand as they are. Raises ValidationError without a reason."""
    document = _locked(by, document)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, for your own record.")})
    before, was_public = _told(document, document.named.all()), document.access_class == AccessClass.PUBLIC
    document.access_class, document.annex = access_class, annex
    _check_class(document, named)
    document.save()
    document.named.set(named)
    recording.record(
        by=by, target=document, reason=reason.strip(), before=before, after=_told(document, named)
    )
    if was_public:
        verbs.tell_the_public()
    _tell_if_public(document)
    return document


@verb(room="desk")
@fenced
def file_version(
    *,
    by: Acting,
    document: Document,
    uploaded,
    redacted: bool = False,
    information: list[str] = (),
    note: str = "",
    language: str = "",
) -> Version:
    """Put a file to a document: its next version, full or redacted. It is checked first, and nobody else may read it.

    ``information`` are the classes of information in it that are not public. Raises BadFile or StorageFailed in words.
    """
    document = _locked(by, document)
    unknown = set(information) - set(Information.values)
    if unknown or (redacted and not note.strip()):
        field = "information" if unknown else "note"
        raise ValidationError(
            {field: _("Say what is left out.") if not unknown else _("Choose from the list.")}
        )
    row = Version.objects.filter(document=document, redacted=redacted)
    last = row.order_by("-number").first()
    version = Version(
        document=document,
        authority_id=document.authority_id,
        sector_code=document.sector.code if document.sector_id else "",
        number=(row.aggregate(last=Max("number"))["last"] or 0) + 1,
        redacted=redacted,
        supersedes=last,
        stored=receive(by_words=by.actor, uploaded=uploaded),
        information=sorted(information),
        note=note.strip(),
        language=language,
        filed_at=clock.now(),
        filed_by_id=by.user_id,
    )
    version.full_clean(exclude=["stored"], validate_unique=False, validate_constraints=False)
    version.save()
    recording.record(
        by=by,
        target=document,
        after={
            "version": version.number,
            "redacted": redacted,
            "sha256": version.stored.sha256,
            "information": version.information,
        },
    )
    return version


def follow_checks(stored: StoredFile) -> None:
    """Hears when the checks of a file have ended; not every file belongs to a version."""
    with reading_everything():
        rows = Version.objects.select_related("document", "authority", "supersedes", "stored")
        version = rows.filter(stored=stored).first()
        if version is not None:
            end_checks(by=operator("check_files"), version=version)


@verb(room="desk")
def end_checks(*, by: Acting, version: Version) -> None:
    """The checks of a version have ended: its people are told of a refusal, the receivers of the version before of the new one."""
    stored, place = version.stored, version.document.get_absolute_url()
    recording.record(
        by=by, target=version, after={"checks": stored.state, "scan": stored.scan, "reason": stored.refusal}
    )
    if stored.state == State.REFUSED:
        queueing.put(
            authority=version.authority,
            kind=Work.SHARED,
            key=f"version:{version.pk}:refused",
            words=f"{version.document.title}: {stored.refusal}"[:300],
            place=place,
        )
    elif version.supersedes_id:
        _tell_receivers(version, place)


def _tell_receivers(version: Version, place: str) -> None:
    releases = (
        Release.objects.giving_access().filter(version=version.supersedes_id).select_related("receiver")
    )
    for release in releases.filter(receiver__isnull=False):
        queueing.put(
            authority=release.receiver,
            kind=Work.SHARED,
            key=f"version:{version.pk}:newer",
            words=_("A newer version of a document that was shared with you is on file: %(title)s")
            % {"title": version.document.title},
            place=place,
        )


def _locked(by: Acting, document: Document) -> Document:
    rows = Document.objects.select_for_update(of=["self"]).select_related("sector", "authority")
    document = rows.get(pk=document.pk)
    policies.check_may(by, "document.file", document.authority_id)
    return document


def _check_class(document: Document, named) -> None:
    if document.access_class == AccessClass.ANNEX and document.annex is None:
        raise ValidationError({"annex": _("Choose the annex under which others may know of it.")})
    if document.access_class == AccessClass.NAMED and not named:
        raise ValidationError({"named": _("Name the authorities that may know of it.")})


def _told(document: Document, named) -> dict:
    return {
        "kind": document.kind,
        "class": document.access_class,
        "annex": document.annex.code if document.annex else "",
        "named": sorted(authority.code for authority in named),
    }


def _tell_if_public(document: Document) -> None:
    if document.access_class == AccessClass.PUBLIC:
        verbs.tell_the_public()
