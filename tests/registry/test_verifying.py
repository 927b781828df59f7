"""Verifying one body's result: one headline, over both clocks, and the body found by any of its names."""

from datetime import UTC, date, datetime

import pytest

from agreements import texts
from portal import clock
from portal.clocks import Clocks
from portal.pages import BadQuestion
from registry import designating, outcomes, recognising, registering, stating, verifying
from registry.models import Identifier, OlderResults, Standing
from registry.outcomes import Outcome
from tests.agreements.factories import BY, make_economy, make_requirement, make_sector
from tests.registry.stories import corrected, on, recognised_body, terms

pytestmark = pytest.mark.django_db

SLUG = "pennine-emc-laboratory"


@pytest.fixture(autouse=True)
def _fresh_texts(db):
    """What a test makes behind the verbs is forgotten with it."""
    texts.forget()
    yield
    texts.forget()


def asked(asked_on: str, known_at: str = "", **parameters):
    """The statement on the Pennine laboratory for EMC test reports in the United States."""
    known = datetime.fromisoformat(known_at).replace(tzinfo=UTC) if known_at else None
    clocks = Clocks(on=date.fromisoformat(asked_on), known_at=known, asked_on=True)
    question = {"body": SLUG, "importing": "US", "sector": "emc", "kind": "test_report"} | parameters
    return stating.answer(question, clocks, texts.current())


def said(asked_on: str, known_at: str = "", **parameters) -> dict:
    return asked(asked_on, known_at, **parameters).content


def named(text: str, moment: datetime | None = None) -> list[str]:
    return [body.shown_name for body in verifying.bodies_named(text, moment or clock.now()).bodies]


def test_every_standing_has_a_headline_and_every_headline_a_use():
    assert set(outcomes.OUTCOME_OF) == set(Standing)
    assert {*outcomes.OUTCOME_OF.values(), *outcomes.WITHOUT_LINE} == set(Outcome)


def test_recognised_on_that_date_and_not_before():
    recognised_body()
    then = said("2020-06-01")
    assert (then["outcome"], then["headline"]) == ("recognised", "Recognised on that date")
    assert "recognised since 1 June 2019" in then["reason"]
    assert "not_met" not in {step["outcome"] for step in then["chain"]}
    before = said("2019-03-01")
    assert (before["outcome"], before["verdict"]) == ("awaiting_recognition", "not_accepted")
    assert said("2018-06-01")["outcome"] == "not_designated"


def test_what_the_register_said_then():
    _body, recognition = recognised_body()
    corrected(recognition)
    assert said("2019-07-01", "2019-12-31T00:00:00")["outcome"] == "recognised"
    assert said("2019-07-01")["outcome"] == "awaiting_recognition"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Results made before 1 March 2020 stay accepted."),
        ({"older_results": OlderResults.STAY_ACCEPTED}, "Results made before 1 March 2020 stay accepted."),
        (
            {"older_results": OlderResults.REFUSED},
            "Results made before 1 March 2020 are no longer accepted either.",
        ),
        (
            {"older_results": OlderResults.UNTIL, "older_results_until": date(2090, 1, 1)},
            "Results made before 1 March 2020 are accepted when they are submitted before 1 January 2090.",
        ),
        (
            {"older_results": OlderResults.UNTIL, "older_results_until": date(2020, 6, 1)},
            "Results made before 1 March 2020 are no longer accepted either.",
        ),
    ],
)
def test_withdrawn_says_what_holds_for_older_results(fields, words):
    _body, recognition = recognised_body()
    with on("2020-03-01"):
        recognising.withdraw(by=BY, recognition=recognition, terms=terms("2020-03-01", **fields))
    after = said("2020-04-01")
    assert (after["outcome"], after["older_results"]) == ("withdrawn", words)
    before = said("2019-12-01")
    assert before["outcome"] == ("withdrawn" if "no longer" in words else "recognised")


