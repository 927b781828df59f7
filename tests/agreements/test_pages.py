"""Agreements and economies as pages and files, over the shipped catalogue."""

import pytest

from agreements.models import Agreement, Economy

pytestmark = pytest.mark.django_db


def text(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture(autouse=True)
def _catalogue(catalogue):
    """Every test here reads the shipped catalogue."""


def test_list_names_every_agreement_and_what_is_not_verified(client):
    page = text(client.get("/agreements/"))
    for code in Agreement.objects.values_list("code", flat=True):
        assert f"/agreements/{code}/" in page
    assert 'id="coverage"' in page
    assert 'id="sources"' in page
    assert "Not verified" in page


@pytest.mark.parametrize(
    ("query", "there", "missing"),
    [
        ("economy=JP", "/agreements/US-JP", "/agreements/EU-CH/"),
        ("sector=medical_devices", "/agreements/EU-CH/", "/agreements/US-JP"),
        ("q=switzerland", "/agreements/EU-CH/", "/agreements/US-JP"),
        ("status=lapsed", "/agreements/EU-CH/", "/agreements/US-JP"),
    ],
)
def test_list_can_be_narrowed(client, query, there, missing):
    page = text(client.get(f"/agreements/?{query}"))
    assert there in page
    assert missing not in page


@pytest.mark.parametrize(
    "query", ["economy=XX", "sector=nothing", "status=gone", "on=2021-02-30", f"q={'a' * 201}"]
)
def test_a_value_that_means_nothing_is_a_400_in_words(client, query):
    assert client.get(f"/agreements/?{query}").status_code == 400


def test_status_belongs_to_the_day(client):
    before = client.get("/agreements.json?q=EU-CH&on=2021-05-25").json()
    after = client.get("/agreements.json?q=EU-CH&on=2021-05-26").json()

    def statuses(told):
        agreement = next(row for row in told["agreements"] if row["code"] == "EU-CH")
        return {row["code"]: row["status"] for row in agreement["annexes"]}

    changed = {code for code, status in statuses(before).items() if statuses(after)[code] != status}
    assert len(changed) == 1


@pytest.mark.parametrize("code", ["US-EU", "EU-CH", "US-UK-EMC", "ASEAN-EE"])
def test_codes_lead_to_the_agreement(client, code):
    for written in (code, code.lower()):
        response = client.get(f"/agreements/{written}/", follow=True)
        assert response.status_code == 200


def test_an_annex_leads_to_its_place_and_keeps_the_day(client):
    response = client.get("/agreements/us-eu-gmp/?on=2019-07-11")
    assert response.status_code == 302
    assert response["Location"] == "/agreements/US-EU/?on=2019-07-11#US-EU-GMP"


@pytest.mark.parametrize(
    "path", ["/agreements/none/", "/agreements/a%00b/", "/economies/ZZ/", "/economies/a%00b/"]
)
def test_an_unknown_code_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_every_agreement_and_economy_has_a_page(client):
    for row in [*Agreement.objects.all(), *Economy.objects.all()]:
        assert row.name in text(client.get(row.get_absolute_url())).replace("&#x27;", "'").replace(
            "&amp;", "&"
        )


def test_an_economy_faces_partners_also_through_its_union(client):
    page = text(client.get("/economies/DE/"))
    assert "European Union" in page
    assert "through European Union" in page
    assert client.get("/economies/de/?on=2020-01-01")["Location"] == "/economies/DE/?on=2020-01-01"


def test_an_economy_as_files_says_the_same(client):
    told = client.get("/economies/US.json").json()
    lines = b"".join(client.get("/economies/US.csv").streaming_content).decode().splitlines()
    assert len(lines) == 1 + len(told["accepts"]) + len(told["accepted_by"])


@pytest.mark.parametrize("path", ["/agreements.csv", "/agreements.json", "/economies.csv", "/economies.json"])
def test_lists_come_as_files(client, path):
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/agreements/", 8),
        ("/agreements/US-EU/", 8),
        ("/agreements/ASEAN-EE/", 8),
        ("/economies/", 3),
        ("/economies/US/", 8),
    ],
)
def test_queries_do_not_grow_with_the_rows(client, django_assert_max_num_queries, path, queries):
    client.get(path)
    with django_assert_max_num_queries(queries):
        client.get(path)
