"""Bodies, designations, changes and acceptance as programs ask for them."""

import pytest

from registry.models import Act
from tests.registry.stories import corrected, recognised_body, sample_body

pytestmark = pytest.mark.django_db

MOST_QUERIES = 8
ASKED = "/api/v1/acceptance/?importing=US&exporting=GB&kind=test_report&sector=emc"


def test_acceptance_says_whose_results_count_and_why(client):
    body, _recognition = recognised_body()

    told = client.get(f"{ASKED}&on=2019-07-01").json()

    (result,) = told["results"]
    assert told["counts"] == {"accepted": 1, "not_accepted": 0, "cannot_be_told": 0}
    assert result["body"] == {
        "id": body.id,
        "name": "Pennine EMC Laboratory",
        "slug": "pennine-emc-laboratory",
        "economy": "GB",
        "sample": False,
    }
    assert (result["verdict"], result["standing"]) == ("accepted", "recognised")
    assert {"step", "label", "outcome", "sentence", "from", "to", "citation"} <= set(result["chain"][0])
    assert told["disclaimer"].startswith("Information, not a legal decision")


def test_a_correction_leaves_the_answer_of_the_day_before_as_it_was(client):
    body, recognition = recognised_body()
    corrected(recognition)
    day = "on=2019-07-01"

    before = client.get(f"{ASKED}&{day}&known_at=2020-02-29").json()["results"][0]
    after = client.get(f"{ASKED}&{day}&known_at=2020-03-01").json()["results"][0]

    assert (before["verdict"], before["standing"]) == ("accepted", "recognised")
    assert (after["verdict"], after["standing"]) == ("not_accepted", "awaiting_recognition")
    address = f"/api/v1/bodies/{body.slug}/?{day}"
    assert client.get(f"{address}&known_at=2020-02-29").json()["standings"][0]["verdict"] == "accepted"
    assert client.get(f"{address}&known_at=2020-03-01").json()["standings"][0]["verdict"] == "not_accepted"


def test_what_was_corrected_later_is_not_told_of_an_earlier_moment(client):
    _body, recognition = recognised_body()
    correction = corrected(recognition)

    def told(known_at):
        rows = client.get(f"/api/v1/changes/?known_at={known_at}").json()["results"]
        return {row["act"]: row["corrected_by"] for row in rows if row["id"] != correction.id}[Act.RECOGNISE]

    assert told("2020-02-29") is None
    assert told("2020-03-01") == correction.id


def test_changes_come_newest_first_and_keep_actor_and_internal_note(client):
    recognised_body()

    response = client.get("/api/v1/changes/")

    rows = response.json()["results"]
    assert [row["act"] for row in rows] == ["recognise", "notify", "designate"]
    assert not {"actor", "internal_note"} & set(rows[0])
    assert b"Only for our files" not in response.content


def test_a_list_is_read_page_by_page_without_loss_or_repetition(client):
    for number in range(5):
        sample_body(f"Laboratory {number % 2}")
    names, address = [], "/api/v1/bodies/?page_size=2"

    while address:
        page = client.get(address).json()
        names += [row["slug"] for row in page["results"]]
        address = page["next"]

    assert len(names) == len(set(names)) == 5


def test_a_body_is_found_by_partner_sector_and_standing(client):
    recognised_body()
    sample_body("Other")

    def found(query):
        return [row["name"] for row in client.get(f"/api/v1/bodies/?{query}").json()["results"]]

    assert found("accepted_by=US&sector=emc") == ["Pennine EMC Laboratory"]
    assert found("accepted_by=US&on=2019-03-01") == []
    assert found("accepted_by=US&standing=awaiting_recognition&on=2019-03-01") == ["Pennine EMC Laboratory"]
    assert found("origin=sample") == ["Other (sample)"]
    assert found("q=pennine+emc") == ["Pennine EMC Laboratory"]
    assert found("known_at=2019-01-09") == []


def test_a_designation_is_told_with_its_recognition_as_of_the_day(client):
    _body, recognition = recognised_body()
    address = f"/api/v1/designations/{recognition.designation_id}/"

    before, after = (client.get(f"{address}?on={day}").json() for day in ("2019-03-01", "2019-07-01"))

    assert (before["state"], before["recognition"]["state"]) == ("designated", "awaiting_recognition")
    assert after["recognition"]["state"] == "recognised"
    assert client.get("/api/v1/designations/99999999999999999999/").status_code == 404


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("on=2019-13-01", "on"),
        ("known_at=yesterday", "known_at"),
        ("page_size=0", "page_size"),
        ("page_size=201", "page_size"),
        ("cursor=nonsense", "cursor"),
        ("cursor=W10", "cursor"),
        ("economy=XX", "economy"),
        ("standing=splendid", "standing"),
        ("q=%00", "q"),
    ],
)
def test_a_bad_parameter_is_named(client, query, field):
    response = client.get(f"/api/v1/bodies/?{query}")

    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert [error["field"] for error in response.json()["errors"]] == [field]


def test_acceptance_names_what_is_missing(client):
    recognised_body()

    response = client.get("/api/v1/acceptance/?importing=US")

    assert response.json()["errors"][0]["field"] == "exporting"
    assert client.get(f"{ASKED}&cursor=x").status_code == 400


def test_every_endpoint_keeps_to_few_queries(client, django_assert_max_num_queries):
    body, recognition = recognised_body(
        sites=[{"town": "Leeds"}], identifiers=[{"scheme": "number", "value": "0012"}]
    )
    corrected(recognition)
    addresses = (
        f"{ASKED}&on=2019-07-01",
        "/api/v1/bodies/?accepted_by=US&sector=emc&economy=GB&q=emc",
        f"/api/v1/bodies/{body.slug}/",
        "/api/v1/designations/",
        f"/api/v1/designations/{recognition.designation_id}/",
        "/api/v1/changes/?economy=GB",
    )
    for address in (ASKED, "/api/v1/bodies/"):  # texts and directory are held in memory from here on
        client.get(address)

    for address in addresses:
        with django_assert_max_num_queries(MOST_QUERIES):
            assert client.get(address).status_code == 200, address


def test_a_body_keeps_the_zeros_of_its_number(client):
    body, _recognition = recognised_body(identifiers=[{"scheme": "approved body number", "value": "0012"}])

    told = client.get(f"/api/v1/bodies/{body.slug}/").json()

    assert told["identifiers"][0]["value"] == "0012"
    assert [row["state"] for row in told["recognitions"]] == ["recognised"]
    assert [row["state"] for row in told["designations"]] == ["designated"]
