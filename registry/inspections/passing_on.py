"""Before a receiver passes a document on to a third party, it asks the giver (FDA's confidentiality commitments)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from agreements.acting import Acting
from portal import clock
from portal.audit import recording
from portal.lifecycle import NotAllowed
from portal.verbs import verb
from registry import queueing
from registry.inspections import policies
from registry.inspections.fence import fenced
from registry.inspections.models import Onward, OnwardStage, Release, ReleaseStage
from registry.models import Work


@verb(room="desk")
@fenced
def ask(*, by: Acting, release: Release, third_party: str, purpose: str) -> Onward:
    """The receiver asks whether it may pass the document on: to whom, why, and on which legal ground."""
    release = _release(release)
    policies.check_may(by, "onward.ask", release.receiver_id)
    if release.stage != ReleaseStage.RELEASED:
        raise NotAllowed(_("This document is shared with you no longer, so there is nothing to pass on."))
    missing = {
        name: _("Say this: the giver decides by it.")
        for name, said in (("third_party", third_party), ("purpose", purpose))
        if not said.strip()
    }
    if missing:
        raise ValidationError(missing)
    question = Onward(
        release=release,
        third_party=third_party.strip(),
        purpose=purpose.strip(),
        asked_at=clock.now(),
        asked_by_id=by.user_id,
    )
    question.full_clean(validate_constraints=False)
    question.save()
    recording.record(by=by, target=release, after={"asks_to_pass_on_to": question.third_party})
    queueing.put(
        authority=release.giver,
        kind=Work.ONWARD,
        key=f"onward:{question.pk}",
        words=_("%(who)s asks to pass on: %(title)s")
        % {"who": release.receiver.name, "title": release.version.document.title},
        roles=["releaser", "approver"],
        place=f"/releases/{release.pk}/",
    )
    return question


@verb(room="desk")
@fenced
def answer(*, by: Acting, question: Onward, agreed: bool, words: str) -> Onward:
    """The giver agrees, perhaps under conditions, or refuses. Both stay on record on both sides."""
    question = (
        Onward.objects.select_for_update(of=["self"])
        .select_related("release__receiver", "release__giver", "release__version__document")
        .get(pk=question.pk)
    )
    release = question.release
    policies.check_may(by, "onward.answer", release.giver_id)
    if question.stage != OnwardStage.ASKED:
        raise NotAllowed(_("This question has been answered already."))
    if not agreed and not words.strip():
        raise ValidationError({"words": _("Say why not.")})
    question.stage = OnwardStage.AGREED if agreed else OnwardStage.REFUSED
    question.answer, question.answered_at, question.answered_by_id = words.strip(), clock.now(), by.user_id
    question.save()
    recording.record(
        by=by, target=release, after={"passing_on_to": question.third_party, "answer": question.stage}
    )
    queueing.take(by=by, kinds=[Work.ONWARD], key=f"onward:{question.pk}")
    queueing.put(
        authority=release.receiver,
        kind=Work.SHARED,
        key=f"onward:{question.pk}:answered",
        words=_("Answered whether you may pass on: %(title)s") % {"title": release.version.document.title},
        place=f"/releases/{release.pk}/",
    )
    return question


def _release(release: Release) -> Release:
    rows = Release.objects.select_related("giver", "receiver", "version__document")
    return rows.get(pk=release.pk)
