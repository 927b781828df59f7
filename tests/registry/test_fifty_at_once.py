"""Fifty contradictory decisions made at once leave one valid history."""

import os
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection

from agreements import texts
from portal import clock
from portal.audit import recording
from portal.audit.models import AuditEntry
from portal.lifecycle import NotAllowed
from registry import (
    accepted_scope,
    correcting,
    designating,
    policies,
    previewing,
    proposing,
    recognising,
    registering,
)
from registry.deciding import Terms, known_decisions
from registry.models import AcceptedScope, Decision, Proposal, Stage, Step, WorkItem
from tests.registry.at_once import at_once, patience
from tests.registry.officers import acting, make_officer
from tests.registry.proposals import (
    Parties,
    decision,
    designator_pair,
    make_parties,
    recognised,
    regulator_pair,
    submitted,
)

# One process at a time: each of these asks for nearly all connections that the server gives.
pytestmark = pytest.mark.xdist_group("many connections")
OFFICERS = 50
REFUSALS = (NotAllowed, PermissionDenied)
DEADLOCK = "40P01"


@pytest.fixture
def parties(transactional_db) -> Parties:
    with patience():
        yield make_parties()
    texts.forget()


@pytest.fixture
def recognition(parties):
    return recognised(parties)


def both(pair):
    """The second person of a pair, with both hands."""
    first, second = pair
    return second.with_second_hand(frozenset({first.user_id}))


def terms(**fields) -> Terms:
    return Terms(effective_on=clock.today(), public_reason="For the reasons given.", **fields)


def done(verb, **arguments):
    """A try of the verb: whether it went through; anything but a refusal in words fails the test.

    Of two that wait for each other the database lets one give way, whole: it may try again.
    """

    def attempt(again: int = 5) -> bool:
        try:
            verb(**arguments)
        except REFUSALS:
            return False
        except OperationalError as error:
            if again and error.__cause__.sqlstate == DEADLOCK:
                return attempt(again - 1)
            raise
        return True

    return attempt


def deciding_on(proposal: Proposal, by) -> object:
    return done(proposing.decide, by=by, proposal=proposal, version=proposal.version)


def valid_history(record) -> None:
    """Every decision follows from those before it, and no two stretches of a line's answer overlap."""
    decisions = known_decisions(record)
    for number, each in enumerate(decisions):
        assert policies.check_follows(record, each.act, decisions[:number], each.effective_on) == each.state
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM registry_acceptedscope a JOIN registry_acceptedscope b ON a.id < b.id "
            "AND a.line_id = b.line_id AND a.valid && b.valid AND a.recorded && b.recorded"
        )
        assert cursor.fetchone() == (0,)


def all_holds() -> None:
    assert recording.verify() == []
    assert {word: number for word, number in accepted_scope.rebuild().items() if word != "kept"} == {
        "added": 0,
        "removed": 0,
    }


def entries(act: str) -> int:
    return AuditEntry.objects.filter(act=f"registry.{act}").count()


def test_on_one_designation(parties, recognition):
    designation, by = recognition.designation, both(designator_pair(parties))
    proposal = submitted(parties.acts("ana"), Step.WITHDRAW, designation=designation, body=designation.body)
    approvers = [
        acting(make_officer(parties.designating, "approver"), parties.designating) for _ in range(10)
    ]
    before, audited = known_decisions(designation), AuditEntry.objects.count()
    acts = ("suspend", "restore", "withdraw", "renew", "restrict", "suspend", "restore", "suspend")
    tries = []
    for number in range(OFFICERS - len(approvers)):
        act = acts[number % len(acts)]
        more = {"lines": list(designation.lines.all())[:1]} if act == "restrict" else {}
        said = terms(until=clock.today() + timedelta(days=90)) if act == "renew" else terms()
        verb = getattr(designating, act)
        tries.append(done(verb, by=by, designation=designation, terms=said, **more))
    tries += [deciding_on(proposal, approver) for approver in approvers]
    went = at_once(tries)
    added = known_decisions(designation)[len(before) :]
    assert len(added) == sum(went) > 0
    assert sum(went[-len(approvers) :]) <= 1
    proposal.refresh_from_db()
    assert (proposal.stage == Stage.DECIDED) == any(went[-len(approvers) :])
    # Each decision has its own entry, and the proposal's one besides.
    assert AuditEntry.objects.count() == audited + sum(went) + sum(went[-len(approvers) :])
    valid_history(designation)
    all_holds()