def test_suspended_by_the_partner_or_at_home_and_restored():
    body, recognition = recognised_body()
    designation = body.designations.get()
    with on("2020-03-01"):
        recognising.suspend(by=BY, recognition=recognition, terms=terms("2020-03-01"))
    with on("2020-05-01"):
        recognising.restore(by=BY, recognition=recognition, terms=terms("2020-05-01"))
    with on("2021-03-01"):
        designating.suspend(by=BY, designation=designation, terms=terms("2021-03-01"))
    suspended = said("2020-04-01")
    assert (suspended["outcome"], suspended["standing"]) == ("suspended", "suspended")
    assert suspended["older_results"] == "Results made before 1 March 2020 stay accepted."
    assert said("2020-06-01")["outcome"] == "recognised"
    assert said("2021-04-01")["standing"] == "designation_suspended"


def test_a_suspension_is_as_old_as_its_first_decision():
    """A withdrawal after a suspension: the older results are those before the suspension."""
    _body, recognition = recognised_body()
    with on("2020-03-01"):
        recognising.suspend(by=BY, recognition=recognition, terms=terms("2020-03-01"))
    with on("2020-06-01"):
        recognising.withdraw(by=BY, recognition=recognition, terms=terms("2020-06-01"))
    withdrawn = said("2020-07-01")
    assert withdrawn["outcome"] == "withdrawn"
    assert withdrawn["older_results"] == "For a result made before 1 June 2020, ask with its own date."
    assert said("2020-04-01")["older_results"] == "Results made before 1 March 2020 stay accepted."


def test_expired():
    _body, recognition = recognised_body()
    with on("2020-03-01"):
        recognising.renew(by=BY, recognition=recognition, terms=terms("2020-03-01", until=date(2021, 3, 1)))
    assert said("2021-02-28")["outcome"] == "recognised"
    assert said("2021-03-01")["outcome"] == "expired"


def test_not_in_this_register_is_not_not_competent():
    recognised_body()
    nobody = said("2020-06-01", body="Unheard of Laboratories")
    assert (nobody["outcome"], nobody["verdict"], nobody["body"]) == (
        "not_in_register",
        "cannot_be_told",
        None,
    )
    assert "not for that reason incompetent" in nobody["meaning"]
    before = said("2020-06-01", "2018-06-01T00:00:00")
    assert before["outcome"] == "not_in_register"


def test_in_the_register_but_not_for_this():
    recognised_body()
    make_sector("toys")
    make_economy("JP")
    texts.forget()
    registering.register(by=BY, name="Newcomer", economy=make_economy("GB"))
    assert said("2020-06-01", body="newcomer")["outcome"] == "not_on_file_for_this"
    assert said("2020-06-01", sector="toys")["outcome"] == "no_text"
    assert said("2020-06-01", importing="JP")["outcome"] == "no_text"
    assert said("2020-06-01", importing="GB")["outcome"] == "at_home"


def test_a_requirement_that_the_line_does_not_name_cannot_be_told():
    recognised_body()
    make_requirement("EN 55032", sector="emc")
    found = said("2020-06-01", sector="", requirement="EN 55032")
    assert (found["outcome"], found["standing"]) == ("cannot_be_told", "requirement_not_stated")


def test_the_best_of_several_lines_gives_the_headline():
    body, _recognition = recognised_body()
    annex = body.lines.get().annex
    with on("2020-01-01"):
        designating.designate(
            by=BY,
            body=body,
            annex=annex,
            exporting=make_economy("GB"),
            importing=make_economy("US"),
            authority=None,
            scopes=[designating.Scope(make_sector("emc"), "certificate", product="Radios")],
            terms=terms("2020-01-01"),
        )
    both = said("2020-06-01", kind="")
    assert both["outcome"] == "recognised"
    assert [line["standing"] for line in both["other_lines"]] == ["no_undertaking"]


@pytest.mark.parametrize(
    "text", [SLUG, "1234", "NB 1234", "Pennine EMC Laboratory", "pennine", "ペナイン", "Old Mill"]
)
def test_a_body_is_found_by_address_number_and_any_name(text):
    recognised_body(
        local_name="ペナイン研究所",
        identifiers=[{"scheme": "notified body number", "value": "1234"}],
        former_names=["Old Mill Laboratory"],
    )
    assert named(text) == ["Pennine EMC Laboratory"]


