"""Who may read a version now: one query, behind the page that tells it and behind every byte that leaves."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from agreements.acting import Acting, member, standings
from agreements.models import AnnexPeriod, AnnexStatus, Authority
from portal import clock
from portal.accounts.models import User
from portal.audit import recording
from portal.files.models import Scan, State
from portal.files.stamping import Stamp
from portal.verbs import running
from registry.inspections.fence import reading_as
from registry.inspections.models import Commitment, Document, Form, Reception, Release, Version

SEEN = "registry.see_document"


@dataclass(frozen=True)
class Gate:
    """One thing that stands between a receiver and a version; ``holds`` says that it lets the receiver through."""

    words: str
    holds: bool


def access_of(by: Acting, version: Version) -> Release | None:
    """The release by which the actor's authority may read the version now, or None. Asked inside ``reading_as``."""
    releases = Release.objects.giving_access().filter(version=version)
    own = releases.filter(receiver_id=by.authority_id).first() if by.authority_id else None
    return own or releases.filter(receiver=None).first()


def may_read(by: Acting, version: Version) -> bool:
    """Whether the actor may read the version now: as one of its own authority, or by a release. Asked inside ``reading_as``."""
    if version.stored.state != State.ACCEPTED:
        return False
    is_own = by.authority_id is not None and version.authority_id == by.authority_id
    return is_own or access_of(by, version) is not None


def who_has_access(version: Version) -> list[Release]:
    """The releases that let somebody read the version now. Asked inside ``reading_as`` the giver."""
    return list(
        Release.objects.giving_access()
        .filter(version=version)
        .select_related("receiver", "annex", "request")
        .order_by("receiver__name")
    )


def takes_only_scanned(authority: Authority) -> bool:
    """Whether an authority takes only documents that a virus scanner found clean."""
    return Reception.objects.filter(authority=authority, scanned_only=True).exists()


def gates(version: Version, receiver: Authority | None, annex) -> list[Gate]:
    """What would have to hold for a receiver (None: everybody) to read the version under an annex, each with whether it does."""
    day = clock.today()
    found = [Gate(_("The file has passed the checks."), version.stored.state == State.ACCEPTED)]
    if annex is not None:
        applies = (
            AnnexPeriod.objects.known().in_force(day).filter(annex=annex, status__in=AnnexStatus.applying())
        )
        found.append(Gate(_("%(annex)s applies today.") % {"annex": annex.code}, applies.exists()))
    if receiver is not None:
        found.append(_commitment_gate(version, receiver, day))
        if takes_only_scanned(receiver):
            words = _("%(receiver)s takes only documents that a virus scanner has looked at.")
            found.append(Gate(words % {"receiver": receiver.name}, version.stored.scan == Scan.CLEAN))
    return found


def _commitment_gate(version: Version, receiver: Authority, day) -> Gate:
    commitments = Commitment.objects.in_force(day).filter(giver=version.authority_id, receiver=receiver)
    covering = [
        each
        for each in commitments
        if set(version.information) <= set(each.information)
        and (not each.sector_codes or version.sector_code in each.sector_codes)
    ]
    if covering:
        return Gate(
            _("%(receiver)s has promised confidentiality: %(citation)s.")
            % {"receiver": receiver.name, "citation": covering[0].citation},
            True,
        )
    if commitments.exists():
        words = _(
            "No commitment of %(receiver)s covers these classes of information in this sector. "
            "Agree on a wider one, or release a redacted version."
        )
    else:
        words = _(
            "No confidentiality commitment of %(receiver)s to your authority is on file. Without one nothing can be released to it."
        )
    return Gate(words % {"receiver": receiver.name}, False)


def fetched(*, by: Acting, version: Version, form: str) -> None:
    """Note that a download begins."""
    _note(
        by,
        "fetch",
        version,
        {"version": version.number, "redacted": version.redacted, "form": Form(form).label},
    )


def fetch_ended(*, by: Acting, version: Version, sent: int, outcome: str) -> None:
    """Note how a download ended."""
    _note(by, "fetch_ended", version, {"bytes": sent, "outcome": outcome})


def stamp(by: Acting, version: Version) -> Stamp:
    """What a stamped copy says: the reader, their authority, the moment and the version."""
    authority = Authority.objects.get(pk=by.authority_id)
    return Stamp(reader=by.actor, authority=authority.name, at=clock.now(), number=f"V{version.pk}")


def seen(*, by: Acting, document: Document) -> None:
    """Note that somebody looks at a document: once for each person, document and hour."""
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    if not recording.is_on_record(act=SEEN, by=by, target=document, since=hour):
        with running(SEEN, "desk"):
            recording.record(by=by, target=document)


def still_may_read(*, by: Acting, number: int) -> bool:
    """Whether the actor may read the version now, everything asked anew: account, membership, roles, release, commitment, annex."""
    if by.user_id is not None and by.authority_id is not None:
        user = User.with_pk(by.user_id)
        again = [each for each in standings(user) if each.authority.id == by.authority_id] if user else []
        if not again:
            return False
        by = member(again[0].membership, again[0].roles)
    with reading_as(by):
        version = Version.objects.select_related("stored").filter(pk=number).first()
        return version is not None and may_read(by, version)


def _note(by: Acting, act: str, version: Version, after: dict) -> None:
    with running(f"registry.{act}", "desk"):
        recording.record(by=by, target=version, after=after)
