"""Programs with their keys: each address gives each of them what the table says, and the ids of others give nothing away."""

import uuid

import pytest

from registry.inspections.fence import reading_everything
from registry.inspections.models import Document, ReportRequest, RequestMessage
from registry.models import Accreditation, Designation, Proposal, Recognition
from tests.house.access.asking import ask
from tests.house.access.keyed import API, PROGRAMS, ROWS
from tests.house.access.people import OTHER_AUTHORITIES
from tests.house.access.world import Program

TAKEN = ("own", *OTHER_AUTHORITIES)
KINDS = (*TAKEN, "own, no scope", "own, revoked", "own, over")
_OF_THE_KEY = {"keys_keyuse", "audit_auditentry", "audit_audithead", "keys_answered"}


def _ask(world, program: Program, method: str, address: str, said=None, seen=None, **headers):
    headers = {"authorization": f"Bearer {program.secret}", **headers}
    options = {}
    if method == "post":
        headers["idempotency-key"] = uuid.uuid4().hex
        options["content_type"] = "application/json"
    if seen is not None:
        headers["if-match"] = f'"{seen}"'
    return ask(world.people["anonymous"], method, address, said, headers=headers, **options)


def _faults(world, program: Program, answer, expected: int, writes: bool) -> list[str]:
    found = []
    if answer.status != expected:
        found.append(f"{answer.status} instead of {expected}: {answer.text[-300:]}")
    written = answer.written - _OF_THE_KEY
    if bool(written) != writes:
        found.append(f"wrote {sorted(written)}")
    if told := world.secrets.told(program.groups, answer.text):
        found.append(f"told {told}")
    if answer.status != 401 and "no-store" not in answer.headers["cache-control"]:
        found.append(f"may be kept: {answer.headers['cache-control']}")
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_each_program_gets_what_the_table_says(world, kind):
    program, wrong = world.keys[kind], []
    for asked in PROGRAMS:
        address, expected = asked.at(world), asked.expected(kind)
        said = asked.said(world) if asked.method == "post" else None
        answer = _ask(world, program, asked.method, address, said, asked.seen(world))
        writes = asked.method == "post" and expected in (200, 201)
        wrong += [
            f"{asked.method.upper()} {address}: {words}"
            for words in _faults(world, program, answer, expected, writes)
        ]
    assert not wrong, "\n".join([f"{kind}:", *wrong])


def test_a_session_beside_a_key_changes_nothing(world):
    """A browser that sends both is the program, and a session alone is nobody."""
    person = world.people["own approver"]
    for row in ROWS:
        method = "get" if row.get else "post"
        answer = ask(person, method, row.at(world))
        assert answer.status == 401, row.name
        assert answer.headers["www-authenticate"].startswith("Bearer")


def _everything(world) -> list[str]:
    found = [f"{API}proposals/{number}/" for number in _ids(Proposal)]
    with reading_everything():
        found += [f"{API}documents/{number}/" for number in _ids(Document)]
        found += [
            f"{API}report-requests/{number}/"
            for number in ReportRequest.objects.values_list("number", flat=True)
        ]
    lists = ("proposals", "accreditations", "documents", "report-requests")
    found += [f"{API}{name}/?page_size=200" for name in lists]
    word = next(iter(world.secrets.known_to))
    return [*found, f"{API}report-requests/?words={word}", f"{API}report-requests/?partner=gb-own"]


def _ids(model) -> list[int]:
    return list(model.objects.order_by("pk").values_list("pk", flat=True))


def _everything_done(world) -> list[tuple[str, dict]]:
    """Every verb on every id there is, and the ids of others in the bodies."""
    reason = {"effective_on": world.today, "public_reason": "Words"}
    found = [
        (f"{API}proposals/{number}/{step}/", {}) for number in _ids(Proposal) for step in ("submit", "drop")
    ]
    for kind, model in (
        ("designations", Designation),
        ("recognitions", Recognition),
        ("accreditations", Accreditation),
    ):
        found += [(f"{API}{kind}/{number}/suspend/", reason) for number in _ids(model)]
    foreign = world.open_designation.lines.first().pk
    lines = {**reason, "lines": [foreign]}
    found += [(f"{API}designations/{number}/restrict/", lines) for number in _ids(Designation)]
    with reading_everything():
        numbers = list(ReportRequest.objects.values_list("number", flat=True))
        questions, documents = _ids(RequestMessage), _ids(Document)
    words = {"words": "Words"}
    for number in numbers:
        found += [(f"{API}report-requests/{number}/{step}/", words) for step in ("refuse", "questions")]
        found += [(f"{API}report-requests/{number}/questions/{each}/answer/", words) for each in questions]
    asking = {"annex": "REPORTS", "purpose": "Words"}
    things = [{"document": number} for number in documents]
    things += [{"inspection": world.asked_inspection.pk}, {"inspection": world.shared_inspection.pk}]
    things += [
        {"facility": str(row.key), "asked": "gb-own"} for row in (world.own_facility, world.partners_facility)
    ]
    return found + [(f"{API}report-requests/", {**asking, **thing}) for thing in things]


@pytest.mark.parametrize("kind", TAKEN)
def test_the_ids_of_others_tell_nothing_in_any_place(world, kind):
    program, wrong, shown = world.keys[kind], [], 0
    asked = [("get", address, None) for address in _everything(world)]
    asked += [("post", address, said) for address, said in _everything_done(world)]
    for method, address, said in asked:
        answer = _ask(world, program, method, address, said, 1 if method == "post" else None)
        shown += answer.status == 200
        if answer.status >= 500 or (told := world.secrets.told(program.groups, answer.text)):
            wrong.append(f"{method.upper()} {address}: {answer.status} told {told}")
    assert not wrong, "\n".join([f"{kind}:", *wrong])
    assert shown, "Nothing was shown at all, so nothing was tried."


@pytest.mark.parametrize("kind", OTHER_AUTHORITIES)
def test_what_is_not_ones_own_is_as_if_it_were_not_there(world, kind):
    """An id of another's and one that nobody has are answered in the same words."""
    program, none = world.keys[kind], 2**40
    pairs = [
        (f"{API}proposals/{world.draft.pk}/", f"{API}proposals/{none}/"),
        (f"{API}documents/{world.hidden_document.pk}/", f"{API}documents/{none}/"),
        (f"{API}report-requests/R-1999-0001/", f"{API}report-requests/x/"),
    ]
    if kind != "partner":
        pairs.append((f"{API}report-requests/{world.report_request.number}/", f"{API}report-requests/x/"))
    for there, nowhere in pairs:
        answers = [_ask(world, program, "get", address) for address in (there, nowhere)]
        assert {answer.status for answer in answers} == {404}
        assert len({answer.text.rpartition("\n")[2] for answer in answers}) == 1