def test_a_former_name_and_address_lead_to_the_body_and_the_statement_says_what_it_was_called_then():
    body, _recognition = recognised_body()
    with on("2021-01-10"):
        registering.rename(by=BY, body=body, name="Northern EMC Laboratory")
    assert named(SLUG) == ["Northern EMC Laboratory"]
    assert named("Pennine EMC Laboratory") == ["Northern EMC Laboratory"]
    now = said("2020-06-01")
    assert (now["body"]["slug"], now["body"]["former_names"]) == (
        "northern-emc-laboratory",
        ["Pennine EMC Laboratory"],
    )
    then = said("2020-06-01", "2020-12-31T00:00:00", body="northern-emc-laboratory")
    assert (then["body"]["slug"], then["body"]["name"]) == (SLUG, "Pennine EMC Laboratory")


def test_a_merged_body_counts_as_the_one_that_stands_for_it():
    body, _recognition = recognised_body(identifiers=[{"scheme": "UK body number", "value": "77"}])
    with on("2019-01-11"):
        other = registering.register(by=BY, name="Northern House", economy=make_economy("GB"))
    with on("2021-01-10"):
        registering.merge(by=BY, body=body, into=other, reason="One body.")
    for text in (SLUG, "77", "Pennine EMC Laboratory"):
        assert named(text) == ["Northern House"]
    assert said("2020-06-01")["outcome"] == "recognised"
    assert named(SLUG, datetime(2020, 12, 31, tzinfo=UTC)) == ["Pennine EMC Laboratory"]


def test_of_several_one_must_be_chosen_and_a_whole_name_goes_first():
    for name in ("Alpha", "Alpha Metrology", "Alpha Optics"):
        registering.register(by=BY, name=name, economy=make_economy("US"))
    assert named("alph") == ["Alpha", "Alpha Metrology", "Alpha Optics"]
    assert named("ALPHA") == ["Alpha"]
    make_sector("emc")
    with pytest.raises(stating.Unclear) as refused:
        said("2020-06-01", body="alph")
    assert "Alpha Optics (alpha-optics)" in str(refused.value)


def test_part_of_a_name_or_number_is_never_taken_for_the_whole():
    recognised_body(identifiers=[{"scheme": "reference", "value": "0042"}])
    for part in ("42", "pennine"):
        assert named(part) == ["Pennine EMC Laboratory"]
        with pytest.raises(stating.Unclear):
            said("2020-06-01", body=part)


def test_one_number_of_two_bodies_must_be_chosen():
    for name in ("Alpha", "Beta"):
        body = registering.register(by=BY, name=name, economy=make_economy("US"))
        Identifier.objects.create(body=body, scheme="reference", value="0042")
    assert named("0042") == ["Alpha", "Beta"]


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"body": " "}, "body"),
        ({"body": "\u202e\u0000"}, "body"),
        ({"body": "x" * 201}, "body"),
        ({"sector": ""}, "what"),
        ({"sector": "nonsense"}, "sector"),
        ({"importing": ""}, "importing"),
        ({"kind": "nonsense"}, "kind"),
    ],
)
def test_a_question_without_an_answer_is_refused_by_field(parameters, field):
    recognised_body()
    with pytest.raises(BadQuestion) as refused:
        said("2020-06-01", **parameters)
    assert refused.value.field == field


def test_a_result_of_the_future_is_refused():
    recognised_body()
    with on("2020-06-01"):
        assert said("2020-06-02")["outcome"] == "recognised"
        with pytest.raises(BadQuestion, match="today or earlier"):
            said("2020-06-03")


def test_nothing_is_said_as_of_a_moment_that_has_not_come():
    recognised_body()
    assert said("2020-06-01", "2190-01-01T00:00:00")["as_of"][:10] == clock.today().isoformat()


def test_asked_again_with_its_moment_the_statement_is_the_same_to_the_byte():
    body, recognition = recognised_body()
    first = asked("2020-06-01", body="Pennine EMC Laboratory")
    moment = first.content["as_of"].removesuffix("Z")
    with on("2027-01-01"):
        recognising.suspend(by=BY, recognition=recognition, terms=terms("2020-03-01"))
        registering.rename(by=BY, body=body, name="Northern EMC Laboratory")
        assert said("2020-06-01")["outcome"] == "suspended"
    again = asked("2020-06-01", moment)
    assert again.canonical == first.canonical
    assert again.content["number"] == first.content["number"]


def test_what_does_not_show_is_no_part_of_a_name():
    recognised_body()
    nobody = said("2020-06-01", body="Recog\u202enised\u200b by\u0007   all")
    assert nobody["question"]["body"] == "Recognised by all"
