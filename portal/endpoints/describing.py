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


_PROBLEM_TYPE = "application/problem+json"
# What may happen at every address: a key that is not taken, a form of answer that there is not, too many requests, an outage.
_ANYWHERE = (401, 406, 429, 503)


def words(longest: int, *, needed: bool = True) -> dict:
    """What somebody writes, in a body: not only spaces where it is needed, and nothing that the database could not hold."""
    pattern = r"^[^\u0000]*[^\s\u0000][^\u0000]*$" if needed else r"^[^\u0000]*$"
    return {"type": "string", "maxLength": longest, "pattern": pattern}


def body(needed: dict | None = None, **further) -> dict:
    """The body of a request: the fields that are needed, and those that may be left out. No others are taken."""
    needed = needed or {}
    return {
        "type": "object",
        "properties": {**needed, **further},
        "required": list(needed),
        "additionalProperties": False,
    }


def problems(*statuses: int) -> dict:
    """The answers that tell of a problem."""
    return {(status, _PROBLEM_TYPE): PROBLEM for status in (*statuses, *_ANYWHERE)}


_IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": r"^[!#-\[\]-~]{1,255}$"},
    OpenApiParameter.HEADER,
    required=True,
    description="New for each act, such as a UUID. Sent again within 24 hours, the same answer comes and nothing is done.",
)
_IF_MATCH = OpenApiParameter(
    "If-Match",
    {"type": "string", "pattern": r'^(\*|"[0-9]{1,9}")$'},
    OpenApiParameter.HEADER,
    required=True,
    description="The version that you have seen: the `ETag` of the thing.",
)


def describe_reading(name: str, summary: str, answer: dict, *parameters, missing: bool = False):
    """Class decorator: what an address for keys answers."""

    def described(endpoint: type) -> type:
        schema = extend_schema(
            operation_id=name,
            summary=summary,
            description=endpoint.__doc__,
            parameters=list(parameters),
            responses={200: answer, **problems(400, 403, *((404,) if missing else ()))},
            tags=[name.split("_")[0]],
        )
        return extend_schema_view(get=schema)(endpoint)

    return described


def describe_verb(name: str, summary: str, answer: dict, *parameters, example: dict, missing: bool = True):
    """Class decorator: what a verb takes and answers, with an example of what is said. Tells also which headers it wants."""

    def described(endpoint: type) -> type:
        headers = [_IDEMPOTENCY_KEY, *([_IF_MATCH] if endpoint.conditional else [])]
        refusals = [400, 403, 409, 413, 415, 422, *([404] if missing else [])]
        refusals += [412, 428] if endpoint.conditional else []
        schema = extend_schema(
            operation_id=name,
            summary=summary,
            description=endpoint.__doc__,
            parameters=[*parameters, *headers],
            request={"application/json": {**endpoint.body, "example": example}},
            responses={endpoint.status: answer, **problems(*refusals)},
            tags=[name.split("_")[0]],
        )
        return extend_schema_view(post=schema)(endpoint)

    return described


def describe(name: str, summary: str, answer: dict, *parameters, missing: bool = False):
    """Class decorator: what the endpoint answers and which parameters it takes; the clocks are always among them."""
    responses = {200: answer, **problems(400, *((404,) if missing else ()))}

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
