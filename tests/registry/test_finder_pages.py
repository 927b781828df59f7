"""The finder as a reader meets it: three inputs, an address to keep, errors beside what was typed."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from agreements import texts
from agreements.acting import operator
from agreements.models import Annex
from registry import designating, recognising, registering
from registry.deciding import Terms
from registry.designating import Scope

pytestmark = pytest.mark.django_db

ASKED = "importing=US&exporting=GB&kind=test_report&sector=emc"
BY = operator("tests")


@pytest.fixture(autouse=True)
def _catalogue(catalogue):
    """Every test here asks about the shipped catalogue."""


def designate(name: str = "Test Laboratory"):
    """A British laboratory designated to the United States for EMC test reports."""
    held = texts.current()
    body = registering.register(
        by=BY, name=name, economy=held.economy_by_code["GB"], sites=[{"town": "York"}]
    )
    return designating.designate(
        by=BY,
        body=body,
        annex=Annex.objects.get(code="US-UK-EMC"),
        exporting=held.economy_by_code["GB"],
        importing=held.economy_by_code["US"],
        authority=None,
        scopes=[Scope(held.sector_by_code["emc"], "test_report")],
        terms=Terms(date(2021, 5, 6)),
    )


def asked(response) -> dict[str, str]:
    """The parameters to which a redirect leads."""
    assert response.status_code == 302
    return {name: values[0] for name, values in parse_qs(urlsplit(response["Location"]).query).items()}


def test_first_page_has_the_form_and_examples_that_answer(client):
    page = client.get("/")
    html = page.content.decode()
    for name in ("importing", "exporting", "what", "kind", "on", "known_at"):
        assert f'name="{name}"' in html
    for _words, query in page.context["examples"]:
        assert client.get(f"/accepted/?{query}").status_code == 200


@pytest.mark.parametrize("typed", ["emc", "EMC", "Electromagnetic compatibility", " emc "])
def test_a_typed_sector_becomes_part_of_the_address(client, typed):
    response = client.get(
        "/accepted/", {"importing": "US", "exporting": "GB", "what": typed, "kind": "", "on": ""}
    )
    assert asked(response) == {"importing": "US", "exporting": "GB", "sector": "emc"}


def test_other_words_search(client):
    response = client.get(
        "/accepted/", {"importing": "US", "exporting": "GB", "what": "York", "on": "2022-01-01"}
    )
    assert asked(response) == {"importing": "US", "exporting": "GB", "q": "York", "on": "2022-01-01"}


def test_a_designated_body_is_found_with_its_reason_and_chain(client):
    designate()
    page = client.get(f"/accepted/?{ASKED}")
    html = page.content.decode()
    assert page.status_code == 200
    assert "Test Laboratory" in html
    assert "Information, not a legal decision" in html
    assert "US-UK-EMC" in html
    assert "not on file" in html


def test_recognition_makes_it_accepted_from_that_day(client):
    recognition = designating.notify(
        by=BY, designation=designate(), regulator=None, terms=Terms(date(2021, 6, 1))
    )
    recognising.recognise(by=BY, recognition=recognition, terms=Terms(date(2026, 2, 10)))
    before = client.get(f"/accepted.json?{ASKED}&on=2026-02-09").json()
    after = client.get(f"/accepted.json?{ASKED}&on=2026-02-10").json()
    assert [row["verdict"] for row in before["results"]] != ["accepted"]
    assert [row["verdict"] for row in after["results"]] == ["accepted"], after["results"][0]["reason"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("importing=US", "exporting"),
        ("importing=US&exporting=XX", "exporting"),
        ("importing=US&exporting=us", "exporting"),
        (f"{ASKED}&on=2021-02-30", "on"),
        (f"{ASKED}&known_at=yesterday", "known_at"),
        ("importing=US&exporting=GB&kind=nothing", "kind"),
        ("importing=US&exporting=GB&sector=nothing", "what"),
        ("importing=US&exporting=GB&requirement=nothing", "what"),
        (f"importing=US&exporting=GB&q={'a' * 201}", "what"),
    ],
)
def test_an_error_stands_beside_its_field_and_the_rest_is_kept(client, query, field):
    page = client.get(f"/accepted/?{query}")
    assert page.status_code == 400
    assert list(page.context["form"].errors) == [field]
    assert page.context["form"].data["importing"] == "US"


@pytest.mark.parametrize(
    "query",
    [
        "q=" + "a" * 10_000,
        f"{ASKED}&q=%00",
        f"{ASKED}&requirement=%00",
        f"{ASKED}&cursor=%FF",
        f"{ASKED}&q=%",
    ],
)
def test_nothing_typed_breaks_the_page(client, query):
    assert client.get(f"/accepted/?{query}").status_code in (200, 400)


def test_codes_may_be_typed_in_any_case(client):
    assert client.get("/accepted/?importing=us&exporting=gb&sector=EMC").status_code == 200


def test_files_hold_every_result_with_one_column_for_each_step(client):
    for number in range(3):
        designate(f"Laboratory {number}")
    told = client.get(f"/accepted.json?{ASKED}").json()
    lines = b"".join(client.get(f"/accepted.csv?{ASKED}").streaming_content).decode().splitlines()
    assert len(told["results"]) == len(lines) - 1 == 3
    assert "recognised" in lines[0]


def test_suggestions_are_sectors_and_requirements_and_few(client):
    found = client.get("/suggest/?q=e").json()
    assert 0 < len(found) <= 10
    assert all(set(row) == {"label", "value", "kind", "hint"} for row in found)
    assert client.get("/suggest/").json() == []


@pytest.mark.parametrize(("path", "queries"), [("/", 8), (f"/accepted/?{ASKED}", 8)])
def test_queries_do_not_grow_with_the_results(client, django_assert_max_num_queries, path, queries):
    for number in range(4):
        designate(f"Laboratory {number}")
    client.get(path)
    with django_assert_max_num_queries(queries):
        client.get(path)


@pytest.mark.parametrize("address", ["/changes/", "/changes.csv", "/api/v1/changes/"])
def test_a_range_that_ends_before_it_begins_is_refused_in_words(client, address):
    answer = client.get(f"{address}?recorded_from=2026-05-01&recorded_to=2020-01-01")
    assert answer.status_code == 400
    assert "not before" in answer.content.decode()
