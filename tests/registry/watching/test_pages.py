"""Beginning, keeping and ending a watch in the browser: with an account, and with nothing but an address."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from portal import clock
from portal.audit.models import AuditEntry
from portal.outbox.models import OutboxMessage
from portal.outbox.relaying import relay_due
from registry.watching import subscribing
from registry.watching.models import Confirmation, LinkKey, Reader, Subject, Watch, Wish
from registry.watching.tasks import sweep
from tests.registry.officers import make_person, signed_in
from tests.registry.stories import recognised_body
from tests.registry.watching.room import run, watched
from tests.registry.watching.test_letters import Story

pytestmark = pytest.mark.django_db

EMAIL = "maker@example.org"
NEW = "/watches/new/?watch=bodies&q=pennine"
SECRET = r"[A-Za-z0-9_-]{43}"


@pytest.fixture(autouse=True)
def _no_limits():
    cache.clear()


def work() -> list:
    before = len(mail.outbox)
    while relay_due():
        pass
    return mail.outbox[before:]


def ask(client, query: str = NEW, email: str = EMAIL, pace: str = "at_once"):
    return client.post(query, {"email": email, "pace": pace})


def link_in(letter) -> str:
    return re.search(rf"/watches/confirm/{SECRET}/", letter.body).group()


def confirm(client, link: str):
    wishes = re.findall(r'name="wish" value="(\d+)"', client.get(link).content.decode())
    return client.post(link, {"wish": wishes})


def confirmed(client, query: str = NEW, email: str = EMAIL) -> str:
    """The page of the reader's watches."""
    ask(client, query, email)
    (letter,) = work()
    return confirm(client, link_in(letter))["Location"]


class TestAsking:
    def test_one_letter_asks_and_nothing_else_is_sent(self, client):
        assert ask(client)["Location"] == "/watches/asked/"
        (letter,) = work()
        assert letter.to == [EMAIL]
        assert "pennine" not in letter.body
        assert "List-Unsubscribe" not in letter.extra_headers
        assert ask(client)["Location"] == "/watches/asked/"
        assert ask(client, "/watches/new/?watch=changes")["Location"] == "/watches/asked/"
        assert work() == []
        assert not Watch.objects.exists()

    def test_known_and_unknown_addresses_are_answered_alike(self, client):
        confirmed(client)
        known, unknown = ask(client), ask(client, email="nobody@example.org")
        assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
        pages = [client.get(answer["Location"]).content for answer in (known, unknown)]
        assert pages[0] == pages[1]
        assert len(work()) == 2

    def test_in_any_case_it_is_one_address(self, client):
        ask(client)
        ask(client, email=EMAIL.upper())
        assert len(work()) == 1

    def test_an_address_is_no_other_because_it_is_written_otherwise(self, client):
        assert ask(client, email="no address").status_code == 400

    def test_so_many_from_one_place(self, client):
        answers = [ask(client, email=f"a{number}@example.org").status_code for number in range(21)]
        assert answers == [302] * 20 + [429]

    def test_so_many_for_one_address(self, client):
        for number in range(12):
            ask(client, f"/watches/new/?watch=bodies&q=lab{number}")
        assert Wish.objects.count() == subscribing.MOST_WISHES
        assert len(work()) == 1

    def test_a_question_that_cannot_be_asked_is_answered_in_words(self, client):
        answer = client.get("/watches/new/?watch=bodies&economy=XX")
        assert answer.status_code == 400
        assert client.get("/watches/new/").status_code == 400

    def test_nothing_of_it_is_on_record_or_in_the_outbox(self, client):
        before = AuditEntry.objects.count()
        ask(client)
        assert AuditEntry.objects.count() == before
        assert EMAIL not in str(OutboxMessage.objects.values_list("key", "payload"))

    def test_it_needs_a_form_of_ours(self):
        strict = Client(enforce_csrf_checks=True)
        assert ask(strict).status_code == 403


