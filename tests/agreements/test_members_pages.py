"""The screens of members, and the choice for whom one acts."""

import pytest
from django.core.cache import cache
from django.test import Client

from agreements import joining
from agreements.acting import standings
from agreements.models import Invitation, Membership, RoleGrant
from portal.accounts.models import User
from tests.agreements.factories import make_authority
from tests.agreements.people import acting, join, make_member, make_person, signed_in, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()


@pytest.fixture
def nist():
    return make_authority()


@pytest.fixture
def carla(nist):
    return make_member(nist, "administrator", name="Carla Cruz")


@pytest.fixture
def cora(nist):
    return make_member(nist, "administrator", name="Cora Cohen")


@pytest.fixture
def ana(nist):
    return make_member(nist, "editor", name="Ana Aguilar")


def place(user) -> Membership:
    return Membership.objects.get(user=user, ended_at=None)


def pages(ana) -> list[str]:
    number = place(ana).pk
    return [
        "/members/us-nist/",
        "/members/us-nist/invite/",
        f"/members/us-nist/people/{number}/",
        f"/members/us-nist/people/{number}/end/",
        f"/members/us-nist/roles/{place(ana).roles.get().pk}/end/",
    ]


class TestDoors:
    def test_strangers_sign_in_first(self, ana):
        for page in ["/members/", *pages(ana)]:
            assert "login" in Client().get(page)["Location"]

    def test_who_belongs_to_no_authority_finds_nothing(self, ana):
        client = signed_in(make_person("Eve"))
        for page in ["/members/", "/members/authorities/", *pages(ana)]:
            assert client.get(page).status_code == 404

    def test_another_authority_finds_nothing(self, ana):
        client = signed_in(make_member(make_authority("ca-ised", economy="CA"), "administrator"))
        for page in pages(ana):
            assert client.get(page).status_code == 404
        assert client.post(f"/members/us-nist/people/{place(ana).pk}/end/").status_code == 404
        assert "Ana Aguilar" not in text(client.get("/members/"))

    def test_ids_of_another_authority_under_ones_own_address(self, ana):
        client = signed_in(make_member(make_authority("ca-ised", economy="CA"), "administrator"))
        number, grant = place(ana).pk, place(ana).roles.get().pk
        for page in (f"people/{number}/", f"people/{number}/end/", f"roles/{grant}/end/"):
            assert client.get(f"/members/ca-ised/{page}").status_code == 404
            assert client.post(f"/members/ca-ised/{page}", {"role": "reader"}).status_code == 404
        assert standings(ana)

    def test_colleagues_look_but_change_nothing(self, ana, carla):
        client = signed_in(ana)
        found = text(client.get("/members/"))
        assert "Carla Cruz" in found
        assert "/people/" not in found
        assert "Invite somebody" not in found
        for page in pages(ana)[1:]:
            assert client.get(page).status_code == 403
        assert client.post(f"/members/us-nist/people/{place(carla).pk}/end/").status_code == 403

    def test_nothing_changes_without_a_fresh_proof(self, ana, carla):
        client = Client()
        client.force_login(carla)
        answer = client.post(f"/members/us-nist/people/{place(ana).pk}/end/")
        assert answer.status_code == 302
        assert answer["Location"].startswith("/account/confirm/")
        assert place(ana)

    def test_no_second_factor_no_members(self, ana):
        User.objects.filter(pk=ana.pk).update(is_sample=False)
        client = Client()
        client.force_login(ana)
        assert client.get("/members/")["Location"] == "/account/security/"

    def test_the_operator_goes_to_any_authority(self, ana, nist):
        client = signed_in(make_person("Olga", is_operator=True))
        assert client.get("/members/")["Location"] == "/members/authorities/"
        found = text(client.get("/members/authorities/?q=nist"))
        assert "/members/us-nist/" in found
        assert "No authority matches" in text(client.get("/members/authorities/?q=zzz"))
        assert "Ana Aguilar" in text(client.get("/members/us-nist/"))
        client.post(f"/members/us-nist/people/{place(ana).pk}/", {"role": "approver"})
        assert RoleGrant.objects.in_force().filter(membership__user=ana, role="approver").exists()
        assert client.get("/members/no-such/").status_code == 404


class TestInviting:
    def test_invite_send_again_and_withdraw(self, carla):
        client = signed_in(carla)
        said = {"name": "Nora", "email": "nora@example.org", "roles": ["editor", "approver"]}
        answer = client.post("/members/us-nist/invite/", said, follow=True)
        assert "An invitation goes to nora@example.org" in text(answer)
        first = Invitation.objects.open().get()
        client.post(f"/members/us-nist/invitations/{first.pk}/again/")
        second = Invitation.objects.open().get()
        assert second.pk != first.pk
        assert second.roles == ["approver", "editor"]
        client.post(f"/members/us-nist/invitations/{second.pk}/withdraw/")
        assert not Invitation.objects.open().exists()
        assert client.post(f"/members/us-nist/invitations/{second.pk}/again/").status_code == 404

    @pytest.mark.parametrize(
        "wrong",
        [{"email": "nobody"}, {"roles": []}, {"name": ""}, {"roles": ["emperor"]}, {"name": "x" * 121}],
    )
    def test_what_is_wrong_is_said(self, carla, wrong):
        said = {"name": "Nora", "email": "nora@example.org", "roles": ["editor"], **wrong}
        answer = signed_in(carla).post("/members/us-nist/invite/", said)
        assert answer.status_code == 400
        assert "There is a problem" in text(answer)

    def test_who_belongs_already_is_not_invited(self, carla, ana):
        said = {"name": "Ana", "email": ana.email, "roles": ["editor"]}
        answer = signed_in(carla).post("/members/us-nist/invite/", said)
        assert "belongs to the authority already" in text(answer)


