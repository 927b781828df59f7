"""What is missing is told all at once, section by section, before anything is submitted."""

import pytest

from agreements import texts
from agreements.models import DocumentAsked
from registry import proposing
from registry.models import Proposal, Step
from registry.proposing import Incomplete
from tests.registry.proposals import Parties, designation_content, drafted, in_days, make_parties, recognised

pytestmark = pytest.mark.django_db


@pytest.fixture
def parties(db) -> Parties:
    yield make_parties()
    texts.forget()


def problems_of(by, proposal: Proposal) -> list[tuple[str, str]]:
    before = (proposal.version, proposal.stage)
    with pytest.raises(Incomplete) as error:
        proposing.submit(by=by, proposal=proposal, version=proposal.version)
    proposal.refresh_from_db()
    assert (proposal.version, proposal.stage) == before
    assert all(problem.words for problem in error.value.problems)
    return [(problem.section, problem.field) for problem in error.value.problems]


def test_an_empty_designation_is_told_all_that_is_missing(parties):
    by = parties.acts("ana")
    nothing = drafted(by, Step.DESIGNATE, {})
    assert problems_of(by, nothing) == [("body", "name"), ("partner", "annex")]
    with_text = drafted(by, Step.DESIGNATE, {}, **parties.direction)
    assert problems_of(by, with_text) == [
        ("body", "name"), ("scope", "lines"), ("accreditation", "accreditation_body"), ("contacts", "name"),
        ("declaration", "declared"), ("declaration", "effective_on"),
    ]  # fmt: skip


def test_a_designation_whose_parts_do_not_fit_is_told_which(parties):
    DocumentAsked.objects.create(key="letter", name="A letter", importing=["US"])
    DocumentAsked.objects.create(key="photograph", name="A photograph", is_required=False)
    DocumentAsked.objects.create(key="manual", name="A manual", kinds=["batch_certificate"])
    content = designation_content(
        parties,
        scope={
            "lines": [
                {"sector": "emc", "kind": "certificate"},
                {"sector": "emc", "kind": "test_report", "requirement": "no-such"},
            ]
        },
        accreditation={"accreditation_body": "gb-accr", "until": in_days(0)},
    )
    by = parties.acts("ana")
    found = problems_of(by, drafted(by, Step.DESIGNATE, content, **parties.direction))
    assert found == [
        ("scope", "line-1"), ("scope", "line-2"), ("accreditation", "start"), ("accreditation", "until"),
        ("documents", "letter"),
    ]  # fmt: skip


def test_every_decision_is_told_what_is_missing(parties):
    recognition = recognised(parties)
    designation, by = recognition.designation, parties.acts("ana")
    about = {"designation": designation, "body": designation.body}
    on_body = {"body": designation.body}
    own = {"decision": designation.decisions.get(), **on_body}
    day, reason, until = ("decision", "effective_on"), ("decision", "public_reason"), ("decision", "until")
    cases = [
        (Step.SUSPEND, {}, about, [day, reason]),
        (
            Step.WITHDRAW,
            {"older_results": "until"},
            about,
            [day, reason, ("decision", "older_results_until")],
        ),
        (Step.RESTRICT, {"effective_on": "nonsense"}, about, [day, reason, ("decision", "lines")]),
        (Step.RENEW, {"effective_on": in_days(0)}, about, [until]),
        (Step.RENEW, {"effective_on": in_days(5), "until": in_days(5)}, about, [until]),
        (Step.CORRECT, {}, own, [day, reason]),
        (Step.ANNUL, {}, own, [reason]),
        (Step.RENAME, {}, on_body, [("decision", "name"), day]),
        (Step.MERGE, {}, on_body, [("decision", "into"), reason]),
        (Step.SEPARATE, {}, on_body, [reason]),
        (Step.MOVE_SITE, {"site": -1}, on_body, [("decision", "site"), day]),
        (Step.CONTACTS, {}, on_body, [("contacts", "name")]),
    ]
    for step, said, target, missing in cases:
        proposal = drafted(by, step, {"decision": said}, **target)
        assert problems_of(by, proposal) == missing, step
        proposing.drop(by=by, proposal=proposal)
    line = recognition.lines.first()
    said = {"effective_on": in_days(0), "lines": [], "refused": [line.pk]}
    dan = parties.acts("dan")
    part = drafted(
        dan, Step.RECOGNISE_IN_PART, {"decision": said}, recognition=recognition, body=recognition.body
    )
    assert problems_of(dan, part) == [("decision", "lines"), ("decision", f"reason-{line.pk}")]
