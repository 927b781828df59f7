"""A body as its own people see it: how it stands with each partner today, what is missing, what runs out, its contacts.

Nothing of this is internal to an authority: no notes, no persons, no other body.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from agreements.models import Authority, Capacity
from agreements.steps import Outcome
from agreements.steps import Step as ChainStep
from agreements.texts import Texts
from portal import clock
from portal.clocks import Clocks
from registry import limits, listing, policies, queueing
from registry.listing import LineStanding, Portrait
from registry.models import (
    Act,
    Body,
    Contact,
    Decision,
    Designation,
    Merger,
    Proposal,
    Recognition,
    Representative,
    Stage,
    State,
    Step,
)

_COUNTING = (State.ACCREDITED, State.DESIGNATED, State.RECOGNISED, State.SUSPENDED)
HISTORY_SHOWN = 50


@dataclass(frozen=True)
class LineToday:
    """A scope line towards one partner: its answer today, and the first step of the chain that keeps it from acceptance."""

    standing: LineStanding
    missing: ChainStep | None


@dataclass(frozen=True)
class Deadline:
    """A term that runs out or a limit that counts: what, its last day, how much is left, and where the limit comes from."""

    words: str
    last_day: date
    left: str
    source: str = ""


@dataclass(frozen=True)
class Contestation:
    """A partner objects: with which reason, since when, and until when the body may answer where a text says so."""

    decision: Decision
    limits: list[limits.Limit]


@dataclass(frozen=True)
class OwnBody:
    """All that a body's people see of it."""

    body: Body
    portrait: Portrait
    lines: list[LineToday]
    deadlines: list[Deadline]
    contestations: list[Contestation]
    contacts: list[Contact]
    proposals: list[Proposal]

    @property
    def history(self) -> list[Decision]:
        """The latest decisions on it, newest effect first."""
        return self.portrait.history[:HISTORY_SHOWN]

    @property
    def open_proposal(self) -> Proposal | None:
        """The change of contacts that its people have put before an authority and that is not decided yet."""
        return _open_one(self.proposals)


@dataclass(frozen=True)
class MergedBody:
    """A body that is on file as one with another, which stands for it."""

    body: Body
    into: Body


def bodies_of(user) -> list[Body]:
    """The bodies that a person signs in for today, by name."""
    running = Representative.objects.running().filter(user=user)
    return list(Body.objects.filter(representatives__in=running).order_by("name", "id").distinct())


def own_body(body: Body, texts: Texts) -> OwnBody | MergedBody:
    """The body as its people see it today."""
    clocks = Clocks(on=clock.today())
    portrait = listing.portrait(body.slug, clocks, texts)
    if portrait is None:
        return MergedBody(body, Merger.objects.known().select_related("into").get(body=body).into)
    records = _records(portrait)
    return OwnBody(
        body=body,
        portrait=portrait,
        lines=[LineToday(one, _missing(one)) for one in portrait.lines],
        deadlines=_deadlines(records),
        contestations=_contestations(records),
        contacts=contacts_of(body),
        proposals=proposals_of(body),
    )


def _missing(one: LineStanding) -> ChainStep | None:
    """The step that decides against the line, or else the first that is not met or not on file."""
    if one.answer.verdict == "accepted":
        return None
    unmet = (step for step in one.answer.chain if step.outcome in (Outcome.NOT_MET, Outcome.UNKNOWN))
    return one.answer.deciding or next(unmet, None)


@dataclass(frozen=True)
class _Record:
    """A designation, recognition or accreditation with the decisions on it that count, in order."""

    record: object
    decisions: list[Decision]

    @property
    def state(self) -> str:
        return policies.state_of(self.decisions, clock.today())


def _records(portrait: Portrait) -> list[_Record]:
    groups: dict[tuple, list[Decision]] = {}
    for decision in portrait.history:
        if decision.known_correction is None and decision.act != Act.ANNUL:
            key = (decision.designation_id, decision.recognition_id, decision.accreditation_id)
            groups.setdefault(key, []).append(decision)
    return [
        _Record(decisions[0].record, sorted(decisions, key=lambda decision: decision.order))
        for decisions in groups.values()
    ]


def _deadlines(records: list[_Record]) -> list[Deadline]:
    today, found = clock.today(), []
    for one in records:
        until = policies.term_of(one.decisions, today)
        if until is None or until <= today or one.state not in _COUNTING:
            continue
        last_day = until - timedelta(days=1)
        words = _("%(state)s: %(what)s") % {
            "state": State(one.state).label.capitalize(),
            "what": one.decisions[-1].subject,
        }
        found.append(Deadline(words, last_day, limits.words_left(last_day, today)))
    return sorted(found, key=lambda deadline: (deadline.last_day, deadline.words))


def _contestations(records: list[_Record]) -> list[Contestation]:
    found = []
    for one in records:
        if one.state != State.CONTESTED:
            continue
        contested = [d for d in one.decisions if d.act == Act.CONTEST and d.effective_on <= clock.today()][-1]
        replies = limits.on_file(one.record.annex, limits.BODY_REPLY)
        found.append(
            Contestation(contested, [limits.counted(limit, contested.effective_on) for limit in replies])
        )
    return found


def contacts_of(body: Body) -> list[Contact]:
    """The contacts on record now."""
    return list(body.contacts.current())


def proposals_of(body: Body) -> list[Proposal]:
    """The changes of contacts that the body's people have proposed, newest first, each with ``remarks`` read."""
    people = Representative.objects.filter(body=body).values("user")
    rows = Proposal.objects.filter(body=body, step=Step.CONTACTS, opened_by__in=people)
    return list(
        rows.select_related("authority").prefetch_related("remarks").order_by("-opened_at", "-id")[:10]
    )


def proposal_of(body: Body, number: int) -> Proposal | None:
    """One of them."""
    return next((proposal for proposal in proposals_of(body) if proposal.pk == number), None)


def open_proposal_of(body: Body) -> Proposal | None:
    """The one that is not decided yet."""
    return _open_one(proposals_of(body))


def _open_one(proposals: list[Proposal]) -> Proposal | None:
    return next((each for each in proposals if each.stage in (Stage.DRAFT, Stage.SUBMITTED)), None)


def authority_of(body: Body, number: int) -> Authority:
    """The one of ``authorities_of`` with that id. Raises KeyError for any other."""
    found = {authority.pk: authority for authority in authorities_of(body)}
    return found[number]


def authorities_of(body: Body) -> list[Authority]:
    """The authorities that designate the body; where none has yet, those that designate in its economy."""
    found: dict[int, Authority] = {}
    for record in (*Designation.objects.filter(body=body), *Recognition.objects.filter(body=body)):
        found |= {authority.pk: authority for authority in queueing.designators(record)}
    if not found:
        rows = Authority.objects.filter(
            economy_id=body.economy_id, capacities__contains=[Capacity.DESIGNATING]
        )
        found = {authority.pk: authority for authority in rows}
    return sorted(found.values(), key=lambda authority: authority.name)
