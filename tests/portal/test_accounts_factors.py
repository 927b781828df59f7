"""The second factor."""

import re

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from portal.accounts import factors, people
from portal.accounts.security_events import Oneself
from portal.accounts.signing_in import sign_in
from portal.audit.models import AuditEntry

PASSWORD = "six unrelated words make it"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_counts():
    cache.clear()


@pytest.fixture
def ana():
    by = Oneself("the operator")
    return people.create_person(by=by, email="ana@example.org", name="Ana Aguilar", password=PASSWORD)


@pytest.fixture
def secret(ana):
    secret = generate_totp_secret()
    TOTP.activate(ana, secret)
    return secret


def code_of(secret):
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def enter_password(client):
    return client.post(reverse("account_login"), {"login": "ana@example.org", "password": PASSWORD})


def enters(client, code):
    return client.post(reverse("mfa_authenticate"), {"code": code})


def last_entry():
    return AuditEntry.objects.latest("id")


def test_the_password_alone_does_not_sign_in_who_has_an_app(client, ana, secret):
    assert enter_password(client)["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("usersessions_list")).status_code == 302

    assert enters(client, code_of(secret))["Location"] == "/desk/"
    assert last_entry().after["methods"] == ["password", "totp"]
    assert client.get(reverse("usersessions_list")).status_code == 200


def test_a_wrong_code_is_on_record(client, ana, secret):
    enter_password(client)
    answer = enters(client, "000000")
    assert "The code is not right" in answer.content.decode()
    assert (last_entry().act, last_entry().after["step"]) == ("portal.sign_in_failed", "totp")


def test_a_code_works_once(ana, secret):
    code = code_of(secret)
    first, second = Client(), Client()
    enter_password(first)
    enter_password(second)
    assert enters(first, code).status_code == 302
    assert enters(second, code).status_code == 200


def test_a_recovery_code_opens_once(ana, secret):
    code = RecoveryCodes.activate(ana).get_unused_codes()[0]
    first, second = Client(), Client()
    enter_password(first)
    enter_password(second)
    assert enters(first, code).status_code == 302
    assert enters(second, code).status_code == 200


def test_secrets_are_not_stored_in_the_clear(ana, secret):
    stored = Authenticator.objects.get(user=ana).data["secret"]
    assert secret not in stored
    assert get_adapter().decrypt(stored) == secret


def test_a_new_app_is_set_up_with_picture_and_secret_and_brings_recovery_codes(
    client, ana, django_capture_on_commit_callbacks
):
    enter_password(client)
    add = reverse("mfa_activate_totp")
    assert reverse("account_reauthenticate") in client.get(add)["Location"]
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    page = client.get(add).content.decode()

    assert "<svg" in page
    assert "style=" not in page
    assert "data:" not in page.replace("data:image/svg", "data:") or "<img" not in page
    secret = re.search(r'c-secret">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post(add, {"code": code_of(secret)})
    assert done["Location"] == reverse("mfa_view_recovery_codes")
    assert factors.has_second_factor(ana)
    told = client.get(done["Location"]).content.decode()
    assert len(re.findall(r"<li><code>\d{8}</code></li>", told)) == 10
    recorded = AuditEntry.objects.filter(act="portal.factor_added").values_list("after__factor", flat=True)
    assert sorted(recorded) == ["recovery_codes", "totp"]

    file = client.get(reverse("mfa_download_recovery_codes"))
    assert file["Content-Disposition"].startswith("attachment")
    assert file["Cache-Control"] == "no-store"


def test_removing_the_last_factor_voids_the_recovery_codes(client, ana, secret):
    RecoveryCodes.activate(ana)
    enter_password(client)
    enters(client, code_of(secret))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    client.post(reverse("mfa_deactivate_totp"))

    assert not Authenticator.objects.filter(user=ana).exists()
    removed = AuditEntry.objects.filter(act="portal.factor_removed").values_list("before__factor", flat=True)
    assert sorted(removed) == ["recovery_codes", "totp"]


def test_whoever_has_no_factor_may_not_act_but_for_made_up_people_of_local_use(ana, settings):
    assert not factors.may_act(ana)
    RecoveryCodes.activate(ana)
    assert not factors.may_act(ana)
    TOTP.activate(ana, generate_totp_secret())
    assert factors.may_act(ana)

    made_up = people.create_person(
        by=Oneself("sample"), email="m@example.org", name="Made Up", is_sample=True
    )
    assert factors.is_exempt(made_up)
    assert factors.may_act(made_up)
    settings.PRODUCTION = True
    assert not factors.may_act(made_up)


@pytest.fixture
def invited(settings, ana):
    """A page that signs Ana in, as an accepted invitation does."""
    from django.urls import path

    from portal import urls

    def accept(request) -> HttpResponse:
        return sign_in(request, ana, "invitation")

    settings.ROOT_URLCONF = type("urls", (), {"urlpatterns": [path("accept/", accept), *urls.urlpatterns]})
    return "/accept/"


def test_an_accepted_invitation_signs_in_and_is_on_record(client, ana, invited):
    assert client.post(invited)["Location"] == "/desk/"
    assert last_entry().after["methods"] == ["invitation"]
    assert client.get(reverse("usersessions_list")).status_code == 200


def test_an_accepted_invitation_does_not_bypass_the_second_factor(client, ana, secret, invited):
    assert client.post(invited)["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("usersessions_list")).status_code == 302


def test_an_accepted_invitation_does_not_let_in_who_was_deactivated(client, ana, invited):
    people.deactivate(by=Oneself("the operator"), user=ana, reason="left")
    ana.refresh_from_db()
    assert client.post(invited)["Location"] == reverse("account_inactive")
