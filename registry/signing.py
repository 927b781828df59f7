"""Decisions of a joint committee: drafted by one side, signed by both, effective at the later signature."""

from dataclasses import replace

from django.utils.translation import gettext as _

from agreements import competence
from agreements.acting import Acting
from agreements.models import Annex, Authority
from agreements.rights import OWN
from portal import clock, permissions
from portal.audit import recording
from portal.lifecycle import NotAllowed
from portal.verbs import verb
from registry import lifecycles, queueing, recognising
from registry.deciding import Terms
from registry.models import JointDecision, Recognition, Signature, Work
from registry.policies import NotYours


@verb(room="desk")
def draft_joint(
    *, by: Acting, annex: Annex, number: str, text: str, partner: Authority, recognitions: list[Recognition]
) -> JointDecision:
    """Write a joint decision that lists these bodies. ``recognitions`` are open ones under the annex."""
    permissions.check(by, "joint.write", OWN if by.authority_id else "none")
    own = competence.authority_of(by)
    _check_sides(annex, own, partner)
    if not recognitions or any(each.annex_id != annex.pk for each in recognitions):
        raise NotAllowed(_("Choose the designations under this text that the decision lists."))
    joint = JointDecision(
        annex=annex,
        number=number.strip(),
        text=text,
        authority=own,
        partner=partner,
        opened_by_id=by.user_id,
        opened_at=clock.now(),
        stage=lifecycles.JOINT_DECISION.check(lifecycles.NONE, "draft"),
    )
    joint.full_clean()
    joint.save()
    joint.recognitions.set(recognitions)
    recording.record(by=by, target=joint, after={"number": joint.number, "lists": len(recognitions)})
    return joint


@verb(room="desk")
def put_to_signature(*, by: Acting, joint: JointDecision) -> JointDecision:
    """Put a draft before both sides."""
    joint = _locked(joint)
    permissions.check(by, "joint.write", OWN if by.authority_id == joint.authority_id else "none")
    joint.stage = lifecycles.JOINT_DECISION.check(joint.stage, "put_to_signature")
    joint.save(update_fields=["stage"])
    for authority in (joint.authority, joint.partner):
        queueing.put(
            authority=authority,
            kind=Work.SIGN,
            key=f"joint:{joint.pk}",
            words=str(joint),
            joint=joint,
            roles=["approver"],
        )
    recording.record(by=by, target=joint, after={"stage": joint.stage})
    return joint


@verb(room="desk")
def drop_joint(*, by: Acting, joint: JointDecision, reason: str = "") -> JointDecision:
    """Give a joint decision up before both sides have signed."""
    joint = _locked(joint)
    permissions.check(by, "joint.write", OWN if by.authority_id == joint.authority_id else "none")
    joint.stage = lifecycles.JOINT_DECISION.check(joint.stage, "drop")
    joint.save(update_fields=["stage"])
    queueing.take(by=by, kinds=[Work.SIGN], joint=joint)
    recording.record(by=by, target=joint, reason=reason, after={"stage": joint.stage})
    return joint


@verb(room="desk")
def sign(*, by: Acting, joint: JointDecision) -> JointDecision:
    """Sign for one's own side. With the second side's signature the decision takes effect, that day.

    Nobody signs for both sides, nor for what they wrote themselves.
    """
    joint = _locked(joint)
    sides = {joint.authority_id: joint.authority, joint.partner_id: joint.partner}
    permissions.check(by, "joint.sign", OWN if by.authority_id in sides else "none")
    lifecycles.JOINT_DECISION.check(joint.stage, "sign")
    signed = list(joint.signatures.all())
    own = sides[by.authority_id]
    if any(each.party_id == own.economy_id for each in signed):
        raise NotAllowed(_("Your side has signed already."))
    earlier = frozenset({joint.opened_by_id, *(each.signed_by_id for each in signed)})
    seconded = by.with_second_hand(earlier)
    Signature.objects.create(
        joint=joint,
        authority=own,
        party_id=own.economy_id,
        signed_by_id=by.user_id,
        signed_on=clock.today(),
        signed_at=clock.now(),
    )
    queueing.take(by=by, kinds=[Work.SIGN], joint=joint, authority=own)
    if signed:
        _take_effect(seconded, joint, max(clock.today(), *(each.signed_on for each in signed)))
    recording.record(by=by, target=joint, after={"stage": joint.stage, "signed": len(signed) + 1})
    return joint


def _take_effect(by: Acting, joint: JointDecision, day) -> None:
    joint.stage = lifecycles.JOINT_DECISION.check(joint.stage, "sign_last")
    joint.effective_on = day
    joint.save(update_fields=["stage", "effective_on"])
    terms = Terms(
        effective_on=day,
        decided_on=day,
        public_reason=_("Listed by joint decision %(number)s.") % {"number": joint.number},
        citation=str(joint),
        authority_name=f"{joint.authority.name}; {joint.partner.name}",
    )
    for recognition in joint.recognitions.select_related("authority", "annex", "importing").order_by("id"):
        regulator = joint.partner if recognition.importing_id == joint.partner.economy_id else joint.authority
        recognising.recognise(by=_for_side(by, regulator), recognition=recognition, terms=terms)


def _for_side(by: Acting, regulator: Authority) -> Acting:
    """The signers of both sides act for the side that recognises: its signature is among them."""
    return replace(
        by, authority_code=regulator.code, authority_id=regulator.pk, economy_id=regulator.economy_id
    )


def _check_sides(annex: Annex, own: Authority, partner: Authority) -> None:
    parties = set(annex.agreement.party_rows.values_list("economy_id", flat=True))
    if own.economy_id == partner.economy_id or not {own.economy_id, partner.economy_id} <= parties:
        raise NotYours(_("A joint decision is signed by an authority of each of two parties to the text."))


def _locked(joint: JointDecision) -> JointDecision:
    found = JointDecision.objects.select_for_update(of=["self"])
    return found.select_related("authority", "partner", "annex").get(pk=joint.pk)
