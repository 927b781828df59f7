"""Decisions of a joint committee: drafted by one side, signed by both, effective at the later signature."""

from dataclasses import replace

from django.utils.translation import gettext as _

from agreements import competence
from agreements.acting import Acting
from agreements.models import Annex, Authority, Capacity
from agreements.rights import OWN
from portal import clock, permissions
from portal.audit import recording
from portal.lifecycle import NotAllowed
from portal.verbs import verb
from registry import deciding, lifecycles, policies, queueing, recognising
from registry.deciding import Terms
from registry.models import Act, JointDecision, JointStage, Recognition, Signature, State, Work
from registry.policies import NotYours

SIGNING = (Capacity.REGULATORY, Capacity.DESIGNATING, Capacity.CONTACT_POINT)


@verb(room="desk")
def draft_joint(
    *, by: Acting, annex: Annex, number: str, text: str, partner: Authority, recognitions: list[Recognition]
) -> JointDecision:
    """Write a joint decision that lists these bodies. ``recognitions`` are open ones under the annex.

    Raises NotYours when the two authorities do not speak for the parties, NotAllowed when a recognition is not open.
    """
    permissions.check(by, "joint.write", OWN if by.authority_id else "none")
    own = competence.authority_of(by)
    _check_sides(annex, own, partner)
    if not recognitions:
        raise NotAllowed(_("Choose the designations under this text that the decision lists."))
    for recognition in recognitions:
        _check_may_be_listed(by, annex, own, partner, recognition)
    if (
        JointDecision.objects.filter(annex=annex, number=number.strip())
        .exclude(stage=JointStage.DROPPED)
        .exists()
    ):
        raise NotAllowed(_("There is a decision of that number under this text already."))
    joint = JointDecision(
        annex=annex,
        number=number.strip(),
        text=text.strip(),
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
            but_not=[joint.opened_by_id],
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
    for recognition in joint.recognitions.select_related("authority", "annex", "importing", "body").order_by(
        "id"
    ):
        regulator = _regulator(joint.authority, joint.partner, recognition)
        try:
            recognising.recognise(by=_for_side(by, regulator), recognition=recognition, terms=terms)
        except (NotAllowed, NotYours) as error:
            raise NotAllowed(
                _("%(body)s cannot be recognised, so nothing was signed. %(reason)s")
                % {"body": recognition.body.name, "reason": error}
            ) from error


def _regulator(own: Authority, partner: Authority, recognition: Recognition) -> Authority:
    """The side whose party recognises."""
    return partner if recognition.importing_id == partner.economy_id else own


def _for_side(by: Acting, regulator: Authority) -> Acting:
    """The signers of both sides act for the side that recognises: its signature is among them."""
    return replace(
        by, authority_code=regulator.code, authority_id=regulator.pk, economy_id=regulator.economy_id
    )


def _check_sides(annex: Annex, own: Authority, partner: Authority) -> None:
    parties = set(annex.agreement.party_rows.values_list("economy_id", flat=True))
    if own.economy_id == partner.economy_id or not {own.economy_id, partner.economy_id} <= parties:
        raise NotYours(_("A joint decision is signed by an authority of each of two parties to the text."))
    for authority in (own, partner):
        if not _signs(annex, authority):
            raise NotYours(
                _("%(authority)s does not act for its party under this text.") % {"authority": authority.name}
            )


def _signs(annex: Annex, authority: Authority) -> bool:
    """Whether the authority acts for its party under the text, in a capacity in which a committee's decision is signed."""
    return any(
        competence.competent(annex, authority.economy, capacity).filter(pk=authority.pk).exists()
        for capacity in SIGNING
    )


def _check_may_be_listed(
    by: Acting, annex: Annex, own: Authority, partner: Authority, recognition: Recognition
) -> None:
    """Raises NotAllowed unless it is open, between the two that sign; NotYours unless the side that recognises may."""
    between = {recognition.exporting_id, recognition.importing_id}
    if recognition.annex_id != annex.pk or between != {own.economy_id, partner.economy_id}:
        raise NotAllowed(_("Choose designations under this text, between the two parties that sign."))
    regulator = _regulator(own, partner, recognition)
    if not policies.speaks_for(_for_side(by, regulator), recognition, Act.RECOGNISE):
        raise NotYours(
            _("%(authority)s does not decide on the recognition of %(body)s. Choose the authority that does.")
            % {"authority": regulator.name, "body": recognition.body.name}
        )
    state = policies.state_of(deciding.known_decisions(recognition), clock.today())
    if state not in (State.AWAITING, State.CONTESTED):
        raise NotAllowed(
            _("%(body)s neither awaits a decision nor is contested: %(state)s.")
            % {"body": recognition.body.name, "state": State(state).label if state in State else state}
        )


def _locked(joint: JointDecision) -> JointDecision:
    found = JointDecision.objects.select_for_update(of=["self"])
    return found.select_related("authority", "partner", "annex").get(pk=joint.pk)
