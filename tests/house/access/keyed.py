"""The addresses of the API that want a key: nobody comes in with a session, and what each program gets.

``PROGRAMS`` says for each address and method what the programs of the world get. A key that is not taken gets 401, one
without the scope 403, both everywhere.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.api.proposal_shapes import said
from registry.api.proposing import STEPS
from tests.house.access.answers import everybody
from tests.house.access.people import OTHER_AUTHORITIES
from tests.house.access.row import Row

if TYPE_CHECKING:
    from tests.house.access.world import World

API = "/api/v1/"
_WORDS = {"effective_on": "2099-01-01", "public_reason": "Words", "until": "2100-01-01"}
_NOBODYS_LINE = 2**40


@dataclass(frozen=True)
class Asked:
    """One address that wants a key: what is sent, and what the own authority's program and others get."""

    name: str
    at: "Callable[[World], str]"
    method: str
    own: int
    others: dict[str, int]
    said: "Callable[[World], dict]" = lambda world: {}
    seen: "Callable[[World], int | None]" = lambda world: None

    def expected(self, kind: str) -> int:
        """The status for a program of the world."""
        if kind == "own, no scope":
            return 403
        if kind.startswith("own, "):
            return 401
        return self.own if kind == "own" else self.others[kind]


def _others(status: int = 404, **named: int) -> dict[str, int]:
    return dict.fromkeys(OTHER_AUTHORITIES, status) | {
        kind.replace("_", " "): each for kind, each in named.items()
    }


def _read(name: str, address, others: dict[str, int] | None = None) -> Asked:
    at = address if callable(address) else lambda world: f"{API}{address}"
    return Asked(name, at, "get", 200, others or _others(200))


def _of(thing: str) -> Callable:
    return lambda world: getattr(world, thing).pk


# The own authority and its partner stand on the two sides of the designation and the recognition: each is told that an act
# of the other side is not theirs (403). There is a proposal of the own side on the open designation already (409).
_SIDES = {
    "designations": (_of("designation"), 201, _others(partner=403)),
    "recognitions": (_of("recognition"), 403, _others(partner=409)),
    "accreditations": (
        _of("accreditation"),
        403,
        # Whoever designates the body, or faces it as the partner, under some text knows of its accreditation.
        _others(403) | {"third party": 404, "accreditation body": 409},
    ),
}
_OTHERWISE = {
    # Nothing is suspended, so nothing is restored.
    ("designations", "restore"): (409, _others(partner=403)),
    # The recognition has been notified and is not decided on, and the partner has a draft on it already.
    ("recognitions", "notify"): (201, _others(partner=403)),
    ("recognitions", "recognise_in_part"): (403, _others(partner=422)),
}


def _proposing(kind: str, step: str) -> Asked:
    number, own, others = _SIDES[kind]
    own, others = _OTHERWISE.get((kind, step), (own, others))
    slug, fields = step.replace("_", "-"), said(kind, step)["properties"]
    return Asked(
        f"api-{kind}-{slug}",
        lambda world: f"{API}{kind}/{number(world)}/{slug}/",
        "post",
        own,
        others,
        lambda world: {name: value for name, value in _said(world).items() if name in fields},
    )


def _said(world: "World") -> dict:
    """Every field of a proposal; the refused line is no line of the record."""
    line = world.designation.lines.first().pk
    return {**_WORDS, "lines": [line], "refused": [{"line": _NOBODYS_LINE, "reason": "Words"}]}


def _proposal(step: str, own: int, of: str) -> Asked:
    return Asked(
        f"api-proposal-{step}",
        lambda world: f"{API}proposals/{getattr(world, of).pk}/{step}/",
        "post",
        own,
        _others(404),
        seen=lambda world: getattr(world, of).version,
    )


def _request(step: str, own: int, partner: int, **body) -> Asked:
    return Asked(
        f"api-report-request-{step}",
        lambda world: f"{API}report-requests/{world.report_request.number}/{step}/",
        "post",
        own,
        _others(404, partner=partner),
        lambda world: body,
        lambda world: world.report_request.version,
    )


PROGRAMS = (
    _read("api-proposals", "proposals/"),
    _read("api-proposal", lambda world: f"{API}proposals/{world.draft.pk}/", _others(404)),
    _proposal("submit", 200, "returned"),
    _proposal("take-back", 200, "submitted"),
    _proposal("drop", 200, "draft"),
    _read("api-accreditations", "accreditations/"),
    *(_proposing(kind, step) for kind, steps in STEPS.items() for step in steps),
    _read("api-documents", "documents/"),
    _read(
        "api-document",
        lambda world: f"{API}documents/{world.hidden_document.pk}/",
        _others(404),
    ),
    _read("api-report-requests", "report-requests/"),
    _read(
        "api-report-request",
        lambda world: f"{API}report-requests/{world.report_request.number}/",
        _others(404, partner=200),
    ),
    Asked(
        "api-report-requests",
        lambda world: f"{API}report-requests/",
        "post",
        422,
        # What one may not know of is told as what is not there is.
        _others(422, partner=201),
        lambda world: {
            "inspection": world.asked_inspection.pk,
            "annex": "REPORTS",
            "purpose": "Words",
            "wanted": "new_inspection",
        },
    ),
    _request("acknowledge", 200, 403),
    _request("agree", 200, 403),
    _request("agree-in-part", 200, 403, words="Words"),
    _request("refuse", 200, 403, words="Words"),
    _request("withdraw", 403, 200),
    _request("rely-on", 403, 409),
    _request("propose-day", 200, 200, day="2099-01-01"),
    _request("accept-day", 409, 409),
    _request("decline-day", 409, 409),
    _request("questions", 201, 201, words="Words"),
    Asked(
        "api-report-request-answer",
        lambda world: (
            f"{API}report-requests/{world.report_request.number}/questions/{world.open_request_question.pk}/answer/"
        ),
        "post",
        409,
        _others(404, partner=201),
        lambda world: {"words": "Words"},
    ),
)


def _rows() -> list[Row]:
    """For people each of them is shut, also for those who could do the same in the browser."""
    rows: dict[str, Row] = {}
    for asked in PROGRAMS:
        methods = {each.method for each in PROGRAMS if each.name == asked.name}
        rows[asked.name] = Row(
            asked.name,
            asked.at,
            everybody(401) if "get" in methods else None,
            everybody(401) if "post" in methods else None,
        )
    return list(rows.values())


ROWS = _rows()
