"""Calendar addresses: shown once, kept as a hash, revoked at once."""

from datetime import date, timedelta

import icalendar
import pytest

from agreements import acting
from portal import clock
from portal.audit.models import AuditEntry
from portal.lifecycle import NotAllowed
from portal.notices import calendars
from portal.notices.calendars import Entry
from portal.notices.models import CalendarAddress
from tests.portal.notice_room import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def entries(monkeypatch):
    """The only source of entries; the list is what it gives to everybody."""
    monkeypatch.setattr(calendars, "_sources", [])
    given = []
    calendars.source(lambda user: given)
    return given


def make(user) -> str:
    return calendars.new_address(by=acting.person(user), user=user)


class TestAddresses:
    def test_the_secret_leads_to_its_person_and_is_not_kept(self):
        user = person()
        secret = make(user)
        assert calendars.user_of(secret) == user
        assert secret not in str(list(CalendarAddress.objects.values()))
        entry = AuditEntry.objects.latest("id")
        assert (entry.act, entry.room) == ("portal.new_address", "desk")
        assert secret not in str(entry.__dict__)

    def test_a_new_one_ends_the_one_before(self):
        user = person()
        first, second = make(user), make(user)
        assert calendars.user_of(first) is None
        assert calendars.user_of(second) == user
        assert CalendarAddress.objects.filter(user=user, revoked_at=None).count() == 1

    def test_revoked(self):
        user = person()
        secret = make(user)
        calendars.revoke(by=acting.person(user), user=user)
        assert calendars.user_of(secret) is None
        assert calendars.address_of(user) is None
        with pytest.raises(NotAllowed):
            calendars.revoke(by=acting.person(user), user=user)

    def test_guessed(self):
        secret = make(person())
        for guess in ("", "x", secret[:-1], secret + "A", secret.swapcase(), "é" * 43):
            assert calendars.user_of(guess) is None

    def test_not_for_who_may_not_sign_in(self):
        user = person()
        secret = make(user)
        user.is_active = False
        user.save()
        assert calendars.user_of(secret) is None

    def test_its_use_is_noted_to_the_hour(self):
        user = person()
        secret = make(user)
        moment = clock.now()
        for minutes in (0, 20, 40):
            with clock.at(moment + timedelta(minutes=minutes)):
                calendars.user_of(secret)
        assert calendars.address_of(user).last_used_at == moment
        with clock.at(moment + timedelta(minutes=61)):
            calendars.user_of(secret)
        assert calendars.address_of(user).last_used_at == moment + timedelta(minutes=61)


class TestCalendar:
    def test_entries_are_whole_days(self, settings):
        settings.BASE_URL = "https://concordat.example"
        words = "Answer due; see\nBEGIN:VEVENT, please"
        body = calendars.render("Concordat", [Entry("due-1", date(2026, 12, 31), words, "/desk/")])
        calendar = icalendar.Calendar.from_ical(body)
        (event,) = calendar.walk("VEVENT")
        assert event.decoded("dtstart") == date(2026, 12, 31)
        assert event.decoded("dtend") == date(2027, 1, 1)
        assert str(event["summary"]) == words
        assert str(event["uid"]) == "due-1@concordat.example"
        assert str(event["url"]) == "https://concordat.example/desk/"

    def test_all_sources_by_day(self, entries):
        later = Entry("b", date(2026, 12, 2), "later", "/")
        sooner = Entry("a", date(2026, 12, 1), "sooner", "/")
        entries.append(later)
        calendars.source(lambda user: [sooner])
        assert calendars.entries_for(person()) == [sooner, later]

    def test_the_address_answers_without_signing_in(self, client, entries, django_assert_num_queries):
        entries.append(Entry("a", date(2026, 12, 1), "A deadline", "/desk/"))
        secret = make(person())
        with django_assert_num_queries(2):
            response = client.get(f"/calendar/{secret}.ics")
        assert response.status_code == 200
        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        assert set(response["Cache-Control"].split(", ")) == {"private", "max-age=900"}
        assert b"SUMMARY:A deadline" in response.content

    def test_an_address_that_does_not_live_is_not_found(self, client, entries):
        user = person()
        secret = make(user)
        calendars.revoke(by=acting.person(user), user=user)
        for guess in (secret, "A" * 43, "short"):
            assert client.get(f"/calendar/{guess}.ics").status_code == 404
        assert client.post(f"/calendar/{secret}.ics").status_code == 405
