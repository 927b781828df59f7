"""Who may do what in the register, and whether the thing is in a fit state. Every verb asks here."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from agreements.acting import Acting
from agreements.competence import is_competent
from agreements.models import Authority, Capacity, Membership
from agreements.steps import say
from portal.lifecycle import Lifecycle, NotAllowed
from registry import lifecycles, rights
from registry.models import Accreditation, Act, Decision, Designation, Recognition, Representative, State


class NotYours(Exception):
    """The actor may not do this; the text says who may."""


def lifecycle_of(record) -> Lifecycle:
    """The life cycle of a designation, recognition or accreditation."""
    return {
        Accreditation: lifecycles.ACCREDITATION,
        Designation: lifecycles.DESIGNATION,
        Recognition: lifecycles.RECOGNITION,
    }[type(record)]


def owner_of(record, act: str):
    """The authority whose act it is: notifying is the designating authority's, although it opens the recognition."""
    if isinstance(record, Accreditation):
        return record.accreditation_body
    if act == Act.NOTIFY:
        return record.designation.authority if record.designation_id else None
    return record.authority


def speaks_for(by: Acting, record, act: str) -> bool:
    """True when the actor's authority owns the act; where the register names no owner, an authority competent for it."""
    owner = owner_of(record, act)
    if isinstance(record, Accreditation):
        return by.acts_for(owner) or stands_in(by, record)
    if owner is not None and not by.acts_for(owner):
        return False
    designating = isinstance(record, Designation) or act == Act.NOTIFY
    if owner is not None and act != Act.DESIGNATE:
        return True
    party = record.exporting if designating else record.importing
    return is_competent(by, record.annex, party, Capacity.DESIGNATING if designating else Capacity.REGULATORY)


def stands_in(by: Acting, accreditation: Accreditation) -> bool:
    """True when the accreditation body does not use the portal and the actor's authority designates in the body's economy.

    It then puts on record what the accreditation body has published.
    """
    if Membership.objects.running().filter(authority=accreditation.accreditation_body_id).exists():
        return False
    own = Authority.objects.filter(pk=by.authority_id, capacities__contains=[Capacity.DESIGNATING])
    return own.filter(economy=accreditation.body.economy_id).exists()


def relation_to_body(by: Acting, body) -> str:
    """In which relation a person stands to a body: its representative, or none."""
    own = Representative.objects.running().filter(body=body, user_id=by.user_id)
    return rights.BODY if by.user_id and own.exists() else "none"


def check_two_hands(by: Acting) -> None:
    """Raises NotYours unless the operator acts, or two people stand behind the act (see ``proposing.decide``)."""
    if not by.is_operator and len(by.hands) < 2:
        raise NotYours(_("This takes two people of the authority: one proposes, another decides."))


def check_may_register(by: Acting, economy) -> None:
    """Raises NotYours unless the operator acts, or two people of an authority (any registers the bodies it names)."""
    if not (by.is_operator or by.authority_code):
        raise NotYours(_("Only an authority registers a body in %(economy)s.") % {"economy": economy.name})
    check_two_hands(by)


def check_may_decide(by: Acting, record, act: str) -> None:
    """Raises NotYours unless two people of the record's owner act. Expiry is the operator's: it follows the clock."""
    if by.is_operator:
        return
    if act == Act.EXPIRE or not speaks_for(by, record, act):
        owner = owner_of(record, act)
        raise NotYours(
            _("“%(act)s” is for %(owner)s to decide.")
            % {"act": Act(act).label, "owner": owner.name if owner else _("another authority")}
        )
    check_two_hands(by)


def check_follows(record, act: str, decisions: list[Decision], effective_on: date) -> str:
    """Return the state after the act. ``decisions`` are those known now, in order.

    Raises NotAllowed when the act does not follow from the state on that day, or would take effect before an act already
    on record (which is then to be corrected instead).
    """
    if decisions and effective_on < decisions[-1].effective_on:
        raise NotAllowed(
            _(
                "A decision already takes effect on %(day)s. Correct that one, or choose that day or a later one."
            )
            % {"day": say(decisions[-1].effective_on)}
        )
    # Expiry is put on record for a term that has run out: what counts is the state on the term's last day.
    on = effective_on - timedelta(days=1) if act == Act.EXPIRE else effective_on
    state = state_of(decisions, on)
    return lifecycle_of(record).check(state, act)


def state_of(decisions: list[Decision], on: date) -> str:
    """The state of a record on a day, given its known decisions in order (annulments already left out)."""
    state, until = lifecycles.NONE, None
    for decision in decisions:
        if decision.effective_on > on:
            break
        state = decision.state
        if decision.changes_term:
            until = decision.until
    if until is not None and until <= on and state in State.standing():
        return State.EXPIRED
    return state


def term_of(decisions: list[Decision], on: date) -> date | None:
    """The first day after the term that was given last by that day, suspensions aside; None for an open term."""
    terms = [
        d.until
        for d in decisions
        if d.effective_on <= on and d.changes_term and d.act not in (Act.SUSPEND, Act.CONTEST)
    ]
    return terms[-1] if terms else None
