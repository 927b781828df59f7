"""Proposals: who may do what in which state, what is refused and in which words, and that nothing is overwritten."""

from dataclasses import replace
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from agreements import texts
from agreements.acting import person
from agreements.models import AnnexAuthority
from portal.audit.models import AuditEntry
from portal.lifecycle import NotAllowed
from portal.notices.models import Notice
from portal.verbs import OutsideVerb, running
from registry import proposing
from registry.models import Decision, Proposal, Representative, Stage, Step, WorkItem
from registry.policies import NotYours
from registry.proposing import Incomplete
from tests.agreements.factories import make_authority
from tests.registry.officers import acting, make_officer, make_person, signed_in
from tests.registry.proposals import (
    CONTACTS,
    REASON,
    Parties,
    decided,
    decision,
    designated,
    designation_content,
    designator_pair,
    drafted,
    make_parties,
    recognised,
    submitted,
)

pytestmark = pytest.mark.django_db
REMARKS = {"": "Say more.", "scope": "Which products?"}


@pytest.fixture
def parties(db) -> Parties:
    yield make_parties()
    texts.forget()


@pytest.fixture
def draft(parties) -> Proposal:
    return drafted(parties.acts("ana"), Step.DESIGNATE, designation_content(parties), **parties.direction)


@pytest.fixture
def waiting(parties, draft) -> Proposal:
    return submit(parties.acts("ana"), draft)


@pytest.fixture
def suspension(parties) -> Proposal:
    """A drafted suspension of a designation."""
    designation = designated(parties)
    return drafted(parties.acts("ana"), Step.SUSPEND, designation=designation, body=designation.body)


def submit(by, proposal: Proposal) -> Proposal:
    return proposing.submit(by=by, proposal=proposal, version=proposal.version)


def decide(by, proposal: Proposal) -> Proposal:
    return proposing.decide(by=by, proposal=proposal, version=proposal.version)


def revise(by, proposal: Proposal, **more) -> Proposal:
    said = {"version": proposal.version, "section": "contacts", "content": {"contacts": []}, **more}
    return proposing.revise(by=by, proposal=proposal, **said)


def send_back(by, proposal: Proposal) -> Proposal:
    return proposing.send_back(by=by, proposal=proposal, version=proposal.version, remarks=REMARKS)


def take_back(by, proposal: Proposal) -> Proposal:
    return proposing.take_back(by=by, proposal=proposal)


def drop(by, proposal: Proposal) -> Proposal:
    return proposing.drop(by=by, proposal=proposal, reason="No longer wanted.")


VERBS = {
    "revise": revise,
    "submit": submit,
    "take_back": take_back,
    "send_back": send_back,
    "decide": decide,
    "drop": drop,
}
STAGES = {
    "revise": {Stage.DRAFT}, "submit": {Stage.DRAFT}, "take_back": {Stage.SUBMITTED}, "send_back": {Stage.SUBMITTED},
    "decide": {Stage.SUBMITTED}, "drop": {Stage.DRAFT, Stage.SUBMITTED},
}  # fmt: skip
APPROVERS_ONLY = {"send_back", "decide"}
ENTRIES_OF_DECIDE = ["accredit", "decide", "designate", "notify", "register", "replace_contacts"]


def in_stage(parties: Parties, stage: str) -> Proposal:
    """A proposal by ana in that stage."""
    by, content = parties.acts("ana"), designation_content(parties)
    proposal = drafted(by, Step.DESIGNATE, content, **parties.direction)
    if stage == Stage.DROPPED:
        return drop(by, proposal)
    if stage != Stage.DRAFT:
        submit_first = submit(by, proposal)
        proposal = submit_first if stage == Stage.SUBMITTED else decide(parties.acts("beto"), submit_first)
    return proposal


def entries() -> list[str]:
    return [
        act.removeprefix("registry.")
        for act in AuditEntry.objects.order_by("id").values_list("act", flat=True)
    ]


