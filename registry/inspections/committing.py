"""Confidentiality commitments: the giver writes down what a receiver has promised, a second person confirms, either side ends.

A commitment stands between two authorities, never between economies: each pair needs its own (FDA's confidentiality
commitments; MDSAP, where every participant needs one with every other).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from agreements.acting import Acting
from agreements.models import Authority, Role, Sector
from agreements.rights import NONE, OWN
from portal import clock, permissions
from portal.audit import recording
from portal.lifecycle import NotAllowed
from portal.validity import days
from portal.verbs import tell_the_public, verb
from registry import queueing
from registry.inspections.fence import fenced
from registry.inspections.models import Commitment, CommitmentState, Information, Release
from registry.models import Work


class Outdated(NotAllowed):
    """Somebody else has changed the commitment since it was looked at."""


@dataclass(frozen=True)
class Promise:
    """What is written down: what the receiver keeps to itself. ``sectors`` empty means all; ``last_day`` None means open."""

    receiver: Authority
    information: list[str]
    sectors: list[Sector]
    starts_on: date
    citation: str
    last_day: date | None = None
    source_url: str = ""
    is_public: bool = False

    @property
    def sector_codes(self) -> list[str]:
        """The sectors with all that they cover, which is how a document's one sector is looked up."""
        return sorted({code for sector in self.sectors for code in (sector.code, *sector.covers)})

    @property
    def valid(self):
        """The days of the term."""
        return days(self.starts_on, self.last_day + timedelta(days=1) if self.last_day else None)


@verb(room="desk")
def write_down(*, by: Acting, promise: Promise) -> Commitment:
    """Write down what another authority has promised the actor's own; it counts once a second person has confirmed it.

    Raises NotAllowed, in words, when something is missing or the same is on file already.
    """
    permissions.check(by, "commitment.write", OWN if by.authority_id else NONE)
    commitment = Commitment(giver_id=by.authority_id)
    _take_down(by, commitment, promise)
    _put_before_the_second(by, commitment)
    recording.record(by=by, target=commitment, after=_told(commitment))
    return commitment


@verb(room="desk")
def rewrite(*, by: Acting, commitment: Commitment, version: int, promise: Promise) -> Commitment:
    """Change what was written down, before anybody confirmed it. Whoever did so last is the first of the two people."""
    commitment = _own_to_confirm(by, "commitment.write", commitment, version)
    before = _told(commitment)
    commitment.version += 1
    _take_down(by, commitment, promise)
    queueing.take(by=by, kinds=[Work.COMMITMENT], key=_key(commitment))
    _put_before_the_second(by, commitment)
    recording.record(by=by, target=commitment, before=before, after=_told(commitment))
    return commitment


@verb(room="desk")
def confirm(*, by: Acting, commitment: Commitment, version: int) -> Commitment:
    """Confirm, as the second person of the giver, what a colleague has written down. It counts from now on the days it names."""
    commitment = _own_to_confirm(by, "commitment.confirm", commitment, version)
    by.with_second_hand(frozenset({commitment.recorded_by_id}))
    commitment.confirmed_at, commitment.confirmed_by_id = clock.now(), by.user_id
    commitment.save(update_fields=["confirmed_at", "confirmed_by"])
    queueing.take(by=by, kinds=[Work.COMMITMENT], key=_key(commitment))
    _tell(
        by,
        commitment,
        commitment.receiver,
        _("%(giver)s has put your commitment on record") % {"giver": commitment.giver},
    )
    if commitment.is_public:
        tell_the_public()
    recording.record(by=by, target=commitment, after=_told(commitment))
    return commitment


@verb(room="desk")
def drop(*, by: Acting, commitment: Commitment, reason: str = "") -> Commitment:
    """Give up what was written down, before anybody confirmed it. It stays on record for the giver alone."""
    commitment = _own_to_confirm(by, "commitment.write", commitment, commitment.version)
    _close(commitment, commitment.giver, reason)
    queueing.take(by=by, kinds=[Work.COMMITMENT], key=_key(commitment))
    recording.record(by=by, target=commitment, reason=commitment.end_reason, after={"given_up": True})
    return commitment


@verb(room="desk")
@fenced
def end(*, by: Acting, commitment: Commitment, reason: str) -> int:
    """End a commitment for one's own side, at once: what rests on it alone cannot be read from the next request on.

    One person of either side suffices, since ending only ever takes access away. Returns how many releases stop giving access.
    Raises PermissionDenied for a third party, NotAllowed when it does not count or no reason is given.
    """
    commitment = _locked(commitment)
    sides = {commitment.giver_id: commitment.giver, commitment.receiver_id: commitment.receiver}
    permissions.check(by, "commitment.end", OWN if by.authority_id in sides else NONE)
    if commitment.state(clock.today(), clock.now()) not in (CommitmentState.IN_FORCE, CommitmentState.BEGINS):
        raise NotAllowed(_("This commitment is not in force, so there is nothing to end."))
    if not reason.strip():
        raise NotAllowed(_("Give the reason: the other side reads it."))
    stopped = stop(commitment, sides[by.authority_id], reason)
    queueing.take(by=by, kinds=[Work.SHARED], key__startswith=f"{_key(commitment)}:until:")
    for authority in sides.values():
        words = _("%(side)s has ended a commitment between %(giver)s and %(receiver)s") % {
            "side": sides[by.authority_id],
            "giver": commitment.giver,
            "receiver": commitment.receiver,
        }
        _tell(by, commitment, authority, words)
    if commitment.is_public:
        tell_the_public()
    recording.record(
        by=by,
        target=commitment,
        reason=commitment.end_reason,
        after={"ended_by": commitment.ended_by, "releases_without_access": stopped},
    )
    return stopped


