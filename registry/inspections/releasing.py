"""Releasing versions: one person proposes, a second one of the giver releases; either can end it, at once."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from agreements.acting import Acting
from agreements.models import Annex, Authority
from portal import clock, verbs
from portal.audit import recording
from portal.files.models import ContentType
from portal.lifecycle import NotAllowed
from portal.verbs import verb
from registry import queueing
from registry.inspections import accessing, lifecycles, policies, requesting
from registry.inspections.fence import fenced
from registry.inspections.models import Form, Release, ReleaseStage, ReportRequest, Version
from registry.models import Work


@verb(room="desk")
@fenced
def propose(
    *,
    by: Acting,
    version: Version,
    receiver: Authority | None,
    legal_basis: str,
    annex: Annex | None = None,
    request: ReportRequest | None = None,
    until=None,
    conditions: str = "",
    form: str = Form.EXACT,
) -> Release:
    """Propose that a receiver (None: everybody) may read a version, until a last day (None: open).

    Raises NotAllowed in words that say what is missing: the checks, the annex, the commitment of the receiver.
    """
    version = (
        Version.objects.select_for_update(of=["self"]).select_related("stored", "document").get(pk=version.pk)
    )
    policies.check_may(by, "release.propose", version.authority_id)
    _check_request(version, receiver, request)
    release = Release(
        version=version,
        giver_id=version.authority_id,
        receiver=receiver,
        information=version.information if receiver is not None else [],
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
    if form == Form.STAMPED and version.stored.content_type != ContentType.PDF:
        raise ValidationError(
            {"form": _("Only PDF files can be stamped. Release this one exactly as filed.")}
        )
    if until is not None and until < clock.today():
        raise ValidationError({"until": _("Choose today or a later day.")})
    release.full_clean(validate_constraints=False)
    check_nothing_is_missing(release)
    if Release.objects.filter(
        version=version, receiver=receiver, stage__in=[ReleaseStage.PROPOSED, ReleaseStage.RELEASED]
    ).exists():
        raise NotAllowed(_("This version is released to the same receiver already, or that is proposed."))
    release.save()
    recording.record(by=by, target=release, after=_told(release))
    queueing.put(
        authority=version.authority,
        kind=Work.RELEASE,
        key=f"release:{release.pk}",
        words=version.document.title,
        roles=["releaser"],
        but_not=[by.user_id],
        place=f"/releases/{release.pk}/",
    )
    return release


@verb(room="desk")
@fenced
def release(*, by: Acting, release: Release) -> Release:
    """The second person releases: from now on the receiver may read the version while annex and commitment hold.

    Raises PermissionDenied for whoever proposed it, NotAllowed when something is missing by now.
    """
    release = _locked(by, release, "release", action="release.decide")
    by.with_second_hand(frozenset({release.proposed_by_id}))
    check_nothing_is_missing(release)
    release.stage, release.released_at, release.released_by_id = (
        ReleaseStage.RELEASED,
        clock.now(),
        by.user_id,
    )
    release.save()
    recording.record(by=by, target=release, after=_told(release))
    queueing.take(by=by, kinds=[Work.RELEASE], key=f"release:{release.pk}")
    if release.request_id:
        requesting.mark_shared(by=by, request=release.request)
    if release.receiver_id:
        _tell_receiver(release, _("A document was shared with you: %(title)s"), "shared")
    else:
        verbs.tell_the_public()
    return release


@verb(room="desk")
@fenced
def drop(*, by: Acting, release: Release, reason: str = "") -> Release:
    """Give a proposal up before it is released. It stays on record."""
    release = _locked(by, release, "drop", action="release.propose")
    _end(by, release, ReleaseStage.DROPPED, reason)
    queueing.take(by=by, kinds=[Work.RELEASE], key=f"release:{release.pk}")
    return release


@verb(room="desk")
@fenced
def revoke(*, by: Acting, release: Release, reason: str) -> Release:
    """End a release: the next request is refused, a running download stops. Raises ValidationError without a reason."""
    release = _locked(by, release, "revoke", action="release.revoke")
    if not reason.strip():
        raise ValidationError({"reason": _("Say why. The receiver sees it.")})
    _end(by, release, ReleaseStage.REVOKED, reason)
    if release.receiver_id:
        _tell_receiver(release, _("A document is shared with you no longer: %(title)s"), "revoked")
    else:
        verbs.tell_the_public()
    return release


def check_nothing_is_missing(release: Release) -> None:
    """Raises NotAllowed naming every gate that would keep the receiver from reading the version now."""
    closed = [
        gate.words
        for gate in accessing.gates(release.version, release.receiver, release.annex)
        if not gate.holds
    ]
    if closed:
        raise NotAllowed(" ".join(closed))


def _check_request(version: Version, receiver: Authority | None, request: ReportRequest | None) -> None:
    if request is None:
        return
    if request.asked_id != version.authority_id or receiver is None or request.asking_id != receiver.pk:
        raise NotAllowed(_("Only the authority that asked gets what it asked for by its request."))
    requesting.check_may_be_shared(request)


def _locked(by: Acting, release: Release, act: str, *, action: str) -> Release:
    rows = Release.objects.select_for_update(of=["self"]).select_related(
        "version__stored", "version__document", "version__authority", "giver", "receiver", "annex", "request"
    )
    release = rows.get(pk=release.pk)
    policies.check_may(by, action, release.giver_id)
    lifecycles.RELEASE.check(release.stage, act)
    return release


def _end(by: Acting, release: Release, stage: str, reason: str) -> None:
    release.stage, release.ended_at, release.ended_by = stage, clock.now(), by.actor
    release.end_reason = reason.strip()[:300]
    release.save()
    recording.record(by=by, target=release, reason=release.end_reason, after=_told(release))


def _tell_receiver(release: Release, words: str, event: str) -> None:
    queueing.put(
        authority=release.receiver,
        kind=Work.SHARED,
        key=f"release:{release.pk}:{event}",
        words=(words % {"title": release.version.document.title})[:300],
        place=f"/releases/{release.pk}/",
    )


def _told(release: Release) -> dict:
    return {
        "stage": release.stage,
        "version": release.version.words,
        "to": release.receiver.code if release.receiver_id else "*",
        "annex": release.annex.code if release.annex_id else "",
        "basis": release.legal_basis,
        "until": release.until,
    }
