"""Letters about watches: at once, once a day, once a week; each change once, whenever the worker is killed."""

import re
from datetime import timedelta

import pytest
from django.core import mail

from agreements.acting import person
from portal import clock
from portal.outbox.models import OutboxMessage
from portal.outbox.relaying import relay_due
from registry import recognising
from registry.watching import delivering, mailing, posting, subscribing
from registry.watching.models import Post, WatchPace
from registry.watching.noticing import notice
from registry.watching.pacing import next_after
from registry.watching.tasks import look
from tests.agreements.factories import BY
from tests.registry.officers import make_person
from tests.registry.stories import recognised_body, terms
from tests.registry.watching.room import DAY, HOUR, MINUTE, MONDAY, run, watched

pytestmark = pytest.mark.django_db

SIX = MONDAY.replace(hour=6)


class Story:
    """A body that is suspended and restored in turn, watched by somebody."""

    def __init__(self, pace: str, query: str = "watch=changes", **fields):
        self.body, self.recognition = recognised_body()
        self.watch = watched(query, pace=pace, **fields)

    def goes_on(self, at) -> None:
        with clock.at(at):
            self.recognition.refresh_from_db()
            last = self.recognition.decisions.latest("id").act
            act = recognising.restore if last == "suspend" else recognising.suspend
            act(by=BY, recognition=self.recognition, terms=terms(at.date().isoformat(), public_reason="Why."))


def counted(letters) -> list[str]:
    return [re.search(r": (\d+) change", letter.subject).group(1) for letter in letters]


class TestAtOnce:
    def test_a_letter_says_what_changed_and_how_to_stop(self):
        story = Story("at_once")
        story.goes_on(MONDAY + MINUTE)
        (letter,) = run(MONDAY + 2 * MINUTE)
        assert letter.to == [story.watch.reader.user.email]
        assert letter.subject == "Concordat: 1 change: Decisions – all"
        assert "* Pennine EMC Laboratory: Suspended" in letter.body
        assert "Why." in letter.body
        assert f"/bodies/{story.body.slug}/#decision-" in letter.body
        stop = re.search(r"http://\S+/watches/stop/[A-Za-z0-9_-]{43}/", letter.body).group()
        assert letter.extra_headers["List-Unsubscribe"] == f"<{stop}>"
        assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert letter.extra_headers["Auto-Submitted"] == "auto-generated"
        (html, kind), *_others = letter.alternatives
        assert kind == "text/html"
        assert stop in html
        assert f"/watches/{story.watch.pk}/" in letter.body

    def test_each_change_is_told_once(self):
        story = Story("at_once")
        story.goes_on(MONDAY + MINUTE)
        assert len(run(MONDAY + 2 * MINUTE)) == 1
        assert run(MONDAY + 3 * MINUTE) == run(MONDAY + DAY) == []

    def test_many_acts_in_a_few_minutes_make_two_letters(self):
        story = Story("at_once")
        letters = []
        for number in range(1, 9):
            story.goes_on(MONDAY + number * MINUTE)
            letters += run(MONDAY + number * MINUTE + timedelta(seconds=1))
        letters += run(MONDAY + 12 * MINUTE)
        assert counted(letters) == ["1", "7"]

    def test_what_changed_before_the_watch_is_not_told(self):
        story = Story("at_once")
        story.goes_on(MONDAY + MINUTE)
        run(MONDAY + 2 * MINUTE)
        late = watched("watch=changes", at=MONDAY + 3 * MINUTE)
        assert run(MONDAY + 4 * MINUTE) == []
        story.goes_on(MONDAY + HOUR)
        assert {letter.to[0] for letter in run(MONDAY + HOUR + MINUTE)} == {
            story.watch.reader.user.email,
            late.reader.user.email,
        }

    def test_who_may_not_sign_in_gets_none(self):
        story = Story("at_once")
        user = story.watch.reader.user
        user.is_active = False
        user.save()
        story.goes_on(MONDAY + MINUTE)
        assert run(MONDAY + 2 * MINUTE) == []

    def test_a_letter_lists_so_many_and_counts_the_others(self, monkeypatch):
        monkeypatch.setattr(mailing, "LISTED", 1)
        story = Story("daily")
        for number in range(3):
            story.goes_on(MONDAY + number * HOUR + MINUTE)
        (letter,) = run(SIX + DAY)
        assert "and 2 more" in letter.body
        assert letter.subject.startswith("Concordat: 3 changes")

    def test_words_of_a_register_make_no_header_and_no_markup(self):
        body, _recognition = recognised_body(name="Lab\r\nBcc: all@example.org <b>")
        watch = watched(f"watch=body&body={body.slug}")
        story = Story.__new__(Story)
        story.body, story.recognition, story.watch = body, _recognition, watch
        story.goes_on(MONDAY + MINUTE)
        (letter,) = run(MONDAY + 2 * MINUTE)
        assert "\n" not in letter.subject
        assert letter.recipients() == [watch.reader.user.email]
        assert "<b>" not in letter.alternatives[0][0]


