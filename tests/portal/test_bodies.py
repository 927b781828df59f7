"""What is too large is refused in words, before it is read."""

import pytest
from django.test import Client

from portal.web.bodies import FOR_EVERYBODY, FOR_PEOPLE_SIGNED_IN
from tests.registry.officers import make_person, signed_in

pytestmark = pytest.mark.django_db


class Unread:
    """A body that must not be read."""

    def read(self, *_arguments):
        raise AssertionError("read")

    readline = read


def send(client: Client, size: int | str, path: str = "/notices/read/", **headers):
    """A form of which only the size is told."""
    return client.generic(
        "POST",
        path,
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=size,
        **headers,
        **{"wsgi.input": Unread()},
    )


def test_nobody_without_a_session_sends_much():
    answer = send(Client(), FOR_EVERYBODY + 1)
    assert answer.status_code == 413
    assert "too much at once" in answer.content.decode()


def test_people_send_a_report_and_no_more():
    client = signed_in(make_person())
    assert send(client, FOR_PEOPLE_SIGNED_IN).status_code != 413
    assert send(client, FOR_PEOPLE_SIGNED_IN + 1).status_code == 413


@pytest.mark.parametrize(("size", "headers"), [("", {"HTTP_TRANSFER_ENCODING": "chunked"}), ("many", {})])
def test_what_does_not_say_its_size_is_refused(size, headers):
    assert send(signed_in(make_person()), size, **headers).status_code == 413


def test_programs_get_a_problem():
    answer = send(Client(), FOR_EVERYBODY + 1, "/api/v1/bodies/")
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
