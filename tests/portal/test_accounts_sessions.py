"""How long a session lasts, who ends it, and from where it came."""

import datetime as dt
import json

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from portal import clock
from portal.accounts import people
from portal.accounts.security_events import Oneself
from portal.accounts.sessions import end_sessions
from portal.audit.models import AuditEntry
from tests.portal.test_settings import PRODUCTION, python

PASSWORD = "six unrelated words make it"
MORNING = dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC)
PAGE = "/account/sessions/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_counts():
    cache.clear()


@pytest.fixture
def ana():
    by = Oneself("the operator")
    return people.create_person(by=by, email="ana@example.org", name="Ana Aguilar", password=PASSWORD)


def signed_in(**headers):
    client = Client(headers=headers)
    client.post(reverse("account_login"), {"login": "ana@example.org", "password": PASSWORD})
    return client


def after(minutes):
    return clock.at(MORNING + dt.timedelta(minutes=minutes))


def test_who_does_nothing_for_an_hour_is_signed_out_and_told_why(ana):
    with after(0):
        client = signed_in()
    with after(59):
        assert client.get(PAGE).status_code == 200
    with after(118):
        assert client.get(PAGE).status_code == 200
    with after(178):
        answer = client.get(PAGE, follow=True)
    assert answer.request["PATH_INFO"] == reverse("account_login")
    assert "because you did nothing for a while" in answer.content.decode()
    assert not UserSession.objects.exists()


def test_after_twelve_hours_nobody_is_signed_in_however_busy(ana):
    with after(0):
        client = signed_in()
    for hour in range(1, 24):
        with after(hour * 30):
            assert client.get(PAGE).status_code == 200
    with after(12 * 60):
        answer = client.get(PAGE, follow=True)
    assert "because you signed in too long ago" in answer.content.decode()


def test_a_session_is_written_at_most_once_a_minute(ana, django_assert_num_queries):
    with after(0):
        client = signed_in()
    before = Session.objects.get(pk=client.session.session_key).session_data
    with after(0.9):
        client.get(PAGE)
    assert Session.objects.get(pk=client.session.session_key).session_data == before
    with after(2):
        client.get(PAGE)
    assert Session.objects.get(pk=client.session.session_key).session_data != before
    assert UserSession.objects.get().last_seen_at == MORNING + dt.timedelta(minutes=2)


def test_a_page_for_everybody_asks_no_session_of_visitors(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/livez")
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_all_sessions_of_people_end_at_once(ana):
    clients = [signed_in(), signed_in()]

    assert end_sessions([ana.pk]) == 2

    assert [client.get(PAGE).status_code for client in clients] == [302, 302]
    assert end_sessions([ana.pk]) == 0


def test_one_ends_ones_other_sessions(ana):
    here, there = signed_in(**{"user-agent": "Here 1.0"}), signed_in(**{"user-agent": "There 2.0"})
    page = here.get(PAGE).content.decode()
    assert "Here 1.0" in page
    assert "There 2.0" in page

    here.post(PAGE)

    assert here.get(PAGE).status_code == 200
    assert there.get(PAGE).status_code == 302
    entry = AuditEntry.objects.latest("id")
    assert (entry.act, entry.after) == ("portal.sessions_ended", {"sessions_ended": 1})


@pytest.mark.parametrize(("proxies", "expected"), [(0, "127.0.0.1"), (1, "203.0.113.9"), (2, "198.51.100.7")])
def test_the_visitor_is_whom_the_trusted_proxies_name(ana, settings, proxies, expected):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    signed_in(**{"x-forwarded-for": "192.0.2.66, 198.51.100.7, 203.0.113.9"})
    assert UserSession.objects.get().ip == expected


def test_the_cookie_is_for_this_site_and_no_script(ana):
    cookie = signed_in().cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


SHOW = """
import json
from django.conf import settings
names = ["SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_NAME",
         "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", "ADMIN_PATH", "EMAIL_HOST", "SESSION_COOKIE_AGE"]
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


def test_production_keeps_to_this_host_and_to_https(tmp_path):
    shown = python("-c", SHOW, DATA_DIR=str(tmp_path), **PRODUCTION, SESSION_HOURS="8")
    assert json.loads(shown.stdout) == {
        "SESSION_COOKIE_NAME": "__Host-sessionid",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_NAME": "__Host-csrftoken",
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": False,
        "ADMIN_PATH": "",
        "EMAIL_HOST": "mail.example.org",
        "SESSION_COOKIE_AGE": 8 * 3600,
    }


def test_without_the_cache_that_counts_tries_nobody_signs_in(client, ana, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "unix:///nowhere/valkey.sock",
        }
    }
    answer = client.post(reverse("account_login"), {"login": "ana@example.org", "password": PASSWORD})
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert "_auth_user_id" not in client.session


def test_without_the_database_a_session_is_answered_503(ana, monkeypatch):
    client = signed_in()

    def fail(request):
        raise OperationalError("away")

    monkeypatch.setattr("portal.accounts.sessions._keep_or_end", fail)
    answer = client.get(PAGE)
    assert answer.status_code == 503
    assert answer["Cache-Control"] == "no-store"