def everything(proposal: Proposal) -> dict:
    return Proposal.objects.filter(pk=proposal.pk).values().get()


# Who, and when.


@pytest.mark.parametrize("role", ["reader", "editor", "approver", "releaser", "administrator"])
@pytest.mark.parametrize("verb", VERBS)
def test_roles(parties, verb, role):
    proposal = in_stage(parties, sorted(STAGES[verb])[0])
    by = acting(make_officer(parties.designating, role), parties.designating)
    allowed = role == "approver" or (role == "editor" and verb not in APPROVERS_ONLY)
    before, told = everything(proposal), entries()
    if allowed:
        VERBS[verb](by, proposal)
        added = [verb] if verb != "decide" else ENTRIES_OF_DECIDE
        assert sorted(entries()[len(told) :]) == added
        assert everything(proposal) != before
    else:
        with pytest.raises(PermissionDenied):
            VERBS[verb](by, proposal)
        assert (everything(proposal), entries()) == (before, told)


@pytest.mark.parametrize("stage", Stage.values)
@pytest.mark.parametrize("verb", VERBS)
def test_stages(parties, verb, stage):
    proposal = in_stage(parties, stage)
    before, told = everything(proposal), entries()
    if stage in STAGES[verb]:
        VERBS[verb](parties.acts("beto"), proposal)
        return
    with pytest.raises(NotAllowed):
        VERBS[verb](parties.acts("beto"), proposal)
    assert (everything(proposal), entries()) == (before, told)


@pytest.mark.parametrize("verb", VERBS)
def test_another_authority_does_nothing_and_finds_nothing(parties, verb):
    proposal = in_stage(parties, sorted(STAGES[verb])[0])
    others = [acting(make_officer(parties.regulator, "editor", "approver"), parties.regulator)]
    others += [
        replace(others[0], authority_id=None, authority_code=None),
        replace(others[0], is_operator=True),
    ]
    before = everything(proposal)
    for by in others:
        with pytest.raises(PermissionDenied):
            VERBS[verb](by, proposal)
        assert not Proposal.objects.visible_to(by).exists()
    assert everything(proposal) == before


def test_the_screens_of_another_authority_answer_404(parties, waiting):
    browser, base = signed_in(parties.erin), waiting.get_absolute_url()
    for page in ("", "decide/", "edit/", "tasks/", "check/", "body/", "scope/", "documents/"):
        assert browser.get(f"{base}{page}").status_code == 404, page
    for page, doing in (("", "drop"), ("", "take_back"), ("decide/", "decide"), ("decide/", "send_back")):
        said = {"doing": doing, "version": waiting.version, "remark-": "No."}
        assert browser.post(f"{base}{page}", said).status_code == 404, doing
    assert Proposal.objects.get().stage == Stage.SUBMITTED


@pytest.mark.parametrize("role", ["reader", "releaser", "administrator"])
def test_who_only_reads_drafts_nothing(parties, role):
    by = acting(make_officer(parties.designating, role), parties.designating)
    with pytest.raises(PermissionDenied):
        drafted(by, Step.DESIGNATE, {}, **parties.direction)
    assert not Proposal.objects.exists()


