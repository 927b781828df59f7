"""The pages of commitments and alerts: what each reader sees, and the acts on them."""

import re
from datetime import date, timedelta

import pytest

from agreements import texts
from portal import clock
from portal.validity import days
from registry.inspections import alerting, committing
from registry.inspections.models import Alert, Commitment
from registry.models import Work, WorkItem
from tests.agreements.factories import make_sector
from tests.registry.inspections.released import release
from tests.registry.inspections.room import GMP, promise
from tests.registry.inspections.test_alerting import plurilateral, send
from tests.registry.inspections.test_committing import confirmed, written
from tests.registry.officers import make_officer, signed_in

__all__ = ["plurilateral"]

MOST_QUERIES, MOST_QUERIES_OF_A_MEMBER = 8, 15


@pytest.fixture
def promised(room):
    """A public commitment and a confidential one from the giver, one between the two others; each with a word of its own."""
    promise(room, citation="Zqpublic", is_public=True, valid=days(date(2020, 1, 1)))
    promise(room, citation="Zqconfidential", receiver="outsider", information=["trade_secret"])
    promise(room, "receiver", "outsider", citation="Zqothers", is_public=False)
    return room


def seen(client, path="/matrix/") -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def words(text: str) -> set[str]:
    return set(re.findall(r"Zq\w+", text))


def test_the_public_sees_public_ones_alone(client, promised):
    text = seen(client)
    assert "German Inspectorate" in text
    assert "American Regulator" in text
    assert "Japanese Regulator" not in text, "not even as a row or a column"
    assert "does not mean that none exists" in text
    found = client.get("/matrix.json").json()
    assert [row["citation"] for row in found["commitments"]] == ["Zqpublic"]
    assert found["count"] == 1
    assert {each["code"] for each in found["authorities"]} == {"de-inspectorate", "us-regulator"}


@pytest.mark.parametrize(
    ("side", "expected"),
    [
        ("giver", {"Zqpublic", "Zqconfidential"}),
        ("receiver", {"Zqpublic", "Zqothers"}),
        ("outsider", {"Zqpublic", "Zqconfidential", "Zqothers"}),
    ],
)
def test_members_see_their_own_row_and_column_whole(promised, side, expected):
    browser = signed_in(promised.user(side))
    assert words(b"".join(browser.get("/matrix.csv").streaming_content).decode()) == expected
    assert words(browser.get("/matrix.json").content.decode()) == expected
    assert "Your authority and its counterparts" in seen(browser)


def test_counterparts_with_nothing_on_file_are_rows_of_ones_own(room):
    text = seen(signed_in(room.user("giver")))
    assert "American Regulator" in text
    assert text.count("none on file") == 2
    assert "Japanese Regulator" not in text


def test_a_pair_and_a_commitment_are_there_for_who_may_know(client, promised):
    others = Commitment.objects.get(citation="Zqothers")
    pair = "/matrix/us-regulator/jp-regulator/"
    assert "That does not mean that none exists" in seen(client, pair)
    assert client.get(others.get_absolute_url()).status_code == 404
    browser = signed_in(promised.user("giver"))
    assert "Zqothers" not in seen(browser, pair)
    assert browser.get(others.get_absolute_url()).status_code == 404
    browser = signed_in(promised.user("receiver"))
    assert "Zqothers" in seen(browser, pair)
    assert "Zqothers" in seen(browser, others.get_absolute_url())
    assert client.get("/matrix/us-regulator/nobody/").status_code == 404
    assert client.get("/matrix/us-regulator/us-regulator/").status_code == 404


def test_what_awaits_confirmation_is_the_givers_alone(room):
    commitment = written(room, citation="Zqdraft", is_public=True)
    assert "Zqdraft" in seen(signed_in(room.user("giver", "reader")))
    for side in ("receiver", "outsider"):
        browser = signed_in(room.user(side))
        assert "Zqdraft" not in seen(browser)
        assert browser.get(commitment.get_absolute_url()).status_code == 404


