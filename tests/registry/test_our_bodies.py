"""The bodies that an authority looks after, and proposals about a body itself."""

import pytest

from agreements import texts
from agreements.models import Invitation
from registry import checking, contacting, designating, looking_after, proposing, registering
from registry.designating import Scope
from registry.models import Body, Contact, Merger, Proposal, Representative, Stage
from tests.agreements import people
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

CONTACT = {
    "contact-TOTAL_FORMS": "2",
    "contact-INITIAL_FORMS": "0",
    "contact-0-name": "Rhiannon Rees",
    "contact-0-email": "rees@example.org",
    "contact-0-is_public": "on",
}
MOVE = {"town": "York", "postcode": "YO1 7HH", "effective_on": "2026-12-01"}


class World:
    """Two British bodies and one abroad that the British authority designates; one more abroad that it does not."""

    def __init__(self):
        texts.forget()
        self.gb = make_authority("gb-dbt", "GB", ["designating", "regulatory"])
        self.us = make_authority("us-nist", "US", ["designating"])
        with on("2018-01-01"):
            self.annex = make_annex(parties=("US", "GB"))
            make_undertaking(annex=self.annex)
        with on("2019-01-10"):
            self.body = registering.register(
                by=BY,
                name="Pennine EMC",
                economy=make_economy("GB"),
                sites=[{"town": "Leeds"}],
                identifiers=[{"scheme": "company number", "value": "0042"}],
            )
            self.twin = registering.register(by=BY, name="Pennine E.M.C. Ltd", economy=make_economy("GB"))
            self.abroad = registering.register(by=BY, name="Manx Radio Lab", economy=make_economy("IM"))
            self.foreign = registering.register(by=BY, name="Ohio Radio Lab", economy=make_economy("US"))
            designating.designate(
                by=BY,
                body=self.abroad,
                annex=self.annex,
                exporting=make_economy("GB"),
                importing=make_economy("US"),
                authority=self.gb,
                scopes=[Scope(make_sector("emc"), "test_report")],
                terms=terms("2019-01-10"),
            )
        self.editor = make_officer(self.gb, "editor", name="Edith Editor")
        self.approver = make_officer(self.gb, "approver", name="Ada Approver")

    def decide(self, proposal):
        by, approver = acting(self.editor, self.gb), acting(self.approver, self.gb)
        proposal.refresh_from_db()
        proposal = proposing.submit(by=by, proposal=proposal, version=proposal.version)
        return proposing.decide(by=approver, proposal=proposal, version=proposal.version)


@pytest.fixture
def world():
    yield World()
    texts.forget()


def propose(client, body, step, **typed) -> Proposal:
    """Start a proposal through its form."""
    answer = client.post(f"/desk/bodies/{body.slug}/propose/{step}/", typed)
    proposal = Proposal.objects.latest("id")
    assert answer["Location"] == f"/desk/proposals/{proposal.pk}/"
    assert (proposal.step, proposal.body, proposal.stage) == (step, body, Stage.DRAFT)
    return proposal


def test_the_set_is_the_same_as_the_rule(world):
    for authority in (world.gb, world.us, make_authority("us-fcc", "US", ["regulatory"])):
        by = acting(make_officer(authority, "reader"), authority)
        listed = set(looking_after.bodies(by))
        assert listed == {body for body in Body.objects.all() if checking.looks_after(by, body)}


def test_the_list_is_searched_and_shows_no_other(world):
    client = signed_in(world.editor)
    page = client.get("/desk/bodies/").content.decode()
    for name in ("Pennine EMC", "Pennine E.M.C. Ltd", "Manx Radio Lab"):
        assert name in page
    assert "Ohio Radio Lab" not in page
    found = client.get("/desk/bodies/?q=manx").content.decode()
    assert "Manx Radio Lab" in found
    assert "Pennine EMC" not in found
    assert "No body matches" in client.get("/desk/bodies/?q=ohio").content.decode()


