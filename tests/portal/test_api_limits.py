"""How often the API answers: by address, by key; and while nobody counts."""

import pytest
from django.core.cache import cache
from redis.exceptions import ConnectionError

from portal.endpoints import limiting
from tests.agreements.factories import make_authority
from tests.agreements.keyring import bearing, make_key
from tests.agreements.people import acting, make_member

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/economies/"


@pytest.fixture(autouse=True)
def _few(settings, time_machine):
    settings.API_LIMITS = {"address": 3, "key": 5, "writes": 2}
    time_machine.move_to("2026-11-24T12:00:20Z", tick=False)
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def secret():
    authority = make_authority()
    return make_key(acting(make_member(authority, "administrator")), authority)[0]


def asked(client, times: int, **options) -> list[int]:
    return [client.get(ADDRESS, **options).status_code for _time in range(times)]


def test_the_fourth_of_three_is_told_when_to_come_again(client, time_machine):
    assert asked(client, 3) == [200] * 3
    answer = client.get(ADDRESS)
    assert (answer.status_code, answer["Content-Type"]) == (429, "application/problem+json")
    assert answer.json()["type"] == "/api/docs/#problem-too-many-requests"
    assert answer["Retry-After"] == "40"
    assert answer["RateLimit-Policy"] == '"address";q=3;w=60'
    assert answer["RateLimit"] == '"address";r=0;t=40'
    time_machine.move_to("2026-11-24T12:01:00Z", tick=False)
    assert asked(client, 1) == [200]


def test_a_public_answer_may_still_be_shared_and_tells_nobodys_count(client):
    answer = client.get(ADDRESS)
    assert "s-maxage" in answer["Cache-Control"]
    assert answer["RateLimit-Policy"] == '"address";q=3;w=60'
    assert "RateLimit" not in answer
    assert "Authorization" not in answer["Vary"]
    assert not answer.cookies


def test_with_a_key_the_key_counts_and_not_the_address(client, secret):
    assert asked(client, 4) == [200, 200, 200, 429]
    answer = client.get(ADDRESS, headers=bearing(secret))
    assert (answer.status_code, answer["RateLimit"]) == (200, '"key";r=4;t=40')
    assert answer["Cache-Control"] == "private, max-age=0"
    assert asked(client, 5, headers=bearing(secret)) == [200] * 4 + [429]


def test_the_same_is_answered_with_a_key(client, secret):
    assert client.get(ADDRESS, headers=bearing(secret)).content == client.get(ADDRESS).content


def test_trying_keys_counts_against_the_address(client):
    assert asked(client, 4, headers=bearing("ccd_x")) == [401] * 3 + [429]


def test_each_address_counts_for_itself(client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for address in ("192.0.2.1", "192.0.2.2", "2001:db8:0:1::1"):
        assert asked(client, 4, headers={"x-forwarded-for": f"198.51.100.7, {address}"}) == [200] * 3 + [429]
    # The rest of a network of IPv6 is the same household.
    assert asked(client, 1, headers={"x-forwarded-for": "2001:db8:0:1::2"}) == [429]


def test_what_somebody_says_of_themselves_is_not_believed(client):
    for number in range(4):
        status = client.get(ADDRESS, headers={"x-forwarded-for": f"192.0.2.{number}"}).status_code
    assert status == 429


def test_without_the_cache_reading_goes_on_uncounted_and_the_cache_is_left_alone_for_a_while(
    client, monkeypatch
):
    tries = []

    def away(name):
        tries.append(name)
        raise ConnectionError

    monkeypatch.setattr(limiting, "_asked_again_at", 0.0)
    monkeypatch.setattr(cache, "incr", away)
    assert asked(client, 6) == [200] * 6
    assert len(tries) == 1


def test_no_limit_is_none(client, settings):
    settings.API_LIMITS = {"address": 0, "key": 0, "writes": 0}
    assert asked(client, 9) == [200] * 9
    assert "RateLimit-Policy" not in client.get(ADDRESS)


def test_without_the_cache_nothing_is_written_because_nothing_would_bound_it(client, secret, monkeypatch):
    def away(name):
        raise ConnectionError

    monkeypatch.setattr(limiting, "_asked_again_at", 0.0)
    monkeypatch.setattr(cache, "incr", away)
    answer = client.post(
        "/api/v1/proposals/1/submit/", {}, content_type="application/json", headers=bearing(secret)
    )
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer.json()["type"] == "/api/docs/#problem-out-of-reach"


def test_what_is_to_be_done_has_a_limit_of_its_own(client, settings, secret):
    address, asked = "/api/v1/proposals/1/submit/", {"content_type": "application/json"}
    statuses = [client.post(address, {}, headers=bearing(secret), **asked).status_code for _time in range(3)]
    assert statuses == [403, 403, 429]
    assert client.get(ADDRESS, headers=bearing(secret)).status_code == 200
