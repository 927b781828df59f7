"""Proposals: draft, revise, submit, send back, decide. What is decided is carried out in the same transaction.

Every verb takes the actor as ``by`` and raises PermissionDenied when the actor may not, NotAllowed when the proposal is not
in a fit state, Outdated when somebody else has changed it meanwhile.
"""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from agreements.acting import Acting
from agreements.rights import OWN, WORKERS
from portal import clock, permissions
from portal.accounts.models import User
from portal.audit import recording
from portal.lifecycle import NotAllowed
from portal.notices.models import Category
from portal.notices.telling import tell
from portal.verbs import verb
from registry import carrying, checking, deciding, lifecycles, policies, queueing
from registry.checking import Problem
from registry.models import Proposal, Remark, Representative, Stage, Step, Work

LARGEST_CONTENT = 400_000


class Outdated(NotAllowed):
    """Somebody else has saved the proposal meanwhile; ``proposal`` is as it stands now."""

    def __init__(self, proposal: Proposal):
        super().__init__(
            _(
                "This proposal has changed since you opened it. Nothing of yours was saved and nothing overwritten."
            )
        )
        self.proposal = proposal


class Incomplete(NotAllowed):
    """Something is missing or does not fit; ``problems`` names each with its section."""

    def __init__(self, problems: list[Problem]):
        super().__init__(_("Something is still missing: see the list."))
        self.problems = problems


@verb(room="desk")
def draft(*, by: Acting, step: str, content: dict | None = None, **about) -> Proposal:
    """Open a proposal of the actor's authority.

    ``about`` names the record: body, annex, exporting, importing, designation, recognition, accreditation or decision.
    Raises NotYours when such a decision is not the authority's to make.
    """
    permissions.check(by, "proposal.write", OWN if by.authority_id else "none")
    return _drafted(by, by.authority_id, step, content or {}, about)


def _drafted(by: Acting, authority_id: int, step: str, content: dict, about: dict) -> Proposal:
    checking.check_may_propose(by, step, about)
    for record in ("designation", "recognition", "accreditation", "decision"):
        row = about.get(record)
        if row is None:
            continue
        # Of two who begin at the same moment the second is told of the first.
        deciding.lock(row.record if record == "decision" else row)
        open_one = Proposal.objects.running().filter(authority_id=authority_id, **{record: row}).first()
        if open_one:
            raise NotAllowed(
                _("There is an open proposal on this already, by %(who)s. Finish or drop that one first.")
                % {"who": open_one.opened_by.name}
            )
    proposal = Proposal(
        authority_id=authority_id,
        step=step,
        stage=lifecycles.PROPOSAL.check(lifecycles.NONE, "draft"),
        content=content,
        hands=[by.hand],
        opened_by_id=by.user_id,
        opened_at=clock.now(),
        changed_at=clock.now(),
        **about,
    )
    proposal.full_clean(exclude=["hands", "content"])
    proposal.save()
    recording.record(by=by, target=proposal, after={"step": step})
    _await_completion(proposal, proposal.opened_by)
    return proposal


@verb(room="desk")
def revise(
    *,
    by: Acting,
    proposal: Proposal,
    version: int,
    section: str,
    content,
    further: dict | None = None,
    **about,
) -> Proposal:
    """Save one section of a draft, complete or not (``further``: others that go with it).

    ``version`` is the one that the writer had before the eyes.
    """
    proposal = _locked(by, proposal, "revise", version=version)
    before = proposal.content.get(section)
    proposal.content = {**proposal.content, section: content, **(further or {})}
    if len(str(proposal.content)) > LARGEST_CONTENT:
        raise NotAllowed(_("This is too much for one proposal. Split the scope into several."))
    for name, value in about.items():
        setattr(proposal, name, value)
    touch(by, proposal)
    recording.record(by=by, target=proposal, before={section: before}, after={section: content})
    return proposal


