"""The pages of a person's notices."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.notices import calendars, choosing, gates, reading
from portal.notices.models import Notice
from tests.portal.notice_room import CANARY, person, told

pytestmark = pytest.mark.django_db

PAGES = ["/notices/", "/notices/settings/", "/notices/calendar/new/", "/notices/calendar/revoke/"]


@pytest.fixture(autouse=True)
def gate(monkeypatch):
    monkeypatch.setattr(gates, "_gates", {})
    shut = set()
    gates.gate("story", lambda user_id, notice: user_id not in shut)
    return shut


@pytest.fixture
def user(client):
    user = person()
    client.force_login(user)
    return user


@pytest.mark.parametrize("page", PAGES)
def test_nobody_sees_them_without_signing_in(client, page):
    response = client.get(page)
    assert response.status_code == 302
    assert "login" in response["Location"]


@pytest.mark.parametrize("page", PAGES[:3])
def test_they_are_kept_by_no_cache(client, user, page):
    response = client.get(page)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]


class TestList:
    def test_an_empty_list_teaches(self, client, user):
        assert "Nothing unread" in client.get("/notices/").content.decode()
        assert "An e-mail says only that something waits" in client.get("/notices/?show=all").content.decode()

    def test_unread_and_all(self, client, user):
        told(user, key="1", words="The first")
        told(user, key="2", words="The second")
        first = Notice.objects.get(key="1")
        response = client.post(f"/notices/{first.pk}/read/", {"show": "all", "before": ""})
        assert response["Location"] == "/notices/?show=all"
        unread, everything = (
            client.get("/notices/").content.decode(),
            client.get("/notices/?show=all").content.decode(),
        )
        assert "The first" not in unread
        assert "The second" in unread
        assert everything.index("The second") < everything.index("The first")

    def test_others_and_refused_notices_are_not_there(self, client, user, gate):
        other = person()
        told(other, key="theirs")
        theirs = Notice.objects.get().pk
        told(user, key="mine")
        gate.add(user.pk)
        assert CANARY not in client.get("/notices/?show=all").content.decode()
        for pk in Notice.objects.values_list("pk", flat=True):
            assert client.post(f"/notices/{pk}/read/").status_code == 404
        assert Notice.objects.get(pk=theirs).read_at is None

    def test_all_read(self, client, user):
        told(user, key="1")
        (until,) = re.findall(r'name="until" value="(\d+)"', client.get("/notices/").content.decode())
        told(user, key="2")
        client.post("/notices/read/", {"until": until})
        assert reading.unread_count(user) == 1

    @pytest.mark.parametrize("mark", ["x", "-1", "9" * 19, "٣"])
    def test_a_mark_that_is_none(self, client, user, mark):
        assert client.get("/notices/", {"before": mark}).status_code == 400

    def test_reading_takes_a_post(self, client, user):
        told(user)
        assert client.get(f"/notices/{Notice.objects.get().pk}/read/").status_code == 405
        assert client.get("/notices/read/").status_code == 405
        assert reading.unread_count(user) == 1

    def test_the_queries_do_not_grow_with_the_list(self, client, user):
        asked = []
        for key in ("0", *map(str, range(1, 25))):
            told(user, key=key)
            with CaptureQueriesContext(connection) as queries:
                client.get("/notices/")
            asked.append([query["sql"] for query in queries if "notices_notice" in query["sql"]])
        assert {len(each) for each in asked} == {
            3
        }  # the list, how many are unread, and the count in the frame

    def test_older_notices_are_a_page_away(self, client, user):
        for number in range(30):
            told(user, key=str(number), words=f"Told {number}.")
        (mark,) = re.findall(r"before=(\d+)", client.get("/notices/").content.decode())
        older = client.get(f"/notices/?before={mark}").content.decode()
        assert "Told 4." in older
        assert "Told 5." not in older


class TestSettings:
    def test_choices_are_kept(self, client, user):
        chosen = {"decisions": "weekly", "queue": "daily", "deadlines": "off", "membership": "at_once"}
        response = client.post("/notices/settings/", chosen, follow=True)
        assert "Your choices are saved." in response.content.decode()
        assert choosing.paces_of(user.pk) == chosen

    def test_an_unknown_choice_is_told(self, client, user):
        response = client.post("/notices/settings/", {"decisions": "hourly"})
        assert response.status_code == 400
        assert "There is a problem" in response.content.decode()
        assert choosing.paces_of(user.pk)["decisions"] == "daily"

    def test_a_calendar_address_is_shown_once_and_revoked(self, client, user, settings):
        settings.BASE_URL = "https://concordat.example"
        made = client.post("/notices/calendar/new/").content.decode()
        (path,) = re.findall(r'value="https://concordat.example(/calendar/[^"]+)"', made)
        assert client.get(path).status_code == 200
        assert path not in client.get("/notices/settings/").content.decode()
        assert "stops working at once" in client.get("/notices/calendar/new/").content.decode()
        assert "Revoke the calendar address?" in client.get("/notices/calendar/revoke/").content.decode()
        client.post("/notices/calendar/revoke/")
        assert client.get(path).status_code == 404
        assert calendars.address_of(user) is None
        assert client.post("/notices/calendar/revoke/").status_code == 302
        assert client.get("/notices/calendar/revoke/").status_code == 302