def test_people_are_named_to_their_own_authority_alone(client, room):
    commitment = confirmed(room, is_public=True)
    assert "Giver editor" in seen(signed_in(room.user("giver", "reader")), commitment.get_absolute_url())
    for browser in (client, signed_in(room.user("receiver"))):
        text = seen(browser, commitment.get_absolute_url())
        assert "Giver editor" not in text
        assert "Giver approver" not in text


@pytest.mark.parametrize(
    ("asked", "state"),
    [
        ("on=2019-12-31", "begins"),
        ("on=2020-01-01", "in_force"),
        ("", "in_force"),
        ("known_at=2019-01-01", None),
    ],
)
def test_by_both_clocks(client, promised, asked, state):
    found = client.get(f"/matrix.json?{asked}").json()["commitments"]
    assert [row["state"] for row in found] == ([state] if state else [])
    text = seen(client, f"/matrix/?{asked}")
    assert ("Not yet in force" in text, "In force" in text) == (state == "begins", state == "in_force")


def test_what_ended_is_told_with_its_day_and_by_which_side(client, room):
    commitment = confirmed(room, is_public=True)
    committing.end(by=room.by("receiver", "approver"), commitment=commitment, reason="Zqreason")
    (row,) = client.get("/matrix.json").json()["commitments"]
    assert (row["state"], row["ended_on"]) == ("ended", clock.today().isoformat())
    text = seen(client, commitment.get_absolute_url())
    assert "by American Regulator" in text
    assert "Zqreason" in text
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    assert client.get(f"/matrix.json?on={yesterday}").json()["commitments"][0]["state"] == "in_force"


def test_as_a_list(client, promised):
    text = seen(client, "/matrix/?view=list")
    assert "German Inspectorate may give" in text
    assert "<table" not in text
    assert "6 classes" in text


def test_a_members_page_is_made_anew_after_an_act_inside_an_authority(room):
    browser = signed_in(room.user("giver"))
    first = browser.get("/matrix/")
    assert "ETag" not in first
    promise(room, citation="Zqconfidential")
    again = browser.get("/matrix/", headers={"if-none-match": "*"})
    assert again.status_code == 200
    assert "no-store" in again["Cache-Control"]


