"""What holds for every address of the API, and its description."""

from pathlib import Path

import pytest
import yaml
from django.db import OperationalError
from drf_spectacular.generators import SchemaGenerator

from registry import listing
from tests.registry.stories import recognised_body

ROOT = Path(__file__).resolve().parents[2]


def test_the_committed_schema_is_the_generated_one():
    """Write it anew with `manage.py spectacular --file docs/openapi.yaml`."""
    generated = SchemaGenerator().get_schema(request=None, public=True)

    assert yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text()) == yaml.safe_load(
        yaml.safe_dump(_plain(generated))
    )


def _plain(value):
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value if isinstance(value, bool | int | float) or value is None else str(value)


@pytest.mark.django_db
def test_the_root_lists_addresses_that_answer(client):
    recognised_body()
    endpoints = client.get("/api/v1/").json()["endpoints"]

    for name, address in endpoints.items():
        query = "?importing=US&exporting=GB" if name == "acceptance" else ""
        expected = 401 if name in ("accreditations", "documents", "proposals", "report-requests") else 200
        assert client.get(address + query).status_code == expected, name


@pytest.mark.django_db
def test_an_unchanged_answer_is_a_304_until_something_happens(client):
    first = client.get("/api/v1/changes/")
    again = client.get("/api/v1/changes/", headers={"if-none-match": first["ETag"]})
    recognised_body()
    changed = client.get("/api/v1/changes/", headers={"if-none-match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert changed.status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(client, method):
    response = getattr(client, method)("/api/v1/bodies/")

    assert response.status_code == 405
    assert response["Content-Type"] == "application/problem+json"
    assert response["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.django_db
def test_head_and_options_are_answered(client):
    assert client.head("/api/v1/bodies/").content == b""
    assert client.options("/api/v1/bodies/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "accept", "status"),
    [
        ("/api/v1/bodies/none/", "*/*", 404),
        ("/api/v1/none/", "*/*", 404),
        ("/api/v1/bodies/", "text/xml", 406),
    ],
)
def test_refusals_are_problem_details(client, address, accept, status):
    response = client.get(address, headers={"accept": accept})

    assert response.status_code == response.json()["status"] == status
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
def test_a_register_out_of_reach_is_a_503_that_says_when_to_retry(client, monkeypatch):
    def out_of_reach(clocks):
        raise OperationalError

    monkeypatch.setattr(listing, "bodies", out_of_reach)

    response = client.get("/api/v1/bodies/")

    assert (response.status_code, response["Content-Type"]) == (503, "application/problem+json")
    assert response["Retry-After"]


@pytest.mark.django_db
def test_the_readable_description_names_every_address(client):
    page = client.get("/api/docs/").content.decode()

    for path in yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text())["paths"]:
        assert path in page
    assert "<script>" not in page
    assert "style=" not in page
