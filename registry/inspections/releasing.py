"""Releasing versions: one person proposes, a second one of the giver releases; either can end it, at once."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from agreements.acting import Acting
from agreements.models import Annex, Authority, Role
from agreements.rights import MEMBERS
from portal import clock, verbs
from portal.audit import recording
from portal.files.models import ContentType
from portal.lifecycle import NotAllowed
from portal.verbs import verb
from registry import queueing
from registry.inspections import audience, gating, lifecycles, policies, requesting
from registry.inspections.fence import fenced
from registry.inspections.gating import Gate
from registry.inspections.models import (
    Form,
    Release,
    ReleaseStage,
    ReportRequest,
    RequestStage,
    Version,
)
from registry.models import Work

LONGEST_REASON = 300


@dataclass(frozen=True)
class Preview:
    """What a proposal would do. ``refusal`` says why it cannot be made, "" when it can; ``problems`` name fields."""

    release: Release
    gates: list[Gate]
    refusal: str
    problems: dict[str, list[str]]
    people: int

    @property
    def is_possible(self) -> bool:
        """Whether it can be proposed as it is."""
        return not (self.refusal or self.problems)

    @property
    def lacks_a_gate(self) -> bool:
        """Whether something that access hangs on is missing."""
        return not all(gate.is_open for gate in self.gates)


@fenced
def preview(*, by: Acting, version: Version, receiver: Authority | None, **facts) -> Preview:
    """What ``propose`` would say to the same facts; nothing is written. ``people`` act for the receiver today."""
    release = _drafted(by, version, receiver, **facts)
    refusal, problems = "", {}
    try:
        check(release)
        _check_not_running(release)
    except ValidationError as error:
        problems = error.message_dict
    except NotAllowed as error:
        refusal = str(error)
    people = len(queueing.members(receiver, MEMBERS)) if receiver is not None else 0
    gates = gating.gates(release.version, receiver, release.annex)
    return Preview(release, gates, refusal, problems, people)


@verb(room="desk")
@fenced
def propose(*, by: Acting, version: Version, receiver: Authority | None, **facts) -> Release:
    """Propose that a receiver (None: everybody) may read a version, in answer to a request or without one.

    ``facts`` are legal_basis, annex, request, until (the last day; None: open), conditions and form. Raises PermissionDenied,
    ValidationError by field, and NotAllowed naming everything that is missing.
    """
    release = _drafted(by, version, receiver, lock=True, **facts)
    check(release)
    _check_not_running(release)
    release.full_clean(validate_constraints=False)
    release.save(force_insert=True)
    recording.record(by=by, target=release, after=_told(release))
    queueing.put(
        authority=release.giver,
        kind=Work.RELEASE,
        key=f"release:{release.pk}",
        words=_("to %(receiver)s") % {"receiver": _named(release)},
        roles=[Role.RELEASER.value],
        but_not=[by.user_id],
        place=release.get_absolute_url(),
    )
    return release


def _drafted(
    by: Acting,
    version: Version,
    receiver: Authority | None,
    *,
    legal_basis: str,
    annex: Annex | None = None,
    request: ReportRequest | None = None,
    until: date | None = None,
    conditions: str = "",
    form: str = Form.EXACT,
    lock: bool = False,
) -> Release:
    rows = Version.objects.select_related("stored", "document", "authority")
    version = (rows.select_for_update(of=["self"]) if lock else rows).get(pk=version.pk)
    policies.check_may(by, "release.propose", version.authority_id)
    return Release(
        version=version,
        giver=version.authority,
        receiver=receiver,
        information=version.information,
        request=request,
        annex=annex or (request.annex if request is not None else None),
        legal_basis=legal_basis.strip(),
        until=until,
        conditions=conditions.strip(),
        form=form,
        stage=lifecycles.RELEASE.check(lifecycles.NONE, "propose"),
        proposed_at=clock.now(),
        proposed_by_id=by.user_id,
    )


@verb(room="desk")
@fenced
def release(*, by: Acting, release: Release) -> Release:
    """The second person releases: from now on the receiver may read the version while annex and commitment hold.

    Raises PermissionDenied for whoever proposed it, NotAllowed when something is missing by now. A request that it answers
    becomes shared.
    """
    release = _locked(by, release, "release.decide")
    stage = lifecycles.RELEASE.check(release.stage, "release")
    by.with_second_hand(frozenset({release.proposed_by_id}))
    check(release)
    release.stage, release.released_at, release.released_by_id = stage, clock.now(), by.user_id
    release.save(update_fields=["stage", "released_at", "released_by"])
    if release.receiver_id is None:
        verbs.tell_the_public()
    recording.record(by=by, target=release, after=_told(release))
    queueing.take(by=by, kinds=[Work.RELEASE], key=f"release:{release.pk}")
    if release.receiver_id is not None:
        _tell_receiver(release, _("%(giver)s has released a document to you"), "released")
    if release.request_id:
        requesting.mark_shared(by=by, request=release.request)
    return release


@verb(room="desk")
@fenced
def drop(*, by: Acting, release: Release, reason: str = "") -> Release:
    """Give a proposal up before it is released. It stays on record."""
    release = _locked(by, release, "release.propose")
    _end(by, release, lifecycles.RELEASE.check(release.stage, "drop"), reason)
    queueing.take(by=by, kinds=[Work.RELEASE], key=f"release:{release.pk}")
    return release


@verb(room="desk")
@fenced
def revoke(*, by: Acting, release: Release, reason: str) -> Release:
    """End a release: the next request is refused, a running download stops. Raises ValidationError without a reason."""
    release = _locked(by, release, "release.revoke")
    stage = lifecycles.RELEASE.check(release.stage, "revoke")
    if not reason.strip():
        raise ValidationError({"reason": _("Say why. The receiver reads it.")})
    if release.receiver_id is None:
        verbs.tell_the_public()
    _end(by, release, stage, reason)
    if release.receiver_id is not None:
        _tell_receiver(release, _("%(giver)s has revoked a release to you"), "revoked")
    return release


def check(release: Release) -> None:
    """Raises ValidationError by field, or NotAllowed naming every gate that would keep the receiver from reading it now."""
    _check_request(release)
    _check_facts(release)
    closed = gating.missing(release.version, release.receiver, release.annex)
    if not closed:
        closed = _not_under_annex(release)
    if closed:
        raise NotAllowed(" ".join(closed))


def _check_facts(release: Release) -> None:
    problems = {}
    if not release.legal_basis:
        problems["legal_basis"] = _("Name the text and article on which it is released.")
    if release.until is not None and release.until < clock.today():
        problems["until"] = _("The last day has passed. Choose today or a later day.")
    if release.receiver_id == release.giver_id:
        problems["receiver"] = _("Your own members read it already. Choose another authority.")
    if release.form == Form.STAMPED and release.receiver_id is None:
        problems["form"] = _("A stamp names one reader; what everybody reads goes out as it was filed.")
    elif release.form == Form.STAMPED and release.version.stored.content_type != ContentType.PDF:
        problems["form"] = _("Only a PDF can be stamped. Release this file as it was filed.")
    if problems:
        raise ValidationError(problems)


def _check_request(release: Release) -> None:
    request = release.request
    if request is None:
        return
    if request.asked_id != release.giver_id or request.asking_id != release.receiver_id:
        raise NotAllowed(_("A request is answered by whoever was asked, to whoever asked."))
    if request.facility_id != release.version.document.facility_id:
        raise NotAllowed(_("The request is about another facility than this document."))
    if request.stage in (RequestStage.REFUSED, RequestStage.WITHDRAWN):
        raise NotAllowed(
            _("Request %(number)s has ended. Release without it, or not at all.") % {"number": request.number}
        )
    requesting.check_may_be_shared(request)


def _not_under_annex(release: Release) -> list[str]:
    """Which of the two does not act for a party under the annex that is cited."""
    if release.annex_id is None or release.receiver_id is None:
        return []
    return [
        _("%(authority)s does not act for a party under %(annex)s. Cite another text.")
        % {"authority": each.name, "annex": release.annex.code}
        for each in (release.giver, release.receiver)
        if release.annex_id not in annexes_of(each)
    ]


def annexes_of(authority: Authority) -> frozenset[int]:
    """The annexes, by id, that apply today and under which the authority acts for a party."""
    return audience.annexes_of(Acting(actor="", authority_id=authority.pk, economy_id=authority.economy_id))


def _check_not_running(release: Release) -> None:
    running = [ReleaseStage.PROPOSED, ReleaseStage.RELEASED]
    same = Release.objects.filter(version=release.version, receiver=release.receiver, stage__in=running)
    earlier = same.first()
    if earlier is not None:
        raise NotAllowed(
            _("This is proposed already, and awaits the second person.")
            if earlier.stage == ReleaseStage.PROPOSED
            else _("This version is released to the same receiver already. Revoke that first.")
        )


def _locked(by: Acting, release: Release, action: str) -> Release:
    related = ("stored", "document", "authority")
    rows = Release.objects.select_for_update(of=["self"]).select_related(
        *(f"version__{name}" for name in related), "giver", "receiver", "annex", "request"
    )
    # Asked before the lock, which whoever may not change the row does not get.
    policies.check_may(by, action, release.giver_id)
    return rows.get(pk=release.pk)


def _end(by: Acting, release: Release, stage: str, reason: str) -> None:
    release.stage, release.ended_at, release.ended_by = stage, clock.now(), by.actor
    release.end_reason = reason.strip()[:LONGEST_REASON]
    release.save(update_fields=["stage", "ended_at", "ended_by", "end_reason"])
    recording.record(by=by, target=release, reason=release.end_reason, after=_told(release))


def _tell_receiver(release: Release, words: str, event: str) -> None:
    """News for the receiver; the words name the giver and nothing of the document."""
    queueing.put(
        authority=release.receiver,
        kind=Work.SHARED,
        key=f"release:{release.pk}:{event}",
        words=(words % {"giver": release.giver.name})[:300],
        place=release.get_absolute_url(),
    )


def _named(release: Release) -> str:
    return release.receiver.name if release.receiver_id else _("everybody")


def _told(release: Release) -> dict:
    return {
        "stage": release.stage,
        "version": str(release.version.words),
        "to": release.receiver.code if release.receiver_id else "*",
        "annex": release.annex.code if release.annex_id else "",
        "basis": release.legal_basis,
        "request": release.request.number if release.request_id else "",
        "until": release.until,
        "form": release.form,
    }
