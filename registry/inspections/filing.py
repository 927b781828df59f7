"""Filing official documents and their versions: what the authority has, before anybody else may read it."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from agreements.acting import Acting, operator
from agreements.models import Annex, Authority
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
    named: Iterable[Authority] = (),
    **facts,
) -> Document:
    """File a document of the actor's authority about a facility, or about one of its inspections. It has no version yet.

    ``facts`` are further fields of Document; ``named`` are the authorities of the class "named". Raises PermissionDenied,
    NotAllowed, ValidationError.
    """
    policies.check_may(by, "document.file", by.authority_id)
    authority, named = Authority.objects.get(pk=by.authority_id), list(named)
    policies.check_inspects(authority)
    _check_place(by, facility, inspection)
    document = Document(
        authority=authority,
        facility=facility,
        inspection=inspection,
        recorded_at=clock.now(),
        **facts,
    )
    _check_class(document, named)
    document.full_clean()
    document.save()
    document.named.set(named if document.access_class == AccessClass.NAMED else [])
    if document.access_class == AccessClass.PUBLIC:
        verbs.tell_the_public()
    recording.record(by=by, target=document, after=_told(document, named))
    return document


def _check_place(by: Acting, facility: Facility, inspection: Inspection | None) -> None:
    own = inspection is None or inspection.authority_id == by.authority_id
    if not own or (inspection is not None and inspection.facility_id != facility.pk):
        raise NotAllowed(_("The document belongs to an inspection of your own authority at this facility."))
    if not Facility.objects.visible_to(by).filter(pk=facility.pk).exists():
        raise NotAllowed(_("This facility is not on file for your authority."))


def _check_class(document: Document, named: list[Authority]) -> None:
    if document.access_class == AccessClass.ANNEX and document.annex is None:
        raise ValidationError({"annex": _("Choose the annex under which others may know of it.")})
    if document.access_class != AccessClass.ANNEX:
        document.annex = None
    if document.access_class == AccessClass.NAMED and not named:
        raise ValidationError({"named": _("Name the authorities that may know of it.")})


def _told(document: Document, named: list[Authority]) -> dict:
    return {
        "kind": document.kind,
        "class": document.access_class,
        "annex": document.annex.code if document.annex else "",
        "named": sorted(authority.code for authority in named),
        "sector": document.sector.code if document.sector else "",
    }


@verb(room="desk")
@fenced
def reclassify(
    *,
    by: Acting,
    document: Document,
    access_class: str,
    annex: Annex | None = None,
    named: Iterable[Authority] = (),
    reason: str,
) -> Document:
    """Change who may know that a document exists; releases stand as they are. Raises ValidationError without a reason."""
    rows = Document.objects.select_for_update(of=["self"]).select_related("annex", "sector")
    document, named = rows.get(pk=document.pk), list(named)
    policies.check_may(by, "document.file", document.authority_id)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, for your own record.")})
    before, class_before = _told(document, list(document.named.all())), document.access_class
    document.access_class, document.annex = access_class, annex
    _check_class(document, named)
    document.save(update_fields=["access_class", "annex"])
    document.named.set(named if access_class == AccessClass.NAMED else [])
    if AccessClass.PUBLIC in (class_before, access_class):
        verbs.tell_the_public()
    after = _told(document, named)
    recording.record(by=by, target=document, reason=reason.strip()[:300], before=before, after=after)
    return document


@verb(room="desk")
@fenced
def file_version(
    *,
    by: Acting,
    document: Document,
    uploaded,
    redacted: bool = False,
    information: Iterable[str] = (),
    note: str = "",
    language: str = "",
) -> Version:
    """Put a file to a document: its next version, full or redacted. It is checked first, and nobody else may read it.

    ``information`` are the classes of information in it that are not public; ``note`` says what is left out, or why it is
    issued anew. Raises PermissionDenied, ValidationError, NotAllowed, and BadFile or StorageFailed of portal.files, in words.
    """
    rows = Document.objects.select_for_update(of=["self"]).select_related("sector")
    document = rows.get(pk=document.pk)
    policies.check_may(by, "document.file", document.authority_id)
    information, note = set(information), note.strip()
    if not information <= set(Information.values):
        raise ValidationError({"information": _("Choose from the list.")})
    if redacted and not note:
        raise ValidationError({"note": _("Say what is left out.")})
    last = Version.objects.filter(document=document, redacted=redacted).order_by("-number").first()
    version = Version(
        document=document,
        authority_id=document.authority_id,
        sector_code=document.sector.code if document.sector_id else "",
        number=last.number + 1 if last else 1,
        redacted=redacted,
        supersedes=last,
        stored=receive(by_words=by.actor, uploaded=uploaded),
        information=[each for each in Information.values if each in information],
        note=note,
        language=language.strip(),
        filed_at=clock.now(),
        filed_by_id=by.user_id,
    )
    _check_new(version)
    version.full_clean(exclude=["stored"], validate_unique=False, validate_constraints=False)
    version.save(force_insert=True)
    after = {
        "version": str(version.words),
        "sha256": version.stored.sha256,
        "information": version.information,
        "note": note,
    }
    recording.record(by=by, target=document, after=after)
    return version


def _check_new(version: Version) -> None:
    same = Version.objects.filter(document=version.document, stored__sha256=version.stored.sha256)
    earlier = same.exclude(stored__state=State.REFUSED).first()
    if earlier is not None:
        raise NotAllowed(
            _("This very file is on file already, as %(version)s of the document.")
            % {"version": earlier.words}
        )


def follow_checks(stored: StoredFile) -> None:
    """The checks of a version's file have ended: its authority hears of a refusal, receivers of a newer version.

    Called in the transaction that ends the checks; for a file that is no version it does nothing.
    """
    with reading_everything():
        rows = Version.objects.filter(stored=stored).select_related("document", "authority")
        version = rows.first()
        if version is None:
            return
        with verbs.running("registry.check_version", "desk"):
            if stored.state == State.REFUSED:
                _tell_of_refusal(version)
            else:
                _tell_receivers(version)
            by = operator("files.check")
            after = {"version": str(version.words), "state": stored.state, "refusal": stored.refusal}
            recording.record(by=by, target=version.document, after=after)


def _tell_of_refusal(version: Version) -> None:
    queueing.put(
        authority=version.authority,
        kind=Work.SHARED,
        key=f"version:{version.pk}:refused",
        words=_("The checks have refused a file of a document"),
        place=version.document.get_absolute_url(),
    )


def _tell_receivers(version: Version) -> None:
    """Whoever may read an earlier version of the same row now hears that there is a newer one. Words name the giver alone."""
    earlier = Release.objects.giving_access().filter(
        version__document=version.document,
        version__redacted=version.redacted,
        version__number__lt=version.number,
        receiver__isnull=False,
    )
    told = set()
    for release in earlier.select_related("receiver").order_by("-version__number"):
        if release.receiver_id in told:
            continue
        told.add(release.receiver_id)
        queueing.put(
            authority=release.receiver,
            kind=Work.SHARED,
            key=f"version:{version.pk}:newer",
            words=_("%(giver)s has a newer version of a document that was released to you")
            % {"giver": version.authority.name},
            place=release.get_absolute_url(),
        )
