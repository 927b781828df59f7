"""Before a receiver passes a document on to a third party, it asks the giver, naming the law that the third party relies on.

FDA's confidentiality commitments, for example with DG SANCO:
https://fda.gov/international-programs/confidentiality-commitments/fda-dg-sanco-europe-confidentiality-commitment
"""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from agreements.acting import Acting
from agreements.models import Role
from portal import clock
from portal.audit import recording
from portal.lifecycle import NotAllowed
from portal.verbs import verb
from registry import queueing
from registry.inspections import policies
from registry.inspections.fence import fenced
from registry.inspections.models import Onward, OnwardStage, Release
from registry.models import Work

LONGEST = 5000


@verb(room="desk")
@fenced
def ask(*, by: Acting, release: Release, third_party: str, purpose: str) -> Onward:
    """The receiver asks whether it may pass the document on: to whom, why, and on which legal ground.

    Until it is agreed to, it may not. Raises PermissionDenied, ValidationError by field, and NotAllowed where nothing is
    readable, or the same is asked already.
    """
    release = Release.objects.select_related("giver", "receiver").get(pk=release.pk)
    policies.check_may(by, "onward.ask", release.receiver_id)
    if not Release.objects.giving_access().filter(pk=release.pk).exists():
        raise NotAllowed(_("You cannot read this document now, so there is nothing to pass on."))
    third_party, purpose = third_party.strip(), purpose.strip()
    problems = {}
    if not third_party:
        problems["third_party"] = _("Say to whom.")
    if not purpose:
        problems["purpose"] = _("Say why, and on which legal ground. The giver decides by it.")
    if len(purpose) > LONGEST:
        problems["purpose"] = _("Shorten this to %(number)s characters.") % {"number": LONGEST}
    if problems:
        raise ValidationError(problems)
    if release.onward.filter(stage=OnwardStage.ASKED, third_party__iexact=third_party).exists():
        raise NotAllowed(_("This is asked already. Wait for the answer."))
    question = Onward(
        release=release,
        third_party=third_party,
        purpose=purpose,
        asked_at=clock.now(),
        asked_by_id=by.user_id,
    )
    question.full_clean(validate_constraints=False)
    question.save(force_insert=True)
    recording.record(
        by=by, target=release, target_name=_entry(release), after={"may_it_pass_on_to": third_party}
    )
    queueing.put(
        authority=release.giver,
        kind=Work.ONWARD,
        key=f"onward:{question.pk}",
        words=_("%(receiver)s asks") % {"receiver": release.receiver.name},
        roles=[Role.RELEASER.value, Role.APPROVER.value],
        place=release.get_absolute_url(),
    )
    return question


@verb(room="desk")
@fenced
def answer(*, by: Acting, question: Onward, agreed: bool, words: str) -> Onward:
    """The giver agrees, perhaps under conditions, or refuses and says why. It stays on record on both sides.

    Raises PermissionDenied, ValidationError, and NotAllowed when it is answered already.
    """
    rows = Onward.objects.select_for_update(of=["self"]).select_related("release__giver", "release__receiver")
    question = rows.get(pk=question.pk)
    release, words = question.release, words.strip()
    policies.check_may(by, "onward.answer", release.giver_id)
    if question.stage != OnwardStage.ASKED:
        raise NotAllowed(_("This question has been answered already."))
    if not agreed and not words:
        raise ValidationError({"words": _("Say why it may not be passed on.")})
    if len(words) > LONGEST:
        raise ValidationError({"words": _("Shorten this to %(number)s characters.") % {"number": LONGEST}})
    question.stage = OnwardStage.AGREED if agreed else OnwardStage.REFUSED
    question.answer, question.answered_at, question.answered_by_id = words, clock.now(), by.user_id
    question.save(update_fields=["stage", "answer", "answered_at", "answered_by"])
    after = {"passing_on_to": question.third_party, "answer": question.stage}
    recording.record(by=by, target=release, target_name=_entry(release), after=after)
    queueing.take(by=by, kinds=[Work.ONWARD], key=f"onward:{question.pk}")
    queueing.put(
        authority=release.receiver,
        kind=Work.SHARED,
        key=f"onward:{question.pk}:answered",
        words=_("%(giver)s has answered whether you may pass a document on") % {"giver": release.giver.name},
        place=release.get_absolute_url(),
    )
    return question


def _entry(release: Release) -> str:
    """Its name in the audit: without the document's title, which whoever reads the entry later may not know any more."""
    return f"{release.giver} → {release.receiver}, {release.pk}"
