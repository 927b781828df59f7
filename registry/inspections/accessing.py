"""Who may read a version now: one query, behind the page that tells it and behind every byte that leaves."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from agreements import acting
from agreements.acting import Acting
from agreements.models import Authority
from portal import clock
from portal.audit import recording
from portal.files import tickets
from portal.files.models import State, StoredFile
from portal.files.stamping import Stamp
from portal.lifecycle import NotAllowed
from portal.verbs import running, verb
from registry.inspections import policies
from registry.inspections.fence import fenced, reading_as
from registry.inspections.models import AccessClass, Document, Form, Release, Version

SEEN = "registry.see_document"
_SUBJECT = "version:"


@dataclass(frozen=True)
class Download:
    """A version on its way to one reader. ``still_allowed`` asks anew; ``ended`` goes on record."""

    document: Document
    stored: StoredFile
    filename: str
    stamp: Stamp | None
    still_allowed: Callable[[], bool]
    ended: Callable[[int, str], None]

    @property
    def safe(self) -> bool:
        """A stamp goes onto the sanitised copy; without one the original leaves untouched."""
        return self.stamp is not None


def who_has_access(by: Acting, versions: Iterable[Version]) -> list[Release]:
    """The releases by which others read the versions now, as far as the actor may know of them. Own members read them besides.

    Asked inside ``reading_as``.
    """
    told = Release.objects.visible_to(by) | Release.objects.readable_to(by)
    rows = told.giving_access().filter(version__in=versions)
    return list(rows.select_related("receiver", "annex").order_by("receiver__name"))


@fenced
def may_read(*, by: Acting, version: Version) -> bool:
    """Whether the actor may read the version at this moment: as one of its authority, or by a release."""
    return _readable(by, version.pk) is not None


def access_of(by: Acting, version: Version) -> Release | None:
    """The release by which the actor reads the version now: the one to their own authority before the public one.

    Asked inside ``reading_as``.
    """
    rows = Release.objects.giving_access().readable_to(by).filter(version=version)
    return rows.order_by("receiver").first()


def _readable(by: Acting, number: int) -> tuple[Version, Release | None] | None:
    rows = Version.objects.select_related("stored", "document", "authority")
    version = rows.filter(pk=number, stored__state=State.ACCEPTED).first()
    if version is None or (by.authority_id and not policies.may(by, "document.download", by.authority_id)):
        return None
    if by.authority_id and version.authority_id == by.authority_id:
        return version, None
    release = access_of(by, version)
    return (version, release) if release is not None else None


@verb(room="desk")
@fenced
def fetch(*, by: Acting, version: Version, session_key: str) -> str:
    """Let the actor fetch the version once, within a minute, in this session: the secret of a ticket. The start is on record.

    Raises PermissionDenied, and NotAllowed when they may not read it (any more).
    """
    policies.check_may(by, "document.download", by.authority_id)
    found = _readable(by, version.pk)
    if found is None:
        raise NotAllowed(_("You may not read this version now."))
    version, release = found
    secret = tickets.issue(user_id=by.user_id, session_key=session_key, subject=f"{_SUBJECT}{version.pk}")
    after = {"version": str(version.words), "form": _form(release)}
    recording.record(by=by, target=version, after=after)
    return secret


def redeem(*, by: Acting, secret: str, session_key: str) -> Download | None:
    """What a ticket lets the actor fetch; it is used up. None for every ticket that is not good, and when access has ended."""
    subject = tickets.redeem(secret=secret, user_id=by.user_id, session_key=session_key) or ""
    if not subject.startswith(_SUBJECT):
        return None
    number = int(subject.removeprefix(_SUBJECT))
    with reading_as(by):
        found = _readable(by, number)
        if found is None:
            return None
        version, release = found
        stamp = _stamp(by, version) if _form(release) == Form.STAMPED else None

    def ended(sent: int, outcome: str) -> None:
        with running("registry.fetch_ended", "desk"):
            after = {"version": str(version.words), "bytes": sent, "outcome": outcome}
            recording.record(by=by, target=version, after=after)

    return Download(
        version.document,
        version.stored,
        _filename(version),
        stamp,
        lambda: _still_readable(by, number),
        ended,
    )


def public(*, document_id: int, number: int) -> Download | None:
    """A version that everybody may read now, or None. Nobody is asked who they are, and nothing goes on record."""
    nobody = Acting(actor="")
    with reading_as(nobody):
        found = _readable(nobody, number)
    if found is None or found[0].document_id != document_id:
        return None

    def still_allowed() -> bool:
        with reading_as(nobody):
            return _readable(nobody, number) is not None

    version = found[0]
    return Download(
        version.document, version.stored, _filename(version), None, still_allowed, lambda sent, outcome: None
    )


def _still_readable(by: Acting, number: int) -> bool:
    """Asked anew of the database: roles, membership, release, commitment and annex may all have ended meanwhile."""
    now = acting.again(by)
    if now is None:
        return False
    with reading_as(now):
        return _readable(now, number) is not None


def _form(release: Release | None) -> str:
    return release.form if release is not None else Form.EXACT.value


def _stamp(by: Acting, version: Version) -> Stamp:
    authority = Authority.objects.get(pk=by.authority_id)
    now = clock.now()
    number = f"D-{version.pk}-{by.user_id}-{now:%Y%m%d%H%M%S}"
    return Stamp(reader=by.actor, authority=authority.name, at=now, number=number)


def _filename(version: Version) -> str:
    """The document's number or kind, with the version: what was uploaded may say more than is meant to leave."""
    ending = version.stored.shown_name.rpartition(".")[2]
    document = version.document
    name = document.number or f"{document.kind}-{document.pk}"
    redacted = "-redacted" if version.redacted else ""
    return f"{name}-v{version.number}{redacted}.{ending}"


def see(*, by: Acting, document: Document) -> None:
    """Note that somebody looks at what is known of a document that is not public: once for each person and hour.

    More often would say nothing more, and a reload would wait for the chain of entries each time.
    """
    if document.access_class == AccessClass.PUBLIC or by.user_id is None:
        return
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    if not recording.is_on_record(act=SEEN, by=by, target=document, since=hour):
        with running(SEEN, "desk"):
            recording.record(by=by, target=document)
