"""A body's own people: how it stands, what is missing, and its contacts."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from agreements import texts
from agreements.acting import person as acting_person
from portal.audit.models import AuditEntry
from portal.lifecycle import NotAllowed
from registry import designating, proposing, recognising, registering
from registry.designating import Scope
from registry.models import Body, Contact, Proposal, Stage, WorkItem
from tests.agreements.factories import (
    BY,
    make_annex,
    make_authority,
    make_economy,
    make_sector,
    make_undertaking,
)
from tests.registry.officers import acting, make_officer, make_person, make_representative, signed_in
from tests.registry.stories import on, terms

pytestmark = pytest.mark.django_db

ROWS = {
    "contact-TOTAL_FORMS": "3",
    "contact-INITIAL_FORMS": "0",
    "contact-0-name": "Rhiannon Rees",
    "contact-0-role": "Head of laboratory",
    "contact-0-email": "rees@example.org",
    "contact-0-is_public": "on",
    "contact-1-name": "Front desk",
    "contact-1-phone": "+44 113 496 0000",
}


class World:
    """A British body that the United States contest, with its authority and somebody who signs in for it."""

    def __init__(self):
        texts.forget()
        self.gb = make_authority("gb-dbt", "GB", ["designating", "regulatory"])
        self.us = make_authority("us-fcc", "US", ["regulatory"])
        with on("2018-01-01"):
            self.annex = make_annex(parties=("US", "GB"))
            make_undertaking(annex=self.annex)
        self.body, self.recognition = self.notified("Pennine EMC")
        self.other, _recognition = self.notified("Kent EMC")
        self.rep = make_representative(self.body, name="Rhiannon Rees")

    def notified(self, name):
        with on("2019-01-10"):
            body = registering.register(by=BY, name=name, economy=make_economy("GB"))
            designation = designating.designate(
                by=BY,
                body=body,
                annex=self.annex,
                exporting=make_economy("GB"),
                importing=make_economy("US"),
                authority=self.gb,
                scopes=[Scope(make_sector("emc"), "test_report")],
                terms=terms(
                    "2019-01-10",
                    until=date.today() + timedelta(days=21),
                    internal_note="Never for the body.",
                ),
            )
            return body, designating.notify(
                by=BY, designation=designation, regulator=self.us, terms=terms("2019-01-10")
            )


@pytest.fixture
def world():
    yield World()
    texts.forget()


def shown(client, address="/mine/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_says_how_it_stands_what_is_missing_and_what_runs_out(world):
    page = shown(signed_in(world.rep))
    assert "Pennine EMC" in page
    assert "Recognised by the partner" in page
    assert "20 days left" in page
    assert "Notified to the partner" in page


def test_a_contestation_shows_its_reason_and_since_when(world):
    day = date.today() - timedelta(days=3)
    recognising.contest(
        by=BY,
        recognition=world.recognition,
        terms=terms(day.isoformat(), public_reason="The scope is not documented.", internal_note="Weak lab."),
    )
    page = shown(signed_in(world.rep))
    assert "Contested since" in page
    assert day.isoformat() in page
    assert "The scope is not documented." in page


def test_nothing_internal_and_nobody_else_is_shown(world):
    officer_of_gb = make_officer(world.gb, "editor", name="Olga Officer")
    proposing.draft(
        by=acting(officer_of_gb, world.gb),
        step="contacts",
        content={"contacts": {"contacts": [{"name": "Half written", "email": "x@example.org"}]}},
        body=world.body,
    )
    recognising.contest(
        by=BY,
        recognition=world.recognition,
        terms=terms("2020-01-01", public_reason="Said openly.", internal_note="Weak lab."),
    )
    page = shown(signed_in(world.rep))
    for canary in ("Never for the body", "Weak lab", "Olga Officer", "Half written", "Kent EMC"):
        assert canary not in page


def test_who_represents_nobody_finds_nothing(world, client):
    assert client.get("/mine/").status_code == 302
    for user in (make_person(), make_officer(world.gb, "editor", "approver")):
        stranger = signed_in(user)
        assert stranger.get("/mine/").status_code == 404
        assert stranger.get("/mine/pennine-emc/contacts/").status_code == 404
        assert stranger.post("/mine/pennine-emc/contacts/", ROWS).status_code == 404
    own = signed_in(world.rep)
    assert own.get("/mine/kent-emc/contacts/").status_code == 404
    assert own.post("/mine/kent-emc/contacts/", ROWS).status_code == 404
    assert not Proposal.objects.exists()


def test_without_a_second_factor_one_sets_it_up_first(world):
    real = make_representative(world.body, is_sample=False)
    answer = signed_in(real).get("/mine/")
    assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_index"))


def test_changed_contacts_go_before_the_authority_and_its_officer_decides(world):
    client = signed_in(world.rep)
    sent = client.post("/mine/pennine-emc/contacts/", {**ROWS, "authority": world.gb.pk})
    assert sent["Location"] == "/mine/"
    proposal = Proposal.objects.get()
    assert (proposal.stage, proposal.authority, proposal.body) == (Stage.SUBMITTED, world.gb, world.body)
    assert "before the authority" in shown(client)
    assert not Contact.objects.exists()

    approver = make_officer(world.gb, "approver", name="Ada Approver")
    proposing.decide(by=acting(approver, world.gb), proposal=proposal, version=proposal.version)

    held = {(contact.name, contact.is_public) for contact in Contact.objects.current()}
    assert held == {("Rhiannon Rees", True), ("Front desk", False)}
    page = shown(client)
    assert "accepted" in page
    assert "Ada Approver" not in page


def test_only_an_authority_of_the_body_can_be_chosen(world):
    client = signed_in(world.rep)
    answer = client.post("/mine/pennine-emc/contacts/", {**ROWS, "authority": world.us.pk})
    assert answer.status_code == 400
    assert not Proposal.objects.exists()


def test_rows_are_added_without_a_script_and_nothing_typed_is_lost(world):
    client = signed_in(world.rep)
    half = {**ROWS, "contact-2-role": "No name yet", "more": "1", "authority": world.gb.pk}
    answer = client.post("/mine/pennine-emc/contacts/", half)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert 'value="Rhiannon Rees"' in page
    assert 'value="No name yet"' in page
    assert "Contact 5" in page
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"contact-0-name": ""}, "Enter the name"),
        ({"contact-0-email": ""}, "Enter an e-mail address or a phone number."),
        ({"contact-0-email": "no address"}, "valid email"),
        (dict.fromkeys(name for name in ROWS if name[8:9].isdigit()), "Enter at least one contact."),
    ],
)
def test_what_is_wrong_is_said_in_words(world, change, words):
    sent = {name: value for name, value in {**ROWS, **change}.items() if value is not None}
    answer = signed_in(world.rep).post("/mine/pennine-emc/contacts/", {**sent, "authority": world.gb.pk})
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not Proposal.objects.exists()


def test_a_second_change_waits_for_the_first(world):
    client = signed_in(world.rep)
    for _time in range(2):
        client.post("/mine/pennine-emc/contacts/", {**ROWS, "authority": world.gb.pk})
    assert Proposal.objects.count() == 1


def test_a_change_is_withdrawn_by_the_body_alone_and_only_while_it_is_open(world):
    client = signed_in(world.rep)
    client.post("/mine/pennine-emc/contacts/", {**ROWS, "authority": world.gb.pk})
    proposal = Proposal.objects.get()
    stranger = signed_in(make_representative(world.other))
    assert stranger.post(f"/mine/pennine-emc/contacts/{proposal.pk}/withdraw/").status_code == 404
    assert stranger.post(f"/mine/kent-emc/contacts/{proposal.pk}/withdraw/").status_code == 404
    with pytest.raises(PermissionDenied):
        proposing.withdraw_contacts(by=acting_person(make_person()), proposal=proposal)
    last = AuditEntry.objects.order_by("-id").first().id

    client.post(f"/mine/pennine-emc/contacts/{proposal.pk}/withdraw/")

    proposal.refresh_from_db()
    assert proposal.stage == Stage.DROPPED
    assert not WorkItem.objects.waiting().filter(proposal=proposal).exists()
    assert AuditEntry.objects.get(id__gt=last).act == "registry.withdraw_contacts"
    assert "given up" in shown(client)
    with pytest.raises(NotAllowed):
        proposing.withdraw_contacts(by=acting_person(world.rep), proposal=proposal)


def test_what_an_officer_proposes_is_not_the_bodys_to_withdraw(world):
    proposal = proposing.draft(
        by=acting(make_officer(world.gb, "editor"), world.gb), step="contacts", content={}, body=world.body
    )
    with pytest.raises(PermissionDenied):
        proposing.withdraw_contacts(by=acting_person(world.rep), proposal=proposal)
    assert signed_in(world.rep).post(f"/mine/pennine-emc/contacts/{proposal.pk}/withdraw/").status_code == 404


def test_a_body_that_is_one_with_another_says_so(world):
    registering.merge(by=BY, body=world.body, into=world.other, reason="One company.")
    page = shown(signed_in(world.rep))
    assert "On file as one body with Kent EMC" in page


def test_a_body_without_any_designation_turns_to_its_own_economys_authority(world):
    with on("2020-01-01"):
        fresh = registering.register(by=BY, name="New Lab", economy=make_economy("GB"))
    page = shown(signed_in(make_representative(fresh)), "/mine/new-lab/contacts/")
    assert str(world.gb) in page
    assert Body.objects.get(slug="new-lab") == fresh
