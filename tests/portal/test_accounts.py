"""Signing in and out, and what stays on record."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.urls import NoReverseMatch, get_resolver, reverse

from portal.accounts import people
from portal.accounts.models import User
from portal.accounts.security_events import NOBODY, Oneself, hashed_email
from portal.audit.models import AuditEntry
from portal.outbox.models import OutboxMessage
from portal.outbox.relaying import relay_due

PASSWORD = "six unrelated words make it"
BY = Oneself("the operator")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_counts():
    cache.clear()


@pytest.fixture
def ana():
    return people.create_person(by=BY, email="Ana@Example.org", name="Ana Aguilar", password=PASSWORD)


def sign_in(client, email="ana@example.org", password=PASSWORD, **query):
    return client.post(reverse("account_login", query=query), {"login": email, "password": password})


def acts():
    return list(AuditEntry.objects.order_by("id").values_list("act", flat=True))


def test_a_person_signs_in_and_out_and_each_step_is_on_record(client, ana):
    answer = sign_in(client, email="ANA@example.org")

    assert (answer.status_code, answer["Location"]) == (302, "/desk/")
    entry = AuditEntry.objects.latest("id")
    assert (entry.act, entry.room, entry.actor_key) == ("portal.signed_in", "accounts", str(ana.key))
    assert entry.after["methods"] == ["password"]

    client.post(reverse("account_logout"))
    assert acts()[-1] == "portal.signed_out"
    assert "_auth_user_id" not in client.session


def test_next_leads_on_this_site_only(client, ana):
    assert sign_in(client, next="/bodies/")["Location"] == "/bodies/"
    client.post(reverse("account_logout"))
    assert sign_in(client, next="https://elsewhere.example/")["Location"] == "/desk/"


def test_an_address_counts_as_proven_and_has_one_account(ana):
    address = EmailAddress.objects.get(user=ana)
    assert (address.email, address.verified, address.primary) == ("ana@example.org", True, True)
    with pytest.raises(ValidationError):
        people.create_person(by=BY, email="ANA@example.org", name="Another Ana")


def test_a_wrong_password_is_on_record_without_it_and_without_the_address(client, ana):
    answer = sign_in(client, password="my old secret password")

    assert "not right" in answer.content.decode()
    entry = AuditEntry.objects.latest("id")
    assert (entry.act, entry.actor, entry.target_id) == ("portal.sign_in_failed", NOBODY.actor, str(ana.pk))
    assert entry.after == {
        "email_mark": hashed_email("ana@example.org"),
        "step": "password",
        "ip": "127.0.0.1",
    }


def test_an_unknown_address_is_answered_like_a_wrong_password(client, ana):
    wrong = sign_in(client, password="some other password").content.decode()
    unknown = sign_in(client, email="nobody@example.org", password="some other password").content.decode()

    def bare(page):
        return re.sub(r'value="[^"]*"|[0-9a-f]{32}', "", page)

    assert bare(wrong) == bare(unknown)


def test_guessing_ends_after_five_tries_also_with_the_right_password(client, ana):
    for guess in range(5):
        sign_in(client, password=f"wrong guess number {guess}")

    assert "Too many tries" in sign_in(client).content.decode()
    assert "_auth_user_id" not in client.session


def test_too_many_questions_are_answered_429_in_words(client, ana):
    answers = [client.post(reverse("account_reset_password"), {"email": "ana@example.org"}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 429]
    assert "Too many tries" in answers[-1].content.decode()
    assert answers[-1]["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "name", ["account_signup", "account_email", "account_request_login_code", "socialaccount_signup"]
)
def test_nobody_signs_up_or_changes_the_address(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_a_deactivated_person_is_out_at_once_and_stays_out(client, ana):
    sign_in(client)
    assert client.get(reverse("usersessions_list")).status_code == 200

    people.deactivate(by=BY, user=ana, reason="left the authority")

    entry = AuditEntry.objects.latest("id")
    assert (entry.act, entry.reason, entry.after["sessions_ended"]) == (
        "portal.deactivate",
        "left the authority",
        1,
    )
    assert client.get(reverse("usersessions_list")).status_code == 302
    assert sign_in(client)["Location"] == reverse("account_inactive")

    people.reactivate(by=BY, user=ana, reason="came back")
    assert sign_in(client)["Location"] == "/desk/"


def test_made_up_people_cannot_sign_in_in_production(client, settings):
    people.create_person(by=BY, email="made@example.org", name="Made Up", password=PASSWORD, is_sample=True)
    sign_in(client, email="made@example.org")
    assert client.get(reverse("usersessions_list")).status_code == 200

    settings.PRODUCTION = True

    assert client.get(reverse("usersessions_list")).status_code == 302
    assert sign_in(client, email="made@example.org")["Location"] == reverse("account_inactive")


@pytest.mark.parametrize(
    "password",
    ["short one", "123456789012345", "password1234", "ana aguilar 1"],
    ids=["short", "digits", "common", "name"],
)
def test_a_weak_password_is_refused(client, ana, password):
    sign_in(client)
    answer = client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": password, "password2": password},
    )
    assert answer.status_code == 200
    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)
    assert ana.password.startswith("argon2")


def test_a_changed_password_ends_the_other_sessions_and_is_told_by_mail(client, ana, django_user_model):
    other = type(client)()
    sign_in(other)
    sign_in(client)
    new = "quite another set of words"

    client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )

    assert client.get(reverse("usersessions_list")).status_code == 200
    assert other.get(reverse("usersessions_list")).status_code == 302
    assert acts()[-1] == "portal.password_changed"
    relay_due(10)
    assert mail.outbox[-1].to == ["ana@example.org"]
    assert "Your password was changed." in mail.outbox[-1].body


def test_a_forgotten_password_is_set_behind_a_link_that_works_once(client, ana):
    answer = client.post(reverse("account_reset_password"), {"email": "ana@example.org"})
    assert answer["Location"] == reverse("account_reset_password_done")
    assert "http" not in str(list(OutboxMessage.objects.values_list("payload", flat=True)))
    relay_due(10)
    link = re.search(r"http://\S+", mail.outbox[-1].body.split("Here it is:")[1])[0]
    page = link.removeprefix("http://localhost:8000")
    new = "quite another set of words"

    form = client.get(page, follow=True)
    assert form.request["PATH_INFO"].endswith("set-password/")
    done = client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})

    assert done["Location"] == reverse("account_reset_password_from_key_done")
    assert sign_in(client, password=new).status_code == 302
    again = type(client)().get(page, follow=True)
    assert "This link does not work" in again.content.decode()


@pytest.mark.parametrize("email", ["nobody@example.org", "gone@example.org"])
def test_nobody_learns_who_has_an_account_by_asking_for_a_link(client, ana, email):
    gone = people.create_person(by=BY, email="gone@example.org", name="Gone", password=PASSWORD)
    people.deactivate(by=BY, user=gone, reason="left")

    answer = client.post(reverse("account_reset_password"), {"email": email})

    assert answer["Location"] == reverse("account_reset_password_done")
    assert OutboxMessage.objects.waiting().count() == 1
    relay_due(10)
    assert mail.outbox == []


def test_a_stale_form_is_refused_in_words(ana, django_user_model):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    answer = sign_in(client)
    assert answer.status_code == 403
    assert "This form is too old" in answer.content.decode()


def test_no_cache_keeps_any_page_of_an_account(client, ana):
    sign_in(client)
    for name in ("mfa_index", "usersessions_list", "account_change_password", "socialaccount_connections"):
        assert client.get(reverse(name))["Cache-Control"] == "no-store"
    client.post(reverse("account_logout"))
    answer = client.get(reverse("account_login"))
    assert answer["Cache-Control"] == "no-store"
    assert "Cookie" in answer["Vary"]


def test_every_address_below_account_is_listed_here(client):
    """A new address is thought about: it belongs into the list of the pages that take no account, or it asks for one."""
    open_to_all = {
        "account_login",
        "account_inactive",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
        "socialaccount_login_cancelled",
        "socialaccount_login_error",
    }
    from portal.accounts.urls import urlpatterns

    for pattern in urlpatterns:
        if pattern.pattern.converters or "(?P" in str(pattern.pattern):
            continue
        answer = client.get(reverse(pattern.name))
        if pattern.name in open_to_all:
            assert answer.status_code in (200, 401), pattern.name
        else:
            assert answer.status_code in (302, 404), pattern.name


def test_the_first_operator_gets_a_link_and_nothing_secret_stands_on_the_command_line(client, capsys):
    call_command("make_operator", "olga@example.org", "Olga Orlova")
    said = capsys.readouterr().out
    olga = User.with_email("olga@example.org")
    assert olga.is_operator
    assert not olga.has_usable_password()
    page = re.search(r"http://localhost:8000(\S+)", said)[1]
    assert "Set a new password" in client.get(page, follow=True).content.decode()
    assert acts()[-1] == "portal.create_person"

    call_command("make_operator", "olga@example.org", "Olga Orlova")
    assert User.objects.count() == 1


def test_an_operator_is_never_made_of_somebody_else(ana):
    with pytest.raises(CommandError):
        call_command("make_operator", "ana@example.org", "Ana")
    with pytest.raises(CommandError):
        call_command("make_operator", "not an address", "Ana")


def test_no_route_of_allauth_is_left_open_elsewhere():
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert not {name for name in names if "signup" in name or "login_code" in name or "email" in name}
