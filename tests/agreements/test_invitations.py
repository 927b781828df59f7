"""The page of an invitation: for a new person, for one with an account, for somebody else, and for no invitation at all."""

import re
from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.test import Client

from agreements import joining, joining_by_identity
from agreements.acting import standings
from agreements.models import Invitation, Membership
from portal import clock
from portal.accounts import welcoming
from portal.accounts.models import User
from portal.outbox.relaying import relay_due
from tests.agreements.factories import BY, make_authority
from tests.agreements.people import make_member, make_person, signed_in, text
from tests.portal.identity_service import CLIENT, SECRET, running_service

pytestmark = pytest.mark.django_db

GOOD = {"name": "Nora Núñez", "password1": "quite a long sentence", "password2": "quite a long sentence"}
SERVICE = {"id": "nist", "name": "NIST sign-in", "authority": "us-nist"}


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()


@pytest.fixture
def nist():
    return make_authority()


@pytest.fixture
def address(nist):
    return invited(nist)


def invited(nist, email="nora@example.org", roles=("editor",), by=BY) -> str:
    invitation = joining.invite(
        by=by, authority=nist, email=email, name="Nora", roles=list(roles), by_mail=False
    )
    return path_of(joining.make_address(by=BY, invitation=invitation))


def path_of(address: str) -> str:
    return re.search(r"/invitation/[\w-]+/", address)[0]