class TestConfirming:
    def test_looking_confirms_nothing_and_the_button_once(self, client):
        ask(client)
        (letter,) = work()
        link = link_in(letter)
        page = client.get(link)
        assert page.status_code == 200
        assert "q: pennine" not in page.content.decode()
        assert not Watch.objects.exists()
        answer = confirm(client, link)
        assert re.fullmatch(rf"/watches/of/{SECRET}/", answer["Location"])
        assert Watch.objects.get().reader.email == EMAIL
        assert client.get(link).status_code == client.post(link).status_code == 404

    def test_only_what_is_chosen_begins(self, client):
        ask(client)
        ask(client, "/watches/new/?watch=changes")
        (letter,) = work()
        client.post(link_in(letter), {"wish": [Wish.objects.earliest("id").pk]})
        assert Watch.objects.get().subject.kind == "bodies"

    def test_nothing_chosen_is_said(self, client):
        ask(client)
        (letter,) = work()
        assert client.post(link_in(letter)).status_code == 400
        assert client.post(link_in(letter), {"wish": ["0", "x", "9" * 30]}).status_code == 400

    def test_another_ones_wish_does_not_begin(self, client):
        ask(client, email="other@example.org")
        other = Wish.objects.get()
        ask(client)
        letters = {letter.to[0]: letter for letter in work()}
        assert client.post(link_in(letters[EMAIL]), {"wish": [other.pk]}).status_code == 400

    def test_after_a_day_it_works_no_more_and_may_be_asked_again(self, client):
        ask(client)
        (letter,) = work()
        with clock.at(clock.now() + timedelta(hours=25)):
            assert client.get(link_in(letter)).status_code == 404
            assert client.post(link_in(letter), {"wish": [Wish.objects.get().pk]}).status_code == 404
            ask(client)
            assert len(work()) == 1

    def test_no_secret_is_kept(self, client):
        page = confirmed(client)
        secret = page.split("/")[3]
        kept = [
            *LinkKey.objects.values_list("hash", flat=True),
            *Confirmation.objects.values_list("hash", flat=True),
        ]
        assert secret not in kept
        assert EMAIL not in str(list(AuditEntry.objects.values_list("actor", "target_name", "after")))


class TestPrivatePage:
    def test_it_shows_changes_and_keeps_the_pace(self, client):
        body, _recognition = recognised_body()
        story = Story.__new__(Story)
        story.body, story.recognition = body, _recognition
        page = confirmed(client, f"/watches/new/?watch=body&body={body.slug}")
        watch = Watch.objects.get()
        now = clock.now()
        story.goes_on(now + timedelta(seconds=1))
        run(now + timedelta(minutes=1))
        own = f"{page}{watch.pk}/"
        text = client.get(own).content.decode()
        assert "Suspended" in text
        assert client.post(own, {"pace": "weekly"})["Location"] == f"{own}?done=pace"
        assert Watch.objects.get().pace == "weekly"
        assert client.post(own, {"pace": "hourly"}).status_code == 400
        assert client.post(f"{own}stop/")["Location"] == f"{own}?done=stop"
        assert "no longer told" in client.get(own).content.decode()
        assert client.post(own, {"pace": "daily"}).status_code == 400
        client.post(f"{own}resume/")
        assert Watch.objects.get().stopped_at is None

    def test_anothers_watch_is_not_there(self, client):
        page = confirmed(client)
        other = watched("watch=changes", at=clock.now())
        for address in (f"{page}{other.pk}/", f"{page}{other.pk}/stop/"):
            assert client.post(address, {"pace": "daily"}).status_code == 404
        assert client.get("/watches/of/" + "x" * 43 + "/").status_code == 404

    def test_a_link_works_after_the_key_has_changed(self, client, settings):
        page = confirmed(client)
        settings.SECRET_KEY = "another key that is as long as any key has to be, at least fifty"
        assert client.get(page).status_code == 200

    @pytest.mark.parametrize("kind", ["list", "watch", "stop", "confirm"])
    def test_its_address_is_told_to_nobody(self, client, kind):
        if kind == "confirm":
            ask(client)
            address = link_in(work()[0])
        else:
            page = confirmed(client)
            watch = Watch.objects.get()
            secret = subscribing.keys.stop_secret(watch)
            address = {"list": page, "watch": f"{page}{watch.pk}/", "stop": f"/watches/stop/{secret}/"}[kind]
        answer = client.get(address)
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        assert answer["Referrer-Policy"] == "strict-origin"
        assert "noindex" in answer["X-Robots-Tag"]


