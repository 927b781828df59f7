"""Signing in through an authority's own service."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from portal.accounts import people, welcoming
from portal.accounts.models import User
from portal.accounts.security_events import Oneself
from portal.audit.models import AuditEntry
from tests.portal.identity_service import CLIENT, SECRET, running_service

PASSWORD = "six unrelated words make it"
BY = Oneself("the operator")

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def _listening():
    with running_service() as service:
        yield service


@pytest.fixture
def service(_listening, settings):
    cache.clear()
    kept = dict(_listening.__dict__)
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "ministry",
                    "name": "Ministry",
                    "client_id": CLIENT,
                    "secret": SECRET,
                    "settings": {"server_url": _listening.address, "oauth_pkce_enabled": True},
                }
            ]
        }
    }
    yield _listening
    _listening.__dict__.update(kept)


@pytest.fixture
def ana():
    return people.create_person(by=BY, email="ana@example.org", name="Ana Aguilar", password=PASSWORD)


def go(client, service, **query):
    """Leave for the service and return with its code."""
    start = reverse("openid_connect_login", args=["ministry"], query=query)
    leaving = client.post(start)
    address = leaving["Refresh"].removeprefix("0; url=")
    assert address.startswith(f"{service.address}/authorize?")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    service.challenge = asked["code_challenge"]
    return client.get(
        reverse("openid_connect_callback", args=["ministry"]), {"code": "c", "state": asked["state"]}
    )


def sign_in(client):
    client.post(reverse("account_login"), {"login": "ana@example.org", "password": PASSWORD})


def connect(client, service):
    sign_in(client)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return go(client, service, process="connect")


def is_signed_in(client):
    return client.get(reverse("usersessions_list")).status_code == 200


def test_an_unknown_identity_is_refused_in_words_also_with_the_address_of_an_account(client, ana, service):
    answer = go(client, service)

    assert answer.status_code == 403
    assert "Ministry knows you, but nobody here is connected" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()
    assert User.objects.count() == 1


def test_a_connected_identity_signs_in_whatever_its_address_says(ana, service):
    assert connect(Client(), service)["Location"] == reverse("socialaccount_connections")
    assert AuditEntry.objects.latest("id").act == "portal.identity_connected"
    service.claims = {"sub": "u-1", "email": "somebody.else@example.org"}

    client = Client()
    assert go(client, service)["Location"] == "/desk/"

    assert is_signed_in(client)
    assert AuditEntry.objects.latest("id").after["methods"] == ["ministry"]
    assert list(EmailAddress.objects.values_list("email", flat=True)) == ["ana@example.org"]


def test_to_connect_one_shows_who_one_is_and_then_it_goes_on(client, ana, service):
    sign_in(client)
    asked = go(client, service, process="connect")
    assert asked["Location"] == reverse("account_reauthenticate")
    assert not SocialAccount.objects.exists()

    client.post(asked["Location"], {"password": PASSWORD})

    assert SocialAccount.objects.get().user == ana


def test_the_same_subject_of_another_issuer_is_somebody_else(ana, service):
    connect(Client(), service)
    service.issuer = "https://another.example"
    client = Client()
    assert go(client, service).status_code == 403
    assert not is_signed_in(client)


def test_userinfo_about_somebody_else_is_not_believed(ana, service):
    connect(Client(), service)
    service.claims = {"sub": "u-2"}
    service.userinfo = {"sub": "u-1"}
    client = Client()
    answer = go(client, service)
    assert answer.status_code == 401
    assert "The service did not sign you in" in answer.content.decode()
    assert not is_signed_in(client)


def test_a_token_for_another_client_or_a_late_one_is_not_believed(ana, service):
    connect(Client(), service)
    for claims in ({"sub": "u-1", "aud": "another"}, {"sub": "u-1", "exp": 1}):
        service.claims = claims
        assert go(Client(), service).status_code == 401


def test_an_upper_room_may_let_somebody_in(client, ana, service, monkeypatch):
    asked = []

    def guest_list(request, provider_id, name, email):
        asked.append((provider_id, name, email))
        return ana

    monkeypatch.setattr(welcoming, "_asked", [lambda *question: None])
    welcoming.let_in_by(guest_list)

    assert go(client, service)["Location"] == "/desk/"

    assert asked == [("ministry", "Ana Aguilar", "ana@example.org")]
    assert is_signed_in(client)
    assert go(Client(), service)["Location"] == "/desk/"
    assert len(asked) == 1


def test_an_identity_has_one_owner(ana, service):
    connect(Client(), service)
    people.create_person(by=BY, email="eva@example.org", name="Eva", password=PASSWORD)
    client = Client()
    client.post(reverse("account_login"), {"login": "eva@example.org", "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    go(client, service, process="connect")
    assert SocialAccount.objects.get().user == ana


def test_a_deactivated_person_does_not_come_in_by_the_service(client, ana, service):
    connect(Client(), service)
    people.deactivate(by=BY, user=ana, reason="left")
    assert go(client, service)["Location"] == reverse("account_inactive")


def test_one_disconnects_again(client, ana, service):
    connect(client, service)
    page = client.get(reverse("socialaccount_connections")).content.decode()
    account = re.search(r'name="account" value="(\d+)"', page)[1]

    client.post(reverse("socialaccount_connections"), {"account": account})

    assert not SocialAccount.objects.exists()
    assert AuditEntry.objects.latest("id").act == "portal.identity_removed"


def test_the_page_of_signing_in_offers_the_service_and_get_does_not_leave(client, service):
    page = client.get(reverse("account_login")).content.decode()
    assert reverse("openid_connect_login", args=["ministry"]) in page
    answer = client.get(reverse("openid_connect_login", args=["ministry"]))
    assert answer.status_code == 200
    assert "Refresh" not in answer.headers


def test_an_answer_nobody_asked_for_is_refused(client, ana, service):
    answer = client.get(
        reverse("openid_connect_callback", args=["ministry"]), {"code": "c", "state": "forged"}
    )
    assert answer.status_code == 401
    assert not is_signed_in(client)
    assert client.get(reverse("openid_connect_login", args=["nobody"])).status_code == 404
