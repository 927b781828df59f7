"""The list of bodies and a body's own page."""

import csv
import io
import json

import pytest
from openpyxl import load_workbook

from registry import registering
from tests.agreements.factories import BY, make_economy
from tests.registry.stories import corrected, recognised_body, sample_body

pytestmark = pytest.mark.django_db

MOST_QUERIES = 8


def page_of(client, address):
    return client.get(address).content.decode()


def test_the_list_marks_samples_and_says_how_many_there_are(client):
    recognised_body()
    sample_body("Harbour")

    page = page_of(client, "/bodies/")

    assert "2 bodies" in page
    assert page.count('class="c-sample"') == 1


def test_a_filter_shows_as_a_chip_that_takes_it_away(client):
    recognised_body()
    sample_body("Harbour")

    page = page_of(client, "/bodies/?q=pennine&economy=GB&on=2019-07-01")

    assert "1 body" in page
    assert 'href="/bodies/?economy=GB&amp;on=2019-07-01"' in page


def test_nothing_found_says_what_that_means(client):
    page = page_of(client, "/bodies/?q=nowhere")

    assert "No body matches" in page
    assert "not for that reason incompetent" in page


def test_files_hold_the_same_rows_as_the_page(client):
    for number in range(30):
        sample_body(f"Laboratory {number}")
    query = "?q=laboratory"

    text = b"".join(client.get(f"/bodies.csv{query}").streaming_content).decode("utf-8-sig")

    assert "30 bodies" in page_of(client, f"/bodies/{query}")
    assert len(list(csv.DictReader(io.StringIO(text)))) == 30
    told = json.loads(client.get(f"/bodies.json{query}").getvalue())
    assert (told["count"], len(told["bodies"])) == (30, 30)
    book = load_workbook(io.BytesIO(client.get(f"/bodies.xlsx{query}").content), read_only=True)
    assert len(list(book.active.rows)) == 31
    assert client.get(f"/bodies.atom{query}").content.count(b"<entry>") == 30


def test_words_reach_former_names_and_numbers(client):
    body = registering.register(
        by=BY,
        name="Pennine Laboratory",
        economy=make_economy("GB"),
        identifiers=[{"scheme": "approved body number", "value": "0086"}],
        former_names=["Leeds Test House"],
    )

    for words in ("0086", "leeds house", "PENNINE"):
        assert f"/bodies/{body.slug}/" in page_of(client, f"/bodies/?q={words}")


def test_the_list_of_an_earlier_day_knows_no_later_body_or_decision(client):
    recognised_body()

    assert "Pennine" not in page_of(client, "/bodies/?known_at=2019-01-09")
    assert "June 2019" not in page_of(client, "/bodies/?known_at=2019-03-01")


def test_a_correction_leaves_the_page_of_the_day_before_as_it_was(client):
    body, recognition = recognised_body()
    corrected(recognition)
    address = f"/bodies/{body.slug}/?on=2019-07-01"

    before, after = (
        page_of(client, f"{address}&known_at=2020-02-29"),
        page_of(client, f"{address}&known_at=2020-03-01"),
    )

    assert "corrected on" not in before
    assert "The date was misread." not in before
    assert 'c-tag--good">Accepted' in before
    assert "corrected on" in after
    assert 'c-tag--good">Accepted' not in after


def test_a_page_keeps_actor_and_internal_note_to_itself(client):
    body, _recognition = recognised_body()

    page = page_of(client, f"/bodies/{body.slug}/")

    assert "The assessment was sufficient." in page
    assert "Only for our files" not in page


def test_appointments_at_home_are_told_apart(client):
    body, _recognition = recognised_body()
    registering.appoint_at_home(
        by=BY, body=body, market=make_economy("GB"), area="Machinery", source_name="a register"
    )

    page = page_of(client, f"/bodies/{body.slug}/")

    assert "Machinery" in page
    assert "No partner owes anything" in page


def test_an_unknown_body_is_not_found(client):
    body, _recognition = recognised_body()

    assert client.get("/bodies/none/").status_code == 404
    assert client.get(f"/bodies/{body.slug}/?known_at=2019-01-09").status_code == 404


def test_pages_keep_to_few_queries(client, django_assert_max_num_queries):
    body, recognition = recognised_body(sites=[{"town": "Leeds"}])
    corrected(recognition)
    sample_body("Harbour")
    client.get("/bodies/")  # the texts are held in memory from here on

    for address in ("/bodies/?accepted_by=US&sector=emc&economy=GB&q=emc", f"/bodies/{body.slug}/"):
        with django_assert_max_num_queries(MOST_QUERIES):
            assert client.get(address).status_code == 200


def test_bodies_without_a_decision_come_last_whatever_the_order(client):
    recognised_body()
    sample_body("Harbour")

    for order in ("decision", "-decision"):
        page = page_of(client, f"/bodies/?sort={order}")
        assert page.index("Pennine EMC") < page.index("Harbour (sample)")
