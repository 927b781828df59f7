"""Pages that must stand when little else does."""

import json

import pytest
from django.template.loader import render_to_string

from portal.web import errors

HANDLERS = [
    (400, lambda request: errors.bad_request(request, Exception())),
    (403, lambda request: errors.permission_denied(request, Exception())),
    (404, lambda request: errors.page_not_found(request, Exception())),
    (500, errors.server_error),
]


@pytest.mark.parametrize(("status", "handler"), HANDLERS)
def test_a_person_gets_a_page_with_one_heading_and_the_requests_reference(rf, status, handler):
    request = rf.get("/bodies/nobody/")
    request.request_id = "reference-1"
    response = handler(request)
    html = response.content.decode()
    assert response.status_code == status
    assert html.count("<h1") == 1
    assert "reference-1" in html
    assert "style=" not in html


@pytest.mark.parametrize(("status", "handler"), HANDLERS)
def test_a_program_gets_problem_details(rf, status, handler):
    response = handler(rf.get("/api/v1/nothing/"))
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert json.loads(response.content)["status"] == status


@pytest.mark.parametrize("status", [400, 403, 404, 500, 503])
def test_a_page_needs_no_context_at_all(status):
    assert "<h1" in render_to_string(f"portal/{status}.html")