def test_the_publics_page_answers_unchanged(client, promised):
    first = client.get("/matrix/")
    assert client.get("/matrix/", headers={"if-none-match": first["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/matrix/",
        "/matrix/?view=list",
        "/matrix.json",
        "/matrix.csv",
        "/matrix/de-inspectorate/us-regulator/",
    ],
)
def test_few_queries_however_much_is_on_file(client, promised, path, django_assert_max_num_queries):
    for number in range(12):
        promise(promised, citation=f"More {number}", is_public=True)
    member = signed_in(promised.user("giver"))
    for browser in (client, member):
        browser.get(path)
    with django_assert_max_num_queries(MOST_QUERIES):
        client.get(path)
    with django_assert_max_num_queries(MOST_QUERIES_OF_A_MEMBER):
        member.get(path)


def test_one_commitment_in_few_queries(client, promised, django_assert_max_num_queries):
    path = Commitment.objects.get(citation="Zqpublic").get_absolute_url()
    member = signed_in(promised.user("giver"))
    for browser, most in ((client, MOST_QUERIES), (member, MOST_QUERIES_OF_A_MEMBER)):
        browser.get(path)
        with django_assert_max_num_queries(most):
            browser.get(path)


def form(room, **fields) -> dict:
    make_sector("pharmaceutical_gmp", covers=(GMP,))
    texts.forget()
    facts = {
        "receiver": room.receiver.pk,
        "information": ["trade_secret"],
        "reach": "named",
        "sectors": ["pharmaceutical_gmp"],
        "starts_on": "2017-08-23",
        "citation": "Commitment of 2017-08-23",
    }
    return facts | fields


def test_from_the_form_to_the_second_person(room):
    editor, approver = (signed_in(room.user("giver", role)) for role in ("editor", "approver"))
    response = editor.post("/matrix/commitments/new/", form(room))
    commitment = Commitment.objects.get()
    assert response["Location"] == commitment.get_absolute_url()
    path = commitment.get_absolute_url()
    edited = editor.post(f"{path}edit/", form(room, last_day="2030-12-31", version=1))
    assert edited.status_code == 302
    assert "31 Dec 2030" in seen(approver, f"{path}confirm/")
    approver.post(f"{path}confirm/", {"version": 1})
    commitment.refresh_from_db()
    assert commitment.confirmed_at is None, "it was changed meanwhile"
    approver.post(f"{path}confirm/", {"version": 2})
    commitment.refresh_from_db()
    assert commitment.confirmed_at
    assert editor.get(f"{path}edit/").status_code == 302


def test_whoever_wrote_it_cannot_confirm_it_on_the_page_either(room):
    both = make_officer(room.giver, "editor", "approver")
    browser = signed_in(both)
    path = browser.post("/matrix/commitments/new/", form(room))["Location"]
    assert "another approver of your authority must confirm" in seen(browser, path)
    assert browser.get(f"{path}confirm/").status_code == 302
    response = browser.post(f"{path}confirm/", {"version": 1}, follow=True)
    assert "A second person must decide" in response.content.decode()
    assert Commitment.objects.get().confirmed_at is None


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"information": []}, "at least one class"),
        ({"sectors": []}, "at least one sector"),
        ({"reach": "every"}, "every sector above"),
        ({"last_day": "2016-01-01"}, "lies before the first"),
        ({"source_url": "javascript:alert(1)"}, "valid URL"),
        ({"citation": "\x00"}, "required"),
    ],
)
def test_a_form_says_what_is_wrong_and_keeps_what_was_typed(room, wrong, words):
    response = signed_in(room.user("giver")).post("/matrix/commitments/new/", form(room, **wrong))
    assert response.status_code == 400
    text = response.content.decode()
    assert words in text
    assert "2017-08-23" in text
    assert not Commitment.objects.exists()


def test_the_end_is_asked_for_with_what_it_stops(room):
    commitment = confirmed(room, information=["trade_secret"])
    promise(room, citation="wide")
    wide = Commitment.objects.get(citation="wide")
    release(room)
    browser = signed_in(room.user("receiver", "approver"))
    assert "no release rests on it alone" in seen(browser, f"{commitment.get_absolute_url()}end/")
    assert "1 release " in seen(browser, f"{wide.get_absolute_url()}end/")
    refused = browser.post(f"{wide.get_absolute_url()}end/", {"reason": ""})
    assert (refused.status_code, "Give the reason" in refused.content.decode()) == (400, True)
    response = browser.post(f"{wide.get_absolute_url()}end/", {"reason": "Over."}, follow=True)
    assert "no longer give access: 1" in response.content.decode()


@pytest.mark.parametrize("act", ["edit", "confirm", "drop", "end"])
def test_acts_on_what_is_others_are_not_there(room, act):
    commitment = promise(room, citation="Zqpublic", is_public=True)
    browser = signed_in(room.user("outsider", "approver"))
    for ask in (browser.get, browser.post):
        response = ask(f"{commitment.get_absolute_url()}{act}/")
        assert response.status_code == 404


def alert_form(room, agreement, **fields) -> dict:
    facts = {
        "agreement": agreement.code,
        "grade": "I",
        "product": "Zqproduct",
        "words": "Glass.",
        "to_do": "Stop it.",
    }
    return facts | fields