class TestANewPerson:
    def test_reads_who_asks_for_what(self, client, address):
        page = text(client.get(address))
        assert "Authority us-nist" in page
        assert "the operator of the portal" in page
        assert "Editor" in page
        assert "drafts and submits proposals" in page
        assert 'value="Nora"' in page

    def test_chooses_a_password_and_is_in(self, client, address):
        answer = client.post(address, GOOD)
        nora = User.with_email("nora@example.org")
        assert nora.check_password(GOOD["password1"])
        assert standings(nora)[0].roles == {"editor"}
        assert answer["Location"] == "/account/security/"
        assert "Set up a second factor now" in text(client.get("/account/security/"))
        assert client.get("/acting/").status_code == 200
        assert client.get(address).status_code == 404

    @pytest.mark.parametrize(
        "wrong",
        [
            {"password2": "another long sentence"},
            {"password1": "short", "password2": "short"},
            {"password1": "password1234", "password2": "password1234"},
            {"password1": "nora@example.org", "password2": "nora@example.org"},
            {"name": ""},
            {"name": "x" * 121},
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_is_made(self, client, address, wrong):
        answer = client.post(address, {**GOOD, **wrong})
        assert answer.status_code == 400
        assert "There is a problem" in text(answer)
        assert User.with_email("nora@example.org") is None
        assert Invitation.objects.open().exists()

    def test_the_e_mail_leads_there(self, client, nist):
        joining.invite(by=BY, authority=nist, email="nora@example.org", name="Nora", roles=["editor"])
        while relay_due():
            pass
        (message,) = mail.outbox
        assert message.to == ["nora@example.org"]
        assert client.get(path_of(message.body)).status_code == 200


class TestSomebodyWithAnAccount:
    def test_signs_in_first_and_comes_back(self, address):
        nora = make_person("Nora")
        client = Client()
        page = text(client.get(address))
        assert f"/account/login/?next={address.replace('/', '%2F')}" in page
        assert "password1" not in page
        assert client.post(address, GOOD).status_code == 200
        assert not Membership.objects.exists()
        client = signed_in(nora)
        assert "Accept" in text(client.get(address))
        assert client.post(address)["Location"] == "/acting/"
        assert standings(nora)[0].authority.code == "us-nist"

    def test_acts_for_the_new_authority_from_then_on(self, nist):
        nora = make_member(make_authority("ca-ised", economy="CA"), "reader", name="Nora")
        address, client = invited(nist), signed_in(nora)
        client.post(address)
        assert "Authority us-nist</strong>" in text(client.get("/acting/"))

    def test_as_somebody_else_reads_so_and_can_sign_out(self, address):
        client = signed_in(make_person("Eve"))
        page = text(client.get(address))
        assert "You are signed in as somebody else" in page
        assert client.post(address, GOOD).status_code == 200
        assert not Membership.objects.exists()
        assert client.post("/account/logout/", {"next": address})["Location"] == address
        assert "password1" in text(client.get(address))


class TestNoInvitation:
    def test_unknown_withdrawn_and_expired_ones_look_the_same(self, client, nist, address):
        withdrawn = invited(nist, email="w@example.org")
        joining.withdraw_invitation(by=BY, invitation=Invitation.objects.get(email="w@example.org"))
        with time_machine.travel(clock.now() + timedelta(days=8), tick=False):
            late = client.get(address)
        answers = [
            client.get("/invitation/unknown/"),
            client.get(withdrawn),
            late,
            client.post(withdrawn, GOOD),
        ]
        for answer in answers:
            assert answer.status_code == 404
            assert "ask whoever invited you to send it again" in text(answer)
        assert User.with_email("w@example.org") is None

    def test_strange_addresses(self, client):
        for strange in ("%00", "é", "x" * 3000):
            assert client.get(f"/invitation/{strange}/").status_code == 404


def test_nobody_keeps_the_page_or_its_address(client, address):
    for answer in (client.get(address), client.get("/invitation/unknown/")):
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "strict-origin"
    assert address not in text(client.get("/invitation/unknown/"))


def test_guessing_is_slowed_down(client):
    answers = [client.get(f"/invitation/guess{number}/").status_code for number in range(31)]
    assert answers == [404] * 30 + [429]


class TestTheAuthoritysOwnSignIn:
    @pytest.fixture(autouse=True)
    def _service(self, settings):
        settings.OIDC_PROVIDERS = [SERVICE, {**SERVICE, "id": "other", "authority": "ca-ised"}]

    def test_leads_there_and_back_in(self, client, address, settings):
        cache.clear()
        with running_service() as service:
            app = {
                "provider_id": "nist",
                "name": "NIST sign-in",
                "client_id": CLIENT,
                "secret": SECRET,
                "settings": {"server_url": service.address, "oauth_pkce_enabled": True},
            }
            settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
            leaving = client.post(address, {"service": "nist", "process": "login", "next": "/acting/"})
            asked = parse_qs(urlsplit(leaving["Refresh"].removeprefix("0; url=")).query)
            service.challenge = asked["code_challenge"][0]
            back = {"code": "c", "state": asked["state"][0]}
            answer = client.get("/account/oidc/nist/login/callback/", back)
        assert answer["Location"] == "/acting/"
        assert "Authority us-nist" in text(client.get("/acting/"))
        assert standings(User.with_email("nora@example.org"))[0].roles == {"editor"}

    def request(self, secret: str):
        return SimpleNamespace(session={joining_by_identity.SESSION_KEY: secret})

    def secret(self, address: str) -> str:
        return address.split("/")[2]

    def test_is_offered_to_new_people(self, client, address):
        page = text(client.get(address))
        assert "Continue with NIST sign-in" in page
        assert 'value="other"' not in page
        assert client.post(address, {"service": "other"}).status_code == 400

    def test_lets_the_invited_person_in_without_a_password(self, address):
        request = self.request(self.secret(address))
        user = welcoming.let_in(request, "nist", "Somebody Else", "else@example.org")
        assert (user.email, user.name) == ("nora@example.org", "Nora")
        assert not user.has_usable_password()
        assert standings(user)[0].roles == {"editor"}
        assert request.session == {}

    def test_lets_nobody_in_through_another_authoritys_service(self, address):
        assert (
            welcoming.let_in(self.request(self.secret(address)), "other", "Nora", "nora@example.org") is None
        )
        assert Invitation.objects.open().exists()

    def test_lets_nobody_in_without_an_invitation(self, address):
        for request in (self.request("wrong"), SimpleNamespace(session={})):
            assert welcoming.let_in(request, "nist", "Nora", "nora@example.org") is None

    def test_ties_no_new_identity_to_an_account(self, client, address):
        make_person("Nora")
        assert welcoming.let_in(self.request(self.secret(address)), "nist", "N", "nora@example.org") is None
        assert "Continue with" not in text(client.get(address))