def test_other_authorities_and_strangers_find_nothing(world):
    proposal = propose(
        signed_in(world.editor), world.body, "rename", name="Northern EMC", effective_on="2026-12-01"
    )
    other = signed_in(make_officer(world.us, "editor", "approver"))
    nobody = signed_in(make_person())
    rep = signed_in(make_representative(world.body))
    base = f"/desk/bodies/{world.body.slug}/"
    for client in (other, nobody, rep):
        for address in ("", "propose/rename/", "propose/contacts/", f"proposals/{proposal.pk}/edit/"):
            assert client.get(base + address).status_code == 404
        for address in ("", "propose/rename/", f"proposals/{proposal.pk}/edit/", "representatives/1/end/"):
            assert client.post(base + address, {"name": "X", "email": "x@example.org"}).status_code == 404
    assert nobody.get("/desk/bodies/").status_code == 404
    assert Proposal.objects.count() == 1
    assert not Invitation.objects.exists()


def test_a_reader_looks_and_writes_nothing(world):
    reader = signed_in(make_officer(world.gb, "reader"))
    page = reader.get("/desk/bodies/pennine-emc/").content.decode()
    assert "Propose a change" not in page
    assert "Invite somebody" not in page
    assert reader.get("/desk/bodies/pennine-emc/propose/rename/").status_code == 403
    assert (
        reader.post("/desk/bodies/pennine-emc/", {"name": "X", "email": "x@example.org"}).status_code == 403
    )


def test_a_new_name_goes_from_the_form_to_the_register_and_the_old_address_leads_on(world):
    client = signed_in(world.editor)
    proposal = propose(
        client,
        world.body,
        "rename",
        name="Northern EMC",
        effective_on="2026-11-01",
        public_reason="New owner.",
    )
    assert proposal.content["decision"] == {
        "name": "Northern EMC",
        "effective_on": "2026-11-01",
        "public_reason": "New owner.",
    }
    assert "Open proposals" in client.get("/desk/bodies/pennine-emc/").content.decode()
    again = client.get("/desk/bodies/pennine-emc/propose/rename/")
    assert again["Location"] == proposal.get_absolute_url()

    world.decide(proposal)

    world.body.refresh_from_db()
    assert world.body.name == "Northern EMC"
    assert client.get("/desk/bodies/pennine-emc/")["Location"] == "/desk/bodies/northern-emc/"


def test_two_bodies_are_compared_before_they_become_one_and_can_be_taken_apart(world):
    client = signed_in(world.editor)
    address = f"/desk/bodies/{world.twin.slug}/propose/merge/"
    assert "Which body stays?" in client.get(address).content.decode()
    found = client.get(f"{address}?q=pennine").content.decode()
    assert f"{address}?into=pennine-emc" in found
    assert "Ohio" not in client.get(f"{address}?q=ohio").content.decode().replace('value="ohio"', "")
    beside = client.get(f"{address}?into=pennine-emc").content.decode()
    assert "Side by side" in beside
    assert "company number 0042" in beside
    assert client.get(f"{address}?into=ohio-radio-lab").status_code == 404
    missing = client.post(address, {"into": world.body.pk})
    assert missing.status_code == 400
    assert "State the reason" in missing.content.decode()
    assert "Side by side" in missing.content.decode()
    abroad = client.post(address, {"into": world.foreign.pk, "public_reason": "One."})
    assert abroad.status_code == 400

    proposal = propose(client, world.twin, "merge", into=world.body.pk, public_reason="One company number.")
    assert "Pennine EMC" in client.get(proposal.get_absolute_url()).content.decode()
    world.decide(proposal)
    assert Merger.objects.known().get().into == world.body

    page = client.get(f"/desk/bodies/{world.twin.slug}/").content.decode()
    assert "On file as one body with Pennine EMC" in page
    assert client.get(f"/desk/bodies/{world.twin.slug}/propose/rename/").status_code == 404
    world.decide(propose(client, world.twin, "separate", public_reason="Two company numbers."))
    assert not Merger.objects.known().exists()
    assert client.get(f"/desk/bodies/{world.twin.slug}/propose/separate/").status_code == 404


