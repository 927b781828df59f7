"""``/data/`` and its files: found, described, cached for ever, and had whole or in part."""

import hashlib
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import override_settings

from portal import clock
from portal.files.storage import documents
from registry import registering
from registry.opendata import making, writing
from registry.opendata.models import Dump
from tests.agreements.factories import BY, make_economy
from tests.registry.stories import on

pytestmark = pytest.mark.django_db
DAY = datetime(2026, 11, 23, 3, tzinfo=UTC)


def publish(moment=DAY) -> Dump:
    with clock.at(moment):
        written = writing.write_tables()
        writing.seal(written)
        return making.publish_dump(by=BY, written=written)


@pytest.fixture
def dump() -> Dump:
    with on("2019-01-10"):
        registering.register(by=BY, name="Pennine EMC", economy=make_economy("GB"))
    return publish()


def content_of(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def words_of(response) -> str:
    return " ".join(re.sub("<[^>]*>", " ", response.content.decode()).split())


def test_the_page_has_every_file_with_size_and_hash(client, dump):
    page = client.get("/data/").content.decode()
    for one in dump.files:
        assert f'href="/data/2026-11-23/{one["name"]}"' in page
        assert one["sha256"] in page
    said = words_of(client.get("/data/"))
    assert f"register version {dump.register_version}" in said
    assert f"Key {dump.key_id}" in said
    assert "own licence: not stated" in said.replace("’", "'")
    assert "fictional" not in said


def test_nothing_yet(client):
    said = words_of(client.get("/data/"))
    assert "No dump has been made yet" in said
    assert client.get("/data/latest/bodies.csv").status_code == 404


@override_settings(DATA_LICENCE="https://creativecommons.org/licenses/by/4.0/")
def test_the_operator_chooses_the_licence(client, dump):
    assert 'href="https://creativecommons.org/licenses/by/4.0/"' in client.get("/data/").content.decode()
    turtle = content_of(client.get("/data/2026-11-23/dcat.ttl")).decode()
    assert "dct:license" not in turtle  # it was made before
    publish(DAY + timedelta(days=1))
    turtle = content_of(client.get("/data/2026-11-24/dcat.ttl")).decode()
    assert "dct:license <https://creativecommons.org/licenses/by/4.0/>" in turtle


def test_samples_are_marked(client):
    with on("2019-01-10"):
        registering.register(by=BY, name="Lab (sample)", economy=make_economy("GB"), origin="sample")
    publish()
    assert "1 of the bodies is fictional" in words_of(client.get("/data/"))
    assert '"sample_bodies": 1' in content_of(client.get("/data/2026-11-23/datapackage.json")).decode()


def test_earlier_dumps_have_their_pages(client, dump):
    later = publish(DAY + timedelta(days=1))
    assert 'href="/data/2026-11-23/"' in client.get("/data/").content.decode()
    assert "bodies.csv" in words_of(client.get("/data/2026-11-23/"))
    assert client.get("/data/latest/bodies.csv").url == f"/data/{later.day}/bodies.csv"
    for address in ("/data/2026-11-22/", "/data/2026-13-41/", "/data/2026-11-22/bodies.csv"):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("name", ["nothing.csv", "..", "registry_proposal.csv", "%2e%2e", "bodies.csv/"])
def test_only_files_of_the_list_are_had(client, dump, name):
    documents().write(writing.place_of(dump.day, "registry_proposal.csv"), [b"not listed"])
    assert client.get(f"/data/2026-11-23/{name}").status_code == 404


def test_a_new_dump_is_seen_though_the_page_was_kept(client, dump):
    etag = client.get("/data/")["ETag"]
    assert client.get("/data/", headers={"If-None-Match": etag}).status_code == 304
    publish(DAY + timedelta(days=1))
    assert client.get("/data/", headers={"If-None-Match": etag}).status_code == 200


def test_a_file_comes_whole_with_exact_headers(client, dump):
    told = dump.file("bodies.csv")
    response = client.get("/data/2026-11-23/bodies.csv")
    content = content_of(response)
    assert hashlib.sha256(content).hexdigest() == told["sha256"]
    assert response["Content-Type"] == "text/csv"
    assert response["Content-Length"] == str(told["bytes"])
    assert response["Content-Disposition"] == 'attachment; filename="bodies.csv"'
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["ETag"] == f'"{told["sha256"]}"'
    assert response["Accept-Ranges"] == "bytes"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert not response.cookies
    again = client.get("/data/2026-11-23/bodies.csv", headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    archive = client.get("/data/2026-11-23/concordat.zip")
    assert archive["Content-Disposition"] == 'attachment; filename="concordat-2026-11-23.zip"'
    assert hashlib.sha256(content_of(archive)).hexdigest() == dump.file("concordat.zip")["sha256"]
    empty = client.get("/data/2026-11-23/mergers.jsonl")
    assert (empty.status_code, content_of(empty)) == (200, b"")


@pytest.mark.parametrize(
    ("asked", "first", "end"),
    [("bytes=0-9", 0, 10), ("bytes=5-", 5, None), ("bytes=-7", -7, None), ("bytes=3-99999999", 3, None)],
)
def test_a_part_of_a_file(client, dump, asked, first, end):
    whole = content_of(client.get("/data/2026-11-23/economies.csv"))
    response = client.get("/data/2026-11-23/economies.csv", headers={"Range": asked})
    part = whole[first:end]
    assert (response.status_code, content_of(response)) == (206, part)
    start = first % len(whole)
    assert response["Content-Range"] == f"bytes {start}-{start + len(part) - 1}/{len(whole)}"
    assert response["Content-Length"] == str(len(part))


@pytest.mark.parametrize("asked", ["bytes=abc", "bytes=-", "bytes=9-3", "lines=1-2", "bytes=0-1,4-5"])
def test_what_is_no_single_part_is_the_whole(client, dump, asked):
    response = client.get("/data/2026-11-23/economies.csv", headers={"Range": asked})
    assert response.status_code == 200
    assert len(content_of(response)) == dump.file("economies.csv")["bytes"]


def test_a_part_beyond_the_end_and_a_part_of_another_edition(client, dump):
    size = dump.file("economies.csv")["bytes"]
    for asked in (f"bytes={size}-", "bytes=-0"):
        beyond = client.get("/data/2026-11-23/economies.csv", headers={"Range": asked})
        assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{size}")
        assert "immutable" not in beyond["Cache-Control"]
    headers = {"Range": "bytes=0-3", "If-Range": '"of another edition"'}
    assert client.get("/data/2026-11-23/economies.csv", headers=headers).status_code == 200
    headers["If-Range"] = f'"{dump.file("economies.csv")["sha256"]}"'
    assert client.get("/data/2026-11-23/economies.csv", headers=headers).status_code == 206


def test_a_file_that_is_gone_is_503_and_kept_by_no_cache(client, dump):
    documents().delete(writing.place_of(dump.day, "economies.csv"))
    response = client.get("/data/2026-11-23/economies.csv")
    assert response.status_code == 503
    assert "immutable" not in response["Cache-Control"]


def test_through_nginx(client, dump):
    with override_settings(FILES_NGINX_LOCATION="/stored-files/"):
        response = client.get("/data/2026-11-23/bodies.csv")
        assert response["X-Accel-Redirect"] == "/stored-files/dumps/2026-11-23/bodies.csv"
        assert response["Cache-Control"] == "public, max-age=31536000, immutable"
        part = client.get("/data/2026-11-23/bodies.csv", headers={"Range": "bytes=0-3"})
        assert content_of(part) == b"id,s"


def test_the_dictionary_has_every_column(client):
    said = words_of(client.get("/data/dictionary/"))
    assert "older_results_until" in said
    assert "internal_note" not in said


def test_few_queries_however_many_dumps(client, dump, django_assert_max_num_queries):
    for number in range(1, 4):
        publish(DAY + timedelta(days=number))
    assert Dump.objects.latest("day").day == date(2026, 11, 26)
    with django_assert_max_num_queries(4):
        assert client.get("/data/").status_code == 200
    with django_assert_max_num_queries(1):
        content_of(client.get("/data/2026-11-23/bodies.csv"))


def test_the_footer_leads_there(client):
    assert 'href="/data/"' in client.get("/").content.decode()
