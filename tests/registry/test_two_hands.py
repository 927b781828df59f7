"""The same person is never both hands: not by any path, not in two browsers at once."""

import re
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from agreements import texts
from agreements.acting import person
from agreements.models import RoleGrant
from portal.audit.models import AuditEntry
from portal.lifecycle import NotAllowed
from portal.validity import days
from portal.verbs import running
from registry import accrediting, correcting, designating, proposing, recognising, registering
from registry.deciding import Terms
from registry.models import Body, Decision, Proposal, Representative, Stage, Step
from registry.policies import NotYours
from tests.agreements.factories import make_authority
from tests.registry.at_once import at_once, patience
from tests.registry.officers import acting, end_membership, make_officer, make_person, signed_in
from tests.registry.proposals import (
    CONTACTS,
    Parties,
    designated,
    designation_content,
    drafted,
    make_parties,
    recognised,
    submitted,
)

# One process at a time: each of these asks for nearly all connections that the server gives.
pytestmark = pytest.mark.xdist_group("many connections")

TRIES = 20


@pytest.fixture
def parties(db) -> Parties:
    yield make_parties()
    texts.forget()


def give(user, authority, *roles: str) -> None:
    """Give a member further roles."""
    membership = user.memberships.get(authority=authority)
    with running("tests.give", "desk") as frame:
        for role in roles:
            RoleGrant.objects.create(membership=membership, role=role, valid=days())
        frame.entries = 1


@pytest.fixture
def cyd(parties):
    """Somebody of the designating authority who is editor, approver and administrator in one person."""
    return make_officer(parties.designating, "editor", "approver", "administrator", name="Cyd")


def draft_by(by, parties: Parties) -> Proposal:
    return drafted(by, Step.DESIGNATE, designation_content(parties), **parties.direction)


def submit(by, proposal: Proposal) -> Proposal:
    proposal.refresh_from_db()
    return proposing.submit(by=by, proposal=proposal, version=proposal.version)


def decide(by, proposal: Proposal) -> Proposal:
    proposal.refresh_from_db()
    return proposing.decide(by=by, proposal=proposal, version=proposal.version)


def refused(by, proposal: Proposal) -> None:
    """The person is refused as the second one, and nothing comes of the try."""
    before = Decision.objects.count(), AuditEntry.objects.count()
    with pytest.raises(PermissionDenied, match="second person"):
        decide(by, proposal)
    proposal.refresh_from_db()
    assert proposal.stage == Stage.SUBMITTED
    assert (Decision.objects.count(), AuditEntry.objects.count()) == before


def test_who_drafted_does_not_decide(parties, cyd):
    by = acting(cyd, parties.designating)
    proposal = draft_by(by, parties)
    submit(parties.acts("beto"), proposal)
    refused(by, proposal)


def test_who_submitted_does_not_decide(parties, cyd):
    by = acting(cyd, parties.designating)
    proposal = draft_by(parties.acts("ana"), parties)
    submit(by, proposal)
    refused(by, proposal)


def test_who_saved_a_single_section_does_not_decide(parties, cyd):
    by = acting(cyd, parties.designating)
    proposal = draft_by(parties.acts("ana"), parties)
    contacts = {"contacts": [{"name": "Other", "phone": "1"}]}
    proposing.revise(by=by, proposal=proposal, version=1, section="contacts", content=contacts)
    submit(parties.acts("ana"), proposal)
    refused(by, proposal)
    assert decide(parties.acts("beto"), proposal).stage == Stage.DECIDED


def test_who_took_it_back_from_another_does_not_decide_what_he_wrote_before(parties, cyd):
    by = acting(cyd, parties.designating)
    proposal = submit(by, draft_by(by, parties))
    proposing.take_back(by=parties.acts("ana"), proposal=proposal)
    submit(parties.acts("ana"), proposal)
    refused(by, proposal)


def test_who_wrote_before_it_was_sent_back_does_not_decide_after(parties, cyd):
    by = acting(cyd, parties.designating)
    proposal = submit(by, draft_by(by, parties))
    proposing.send_back(
        by=parties.acts("beto"), proposal=proposal, version=proposal.version, remarks={"": "Shorter."}
    )
    submit(parties.acts("ana"), proposal)
    refused(by, proposal)
    assert decide(parties.acts("beto"), proposal).stage == Stage.DECIDED


def test_roles_given_later_change_nothing(parties):
    proposal = submit(parties.acts("ana"), draft_by(parties.acts("ana"), parties))
    give(parties.ana, parties.designating, "approver", "administrator")
    refused(parties.acts("ana"), proposal)


def test_a_new_membership_of_the_same_person_is_the_same_hand(parties):
    proposal = submit(parties.acts("ana"), draft_by(parties.acts("ana"), parties))
    end_membership(parties.ana, parties.designating)
    make_officer(parties.designating, "approver", user=parties.ana)
    refused(parties.acts("ana"), proposal)


