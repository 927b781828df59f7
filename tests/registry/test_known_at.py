"""The second clock: a correction changes what is said from now on, never what the register said before."""

from datetime import UTC, date, datetime, timedelta

import pytest

from agreements import texts
from agreements.acceptance import Question
from portal import clock
from portal.clocks import Clocks
from registry import accepted_scope, chain, correcting, designating, finding, line_facts, recognising
from registry.deciding import Terms
from registry.models import AcceptedScope, OlderResults, ScopeLine
from tests.agreements.factories import BY
from tests.registry.histories import Law, make_law

pytestmark = pytest.mark.django_db

DAY = date(2020, 6, 1)
TOLD = datetime(2020, 3, 1, 9, tzinfo=UTC)
CORRECTED = datetime(2020, 7, 1, 9, tzinfo=UTC)
THE_DAY_BEFORE = CORRECTED - timedelta(days=1)


@pytest.fixture
def law(db) -> Law:
    texts.forget()
    yield make_law()
    texts.forget()


def parties(law: Law) -> dict:
    return {
        "by": BY,
        "body": law.bodies[0],
        "annex": law.annexes[0],
        "exporting": law.exporting[0],
        "importing": law.importing,
        "authority": None,
        "scopes": law.scopes[0][:1],
    }


def listed(law: Law, **terms):
    with clock.at(TOLD):
        return recognising.list_body(**parties(law), terms=Terms(effective_on=date(2020, 1, 1), **terms))


def both_answers(law: Law, known_at: datetime, on: date = DAY) -> str:
    """What the finder and the chain say, which must be the same."""
    held = texts.current()
    question = Question(law.importing, law.exporting[0], Clocks(on, known_at, True), "test_report")
    found = [(result.verdict, str(result.standing)) for result in finding.find(question, held).results]
    facts = line_facts.load(ScopeLine.objects.values_list("id", flat=True))
    walked = [chain.answer(fact, on=on, moment=known_at, texts=held) for fact in facts]
    assert found == [(answer.verdict, str(answer.standing)) for answer in walked]
    rows = AcceptedScope.objects.filter(valid__contains=on, recorded__contains=known_at)
    assert list(rows.values_list("verdict", "standing")) == found
    return found[0][1]


def test_a_corrected_day_leaves_the_old_answer_to_the_day_before(law):
    recognition = listed(law)
    with clock.at(CORRECTED):
        correcting.correct(
            by=BY, decision=recognition.decisions.get(), reason="Misread.", effective_on=date(2020, 6, 2)
        )
    assert both_answers(law, THE_DAY_BEFORE) == "recognised"
    assert both_answers(law, CORRECTED) == "awaiting_recognition"
    assert both_answers(law, CORRECTED, date(2020, 6, 2)) == "recognised"


def test_an_annulment_leaves_the_old_answer_to_the_day_before(law):
    recognition = listed(law)
    with clock.at(CORRECTED):
        correcting.annul(by=BY, decision=recognition.decisions.get(), reason="Another body was meant.")
    assert both_answers(law, THE_DAY_BEFORE) == "recognised"
    assert both_answers(law, CORRECTED) == "designated_recognition_not_on_file"


def test_a_designation_put_on_file_later_does_not_undo_what_the_list_said(law):
    listed(law)
    with clock.at(CORRECTED):
        designating.designate(**parties(law), terms=Terms(effective_on=date(2020, 6, 15)))
    assert both_answers(law, THE_DAY_BEFORE) == "recognised"
    assert both_answers(law, CORRECTED) == "not_designated"


def test_a_rule_for_older_results_made_stricter_before_its_day_comes_leaves_no_gap(law):
    recognition = listed(law)
    terms = Terms(date(2020, 6, 15), older_results=OlderResults.UNTIL, older_results_until=date(2020, 9, 1))
    with clock.at(THE_DAY_BEFORE):
        withdrawal = recognising.withdraw(by=BY, recognition=recognition, terms=terms)
    stricter = {"older_results": OlderResults.REFUSED, "older_results_until": None}
    with clock.at(CORRECTED):
        correcting.correct(by=BY, decision=withdrawal, reason="Refused at once.", **stricter)
    assert both_answers(law, THE_DAY_BEFORE) == "recognised"
    assert both_answers(law, CORRECTED) == "older_results_refused"
    assert both_answers(law, datetime(2020, 9, 1, tzinfo=UTC)) == "older_results_refused"
    assert accepted_scope.rebuild() == {"kept": AcceptedScope.objects.count(), "added": 0, "removed": 0}


def test_a_correction_keeps_the_reasons_of_refused_lines(law):
    with clock.at(TOLD):
        designation = designating.designate(**parties(law), terms=Terms(effective_on=date(2020, 1, 1)))
        recognition = designating.notify(
            by=BY, designation=designation, regulator=None, terms=Terms(effective_on=date(2020, 1, 2))
        )
        line = recognition.lines.get()
        decision = recognising.recognise_in_part(
            by=BY,
            recognition=recognition,
            terms=Terms(effective_on=date(2020, 1, 3)),
            lines=[],
            reasons={line.id: "No shielded room."},
        )
    with clock.at(CORRECTED):
        correction = correcting.correct(
            by=BY, decision=decision, reason="Misread.", effective_on=date(2020, 1, 4)
        )
    assert [row.reason for row in correction.lines.all()] == ["No shielded room."]