@verb(room="desk")
def submit(*, by: Acting, proposal: Proposal, version: int) -> Proposal:
    """Put a complete draft before the second person. Raises Incomplete."""
    proposal = _locked(by, proposal, "submit", version=version)
    if problems := checking.problems(by, proposal):
        raise Incomplete(problems)
    proposal.stage, proposal.submitted_at, proposal.submitted_by_id = Stage.SUBMITTED, clock.now(), by.user_id
    touch(by, proposal)
    queueing.take(by=by, kinds=[Work.DRAFT], proposal=proposal)
    _await_second(proposal)
    recording.record(by=by, target=proposal, after={"stage": proposal.stage, "version": proposal.version})
    return proposal


@verb(room="desk")
def take_back(*, by: Acting, proposal: Proposal) -> Proposal:
    """Make a submitted proposal a draft again, before it is decided."""
    proposal = _locked(by, proposal, "take_back")
    return _again_draft(by, proposal, User.objects.get(pk=by.user_id))


@verb(room="desk")
def send_back(*, by: Acting, proposal: Proposal, version: int, remarks: dict[str, str]) -> Proposal:
    """Return a submitted proposal with remarks by field ("" for the whole). Raises ValueError without any remark."""
    proposal = _locked(by, proposal, "send_back", version=version, action="proposal.send_back")
    said = {name: words.strip() for name, words in remarks.items() if words.strip()}
    if not said:
        raise ValueError(_("Say what should be changed."))
    Remark.objects.bulk_create(
        Remark(
            proposal=proposal,
            field=name,
            words=words,
            made_at=clock.now(),
            made_by_id=by.user_id,
            version=proposal.version,
        )
        for name, words in said.items()
    )
    submitter = proposal.submitted_by
    tell(
        users=_told_of_return(proposal, submitter),
        key=f"proposal:{proposal.pk}:back:{proposal.version}",
        kind="proposal.sent_back",
        category=Category.QUEUE,
        words=_("Sent back with remarks: %(proposal)s") % {"proposal": proposal},
        link=_where(proposal, submitter),
        target_kind="proposal",
        target_id=str(proposal.pk),
        authority_code=proposal.authority.code,
    )
    return _again_draft(by, proposal, submitter, said)


def _told_of_return(proposal: Proposal, submitter: User) -> list[int]:
    """Whoever submitted it; of what a program submitted, those who could go on with it."""
    return queueing.members(proposal.authority, WORKERS) if submitter.is_machine else [submitter.id]


def _where(proposal: Proposal, person: User) -> str:
    """Where a person finds a proposal: a member at the desk, a body's representative among its own."""
    if person.is_machine:
        return proposal.get_absolute_url()
    return proposal.get_absolute_url() if _is_member(proposal, person) else "/mine/"


def _is_member(proposal: Proposal, person: User) -> bool:
    return proposal.authority.memberships.running().filter(user=person).exists()


def _again_draft(by: Acting, proposal: Proposal, writer: User, said: dict | None = None) -> Proposal:
    proposal.stage, proposal.submitted_at, proposal.submitted_by = Stage.DRAFT, None, None
    proposal.version += 1
    proposal.changed_at = clock.now()
    proposal.save()
    queueing.take(by=by, kinds=[Work.APPROVE], proposal=proposal)
    _await_completion(proposal, writer)
    recording.record(by=by, target=proposal, after={"stage": proposal.stage, "remarks": said or {}})
    return proposal


@verb(room="desk")
def drop(*, by: Acting, proposal: Proposal, reason: str = "") -> Proposal:
    """Give a proposal up. It stays on record."""
    return _dropped(by, _locked(by, proposal, "drop"), reason)


def _dropped(by: Acting, proposal: Proposal, reason: str) -> Proposal:
    proposal.stage, proposal.ended_at = Stage.DROPPED, clock.now()
    touch(by, proposal)
    queueing.take(by=by, kinds=[Work.DRAFT, Work.APPROVE], proposal=proposal)
    recording.record(by=by, target=proposal, reason=reason, after={"stage": proposal.stage})
    return proposal