def test_an_administrator_alone_decides_nothing(parties):
    boss = make_officer(parties.designating, "administrator")
    proposal = submit(parties.acts("ana"), draft_by(parties.acts("ana"), parties))
    with pytest.raises(PermissionDenied):
        decide(acting(boss, parties.designating), proposal)


def test_acting_for_another_authority_is_no_way_around(parties, cyd):
    elsewhere = make_authority("gb-other", "GB", ["designating"])
    make_officer(elsewhere, "editor", "approver", user=cyd)
    here, there = acting(cyd, parties.designating), acting(cyd, elsewhere)
    proposal = submit(here, draft_by(here, parties))
    with pytest.raises(PermissionDenied):
        decide(there, proposal)
    refused(here, proposal)
    with pytest.raises(PermissionDenied):
        proposing.take_back(by=there, proposal=proposal)


def test_hands_borrowed_from_elsewhere_do_not_count(parties, cyd):
    by = replace(acting(cyd, parties.designating), hands=frozenset({cyd.id, parties.beto.id}))
    proposal = submit(by, draft_by(by, parties))
    refused(by, proposal)


def test_a_representative_who_is_an_officer_too_decides_on_contacts_of_others_only(parties, cyd):
    body = designated(parties).body
    with running("tests.represent", "desk") as frame:
        Representative.objects.create(body=body, user=cyd)
        frame.entries = 1
    by = acting(cyd, parties.designating)
    proposal = proposing.propose_contacts(
        by=by, body=body, authority=parties.designating, contacts=[{"name": "Me", "phone": "1"}]
    )
    refused(by, proposal)
    assert decide(parties.acts("beto"), proposal).stage == Stage.DECIDED


def test_a_representative_and_one_officer_are_two_hands(parties):
    body, own = designated(parties).body, make_person("Rhiannon")
    with running("tests.represent", "desk") as frame:
        Representative.objects.create(body=body, user=own)
        frame.entries = 1
    proposal = proposing.propose_contacts(
        by=person(own), body=body, authority=parties.designating, contacts=[{"name": "Me", "phone": "1"}]
    )
    with pytest.raises(PermissionDenied):
        decide(person(own), proposal)
    decide(parties.acts("beto"), proposal)
    assert [contact.name for contact in body.contacts.current()] == ["Me"]
    assert AuditEntry.objects.filter(act="registry.propose_contacts").count() == 1


def verbs_of_the_register(parties: Parties) -> dict:
    """Every verb that changes what the register says, as somebody could call it directly."""
    recognition = recognised(parties)
    designation, body = recognition.designation, recognition.body
    accreditation, day = body.accreditations.get(), Terms(effective_on=body.recorded_at.date())
    terms = replace(day, public_reason="Mine alone.", until=day.effective_on.replace(year=2099))
    lines, last = list(designation.lines.all()), designation.decisions.latest("id")
    on_designation = {"designation": designation, "terms": terms}
    on_recognition = {"recognition": recognition, "terms": terms}
    on_accreditation = {"accreditation": accreditation, "terms": terms}
    both = (designating, on_designation), (recognising, on_recognition)
    calls = {
        (room.__name__, act): (getattr(room, act), about)
        for room, about in (*both, (accrediting, on_accreditation))
        for act in ("suspend", "withdraw", "renew")
    }
    calls |= {
        (room.__name__, "restrict"): (room.restrict, {**about, "lines": lines[:1]}) for room, about in both
    }
    part = {**on_recognition, "lines": lines, "reasons": {}}
    scope = {"body": body, **parties.direction, "terms": terms, "scopes": []}
    return {
        **calls,
        "contest": (recognising.contest, on_recognition),
        "recognise": (recognising.recognise, on_recognition),
        "in part": (recognising.recognise_in_part, part),
        "list": (recognising.list_body, {**scope, "authority": parties.regulator}),
        "designate": (designating.designate, {**scope, "authority": parties.designating}),
        "accredit": (
            accrediting.accredit,
            {"body": body, "accreditation_body": parties.accreditor, "reference": "2", "terms": terms},
        ),
        "correct": (correcting.correct, {"decision": last, "reason": "No.", "citation": "Mine"}),
        "annul": (correcting.annul, {"decision": last, "reason": "No."}),
        "register": (registering.register, {"name": "Mine", "economy": parties.exporting}),
        "rename": (registering.rename, {"body": body, "name": "Mine"}),
        "move": (
            registering.move_site,
            {"site": body.sites.get(), "effective_on": terms.effective_on, "town": "Mine"},
        ),
    }


def test_one_person_calls_no_verb_of_the_register_directly(parties):
    calls = verbs_of_the_register(parties)
    before = Decision.objects.count(), Body.objects.count(), AuditEntry.objects.count()
    people = [
        acting(make_officer(authority, "editor", "approver", "administrator"), authority)
        for authority in (parties.designating, parties.regulator, parties.accreditor)
    ]
    for name, (verb, arguments) in calls.items():
        for by in people:
            for alone in (by, replace(by, hands=frozenset({by.user_id}))):
                with pytest.raises(NotYours):
                    verb(by=alone, **arguments)
                assert (Decision.objects.count(), Body.objects.count()) == before[:2], name
    assert AuditEntry.objects.count() == before[2]


