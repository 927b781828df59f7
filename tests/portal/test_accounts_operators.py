"""The tables of the portal, for its operators."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.apps import apps
from django.contrib import admin
from django.core.cache import cache
from django.urls import reverse

from portal.accounts import people
from portal.accounts.models import User
from portal.accounts.security_events import Oneself
from portal.audit.models import AuditEntry
from portal.web import operators

BY = Oneself("make_operator")
ROOT = "/operator/"
OURS = [
    model
    for label in operators.OURS
    if label in apps.app_configs
    for model in apps.get_app_config(label).get_models()
]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_counts():
    cache.clear()


@pytest.fixture
def olga():
    olga = people.create_person(by=BY, email="olga@example.org", name="Olga Orlova", is_operator=True)
    TOTP.activate(olga, generate_totp_secret())
    return olga


@pytest.fixture
def ana():
    return people.create_person(
        by=BY, email="ana@example.org", name="Ana Aguilar", password="a b c d e f g h"
    )


def test_nobody_but_operators_with_a_second_factor_comes_in(client, olga, ana):
    assert client.get(ROOT)["Location"] == "/account/login/?next=/operator/"
    client.force_login(ana)
    assert client.get(ROOT).status_code == 404
    client.force_login(people.create_person(by=BY, email="o@example.org", name="No Key", is_operator=True))
    assert client.get(ROOT)["Location"] == reverse("mfa_index")
    client.force_login(olga)
    assert client.get(ROOT).status_code == 200


@pytest.mark.parametrize("page", ["login/", "logout/", "password_change/", "accounts/user/", "no-such-page/"])
def test_the_admin_has_no_entrance_of_its_own(client, ana, page):
    answer = client.get(ROOT + page)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/")
    client.force_login(ana)
    assert client.get(ROOT + page).status_code in (302, 404)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_table_of_ours_is_there_to_read_and_never_to_write(client, olga, model):
    client.force_login(olga)
    table = f"{ROOT}{model._meta.app_label}/{model._meta.model_name}/"

    assert client.get(table).status_code == 200
    assert client.get(f"{table}add/").status_code == 403
    assert client.post(f"{table}add/").status_code == 403
    row = model._default_manager.first()
    if row is not None:
        one = f"{table}{row.pk}/change/"
        page = client.get(one)
        assert page.status_code == 200
        assert 'name="_save"' not in page.content.decode()
        assert client.post(one, {"name": "changed"}).status_code == 403
        assert client.post(f"{table}{row.pk}/delete/", {"post": "yes"}).status_code == 403


def test_no_operator_reads_what_would_let_them_in_as_somebody_else(client, olga, ana):
    client.force_login(olga)
    page = client.get(f"{ROOT}accounts/user/{ana.pk}/change/").content.decode()
    assert "argon2" not in page
    assert "ana@example.org" in page


def test_an_operator_deactivates_with_a_reason_and_it_is_on_record(client, olga, ana):
    client.force_login(olga)
    table = f"{ROOT}accounts/user/"
    chosen = {"action": "deactivate", "_selected_action": [ana.pk, olga.pk]}

    asked = client.post(table, chosen)
    assert "Reason, for the record" in asked.content.decode()
    assert User.objects.get(pk=ana.pk).is_active

    assert "Enter the reason" in client.post(table, {**chosen, "confirmed": "1"}).content.decode()
    client.post(table, {**chosen, "confirmed": "1", "reason": "left the authority"})

    assert not User.objects.get(pk=ana.pk).is_active
    assert User.objects.get(pk=olga.pk).is_active
    entry = AuditEntry.objects.latest("id")
    assert (entry.act, entry.actor, entry.reason) == (
        "portal.deactivate",
        "Olga Orlova",
        "left the authority",
    )

    client.post(table, {**chosen, "action": "reactivate", "confirmed": "1", "reason": "came back"})
    assert User.objects.get(pk=ana.pk).is_active
    assert AuditEntry.objects.latest("id").act == "portal.reactivate"


def test_pages_of_the_admin_run_nothing_written_into_them_and_are_kept_nowhere(client, olga):
    client.force_login(olga)
    answer = client.get(f"{ROOT}accounts/user/")
    assert answer["Cache-Control"] == "no-store"
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "trusted-types" not in policy
    assert "trusted-types" in client.get(reverse("account_login"))["Content-Security-Policy"]


def test_without_a_path_there_is_no_such_page(settings):
    settings.ADMIN_PATH = ""
    assert operators._urls() == []
    settings.ADMIN_PATH = "behind/the-counter"
    assert str(operators._urls()[0].pattern) == "behind/the-counter/"


def test_nothing_is_registered_with_djangos_own_site():
    assert not admin.site._registry