def test_an_alert_is_looked_at_before_it_goes(room, plurilateral):
    browser = signed_in(room.user("giver", "releaser"))
    assert plurilateral.name in seen(browser, "/alerts/new/")
    assert "Canadian Regulator" in seen(browser, f"/alerts/new/?agreement={plurilateral.code}")
    typed = alert_form(room, plurilateral)
    review = browser.post("/alerts/new/", typed)
    text = review.content.decode()
    assert not Alert.objects.exists()
    assert "2 authorities get it" in text
    assert "Not reached through the portal" in text
    assert "cannot be taken back" in text
    seen_now = re.findall(r'name="seen" value="(\d+)"', text)
    assert browser.post("/alerts/new/", typed | {"send": "1", "seen": seen_now[:1]}).status_code == 409
    assert not WorkItem.objects.filter(kind=Work.ALERT).exists()
    assert "Zqproduct" in browser.post("/alerts/new/", typed | {"again": "1"}).content.decode()
    sent = browser.post("/alerts/new/", typed | {"send": "1", "seen": seen_now})
    assert sent.status_code == 302
    assert WorkItem.objects.filter(kind=Work.ALERT).count() == 2
    assert "2 of 2 have not acknowledged it yet" in seen(browser, sent["Location"])


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"grade": "III"}, "does not go through the alert system"),
        ({"grade": "II"}, "parties that got the batch"),
        ({"product": ""}, "required"),
        ({"facility_words": "nowhere"}, "No facility on file"),
        ({"facility": "nonsense"}, "valid choice"),
    ],
)
def test_an_alert_form_says_what_is_wrong(room, plurilateral, wrong, words):
    browser = signed_in(room.user("giver", "releaser"))
    response = browser.post("/alerts/new/", alert_form(room, plurilateral, **wrong))
    assert response.status_code == 400
    assert words in response.content.decode()


def test_an_alert_is_answered_and_closed(room, plurilateral):
    alert = send(room, plurilateral)
    path = f"/alerts/{alert.pk}/"
    receiver, sender = signed_in(room.user("receiver")), signed_in(room.user("giver", "releaser"))
    assert "To acknowledge" in seen(receiver, "/alerts/")
    refused = receiver.post(f"{path}acknowledge/", {"words": " "})
    assert (refused.status_code, "Say what your authority has done" in refused.content.decode()) == (
        400,
        True,
    )
    assert receiver.post(f"{path}acknowledge/", {"words": "Zqrecalled"}).status_code == 302
    assert receiver.post(f"{path}acknowledge/", {"words": "Twice"}).status_code == 400
    assert receiver.post(f"{path}write/", {"words": "Zqmore"}).status_code == 302
    assert receiver.post(f"{path}close/", {"words": "Over"}).status_code == 403
    text = seen(sender, path)
    assert {"Zqrecalled", "Zqmore"} <= words(text)
    assert "Receiver editor" not in text, "people are named to their own authority alone"
    outsider = seen(signed_in(room.user("outsider")), path)
    assert words(outsider) == {"Zqproduct", "Zqwrong"}
    assert "American Regulator" not in outsider
    assert sender.post(f"{path}close/", {"words": "Zqsettled"}).status_code == 302
    assert "Zqsettled" in seen(receiver, path)
    assert "1 of 2 acknowledged" in seen(sender, "/alerts/?side=sent")


def test_who_did_not_get_it_finds_nothing(room, plurilateral):
    alert = send(room, plurilateral, "II", receivers=[room.receiver])
    browser = signed_in(room.user("outsider", "releaser"))
    assert browser.get(f"/alerts/{alert.pk}/").status_code == 404
    for act in ("acknowledge", "write", "close"):
        assert browser.post(f"/alerts/{alert.pk}/{act}/", {"words": "x"}).status_code in (403, 404), act
    assert "Zq" not in seen(browser, "/alerts/")


@pytest.mark.parametrize("path", ["/alerts/", "/alerts/?side=sent", "/alerts/{}/"])
def test_alerts_in_few_queries(room, plurilateral, path, django_assert_max_num_queries):
    for _number in range(4):
        alert = send(room, plurilateral)
        alerting.write(by=room.by("giver", "releaser"), alert=alert, words="More.")
    for side in ("giver", "receiver"):
        browser = signed_in(room.user(side))
        browser.get(path.format(alert.pk))
        with django_assert_max_num_queries(MOST_QUERIES_OF_A_MEMBER):
            browser.get(path.format(alert.pk))
