"""The doors of screens, and the errand that is resumed after one has shown who one is."""

import time

import pytest
import time_machine
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import path, reverse
from django.views import View

from portal import urls
from portal.accounts import people
from portal.accounts.doors import RecentlyAuthenticated, SignedIn
from portal.accounts.security_events import Oneself

PASSWORD = "six unrelated words make it"

pytestmark = pytest.mark.django_db


class Page(SignedIn, View):
    def get(self, request):
        return HttpResponse("come in")


class Decision(RecentlyAuthenticated, View):
    done: list = []

    def get(self, request):
        return HttpResponse("a form")

    def post(self, request):
        self.done.append((request.user.email, dict(request.POST.lists())))
        return HttpResponse("decided")


@pytest.fixture(autouse=True)
def _screens(settings):
    cache.clear()
    Decision.done.clear()
    own = [path("page/", Page.as_view()), path("decision/", Decision.as_view())]
    settings.ROOT_URLCONF = type("urls", (), {"urlpatterns": [*own, *urls.urlpatterns]})


@pytest.fixture
def ana():
    by = Oneself("the operator")
    return people.create_person(by=by, email="ana@example.org", name="Ana Aguilar", password=PASSWORD)


def signed_in(**options):
    client = Client(**options)
    token = client.get(reverse("account_login")).context["csrf_token"]
    answer = client.post(
        reverse("account_login"),
        {"login": "ana@example.org", "password": PASSWORD, "csrfmiddlewaretoken": str(token)},
    )
    assert answer.status_code == 302
    return client


def later(minutes):
    return time_machine.travel(time.time() + minutes * 60, tick=False)


def test_who_is_not_signed_in_goes_to_sign_in_and_comes_back(client, ana):
    answer = client.get("/page/?a=1")
    assert answer["Location"] == "/account/login/?next=/page/%3Fa%3D1"
    assert answer["Cache-Control"] == "no-store"

    back = client.post(answer["Location"], {"login": "ana@example.org", "password": PASSWORD})
    assert back["Location"] == "/page/?a=1"


def test_who_is_signed_in_comes_in_and_no_cache_keeps_it(ana):
    answer = signed_in().get("/page/")
    assert answer.content == b"come in"
    assert answer["Cache-Control"] == "no-store"


def test_who_was_deactivated_is_out(ana):
    client = signed_in()
    people.deactivate(by=Oneself("the operator"), user=ana, reason="left")
    assert client.get("/page/").status_code == 302


def test_soon_after_signing_in_one_decides_without_being_asked_again(ana):
    assert signed_in().post("/decision/", {"line": "1"}).content == b"decided"


def test_later_one_is_asked_and_what_was_entered_is_not_lost(ana):
    client = signed_in()
    entered = {"line": ["1", "2"], "reason": "Prüfung & “mehr”"}
    with later(16):
        assert client.get("/decision/").content == b"a form"
        asked = client.post("/decision/", entered)
        assert asked["Location"] == reverse("account_reauthenticate") + "?next=%2Fdecision%2F"
        assert Decision.done == []

        page = client.get(asked["Location"])
        assert "nothing you entered is lost" in page.content.decode()
        resumed = client.post(asked["Location"], {"password": PASSWORD, "next": "/decision/"})

    assert resumed.content == b"decided"
    assert Decision.done == [("ana@example.org", {"line": ["1", "2"], "reason": ["Prüfung & “mehr”"]})]


def test_a_wrong_password_resumes_nothing(ana):
    client = signed_in()
    with later(16):
        asked = client.post("/decision/", {"line": "1"})
        client.post(asked["Location"], {"password": "a wrong password", "next": "/decision/"})
    assert Decision.done == []


def test_somebody_elses_form_is_neither_suspended_nor_resumed(ana):
    client = signed_in(enforce_csrf_checks=True)
    with later(16):
        forged = client.post("/decision/", {"line": "1"})
        assert forged.status_code == 403

        token = client.cookies["csrftoken"].value
        asked = client.post("/decision/", {"line": "2", "csrfmiddlewaretoken": token})
        assert asked.status_code == 302
        unsigned = client.post(asked["Location"], {"password": PASSWORD, "next": "/decision/"})
        assert unsigned.status_code == 403
        assert Decision.done == []

        resumed = client.post(
            asked["Location"], {"password": PASSWORD, "next": "/decision/", "csrfmiddlewaretoken": token}
        )
    assert resumed.content == b"decided"
    assert [done["line"] for _, done in Decision.done] == [["2"]]


def test_what_was_suspended_for_one_person_is_not_resumed_for_another(ana):
    by = Oneself("the operator")
    people.create_person(by=by, email="eva@example.org", name="Eva", password=PASSWORD)
    client = signed_in()
    with later(16):
        client.post("/decision/", {"line": "1"})
        client.post(reverse("account_logout"))
        client.post(reverse("account_login"), {"login": "eva@example.org", "password": PASSWORD})
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": "/decision/"})
    assert Decision.done == []


def test_the_clock_of_confirmation_is_fifteen_minutes(ana):
    client = signed_in()
    with later(14):
        assert client.post("/decision/").content == b"decided"
