"""The headers every answer carries."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse

from portal.web.middleware import ContentSecurityPolicy, RequestId, policy


def answer(rf, response):
    return ContentSecurityPolicy(lambda request: response)(rf.get("/"))


def directives(response):
    found = (part.split(" ", 1) for part in response["Content-Security-Policy"].split("; "))
    return dict(found)


def test_nothing_is_allowed_but_what_comes_from_here(rf):
    sent = directives(answer(rf, HttpResponse()))
    assert sent["default-src"] == sent["base-uri"] == sent["frame-ancestors"] == "'none'"
    assert sent["script-src"] == sent["style-src"] == sent["form-action"] == "'self'"
    assert sent["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in answer(rf, HttpResponse())["Content-Security-Policy"]


def test_other_browser_headers_are_set(rf):
    response = answer(rf, HttpResponse())
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "geolocation=()" in response["Permissions-Policy"]


def test_a_view_may_widen_one_directive_for_one_page(rf):
    response = HttpResponse()
    response.csp_relax = {"style-src": ["'unsafe-inline'"], "worker-src": ["blob:"], "trusted-types": None}
    sent = directives(answer(rf, response))
    assert sent["style-src"] == "'self' 'unsafe-inline'"
    assert sent["worker-src"] == "blob:"
    assert "trusted-types" not in sent
    assert directives(answer(rf, HttpResponse()))["style-src"] == "'self'"


@pytest.mark.parametrize("source", ["'unsafe-inline'", "'unsafe-eval'"])
def test_scripts_written_into_a_page_can_never_be_allowed(source):
    with pytest.raises(ImproperlyConfigured):
        policy({"script-src": [source]})


def test_a_policy_set_by_the_view_stays(rf):
    response = HttpResponse(headers={"Content-Security-Policy": "sandbox"})
    assert answer(rf, response)["Content-Security-Policy"] == "sandbox"


def request_id(rf, offered=None):
    seen = []

    def view(request):
        seen.append(request.request_id)
        return HttpResponse()

    response = RequestId(view)(rf.get("/", headers={"x-request-id": offered} if offered else None))
    assert seen == [response["X-Request-ID"]]
    return seen[0]


def test_the_callers_request_id_is_kept(rf):
    assert request_id(rf, "proxy-0123.abc") == "proxy-0123.abc"


@pytest.mark.parametrize(
    "offered", [None, "short", "a" * 65, "with space in it", "<script>alert(1)", "é" * 10]
)
def test_a_missing_or_odd_request_id_is_replaced(rf, offered):
    made = request_id(rf, offered)
    assert made != offered
    assert len(made) == 32
    assert made != request_id(rf, offered)
