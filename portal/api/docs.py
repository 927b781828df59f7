"""The API's readable description, drawn from its schema: no foreign script, no foreign style."""

import json
import shlex
from functools import cache

from django.conf import settings
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator

from portal.endpoints.problems import KINDS
from portal.pages import Page

_EXAMPLES = {
    "/api/v1/acceptance/": "importing=US&exporting=GB&kind=test_report&sector=emc",
    "/api/v1/agreements/": "party=US",
    "/api/v1/agreements/{code}/": {"code": "US-UK"},
    "/api/v1/economies/{code}/": {"code": "EU"},
    "/api/v1/authorities/": "economy=US&capacity=designating",
    "/api/v1/requirements/": "economy=US",
    "/api/v1/bodies/": "accepted_by=US",
    "/api/v1/changes/": "page_size=20",
    "/api/v1/documents/": "kind=inspection_report",
    "/api/v1/proposals/": "stage=draft",
    "/api/v1/report-requests/": "side=received&late=true",
}
# What stands in an example for a thing that only the reader can name.
_NAMED = {"number": "1", "message": "1", "code": "CODE", "slug": "SLUG"}
_OWN_HEADERS = {"Idempotency-Key": '"8e03978e-40d5-43e8-bc93-6894a57f9324"', "If-Match": '"1"'}


class DocsPage(Page):
    """``/api/docs/``: every address with its parameters, fields and an example; keys, limits, problems."""

    def get(self, request):
        """The page."""
        context = {"endpoints": endpoints(), "problems": list(KINDS.values()), "limits": settings.API_LIMITS}
        return render(request, "portal/api_docs.html", context)


@cache
def endpoints() -> list[dict]:
    """What the schema says of each address and method, in the order of their paths."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    return [
        _endpoint(path, method, described)
        for path, methods in sorted(schema["paths"].items())
        for method, described in methods.items()
    ]


def _endpoint(path: str, method: str, described: dict) -> dict:
    done = next(answer for status, answer in described["responses"].items() if str(status).startswith("2"))
    body = described.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    example = _example(path, method)
    return {
        "anchor": described["operationId"],
        "path": path,
        "method": method.upper(),
        "summary": described.get("summary", ""),
        "description": described.get("description", ""),
        "wants_key": {} not in described["security"],
        "parameters": [
            {
                "name": parameter["name"],
                "where": parameter["in"],
                "required": parameter.get("required", False),
                "description": parameter.get("description", ""),
            }
            for parameter in sorted(described.get("parameters", []), key=lambda each: each["in"])
        ],
        "body": [{**field, "needed": _is_needed(body, field["name"])} for field in _fields(body)],
        "fields": list(_fields(done["content"]["application/json"]["schema"])),
        "example": example if method == "get" else "",
        "curl": _curl(path, method, described, body, example),
    }


def _is_needed(body: dict, name: str) -> bool:
    return name.removesuffix("[]") in body.get("required", [])


def _fields(schema: dict, prefix: str = ""):
    """The fields as dotted paths with their types, lists marked by []."""
    for name, field in schema.get("properties", {}).items():
        field = next((each for each in field.get("oneOf", []) if each.get("type") != "null"), field)
        words = field.get("type", "object")
        if words == "array":
            yield {"name": f"{prefix}{name}[]", "type": _type_words(field["items"])}
            yield from _fields(field["items"], f"{prefix}{name}[].")
        else:
            yield {"name": f"{prefix}{name}", "type": _type_words(field)}
            yield from _fields(field, f"{prefix}{name}.")


def _type_words(field: dict) -> str:
    if "enum" in field:
        return " | ".join("null" if each is None else str(each) for each in field["enum"])
    words = field.get("type", "object")
    words = " or ".join(words) if isinstance(words, list) else words
    return f"{words} ({field['format']})" if "format" in field else words


def _example(path: str, method: str) -> str:
    """An address that can be opened; "" where only the reader can name the thing."""
    example = _EXAMPLES.get(path, "")
    if isinstance(example, dict):
        return path.format(**example)
    if "{" in path:
        return ""
    return f"{path}?{example}" if example and method == "get" else path


def _curl(path: str, method: str, described: dict, body: dict, example: str) -> str:
    """The request as one command."""
    address = f"{settings.BASE_URL}{example or path.format(**_NAMED)}"
    parts = ["curl", *(["-X", method.upper()] if method != "get" else [])]
    if {} not in described["security"]:
        parts += ["-H", '"Authorization: Bearer $KEY"']
    wanted = {each["name"] for each in described.get("parameters", []) if each["in"] == "header"}
    for name, value in _OWN_HEADERS.items():
        if name in wanted:
            parts += ["-H", shlex.quote(f"{name}: {value}")]
    if method != "get":
        said = json.dumps(body.get("example", {}))
        parts += ["-H", shlex.quote("Content-Type: application/json"), "-d", shlex.quote(said)]
    return " ".join([*parts, shlex.quote(address)])