def test_a_location_moves(world):
    client = signed_in(world.editor)
    site = world.body.sites.get()
    elsewhere = registering.register(
        by=BY, name="Elsewhere", economy=make_economy("GB"), sites=[{"town": "Hull"}]
    ).sites.get()
    address = "/desk/bodies/pennine-emc/propose/move_site/"
    assert client.post(address, {**MOVE, "site": elsewhere.pk}).status_code == 400
    assert client.post(address, {**MOVE, "site": site.pk, "town": ""}).status_code == 400
    world.decide(propose(client, world.body, "move_site", site=site.pk, **MOVE))

    site.refresh_from_db()
    assert (site.moved_to.town, site.left_on.isoformat()) == ("York", "2026-12-01")
    assert client.get(f"/desk/bodies/{world.twin.slug}/propose/move_site/").status_code == 404


def test_contacts_are_changed_with_their_public_flag(world):
    client = signed_in(world.editor)
    more = client.post("/desk/bodies/pennine-emc/propose/contacts/", {**CONTACT, "more": "1"})
    assert more.status_code == 200
    assert "Contact 3" in more.content.decode()
    empty = client.post(
        "/desk/bodies/pennine-emc/propose/contacts/",
        {"contact-TOTAL_FORMS": "2", "contact-INITIAL_FORMS": "0"},
    )
    assert "Enter at least one contact." in empty.content.decode()
    world.decide(propose(client, world.body, "contacts", **CONTACT))

    assert Contact.objects.current().public().get().name == "Rhiannon Rees"
    page = client.get("/desk/bodies/pennine-emc/").content.decode()
    assert "rees@example.org" in page
    assert "everybody" in page
    assert (
        'value="Rhiannon Rees"' in client.get("/desk/bodies/pennine-emc/propose/contacts/").content.decode()
    )


def test_who_saves_second_is_told_by_whom_and_nothing_is_overwritten(world):
    client = signed_in(world.editor)
    proposal = propose(client, world.body, "rename", name="Northern EMC", effective_on="2026-12-01")
    address = f"/desk/bodies/pennine-emc/proposals/{proposal.pk}/edit/"
    assert 'value="Northern EMC"' in client.get(address).content.decode()
    colleague = signed_in(make_officer(world.gb, "editor", name="Colin Colleague"))
    mine, theirs = ({"name": name, "effective_on": "2026-12-01"} for name in ("Mine", "Theirs"))
    version = {"version": proposal.version}

    assert colleague.post(address, {**theirs, **version})["Location"] == proposal.get_absolute_url()
    told = client.post(address, {**mine, **version})

    assert told.status_code == 409
    page = told.content.decode()
    assert "Colin Colleague saved first" in page
    assert "Theirs" in page
    assert 'value="Mine"' in page
    proposal.refresh_from_db()
    assert proposal.content["decision"]["name"] == "Theirs"

    assert f'name="version" value="{proposal.version}"' in page
    assert client.post(address, {**mine, "version": proposal.version}).status_code == 302
    proposal.refresh_from_db()
    assert proposal.content["decision"]["name"] == "Mine"


def test_who_saves_contacts_second_keeps_their_rows(world):
    client = signed_in(world.editor)
    proposal = propose(client, world.body, "contacts", **CONTACT)
    address = f"/desk/bodies/pennine-emc/proposals/{proposal.pk}/edit/"
    version = {"version": proposal.version}
    client.post(address, {**CONTACT, "contact-0-name": "First", **version})
    told = client.post(address, {**CONTACT, "contact-0-name": "Second", **version})
    page = told.content.decode()
    assert told.status_code == 409
    assert "Edith Editor saved first" in page
    assert 'value="Second"' in page
    assert "First" in page