def test_on_one_recognition_from_both_sides(parties, recognition):
    """The partner decides, while the designating authority suspends, notifies and corrects, and the name changes."""
    designation, body = recognition.designation, recognition.body
    ours, theirs = both(designator_pair(parties)), both(regulator_pair(parties))
    content = decision(older_results="refused")
    proposal = submitted(parties.acts("dan"), Step.WITHDRAW, content, recognition=recognition, body=body)
    first = designation.decisions.get(act="designate")
    told = {"by": theirs, "recognition": recognition, "terms": terms()}
    own = {"by": ours, "designation": designation, "terms": terms()}
    kinds = [
        lambda number: done(recognising.suspend, **told),
        lambda number: done(recognising.restore, **told),
        lambda number: done(recognising.contest, **told),
        lambda number: done(recognising.withdraw, **told),
        lambda number: done(designating.suspend, **own),
        lambda number: done(designating.restore, **own),
        lambda number: done(designating.notify, regulator=parties.regulator, **own),
        lambda number: done(registering.rename, by=ours, body=body, name=f"Name {number}"),
        lambda number: done(
            correcting.correct, by=ours, decision=first, reason="No.", citation=f"Article {number}"
        ),
        lambda number: deciding_on(proposal, parties.acts("erin")),
    ]
    went = at_once([kinds[number % len(kinds)](number) for number in range(OFFICERS)])
    by_kind = [sum(went[kind :: len(kinds)]) for kind in range(len(kinds))]
    assert by_kind[7] == OFFICERS // len(kinds), "names do not contradict each other"
    assert by_kind[8] == 1, "a decision is corrected once"
    assert by_kind[9] <= 1
    assert Decision.objects.filter(corrects=first).count() == 1
    assert entries("rename") == by_kind[7]
    for record in (designation, recognition):
        valid_history(record)
    assert AcceptedScope.objects.filter(recorded__upper_inf=True).values("body_name").distinct().count() == 1
    all_holds()


def test_of_fifty_who_begin_a_proposal_one_does(parties, recognition):
    about = {"designation": recognition.designation, "body": recognition.body}
    by = [parties.acts("ana"), parties.acts("beto")]
    went = at_once(
        [
            done(proposing.draft, by=by[number % 2], step=Step.SUSPEND, content=decision(), **about)
            for number in range(OFFICERS)
        ]
    )
    assert sum(went) == 1
    assert Proposal.objects.running().count() == 1
    assert WorkItem.objects.waiting().filter(kind="draft").count() == 1


def test_fifty_savings_of_one_draft_lose_none_silently(parties):
    content = {"body": {"name": "Lab", "economy": "GB"}}
    by = [parties.acts("ana"), parties.acts("beto")]
    draft = proposing.draft(by=by[0], step=Step.DESIGNATE, content=content, **parties.direction)
    went = at_once(
        [
            done(
                proposing.revise,
                by=by[number % 2],
                proposal=draft,
                version=1,
                section="contacts",
                content={"contacts": [{"name": f"Number {number}"}]},
            )
            for number in range(OFFICERS)
        ]
    )
    assert sum(went) == 1
    draft.refresh_from_db()
    saved = draft.content["contacts"]["contacts"][0]["name"]
    assert saved == f"Number {went.index(True)}"
    assert draft.version == 2
    assert entries("revise") == 1


def test_a_pair_at_cross_purposes(parties, recognition):
    """One takes back, sends back, drops and decides at the same moment: exactly one of these happens."""
    proposal = submitted(parties.acts("dan"), Step.SUSPEND, recognition=recognition, body=recognition.body)
    erin, dan, version = parties.acts("erin"), parties.acts("dan"), proposal.version
    kinds = [
        done(proposing.decide, by=erin, proposal=proposal, version=version),
        done(proposing.send_back, by=erin, proposal=proposal, version=version, remarks={"": "No."}),
        done(proposing.take_back, by=dan, proposal=proposal),
        done(
            proposing.decide,
            by=replace(erin, roles=frozenset({"approver"})),
            proposal=proposal,
            version=version,
        ),
    ]
    went = at_once([kinds[number % len(kinds)] for number in range(OFFICERS)])
    assert sum(went) == 1
    proposal.refresh_from_db()
    waiting = WorkItem.objects.waiting().filter(proposal=proposal).values_list("kind", flat=True)
    assert list(waiting) == {Stage.DECIDED: [], Stage.DRAFT: ["draft"]}[proposal.stage]
    assert sum(entries(act) for act in ("send_back", "take_back")) + entries("suspend") == 1
    all_holds()


def test_a_preview_does_not_wait_long_for_those_who_decide(parties, recognition, monkeypatch):
    proposal = submitted(parties.acts("dan"), Step.SUSPEND, recognition=recognition, body=recognition.body)
    monkeypatch.setattr(previewing, "_PATIENCE_MS", 50)
    about = {"by": parties.acts("erin"), "proposal": proposal, "refusals": REFUSALS}
    with psycopg.connect(os.environ["DATABASE_URL"]) as other:
        other.execute("SELECT 1 FROM registry_recognition WHERE id = %s FOR UPDATE", [recognition.pk])
        assert "at this very moment" in previewing.preview(**about).refusal
    assert len(previewing.preview(**about).ending) == 2
