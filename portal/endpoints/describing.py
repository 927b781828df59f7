"""Words for describing the API: shapes of answers as JSON Schema, and parameters, put on an endpoint by ``describe``."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}
FLAG = {"type": "boolean"}
DAY = {"type": ["string", "null"], "format": "date"}
MOMENT = {"type": "string", "format": "date-time"}
YEAR = {"type": ["integer", "null"]}
ADDRESS = {"type": "string", "format": "uri"}
ECONOMY = {"type": "object", "properties": {"code": TEXT, "name": TEXT}, "required": ["code", "name"]}


def shape(**fields) -> dict:
    """An object with these fields, all of them always there."""
    return {"type": "object", "properties": fields, "required": list(fields)}


def many(item: dict) -> dict:
    """A list of such items."""
    return {"type": "array", "items": item}


def optional(item: dict) -> dict:
    """Such an item, or null."""
    return {"oneOf": [item, {"type": "null"}]}


def one_of(values) -> dict:
    """One of these codes."""
    return {"type": "string", "enum": list(values)}


def paged(item: dict) -> dict:
    """A page of such items."""
    return shape(results=many(item), next=optional(ADDRESS))


def parameter(
    name: str, description: str, *, required: bool = False, values=None, kind=OpenApiTypes.STR, path=False
):
    """A parameter of the query, or of the path."""
    location = OpenApiParameter.PATH if path else OpenApiParameter.QUERY
    return OpenApiParameter(
        name, kind, location, required=required or path, description=description, enum=values
    )


CLOCKS = [
    parameter("on", "What was true on that day (YYYY-MM-DD). Default: today.", kind=OpenApiTypes.DATE),
    parameter("known_at", "What the register said then: a day (its end) or a moment. Default: now."),
]
PAGES = [
    parameter("cursor", "Where this page starts; take it from `next`."),
    parameter("page_size", "Rows a page, 1 to 200. Default: 50.", kind=OpenApiTypes.INT),
]

PROBLEM = {
    **shape(type=TEXT, title=TEXT, status=NUMBER),
    "description": "RFC 9457 problem details.",
}
PROBLEM["properties"] |= {"detail": TEXT, "errors": many(shape(field=TEXT, message=TEXT))}


def describe(name: str, summary: str, answer: dict, *parameters, missing: bool = False):
    """Class decorator: what the endpoint answers and which parameters it takes; the clocks are always among them."""
    responses = {200: answer, (400, "application/problem+json"): PROBLEM}
    if missing:
        responses[(404, "application/problem+json")] = PROBLEM

    def described(endpoint: type) -> type:
        schema = extend_schema(
            operation_id=name,
            summary=summary,
            description=endpoint.__doc__,
            parameters=[*parameters, *CLOCKS],
            responses=responses,
            tags=[name.split("_")[0]],
        )
        return extend_schema_view(get=schema)(endpoint)

    return described
