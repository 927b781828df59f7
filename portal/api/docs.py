"""The API's readable description, drawn from its schema: no foreign script, no foreign style."""

from functools import cache

from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator

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
}


class DocsPage(Page):
    """``/api/docs/``: every address with its parameters, fields and an example."""

    def get(self, request):
        """The page."""
        return render(request, "portal/api_docs.html", {"endpoints": endpoints()})


@cache
def endpoints() -> list[dict]:
    """What the schema says of each address, in the order of their paths."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    return [_endpoint(path, methods["get"]) for path, methods in sorted(schema["paths"].items())]


def _endpoint(path: str, described: dict) -> dict:
    answer = described["responses"]["200"]["content"]["application/json"]["schema"]
    return {
        "anchor": described["operationId"],
        "path": path,
        "summary": described.get("summary", ""),
        "description": described.get("description", ""),
        "parameters": [
            {
                "name": parameter["name"],
                "where": parameter["in"],
                "required": parameter.get("required", False),
                "description": parameter.get("description", ""),
            }
            for parameter in sorted(described.get("parameters", []), key=lambda each: each["in"])
        ],
        "fields": list(_fields(answer)),
        "example": _example(path),
    }


def _fields(schema: dict, prefix: str = ""):
    """The answer's fields as dotted paths with their types, lists marked by []."""
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
        return " | ".join(field["enum"])
    words = field.get("type", "object")
    words = " or ".join(words) if isinstance(words, list) else words
    return f"{words} ({field['format']})" if "format" in field else words


def _example(path: str) -> str:
    example = _EXAMPLES.get(path, "")
    if isinstance(example, dict):
        return path.format(**example)
    if "{" in path:
        return ""
    return f"{path}?{example}" if example else path