def stop(commitment: Commitment, side: Authority, reason: str) -> int:
    """Let it count no more; returns how many releases no longer give access. For a verb and its preview, behind the fence."""
    before = _giving_access(commitment)
    _close(commitment, side, reason)
    return before - _giving_access(commitment)


def _giving_access(commitment: Commitment) -> int:
    rows = Release.objects.giving_access()
    return rows.filter(giver_id=commitment.giver_id, receiver_id=commitment.receiver_id).count()


def _put_before_the_second(by: Acting, commitment: Commitment) -> None:
    queueing.put(
        authority=commitment.giver,
        kind=Work.COMMITMENT,
        key=_key(commitment),
        words=_("Commitment of %(receiver)s") % {"receiver": commitment.receiver},
        place=commitment.get_absolute_url(),
        roles=[Role.APPROVER],
        but_not=[by.user_id],
    )


def _take_down(by: Acting, commitment: Commitment, promise: Promise) -> None:
    _check(commitment, promise)
    commitment.receiver = promise.receiver
    commitment.information = [each for each in Information.values if each in promise.information]
    commitment.sector_codes = promise.sector_codes
    commitment.valid = promise.valid
    commitment.citation = promise.citation.strip()
    commitment.source_url = promise.source_url.strip()
    commitment.is_public = promise.is_public
    commitment.recorded_at, commitment.recorded_by_id = clock.now(), by.user_id
    commitment.full_clean(exclude=["sector_codes"], validate_constraints=False)
    commitment.save()


def _check(commitment: Commitment, promise: Promise) -> None:
    if promise.receiver.pk == commitment.giver_id:
        raise NotAllowed(_("A commitment is made by another authority. Choose the one that promised."))
    if not promise.information:
        raise NotAllowed(_("Choose at least one class of information that the receiver keeps to itself."))
    if promise.last_day and promise.last_day < promise.starts_on:
        raise NotAllowed(_("The last day lies before the first. Correct one of the two."))
    if not promise.citation.strip():
        raise NotAllowed(_("Name the text in which it was promised, with its date."))
    same = Commitment.objects.between(commitment.giver_id, promise.receiver.pk).filter(
        citation=promise.citation.strip(), valid__overlap=promise.valid, ended_at=None
    )
    if same.exclude(pk=commitment.pk).exists():
        raise NotAllowed(_("This text is on file for the same days already. End that entry, or change it."))


def _own_to_confirm(by: Acting, action: str, commitment: Commitment, version: int) -> Commitment:
    commitment = _locked(commitment)
    permissions.check(by, action, OWN if by.authority_id == commitment.giver_id else NONE)
    if commitment.confirmed_at is not None:
        raise NotAllowed(_("It has been confirmed and is changed no more. End it and write down another."))
    if commitment.ended_at is not None:
        raise NotAllowed(_("It has been given up. Write down another."))
    if commitment.version != version:
        raise Outdated(_("A colleague has changed it since you looked. Read it again."))
    return commitment


def _close(commitment: Commitment, side: Authority, reason: str) -> None:
    commitment.ended_at, commitment.ended_by = clock.now(), side.name[:200]
    commitment.end_reason = reason.strip()[:300]
    commitment.save(update_fields=["ended_at", "ended_by", "end_reason"])


def _tell(by: Acting, commitment: Commitment, authority: Authority, words: str) -> None:
    queueing.put(
        authority=authority,
        kind=Work.SHARED,
        key=f"{_key(commitment)}:{'ended' if commitment.ended_at else 'confirmed'}",
        words=words[:300],
        place=commitment.get_absolute_url(),
        but_not=[by.user_id],
    )


def _key(commitment: Commitment) -> str:
    return f"commitment:{commitment.pk}"


def _told(commitment: Commitment) -> dict:
    return {
        "giver": commitment.giver.code,
        "receiver": commitment.receiver.code,
        "information": commitment.information,
        "sectors": commitment.sector_codes,
        "from": commitment.valid.lower,
        "last_day": commitment.last_day,
        "citation": commitment.citation,
        "public": commitment.is_public,
        "confirmed": commitment.confirmed_at is not None,
    }


def _locked(commitment: Commitment) -> Commitment:
    rows = Commitment.objects.select_for_update(of=["self"]).select_related("giver", "receiver")
    found = rows.filter(pk=commitment.pk).first()
    if found is None:
        raise PermissionDenied
    return found