@verb(room="desk")
def decide(*, by: Acting, proposal: Proposal, version: int) -> Proposal:
    """The second person decides: the proposal is carried out and cannot be changed any more.

    Raises PermissionDenied when the actor has worked on it, Incomplete when it no longer fits, and what the verbs raise.
    """
    proposal = _locked(by, proposal, "decide", version=version, action="proposal.decide")
    seconded = by.with_second_hand(frozenset(proposal.hands))
    if problems := checking.problems(by, proposal):
        raise Incomplete(problems)
    proposal.made = carrying.carry_out(by=seconded, proposal=proposal)
    proposal.stage, proposal.ended_at, proposal.decided_by_id = Stage.DECIDED, clock.now(), by.user_id
    proposal.version += 1
    proposal.save()
    queueing.take(by=by, kinds=[Work.DRAFT, Work.APPROVE], proposal=proposal)
    recording.record(
        by=by,
        target=proposal,
        after={"stage": proposal.stage, "made": proposal.made_id, "hands": sorted(seconded.hands)},
    )
    return proposal


@verb(room="desk")
def propose_contacts(*, by: Acting, body, authority, contacts: list[dict]) -> Proposal:
    """A representative of the body puts new contacts before its authority, where one officer decides on them."""
    permissions.check(by, "contacts.propose", policies.relation_to_body(by, body))
    checking.check_looked_after(authority, body)
    proposal = _drafted(by, authority.pk, Step.CONTACTS, {"contacts": {"contacts": contacts}}, {"body": body})
    if problems := checking.problems(by, proposal):
        raise Incomplete(problems)
    proposal.stage, proposal.submitted_at, proposal.submitted_by_id = Stage.SUBMITTED, clock.now(), by.user_id
    touch(by, proposal)
    queueing.take(by=by, kinds=[Work.DRAFT], proposal=proposal)
    _await_second(proposal)
    return proposal


def _locked(by: Acting, proposal: Proposal, act: str, *, version=None, action="proposal.write") -> Proposal:
    """The proposal, locked and fit for the act. Raises PermissionDenied, NotAllowed or Outdated."""
    found = Proposal.objects.select_for_update(of=["self"], no_key=True).select_related(
        "authority", "submitted_by"
    )
    proposal = found.get(pk=proposal.pk)
    permissions.check(by, action, OWN if by.authority_id == proposal.authority_id else "none")
    lifecycles.PROPOSAL.check(proposal.stage, act)
    if version is not None and version != proposal.version:
        raise Outdated(proposal)
    return proposal


@verb(room="desk")
def withdraw_contacts(*, by: Acting, proposal: Proposal) -> Proposal:
    """Take back contacts that the body's own people proposed. It stays on record.

    Raises PermissionDenied for anybody else, NotAllowed when the authority has decided or dropped it.
    """
    proposal = Proposal.objects.select_for_update(of=["self"], no_key=True).get(pk=proposal.pk)
    own = Representative.objects.filter(body=proposal.body_id, user=proposal.opened_by_id).exists()
    relation = policies.relation_to_body(by, proposal.body) if proposal.body_id and own else "none"
    permissions.check(by, "contacts.propose", relation)
    lifecycles.PROPOSAL.check(proposal.stage, "drop")
    return _dropped(by, proposal, "")


def locked_draft(by: Acting, proposal: Proposal) -> Proposal:
    """The draft, locked for a change that belongs to it. Raises PermissionDenied or NotAllowed."""
    return _locked(by, proposal, "revise")


def touch(by: Acting, proposal: Proposal) -> None:
    """Save a changed draft: its version grows, and whoever changed it is one of its hands."""
    if by.hand is None:
        raise PermissionDenied(_("Only a person works on a proposal."))
    proposal.hands = sorted({*proposal.hands, by.hand})
    proposal.version += 1
    proposal.changed_at = clock.now()
    proposal.full_clean(exclude=["hands", "content"], validate_constraints=False)
    proposal.save()


def _await_completion(proposal: Proposal, writer: User) -> None:
    queueing.put(
        authority=proposal.authority,
        kind=Work.DRAFT,
        key=f"proposal:{proposal.pk}",
        proposal=proposal,
        # What a body's representative has written is for anybody at the authority to complete.
        assigned_to=writer if _is_member(proposal, writer) else None,
        silent=True,
    )


def _await_second(proposal: Proposal) -> None:
    queueing.put(
        authority=proposal.authority,
        kind=Work.APPROVE,
        key=f"proposal:{proposal.pk}",
        proposal=proposal,
        roles=["approver"],
        but_not=proposal.hands,
    )