def test_what_is_for_another_to_decide_is_not_drafted(parties):
    recognition = recognised(parties)
    designation, body = recognition.designation, recognition.body
    ours, theirs = parties.acts("ana"), parties.acts("dan")
    made = recognition.decisions.get(act="recognise")
    own = designation.decisions.get()
    cases = [
        (ours, Step.SUSPEND, {"recognition": recognition}),
        (ours, Step.RECOGNISE, {"recognition": recognition}),
        (ours, Step.CORRECT, {"decision": made}),
        (ours, Step.ANNUL, {"decision": made}),
        (theirs, Step.DESIGNATE, parties.direction),
        (theirs, Step.SUSPEND, {"designation": designation}),
        (theirs, Step.NOTIFY, {"recognition": recognition}),
        (theirs, Step.CORRECT, {"decision": own}),
        (theirs, Step.ACCREDIT, {"body": body}),
        (theirs, Step.SUSPEND, {"accreditation": body.accreditations.get()}),
        *(
            (theirs, step, {"body": body})
            for step in (Step.RENAME, Step.MERGE, Step.SEPARATE, Step.MOVE_SITE, Step.CONTACTS)
        ),
        (theirs, Step.SUSPEND, {}),
    ]
    before = Proposal.objects.count()
    for by, step, about in cases:
        with pytest.raises(NotYours):
            drafted(by, step, **about)
    assert Proposal.objects.count() == before


def test_who_has_lost_the_competence_meanwhile_decides_no_designation(parties, waiting):
    other = make_authority("gb-later", "GB", ["designating"])
    AnnexAuthority.objects.create(
        annex=parties.annex, economy=parties.exporting, authority=other, capacity="designating"
    )
    with pytest.raises(Incomplete) as error:
        decide(parties.acts("beto"), waiting)
    assert [problem.field for problem in error.value.problems] == ["annex"]
    assert not Decision.objects.exists()


# Back and forth.


def test_sending_back_needs_a_remark_and_tells_the_submitter(parties, draft):
    waiting = submit(parties.acts("beto"), draft)
    other = acting(make_officer(parties.designating, "approver", name="Cyd"), parties.designating)
    for empty in ({}, {"": " ", "scope": ""}):
        with pytest.raises(ValueError, match="what should be changed"):
            proposing.send_back(by=other, proposal=waiting, version=waiting.version, remarks=empty)
    back = send_back(other, waiting)
    assert (back.stage, back.submitted_by, back.submitted_at) == (Stage.DRAFT, None, None)
    assert {(remark.field, remark.words, remark.made_by.name) for remark in back.remarks.all()} == {
        ("", "Say more.", "Cyd"), ("scope", "Which products?", "Cyd"),
    }  # fmt: skip
    notice = Notice.objects.get(kind="proposal.sent_back")
    assert notice.user == parties.beto
    item = WorkItem.objects.waiting().get(proposal=back)
    assert (item.kind, item.assigned_to) == ("draft", parties.beto)
    assert other.user_id not in back.hands
    decide(other, submit(parties.acts("beto"), back))


def test_contacts_of_a_representative_come_back_to_anybody_at_the_authority(parties):
    body, own = designated(parties).body, make_person("Rhiannon")
    with running("tests.represent", "desk") as frame:
        Representative.objects.create(body=body, user=own)
        frame.entries = 1
    asked = {"body": body, "authority": parties.designating, "contacts": CONTACTS}
    back = send_back(parties.acts("beto"), proposing.propose_contacts(by=person(own), **asked))
    assert WorkItem.objects.waiting().get(proposal=back).assigned_to is None
    notice = Notice.objects.get(kind="proposal.sent_back")
    assert (notice.user, notice.link) == (own, "/mine/")


def test_taken_back_it_is_a_draft_of_whoever_took_it(parties, waiting):
    back = take_back(parties.acts("beto"), waiting)
    assert back.stage == Stage.DRAFT
    item = WorkItem.objects.waiting().get(proposal=back)
    assert (item.kind, item.assigned_to) == ("draft", parties.beto)


def test_dropped_it_stays_on_record_and_waits_for_nobody(parties, waiting):
    gone = drop(parties.acts("ana"), waiting)
    assert (gone.stage, gone.ended_at is not None) == (Stage.DROPPED, True)
    assert not WorkItem.objects.waiting().filter(proposal=gone).exists()
    assert AuditEntry.objects.latest("id").reason == "No longer wanted."
    assert not Decision.objects.exists()