class TestDigests:
    def test_daily_after_six_with_all_that_came_before(self):
        story = Story("daily")
        story.goes_on(MONDAY + MINUTE)
        story.goes_on(MONDAY + HOUR)
        assert run(MONDAY + 2 * HOUR) == run(SIX + DAY - MINUTE) == []
        assert counted(run(SIX + DAY)) == ["2"]
        assert run(SIX + DAY + HOUR) == run(SIX + 2 * DAY) == []

    def test_what_comes_after_the_hour_waits_for_the_next(self):
        story = Story("daily")
        run(SIX + DAY)
        story.goes_on(SIX + DAY + HOUR)
        assert run(SIX + DAY + 2 * HOUR) == []
        assert counted(run(SIX + 2 * DAY)) == ["1"]

    def test_missed_days_make_one_letter(self):
        story = Story("daily")
        for number in range(3):
            story.goes_on(MONDAY + number * DAY + MINUTE)
        assert counted(run(MONDAY + 4 * DAY)) == ["3"]
        assert run(MONDAY + 4 * DAY + HOUR) == []

    def test_weekly_on_a_monday(self):
        story = Story("weekly")
        story.goes_on(MONDAY + MINUTE)
        for days in range(7):
            assert run(MONDAY + days * DAY) == []
        assert counted(run(SIX + 7 * DAY)) == ["1"]

    @pytest.mark.parametrize(
        ("pace", "after", "then"),
        [
            (WatchPace.DAILY, SIX, SIX + DAY),
            (WatchPace.DAILY, SIX - MINUTE, SIX),
            (WatchPace.WEEKLY, SIX, SIX + 7 * DAY),
            (WatchPace.WEEKLY, SIX + 3 * DAY, SIX + 7 * DAY),
            (WatchPace.AT_ONCE, SIX, SIX + 10 * MINUTE),
        ],
    )
    def test_the_next_hour(self, pace, after, then):
        assert next_after(pace, after) == then


class TestStopping:
    def test_a_stopped_watch_is_silent_and_resumed_tells_what_came_meanwhile(self):
        story = Story("at_once")
        with clock.at(MONDAY + MINUTE):
            subscribing.stop(by=BY, watch=story.watch)
        story.goes_on(MONDAY + 2 * MINUTE)
        assert run(MONDAY + 3 * MINUTE) == []
        with clock.at(MONDAY + HOUR):
            subscribing.resume(by=BY, watch=story.watch)
        assert counted(run(MONDAY + HOUR + MINUTE)) == ["1"]

    def test_one_stopped_after_the_letter_was_asked_for_gets_none(self):
        story = Story("at_once")
        story.goes_on(MONDAY + MINUTE)
        with clock.at(MONDAY + 2 * MINUTE):
            look()
            subscribing.stop(by=BY, watch=story.watch)
            relay_due()
        assert mail.outbox == []

    def test_another_pace_counts_from_now(self):
        story = Story("weekly")
        story.goes_on(MONDAY + MINUTE)
        user = story.watch.reader.user
        with clock.at(MONDAY + HOUR):
            subscribing.choose_pace(by=person(user), watch=story.watch, pace="at_once")
        assert counted(run(MONDAY + HOUR + MINUTE)) == ["1"]


def test_asking_for_letters_takes_the_same_queries_for_many(django_assert_num_queries):
    story = Story("daily")
    for _number in range(20):
        watched("watch=changes", pace="daily", user=make_person())
    story.goes_on(MONDAY + MINUTE)
    with clock.at(SIX + DAY):
        notice()
        with django_assert_num_queries(3 + 2):
            assert posting.ask_for_letters() == 21
        with django_assert_num_queries(1 + 2):
            assert posting.ask_for_letters() == 0
    assert OutboxMessage.objects.filter(task=posting.LETTER).count() == 21


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_after_sending_sends_the_same_letter_again(monkeypatch):
    class Killed(BaseException):
        pass

    kills, send = [Killed()], mailing.send_changes

    def sent_then_killed(*arguments):
        send(*arguments)
        if kills:
            raise kills.pop()

    monkeypatch.setattr(delivering.mailing, "send_changes", sent_then_killed)
    story = Story("at_once")
    story.goes_on(MONDAY + MINUTE)
    with clock.at(MONDAY + 2 * MINUTE):
        look()
        with pytest.raises(Killed):
            relay_due()
        assert Post.objects.get().told == 0
        look()
        relay_due()
    first, again = mail.outbox
    assert first.extra_headers["Message-ID"] == again.extra_headers["Message-ID"]
    assert first.body == again.body
    assert run(MONDAY + HOUR) == []
