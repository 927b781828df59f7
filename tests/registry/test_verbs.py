"""What every verb of the register promises: one audit entry, the owner's act, reasons where the text asks for them."""

from datetime import date

import pytest

from agreements import texts
from agreements.acting import Acting
from portal.audit.models import AuditEntry
from portal.lifecycle import NotAllowed
from registry import accrediting, correcting, designating, recognising
from registry.deciding import Terms
from registry.policies import NotYours
from tests.agreements.factories import BY, acting_for, make_authority
from tests.registry.histories import make_law
from tests.registry.test_known_at import parties

pytestmark = pytest.mark.django_db

FIRST, LATER = Terms(effective_on=date(2020, 1, 1)), Terms(effective_on=date(2020, 2, 1))
LATEST = Terms(effective_on=date(2020, 3, 1), public_reason="For the reasons given.")


@pytest.fixture
def law(db):
    texts.forget()
    yield make_law()
    texts.forget()


@pytest.fixture
def designation(law):
    owner = make_authority("gb-dbt", "GB")
    return designating.designate(**{**parties(law), "authority": owner}, terms=FIRST)


@pytest.fixture
def recognition(designation):
    regulator = make_authority("us-fcc", "US", ["regulatory"])
    return designating.notify(by=BY, designation=designation, regulator=regulator, terms=FIRST)


@pytest.fixture
def accreditation(law):
    return accrediting.accredit(by=BY, body=law.bodies[0], accreditation_body=law.accreditor, terms=FIRST)


# What leads to the state from which the act follows; the act itself comes last.
HISTORIES = {
    designating: (["suspend"], ["suspend", "restore"], ["withdraw"], ["renew"], ["expire"]),
    recognising: (
        ["recognise"], ["refuse"], ["contest"], ["recognise", "suspend"], ["recognise", "suspend", "restore"],
        ["recognise", "withdraw"], ["recognise", "renew"], ["recognise", "expire"],
    ),
    accrediting: (["suspend"], ["suspend", "restore"], ["renew"], ["withdraw"], ["expire"]),
}  # fmt: skip
NAMES = {designating: "designation", recognising: "recognition", accrediting: "accreditation"}
CASES = [(module, acts) for module, histories in HISTORIES.items() for acts in histories]
WITH_TESTS_OF_THEIR_OWN = {
    "designate", "notify", "accredit", "list_body", "recognise_in_part", "restrict",
}  # fmt: skip


def entries() -> int:
    return AuditEntry.objects.count()


@pytest.mark.parametrize("module", HISTORIES, ids=NAMES.get)
def test_every_verb_has_a_case(module):
    verbs = {name for name, member in vars(module).items() if getattr(member, "is_verb", False)}
    assert verbs - {acts[-1] for acts in HISTORIES[module]} <= WITH_TESTS_OF_THEIR_OWN


@pytest.mark.parametrize(
    ("module", "acts"), CASES, ids=lambda value: "-".join(value) if isinstance(value, list) else NAMES[value]
)
def test_a_verb_leaves_exactly_one_audit_entry(request, module, acts):
    name = NAMES[module]
    record = {name: request.getfixturevalue(name)}
    for act in acts:
        before = entries()
        getattr(module, act)(by=BY, **record, terms=LATEST if act == acts[-1] else LATER)
        assert entries() == before + 1
    assert AuditEntry.objects.latest("id").act == f"registry.{acts[-1]}"


def test_part_recognition_and_restriction_leave_one_entry_each(recognition, designation):
    lines = list(recognition.lines.all())
    before = entries()
    recognising.recognise_in_part(by=BY, recognition=recognition, terms=LATER, lines=lines, reasons={})
    recognising.restrict(by=BY, recognition=recognition, terms=LATER, lines=lines)
    designating.restrict(by=BY, designation=designation, terms=LATER, lines=lines)
    correcting.annul(by=BY, decision=designation.decisions.latest("id"), reason="Never decided.")
    assert entries() == before + 4


def test_part_recognition_demands_a_reason_for_each_refused_line(recognition):
    with pytest.raises(ValueError, match="reason"):
        recognising.recognise_in_part(by=BY, recognition=recognition, terms=LATER, lines=[], reasons={})


def test_a_contestation_demands_reasons(recognition):
    with pytest.raises(ValueError, match="reasons"):
        recognising.contest(by=BY, recognition=recognition, terms=LATER)


def test_the_owner_decides_and_a_foreign_authority_is_told_who_may(designation, recognition):
    owner, regulator = acting_for(designation.authority), acting_for(recognition.authority)
    with pytest.raises(NotYours, match=designation.authority.name):
        designating.suspend(by=regulator, designation=designation, terms=LATER)
    with pytest.raises(NotYours, match=recognition.authority.name):
        recognising.recognise(by=owner, recognition=recognition, terms=LATER)
    recognising.recognise(by=regulator, recognition=recognition, terms=LATER)
    designating.suspend(by=owner, designation=designation, terms=LATER)


def test_somebody_without_authority_decides_nothing(designation):
    with pytest.raises(NotYours):
        designating.withdraw(by=Acting(actor="somebody"), designation=designation, terms=LATER)


def test_what_does_not_follow_is_refused(designation):
    with pytest.raises(NotAllowed, match="does not follow"):
        designating.restore(by=BY, designation=designation, terms=LATER)


def test_no_decision_takes_effect_before_one_on_record(designation):
    designating.suspend(by=BY, designation=designation, terms=LATEST)
    with pytest.raises(NotAllowed, match="1 March 2020"):
        designating.restore(by=BY, designation=designation, terms=LATER)