def test_one_open_proposal_per_record_and_authority(parties, suspension):
    designation, ana = suspension.designation, parties.acts("ana")
    about = {"designation": designation, "body": designation.body}
    with pytest.raises(NotAllowed, match="by Ana"):
        drafted(parties.acts("beto"), Step.WITHDRAW, **about)
    columns = ", ".join(field.column for field in Proposal._meta.concrete_fields if field.column != "id")
    with connection.cursor() as cursor, pytest.raises(IntegrityError), transaction.atomic():
        cursor.execute(
            f"INSERT INTO registry_proposal ({columns}) SELECT {columns} FROM registry_proposal WHERE id = %s",
            [suspension.pk],
        )
    drafted(parties.acts("dan"), Step.REFUSE, recognition=designation.recognition, body=designation.body)
    drop(ana, suspension)
    drafted(parties.acts("beto"), Step.WITHDRAW, **about)


def test_too_much_is_refused_in_words(parties, draft):
    with pytest.raises(NotAllowed, match="too much"):
        revise(parties.acts("ana"), draft, content={"contacts": ["x" * proposing.LARGEST_CONTENT]})
    draft.refresh_from_db()
    assert draft.version == 1


# What is decided.


def test_a_decided_proposal_changes_in_no_way(parties):
    proposal = designated(parties).proposals.get()
    before = everything(proposal)
    for verb, name in product(VERBS.values(), ("ana", "beto")):
        with pytest.raises((NotAllowed, PermissionDenied)):
            verb(parties.acts(name), proposal)
    proposal.content = {}
    for change in (
        proposal.save,
        proposal.delete,
        lambda: Proposal.objects.filter(pk=proposal.pk).update(content={}),
        lambda: Proposal.objects.filter(pk=proposal.pk).delete(),
    ):
        with pytest.raises(OutsideVerb):
            change()
    for column in (
        "hands = hands || decided_by_id",
        "submitted_by_id = decided_by_id",
        "decided_by_id = submitted_by_id",
        "decided_by_id = NULL",
        "ended_at = NULL",
    ):
        with connection.cursor() as cursor, pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute(f"UPDATE registry_proposal SET {column} WHERE id = %s", [proposal.pk])
    assert everything(proposal) == before


def test_who_decided_what_and_when_is_on_record(parties):
    proposal = designated(parties).proposals.get()
    assert (proposal.opened_by, proposal.submitted_by, proposal.decided_by) == (
        parties.ana,
        parties.ana,
        parties.beto,
    )
    assert proposal.made == Decision.objects.get(act="designate")
    entry = AuditEntry.objects.get(act="registry.decide")
    assert (entry.actor, entry.authority) == ("Beto", parties.designating.code)
    assert entry.after["hands"] == sorted([parties.ana.id, parties.beto.id])
    assert proposal.made.authority_name == parties.designating.name


def test_what_no_longer_follows_when_it_is_decided_is_refused_whole(parties):
    designation = designated(parties)
    about = {"designation": designation, "body": designation.body}
    restore = submitted(parties.acts("ana"), Step.RESTORE, **about)
    before, told = everything(restore), AuditEntry.objects.count()
    with pytest.raises(NotAllowed, match="does not follow"):
        decide(parties.acts("beto"), restore)
    assert everything(restore) == before
    assert AuditEntry.objects.count() == told


def test_a_draft_of_one_step_is_no_way_to_another_authoritys_record(parties):
    """Lines of another body that stand in a restriction are left alone."""
    first, second = designated(parties, "First"), designated(parties, "Second")
    foreign = list(second.lines.values_list("pk", flat=True))
    proposal = submitted(
        parties.acts("ana"), Step.RESTRICT, decision(lines=foreign), designation=first, body=first.body
    )
    with pytest.raises(NotAllowed, match="No scope line"):
        decide(parties.acts("beto"), proposal)
    decided(designator_pair(parties), Step.SUSPEND, designation=second, body=second.body)
    assert second.decisions.latest("id").public_reason == REASON
