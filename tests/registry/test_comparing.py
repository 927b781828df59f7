"""Two dates of one body side by side."""

import pytest

from registry import recognising, registering
from registry.models import Body
from tests.agreements.factories import BY, make_economy
from tests.registry.stories import corrected, on, recognised_body, terms

pytestmark = pytest.mark.django_db

MOST_QUERIES = 14


@pytest.fixture
def body() -> Body:
    body, recognition = recognised_body(sites=[{"town": "Leeds"}])
    with on("2021-03-01"):
        recognising.suspend(
            by=BY, recognition=recognition, terms=terms("2021-03-01", public_reason="Staff left.")
        )
    return body


def data(client, body, query):
    return client.get(f"/bodies/{body.slug}/compare.json?{query}").json()


def test_each_line_shows_verdict_and_standing_of_both_days_and_what_changed(client, body):
    (line,) = data(client, body, "a=2020-06-01&b=2021-06-01")["lines"]
    assert line["a"] == {"verdict": "accepted", "standing": "recognised"}
    assert line["b"] == {"verdict": "not_accepted", "standing": "suspended"}
    assert line["changes"] == [
        "Verdict: “accepted” became “not accepted”.",
        "Standing: “recognised” became “recognition suspended”.",
    ]


def test_the_page_says_it_in_words(client, body):
    page = client.get(f"/bodies/{body.slug}/compare/?a=2020-06-01&b=2021-06-01").content.decode()
    assert "1 of 1 scope line stands differently." in page
    assert "Verdict: “accepted” became “not accepted”." in page
    assert "Leeds" in page
    assert 'value="2020-06-01"' in page


def test_equal_days_differ_in_nothing(client, body):
    found = data(client, body, "a=2020-06-01&b=2020-06-01")
    assert [row["changes"] for row in found["lines"] + found["facts"]] == [[]] * (
        len(found["lines"]) + len(found["facts"])
    )


def test_the_same_day_as_known_at_two_moments(client):
    body, recognition = recognised_body()
    corrected(recognition)
    (line,) = data(client, body, "a=2019-07-01&b=2019-07-01&known_a=2020-02-01&known_b=2020-04-01")["lines"]
    assert line["a"]["verdict"] == "accepted"
    assert line["b"]["verdict"] != "accepted"


def test_a_side_before_the_register_knew_the_body_says_so(client, body):
    address = f"/bodies/{body.slug}/compare/?a=2018-06-01&known_a=2018-06-01&b=2020-06-01"
    page = client.get(address).content.decode()
    assert "does not have this body" in page
    assert "On file on the second side only." in page


def test_numbers_and_sites_that_came_are_named(client, body):
    with on("2022-01-01"):
        registering.add_identifier(by=BY, body=body, scheme="approved body number", value="0086")
    facts = {row["fact"]: row for row in data(client, body, "a=2022-06-01&known_a=2021-06-01")["facts"]}
    assert facts["Numbers"]["changes"] == ["New: approved body number 0086."]
    assert facts["Sites"]["changes"] == []


def test_a_renamed_body_has_its_name_of_either_day_and_the_old_address_leads_here(client, body):
    old = body.slug
    with on("2022-01-01"):
        body = registering.rename(by=BY, body=body, name="Pennine Testing")
    query = "a=2021-06-01&b=2022-06-01"
    facts = {row["fact"]: row for row in data(client, body, query)["facts"]}
    assert facts["Name"]["a"] == ["Pennine EMC Laboratory"]
    assert facts["Name"]["b"] == ["Pennine Testing"]
    moved = client.get(f"/bodies/{old}/compare/?{query}")
    assert (moved.status_code, moved["Location"]) == (302, f"/bodies/{body.slug}/compare/?{query}")


def test_without_dates_today_is_set_beside_a_year_ago(client, body):
    with on("2023-03-01"):
        found = data(client, body, "")
    assert (found["a"]["on"], found["b"]["on"]) == ("2022-03-01", "2023-03-01")


@pytest.mark.parametrize("name", ["a", "b", "known_a", "known_b"])
@pytest.mark.parametrize("value", ["yesterday", "2020-13-01", "0001-01-01", "%00"])
def test_a_date_that_is_none_is_refused_beside_its_field(client, body, name, value):
    response = client.get(f"/bodies/{body.slug}/compare/?{name}={value}")
    assert response.status_code == 400
    assert f'id="id_{name}_error"' in response.content.decode()


def test_a_body_on_neither_side_is_not_found(client, body):
    assert client.get("/bodies/none/compare/").status_code == 404
    early = "known_a=2018-01-01&known_b=2018-01-01"
    assert client.get(f"/bodies/{body.slug}/compare/?{early}").status_code == 404
    assert client.get(f"/bodies/{body.slug}/compare.json?{early}").status_code == 404


def test_an_unchanged_page_is_not_sent_again(client, body):
    address = f"/bodies/{body.slug}/compare/?a=2020-06-01&b=2021-06-01"
    etag = client.get(address)["ETag"]
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
    make_economy("FR")
    registering.register(by=BY, name="Other", economy=make_economy("FR"))
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 200


def test_the_bodys_page_leads_here(client, body):
    assert f'href="/bodies/{body.slug}/compare/"' in client.get(f"/bodies/{body.slug}/").content.decode()


def test_the_page_keeps_to_few_queries(client, body, django_assert_max_num_queries):
    address = f"/bodies/{body.slug}/compare/?a=2020-06-01&b=2021-06-01"
    client.get(address)
    with django_assert_max_num_queries(MOST_QUERIES):
        assert client.get(address).status_code == 200
