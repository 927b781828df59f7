"""Public inspections as programs ask for them."""

from datetime import date

import pytest

from registry.inspections.models import AccessClass, Inspection
from tests.registry.inspections.room import make_document, make_facility, make_inspection

MOST_QUERIES = 8
PUBLIC = {"access_class": AccessClass.PUBLIC, "annex": None}


def test_the_list_tells_public_inspections_alone_page_by_page(room, client):
    for number in range(5):
        make_inspection(room, make_facility(f"Works {number}"), **PUBLIC)
    make_inspection(room, make_facility("Shared works"))
    names, address = [], "/api/v1/inspections/?page_size=2"

    while address:
        page = client.get(address).json()
        names += [row["facility"] for row in page["results"]]
        address = page["next"]

    assert names == [f"Works {number}" for number in reversed(range(5))]


def test_members_who_are_signed_in_are_told_no_more(room, client):
    make_inspection(room)
    client.force_login(room.user("giver"))

    assert client.get("/api/v1/inspections/").json()["results"] == []
    assert client.get(f"/api/v1/inspections/{Inspection.objects.get().pk}/").status_code == 404


def test_the_same_filter_as_on_the_screen(room, client):
    make_inspection(room, make_facility("Alpha"), scale="FDA", outcome="OAI", **PUBLIC)
    make_inspection(room, make_facility("Beta"), **PUBLIC)

    told = client.get("/api/v1/inspections/?q=alpha&outcome=FDA:OAI").json()["results"]

    assert [(row["facility"], row["scale"], row["outcome"]) for row in told] == [("Alpha", "FDA", "OAI")]
    wrong = client.get("/api/v1/inspections/?kind=odd")
    assert (wrong.status_code, wrong["Content-Type"]) == (400, "application/problem+json")


def test_one_inspection_says_who_may_rely_on_it(room, client):
    inspection = make_inspection(room, ended_on=date(2024, 5, 6), **PUBLIC)
    make_document(room, inspection, title="Public report", **PUBLIC)
    make_document(room, inspection, title="Shared report")

    told = client.get(f"/api/v1/inspections/{inspection.pk}/").json()

    assert [row["title"] for row in told["documents"]] == ["Public report"]
    (partner,) = [*told["reliance"]["may_rely"], *told["reliance"]["may_not_or_not_told"]]
    assert partner["importing"] == "US"
    assert partner["chain"][0]["step"] == "annex_in_force"
    assert told["disclaimer"].startswith("Information, not a legal decision")


def test_what_is_taken_back_or_not_public_is_not_there(room, client):
    for address in ("/api/v1/inspections/999/", f"/api/v1/inspections/{2**70}/"):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("detail", [False, True])
def test_it_takes_a_few_queries(room, client, detail, django_assert_max_num_queries):
    for _number in range(4):
        inspection = make_inspection(room, **PUBLIC)
    address = f"/api/v1/inspections/{inspection.pk}/" if detail else "/api/v1/inspections/"
    client.get(address)

    with django_assert_max_num_queries(MOST_QUERIES):
        assert client.get(address).status_code == 200
