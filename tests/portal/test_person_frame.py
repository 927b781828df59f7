"""What the frame shows whoever is signed in, what it costs, and that nobody else is shown it from a cache."""

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import User
from tests.agreements.factories import make_authority
from tests.agreements.people import join, make_member, make_person, signed_in, text
from tests.portal.notice_room import told

pytestmark = pytest.mark.django_db

PAGES = ["/", "/bodies/", "/agreements/", "/economies/", "/changes/"]


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()


@pytest.fixture
def nist():
    return make_authority()


def bar(client, page="/") -> str:
    return re.search(r"<header.*?</header>", text(client.get(page)), re.DOTALL)[0]


class TestNobody:
    @pytest.mark.parametrize("page", PAGES)
    def test_costs_nothing_and_keeps_nothing(self, client, page):
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(page)
        assert len(queries) <= 8
        assert not answer.cookies
        assert answer["Cache-Control"].startswith("public")
        assert {"Accept-Language", "Cookie"} <= set(answer["Vary"].split(", "))
        assert "Sign in" in bar(client, page)
        assert "csrfmiddlewaretoken" not in bar(client, page)

    def test_a_session_without_a_person_is_nobodys(self, client):
        client.session["x"] = 1
        client.session.save()
        assert client.get("/")["Cache-Control"].startswith("public")


class TestSomebody:
    @pytest.mark.parametrize("page", PAGES)
    def test_costs_at_most_four_queries_more(self, nist, page):
        anonymous, client = Client(), signed_in(make_member(nist, "editor"))
        counts = []
        for each in (anonymous, client):
            each.get(page)
            with CaptureQueriesContext(connection) as queries:
                answer = each.get(page)
            assert answer.status_code == 200
            counts.append(len(queries))
        assert counts[1] <= counts[0] + 4
        assert answer["Cache-Control"] == "private, no-cache"
        assert "Cookie" in answer["Vary"]

    def test_sees_who_they_are_and_where_to_go(self, nist):
        ana = make_member(nist, "editor", name="Ana Aguilar")
        found = bar(signed_in(ana))
        for word in ("Ana Aguilar", "Authority us-nist", "/desk/", "/members/", "/audit/", "Sign out"):
            assert word in found
        assert "/acting/" not in found
        assert "local use only" in found
        join(ana, make_authority("ca-ised", economy="CA"), "reader")
        assert "/acting/?next=%2F" in bar(signed_in(ana))

    def test_who_acts_for_nobody_sees_only_their_own(self):
        found = bar(signed_in(make_person("Eve")))
        for word in ("/desk/", "/members/", "/audit/", "/mine/"):
            assert word not in found
        assert "/notices/" in found

    def test_the_operator_is_named(self):
        found = bar(signed_in(make_person("Olga", is_operator=True)))
        assert "operator of the portal" in found
        assert "/members/" in found
        assert "/desk/" not in found

    def test_a_real_person_reads_no_warning(self, nist):
        ana = make_member(nist, "editor")
        User.objects.filter(pk=ana.pk).update(is_sample=False)
        assert "local use only" not in bar(signed_in(ana))

    def test_counts_are_shown_and_stop_at_99(self, nist):
        ana = make_member(nist, "editor")
        client = signed_in(ana)
        for number in range(3):
            told(ana, key=str(number))
        assert re.search(r'/notices/">Notices <span class="c-person__count">3<', bar(client))
        for number in range(3, 120):
            told(ana, key=str(number))
        assert "99+" in bar(client)


class TestCaches:
    def test_one_persons_page_is_not_anothers(self, nist):
        anonymous, client = Client(), signed_in(make_member(nist, "editor"))
        tags = {each.get("/")["ETag"] for each in (anonymous, client, signed_in(make_person("Eve")))}
        assert len(tags) == 3

    def test_unchanged_is_304_until_a_count_changes(self, nist):
        ana = make_member(nist, "editor")
        client = signed_in(ana)
        client.get("/")
        tag = client.get("/")["ETag"]
        answer = client.get("/", headers={"if-none-match": tag})
        assert answer.status_code == 304
        assert answer["Cache-Control"] == "private, no-cache"
        told(ana)
        assert client.get("/", headers={"if-none-match": tag}).status_code == 200

    def test_a_new_sign_in_gets_a_page_whose_forms_work(self, nist):
        ana = make_member(nist, "editor")
        first, second = signed_in(ana), signed_in(ana)
        assert first.get("/")["ETag"] != second.get("/")["ETag"]

    def test_a_message_is_shown_once(self, nist):
        ana = make_member(nist, "editor")
        client = signed_in(ana)
        client.get("/")
        before = client.get("/")["ETag"]
        session = client.session
        session["_messages"] = '[["__json_message", 0, 25, "It is done"]]'
        session.save()
        answer = client.get("/", headers={"if-none-match": before})
        assert answer.status_code == 200
        assert answer["ETag"] != before
        again = client.get("/", headers={"if-none-match": answer["ETag"]})
        assert again.status_code == 200
        assert "It is done" not in text(again)

    def test_files_are_kept_apart_too(self, nist):
        client = signed_in(make_member(nist, "editor"))
        assert client.get("/agreements.json")["Cache-Control"] == "private, no-cache"
        assert Client().get("/agreements.json")["Cache-Control"].startswith("public")