def test_the_other_body_of_a_merger_can_be_chosen_anew(world):
    client = signed_in(world.editor)
    third = registering.register(by=BY, name="Pennine Labs", economy=make_economy("GB"))
    proposal = propose(client, world.twin, "merge", into=world.body.pk, public_reason="One company number.")
    address = f"/desk/bodies/{world.twin.slug}/proposals/{proposal.pk}/edit/"
    assert "Pennine EMC (stays)" in client.get(address).content.decode()
    assert f"{address}?into=pennine-labs" in client.get(f"{address}?q=pennine").content.decode()
    chosen = client.get(f"{address}?into=pennine-labs").content.decode()
    assert "Pennine Labs (stays)" in chosen
    assert "One company number." in chosen
    saved = {"into": third.pk, "public_reason": "One company number.", "version": proposal.version}
    assert client.post(address, saved).status_code == 302
    proposal.refresh_from_db()
    assert proposal.content["decision"]["into"] == third.pk


def test_what_is_no_draft_any_more_is_not_edited(world):
    client = signed_in(world.editor)
    proposal = propose(client, world.body, "rename", name="Northern EMC", effective_on="2026-12-01")
    proposing.submit(by=acting(world.editor, world.gb), proposal=proposal, version=proposal.version)
    address = f"/desk/bodies/pennine-emc/proposals/{proposal.pk}/edit/"
    assert client.get(address).status_code == 404
    assert client.post(address, {"name": "X", "effective_on": "2026-12-01", "version": 9}).status_code == 404


def test_people_of_the_body_are_invited_and_their_access_ends(world):
    client = signed_in(world.editor)
    wrong = client.post("/desk/bodies/pennine-emc/", {"name": "Rhiannon Rees", "email": "no address"})
    assert wrong.status_code == 400
    client.post("/desk/bodies/pennine-emc/", {"name": "Rhiannon Rees", "email": "rees@example.org"})
    invited = Invitation.objects.get()
    assert (invited.email, invited.subject) == ("rees@example.org", str(world.body.pk))
    page = client.get("/desk/bodies/pennine-emc/").content.decode()
    assert "rees@example.org" in page

    user = make_representative(world.body, user=people.make_person("Rhoda Rep"))
    theirs = people.signed_in(user)  # as a browser does it: the session is known as this person's
    assert theirs.get("/mine/").status_code == 200
    number = Representative.objects.get(user=user).pk
    assert "Rhoda Rep" in client.get("/desk/bodies/pennine-emc/").content.decode()
    wrong_body = f"/desk/bodies/{world.twin.slug}/representatives/{number}/end/"
    assert client.post(wrong_body).status_code == 404
    client.post(f"/desk/bodies/pennine-emc/representatives/{number}/end/", {"reason": "Left."})
    assert Representative.objects.get(user=user).ended_at is not None
    assert theirs.get("/mine/").status_code == 302


def test_few_queries_however_many_bodies(world, django_assert_max_num_queries):
    client = signed_in(world.editor)
    for number in range(30):
        registering.register(by=BY, name=f"Lab {number}", economy=make_economy("GB"))
    client.get("/desk/bodies/")
    with django_assert_max_num_queries(15):
        assert client.get("/desk/bodies/").status_code == 200


def test_the_public_sees_public_contacts_alone_and_as_of_the_moment_asked(world, client):
    rows = [
        {"name": "Rhiannon Rees", "role": "Head", "email": "rees@example.org", "is_public": True},
        {"name": "Night Watch", "phone": "+44 113 496 0000", "is_public": False},
    ]
    with on("2020-06-01"):
        contacting.replace_contacts(by=BY, body=world.body, contacts=rows)
    with on("2020-09-01"):
        contacting.replace_contacts(by=BY, body=world.body, contacts=[{**rows[0], "name": "Sian Smith"}])
    address = "/bodies/pennine-emc/"
    now, then, before = (
        client.get(address + query).content.decode()
        for query in ("", "?known_at=2020-07-01", "?known_at=2020-05-01")
    )
    assert "Sian Smith" in now
    assert "Rhiannon Rees" not in now
    assert "Rhiannon Rees" in then
    assert "mailto:rees@example.org" in then
    assert "Rhiannon Rees" not in before
    for page in (now, then, before):
        assert "Night Watch" not in page