def test_the_database_refuses_one_person_as_both(parties):
    proposal = designated(parties).proposals.get()
    for column in ("submitted_by_id = decided_by_id", "hands = hands || decided_by_id"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE registry_proposal SET {column} WHERE id = %s", [proposal.pk])
    waiting = submit(parties.acts("ana"), draft_by(parties.acts("ana"), parties))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE registry_proposal SET stage = 'decided', ended_at = now(), decided_by_id = %s WHERE id = %s",
            [parties.ana.id, waiting.pk],
        )


def test_screens_offer_and_allow_no_second_hand_to_the_first(parties, cyd):
    by, browser = acting(cyd, parties.designating), signed_in(cyd)
    proposal = submit(by, draft_by(by, parties))
    address = f"/desk/proposals/{proposal.pk}/"
    page = browser.get(f"{address}decide/").content.decode()
    assert 'value="decide"' not in page
    answer = browser.post(f"{address}decide/", {"doing": "decide", "version": proposal.version})
    assert answer.status_code == 400
    assert "second person" in answer.content.decode()
    assert Proposal.objects.get(pk=proposal.pk).stage == Stage.SUBMITTED


# From here on with threads: each is a browser of its own, with its own connection.


@pytest.fixture
def committed(transactional_db) -> Parties:
    with patience():
        yield make_parties()
    texts.forget()


def version_on(page) -> str:
    return re.search(r'name="version" value="(\d+)"', page.content.decode()).group(1)


@pytest.mark.parametrize("wrote", ["all", "one section"])
def test_twenty_tries_of_the_submitter_in_browsers_at_once_never_succeed(committed, wrote):
    cyd = make_officer(committed.designating, "editor", "approver", "administrator")
    by = acting(cyd, committed.designating)
    if wrote == "all":
        proposal = draft_by(by, committed)
    else:
        proposal = draft_by(committed.acts("ana"), committed)
        proposing.revise(
            by=by, proposal=proposal, version=1, section="contacts", content={"contacts": CONTACTS}
        )
    proposal.refresh_from_db()
    address, version = f"/desk/proposals/{proposal.pk}/", proposal.version
    browsers = [signed_in(cyd) for _ in range(TRIES)]
    # Half of the browsers submit, the other half decide on what may be submitted at any moment; versions are guessed right.

    def submits(browser):
        return lambda: browser.post(address, {"doing": "submit", "version": version}).status_code

    def decides(browser):
        said = {"doing": "decide", "version": version + 1}
        return lambda: browser.post(f"{address}decide/", said).status_code

    tries = [(submits if number % 4 == 0 else decides)(browser) for number, browser in enumerate(browsers)]
    at_once(tries)
    answers = at_once([decides(browser) for browser in browsers])
    assert set(answers) == {400}
    proposal.refresh_from_db()
    assert (proposal.stage, proposal.decided_by) == (Stage.SUBMITTED, None)
    assert not Decision.objects.exists()


def test_twenty_approvers_at_once_decide_once(committed):
    proposal = submit(committed.acts("ana"), draft_by(committed.acts("ana"), committed))
    browsers = [signed_in(make_officer(committed.designating, "approver")) for _ in range(TRIES)]
    address = f"/desk/proposals/{proposal.pk}/decide/"
    version = version_on(browsers[0].get(address))

    def decides(browser):
        def attempt():
            browser.post(address, {"doing": "decide", "version": version})
            return "Decided. It is on record" in browser.get(proposal.get_absolute_url()).content.decode()

        return attempt

    done = at_once([decides(browser) for browser in browsers])
    assert sum(done) == 1
    assert sorted(Decision.objects.values_list("act", flat=True)) == ["accredit", "designate", "notify"]
    assert AuditEntry.objects.filter(act="registry.decide").count() == 1
    proposal.refresh_from_db()
    assert proposal.stage == Stage.DECIDED


def test_twenty_pairs_at_once_of_which_one_person_is_both_hands_elsewhere(committed):
    """Two people decide on each other's proposals at the same time: each is the second hand of the other only."""
    one = make_officer(committed.designating, "editor", "approver")
    two = make_officer(committed.designating, "editor", "approver")
    acts = [acting(one, committed.designating), acting(two, committed.designating)]
    mine = [
        submitted(
            acts[number % 2],
            Step.DESIGNATE,
            designation_content(committed, f"Lab {number}"),
            **committed.direction,
        )
        for number in range(10)
    ]

    def decides(by, proposal):
        def attempt():
            try:
                proposing.decide(by=by, proposal=proposal, version=proposal.version)
            except (PermissionDenied, NotAllowed):
                return False
            return True

        return attempt

    done = at_once([decides(by, proposal) for proposal in mine for by in acts])
    assert sum(done) == len(mine)
    for proposal in Proposal.objects.all():
        assert proposal.stage == Stage.DECIDED
        assert proposal.decided_by_id not in proposal.hands