class TestOneClick:
    def stop_link(self, client) -> str:
        confirmed(client)
        return f"/watches/stop/{subscribing.keys.stop_secret(Watch.objects.get())}/"

    def test_a_post_stops_at_once_without_session_form_or_redirect(self, client):
        link = self.stop_link(client)
        stranger = Client(enforce_csrf_checks=True)
        answer = stranger.post(link, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert "sessionid" not in answer.cookies
        assert "You are no longer told of" in answer.content.decode()
        assert Watch.objects.get().stopped_at
        assert stranger.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200

    def test_it_takes_what_mail_programs_send(self, client):
        link = self.stop_link(client)
        answer = Client(enforce_csrf_checks=True).post(
            link, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code == 200
        assert Watch.objects.get().stopped_at

    def test_looking_stops_nothing(self, client):
        link = self.stop_link(client)
        assert client.get(link).status_code == client.head(link).status_code == 200
        assert Watch.objects.get().stopped_at is None

    def test_it_is_taken_back(self, client):
        link = self.stop_link(client)
        client.post(link)
        answer = Client(enforce_csrf_checks=True).post(f"{link}undo/")
        assert "You are told of this again" in answer.content.decode()
        assert Watch.objects.get().stopped_at is None

    def test_it_works_after_years_and_stopping_twice_is_on_record_once(self, client):
        link = self.stop_link(client)
        with clock.at(clock.now() + timedelta(days=2000)):
            assert client.post(link).status_code == client.post(link).status_code == 200
        assert AuditEntry.objects.filter(act="registry.stop").count() == 1

    def test_an_unknown_one_is_answered_in_words(self, client):
        for method in (client.get, client.post):
            answer = method("/watches/stop/" + "x" * 43 + "/")
            assert answer.status_code == 404
            assert "Nothing is sent under it" in answer.content.decode()

    def test_the_secret_of_one_opens_nothing_else(self, client):
        link = self.stop_link(client)
        assert client.get(link.replace("/stop/", "/of/")).status_code == 404


class TestAccount:
    def test_a_person_watches_without_a_letter(self):
        user = make_person()
        client = signed_in(user)
        answer = client.post(NEW, {"pace": "weekly"})
        watch = Watch.objects.get()
        assert answer["Location"] == f"/watches/{watch.pk}/?done=new"
        assert work() == []
        assert "pennine" in client.get("/watches/").content.decode()
        assert client.get(answer["Location"]).status_code == 200
        assert client.post(NEW, {"pace": "daily"}).status_code == 302
        assert Watch.objects.get().pace == "daily"
        assert "You watch this already" in client.get(NEW).content.decode()

    def test_others_watches_are_not_there(self):
        watch = watched("watch=changes", at=clock.now())
        client = signed_in(make_person())
        for address in (f"/watches/{watch.pk}/", f"/watches/{watch.pk}/stop/"):
            assert client.post(address, {"pace": "daily"}).status_code == 404
        assert client.get(f"/watches/{watch.pk}/").status_code == 404
        assert Watch.objects.get().stopped_at is None

    def test_so_many_and_no_more(self, monkeypatch):
        monkeypatch.setattr(subscribing, "MOST_WATCHES", 1)
        client = signed_in(make_person())
        assert client.post(NEW, {"pace": "daily"}).status_code == 302
        answer = client.post("/watches/new/?watch=changes", {"pace": "daily"})
        assert answer.status_code == 400
        assert "which is the most" in answer.content.decode()

    def test_pages_take_the_same_queries_for_many(self, django_assert_max_num_queries):
        user = make_person()
        for number in range(10):
            watched(f"watch=bodies&q=lab{number}", user=user, at=clock.now())
        client = signed_in(user)
        client.get("/watches/")
        with django_assert_max_num_queries(11):
            client.get("/watches/")


class TestSweeping:
    def test_what_nobody_confirmed_is_forgotten(self, client):
        ask(client)
        with clock.at(clock.now() + timedelta(hours=23)):
            sweep()
            assert Confirmation.objects.count() == 1
        with clock.at(clock.now() + timedelta(hours=25)):
            sweep()
        assert not Confirmation.objects.exists()
        assert not Subject.objects.exists()

    def test_an_address_that_watches_nothing_is_forgotten_after_thirty_days(self, client):
        confirmed(client)
        subscribing.stop(by=subscribing.nobody(Reader.objects.get()), watch=Watch.objects.get())
        with clock.at(clock.now() + timedelta(days=29)):
            sweep()
            assert Reader.objects.count() == 1
        with clock.at(clock.now() + timedelta(days=31)):
            assert sweep() > 0
            assert sweep() == 0
        assert not Reader.objects.exists()
        assert not LinkKey.objects.exists()
        assert not Subject.objects.exists()


def test_pages_lead_to_watching_them(client):
    body, _recognition = recognised_body()
    for page, link in (
        ("/bodies/?q=pennine", "/watches/new/?watch=bodies&amp;q=pennine"),
        (body.get_absolute_url(), f"/watches/new/?watch=body&amp;body={body.slug}"),
        (
            "/accepted/?importing=US&exporting=GB",
            "/watches/new/?watch=accepted&amp;importing=US&amp;exporting=GB",
        ),
        ("/economies/US/", "/watches/new/?watch=partner&amp;importing=US"),
        ("/changes/", "/watches/new/?watch=changes"),
    ):
        assert link in client.get(page).content.decode(), page
        assert client.get(link.replace("&amp;", "&")).status_code == 200