class TestRoles:
    def test_given_with_a_term_and_confirmed_by_a_second_administrator(self, carla, cora, ana):
        address = f"/members/us-nist/people/{place(ana).pk}/"
        said = {"role": "approver", "start": "", "last": "2099-12-31"}
        first, second = signed_in(carla), signed_in(cora)
        assert "once a second administrator has confirmed it" in text(first.post(address, said, follow=True))
        grant = RoleGrant.objects.get(role="approver")
        confirm = f"/members/us-nist/roles/{grant.pk}/confirm/"
        assert confirm not in text(first.get("/members/"))
        assert confirm in text(second.get("/members/"))
        assert "Confirmed" not in text(first.post(confirm, follow=True)).split("<h2")[0]
        assert "Confirmed: approver, Ana Aguilar" in text(second.post(confirm, follow=True))
        grant.refresh_from_db()
        assert grant.valid.upper.isoformat() == "2100-01-01"
        assert "31 December 2099" in text(first.get("/members/"))

    @pytest.mark.parametrize(
        "wrong", [{"role": "editor"}, {"role": ""}, {"start": "2001-01-01"}, {"last": "2001-01-01"}]
    )
    def test_what_is_wrong_is_said(self, carla, ana, wrong):
        said = {"role": "reader", "start": "", "last": "", **wrong}
        answer = signed_in(carla).post(f"/members/us-nist/people/{place(ana).pk}/", said)
        assert answer.status_code == 400
        assert "There is a problem" in text(answer)

    def test_ending_one_asks_and_signs_the_person_out(self, carla, ana):
        hers, mine = signed_in(ana), signed_in(carla)
        address = f"/members/us-nist/roles/{place(ana).roles.get().pk}/end/"
        assert "signed out everywhere" in text(mine.get(address))
        assert hers.get("/members/").status_code == 200
        assert "Ended: editor" in text(mine.post(address, follow=True))
        assert hers.get("/members/").status_code == 302
        assert standings(ana) == []

    def test_the_last_administrator_is_told_why_not(self, carla):
        address = f"/members/us-nist/roles/{place(carla).roles.get().pk}/end/"
        assert "last administrator" in text(signed_in(carla).post(address, follow=True))
        assert standings(carla)

    def test_ending_ones_own_membership_leads_out(self, carla, cora):
        client = signed_in(carla)
        address = f"/members/us-nist/people/{place(carla).pk}/end/"
        assert "the role administrator" in text(client.get(address))
        answer = client.post(address, {"reason": "Retired."}, follow=True)
        assert "you were signed out" in text(answer)
        assert client.get("/members/").status_code == 302

    def test_ending_anothers_membership(self, carla, ana):
        client = signed_in(carla)
        answer = client.post(
            f"/members/us-nist/people/{place(ana).pk}/end/", {"reason": "Left."}, follow=True
        )
        assert "Ana Aguilar no longer belongs" in text(answer)
        assert Membership.objects.get(user=ana).end_reason == "Left."


class TestActing:
    def test_the_choice_is_kept_and_only_among_ones_own(self, ana):
        join(ana, make_authority("ca-ised", economy="CA"), "reader")
        make_authority("jp-mic", economy="JP")
        client = signed_in(ana)
        first = text(client.get("/acting/"))
        assert "Authority ca-ised" in first
        assert "Authority us-nist" in first
        for code, place_after in (("us-nist", "/members/?a=1"), ("ca-ised", "/members/?a=1")):
            answer = client.post("/acting/", {"authority": code, "next": place_after})
            assert answer["Location"] == place_after
            assert f"Members of Authority {code}" in text(client.get("/members/"))
        assert client.post("/acting/", {"authority": "jp-mic"}).status_code == 400
        assert "Members of Authority ca-ised" in text(client.get("/members/"))

    @pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:x", ""])
    def test_the_way_back_stays_here(self, ana, elsewhere):
        answer = signed_in(ana).post("/acting/", {"authority": "us-nist", "next": elsewhere})
        assert answer["Location"] == "/desk/"

    def test_it_takes_the_forms_secret(self, ana):
        client = Client(enforce_csrf_checks=True)
        client.force_login(ana)
        assert client.post("/acting/", {"authority": "us-nist"}).status_code == 403

    def test_a_choice_that_has_ended_counts_no_longer(self, ana, carla):
        client = signed_in(ana)
        join(ana, make_authority("ca-ised", economy="CA"), "reader")
        client.post("/acting/", {"authority": "us-nist"})
        joining.end_membership(
            by=acting(carla), membership=Membership.objects.get(user=ana, authority__code="us-nist")
        )
        client = signed_in(ana)
        assert "Authority us-nist" not in text(client.get("/acting/"))

    def test_roles_that_wait_are_told(self, nist, carla):
        invitation = joining.invite(
            by=acting(carla), authority=nist, email="beto@example.org", name="Beto", roles=["approver"]
        )
        beto = joining.accept_as_new_person(
            invitation=invitation, name="Beto", password="four plain words here"
        )
        assert "Roles that wait for a second person" in text(signed_in(beto).get("/acting/"))
        assert "You act for no authority" in text(signed_in(make_person("Eve")).get("/acting/"))


def test_queries_do_not_grow_with_the_people(nist, carla, django_assert_max_num_queries):
    for _number in range(6):
        make_member(nist, "editor", "reader")
    client = signed_in(carla)
    client.get("/members/")
    with django_assert_max_num_queries(9):
        client.get("/members/")
