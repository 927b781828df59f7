"""Agreements, economies, authorities and requirements as programs ask for them."""

import pytest

MOST_QUERIES = 8

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]


def test_the_status_of_an_annex_follows_the_day(client):
    def statuses(day):
        annexes = client.get(f"/api/v1/agreements/EU-CH/?on={day}").json()["annexes"]
        return {annex["code"]: annex["status"] for annex in annexes}

    before, after = statuses("2021-05-25"), statuses("2021-05-26")

    changed = {code for code in before if before[code] != after[code]}
    assert len(changed) == 1
    assert before[changed.pop()] == "in_force"


def test_an_agreement_comes_with_all_that_stands_in_it(client):
    told = client.get("/api/v1/agreements/US-UK/").json()

    assert {party["code"] for party in told["parties"]} == {"US", "GB"}
    annex = told["annexes"][0]
    assert annex["periods"]
    assert annex["undertakings"]
    assert {"conditions", "time_limits", "authorities", "sources"} <= set(annex)
    assert told["disclaimer"]


def test_agreements_are_narrowed_by_party_and_sector(client):
    found = client.get("/api/v1/agreements/?party=CH&page_size=200").json()["results"]
    narrower = client.get("/api/v1/agreements/?party=CH&sector=machinery&page_size=200").json()["results"]

    assert all("CH" in {party["code"] for party in row["parties"]} for row in found)
    assert 0 < len(narrower) < len(found)


def test_pages_of_agreements_hold_them_all_once(client):
    codes, address = [], "/api/v1/agreements/?page_size=7"
    while address:
        page = client.get(address).json()
        codes += [row["code"] for row in page["results"]]
        address = page["next"]

    assert (
        len(codes)
        == len(set(codes))
        == len(client.get("/api/v1/agreements/?page_size=200").json()["results"])
    )


def test_an_economy_tells_its_unions_on_both_clocks(client):
    told = client.get("/api/v1/economies/GB/?on=2019-01-01").json()

    assert any(row["union"]["code"] == "EU" for row in told["memberships"])
    assert told["accepts"]
    assert client.get("/api/v1/economies/ZZ/").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/agreements/?party=US&sector=emc&q=agreement",
        "/api/v1/agreements/EU-CH/",
        "/api/v1/economies/",
        "/api/v1/economies/EU/",
        "/api/v1/authorities/?economy=US&capacity=designating",
        "/api/v1/authorities/us-nist/",
        "/api/v1/requirements/?economy=US&sector=radio",
        "/api/v1/requirements/47-cfr-15/",
    ],
)
def test_every_endpoint_keeps_to_few_queries(client, address, django_assert_max_num_queries):
    client.get("/api/v1/agreements/")  # the texts are held in memory from here on

    with django_assert_max_num_queries(MOST_QUERIES):
        response = client.get(address)

    assert response.status_code == 200


@pytest.mark.parametrize(
    "address", ["agreements/?party=XX", "authorities/?capacity=royal", "requirements/?sector=none"]
)
def test_a_bad_parameter_is_named(client, address):
    response = client.get(f"/api/v1/{address}")

    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] in address
