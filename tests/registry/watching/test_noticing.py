"""What a watch notices: each kind of question, against what the verbs change."""

from datetime import date

import pytest

from agreements import concluding
from agreements.models import AnnexPeriod, Requirement, Undertaking
from portal import clock
from portal.pages import BadQuestion
from portal.validity import days, moments
from registry import recognising, registering
from registry.models import Decision
from registry.watching import looking, noticing
from registry.watching.models import Change, Subject, Watch
from tests.agreements.factories import (
    BY,
    make_annex,
    make_economy,
    make_requirement,
    make_undertaking,
    set_status,
)
from tests.registry.stories import on, recognised_body, terms
from tests.registry.watching.room import DAY, HOUR, MINUTE, MONDAY, ask, run, told, watched

pytestmark = pytest.mark.django_db


def suspended(recognition, reason: str = "Fire.") -> None:
    recognising.suspend(
        by=BY,
        recognition=recognition,
        terms=terms("2026-11-23", public_reason=reason, internal_note="Zqnote"),
    )


def ended(undertaking: Undertaking, day: date) -> None:
    """As a new edition of the catalogue ends one: the row that is known says the end from now on."""
    now = clock.now()
    undertaking.recorded = moments(undertaking.recorded.lower, now)
    undertaking.save()
    undertaking.pk, undertaking.valid, undertaking.recorded = None, days(None, day), moments(now)
    undertaking.save(force_insert=True)
    make_annex()  # an act of the agreements room


def looked(watch: Watch, moment=MONDAY + HOUR) -> list[str]:
    run(moment)
    return told(watch.subject)


class TestBody:
    def test_a_decision_is_told_with_its_words_and_without_the_internal_note(self):
        body, recognition = recognised_body()
        watch = watched(f"watch=body&body={body.slug}")
        with clock.at(MONDAY + MINUTE):
            suspended(recognition)
        standing, decision = sorted(looked(watch))
        assert "suspended" in standing.casefold() + decision.casefold()
        words = " ".join(told(watch.subject))
        assert "Fire." in words
        assert "Economy US: accepted → not accepted" in words
        assert "Zqnote" not in words
        assert Change.objects.get(family="decision").link == (
            f"{body.get_absolute_url()}#decision-{Decision.objects.latest('id').pk}"
        )

    def test_what_was_before_is_not_told(self):
        body, _recognition = recognised_body()
        watch = watched(f"watch=body&body={body.slug}")
        assert looked(watch) == []

    def test_a_new_name_is_told_and_the_watch_goes_on(self):
        body, _recognition = recognised_body()
        watch = watched(f"watch=body&body={body.slug}")
        with clock.at(MONDAY + MINUTE):
            registering.rename(by=BY, body=body, name="Pennine Testing", effective_on=date(2026, 11, 1))
        assert "Renamed: “Pennine EMC Laboratory” is now “Pennine Testing”." in looked(watch)
        assert ask(f"watch=body&body={body.slug}").query == watch.subject.query


class TestBodies:
    def test_a_body_that_comes_and_one_that_goes(self):
        _body, recognition = recognised_body()
        watch = watched("watch=bodies&accepted_by=US&page=3&sort=name&on=2020-01-01")
        assert watch.subject.query == "accepted_by=US"
        with clock.at(MONDAY + MINUTE):
            suspended(recognition)
        assert looked(watch) == ["Pennine EMC Laboratory is no longer here."]
        with clock.at(MONDAY + 2 * HOUR):
            recognising.restore(by=BY, recognition=recognition, terms=terms("2026-11-23"))
        assert looked(watch, MONDAY + 3 * HOUR)[1:] == [
            "Pennine EMC Laboratory is new here: Economy US: accepted."
        ]

    def test_how_a_body_in_the_list_stands(self):
        _body, recognition = recognised_body()
        watch = watched("watch=bodies&q=pennine")
        with clock.at(MONDAY + MINUTE):
            suspended(recognition)
        assert looked(watch) == ["Pennine EMC Laboratory: Economy US: accepted → not accepted."]

    def test_more_than_the_most_is_followed_by_number(self, monkeypatch):
        monkeypatch.setattr(looking, "MOST", 2)
        names = ("First", "Second", "Third")
        for name in names:
            registering.register(by=BY, name=f"{name} Laboratory", economy=make_economy("GB"))
        watch = watched("watch=bodies&economy=GB")
        assert watch.subject.look == {"count:bodies": "3"}
        with clock.at(MONDAY + MINUTE):
            registering.register(by=BY, name="Fourth Laboratory", economy=make_economy("GB"))
        assert looked(watch) == ["3 bodies → 4 bodies."]

    def test_growing_past_the_most_is_one_change(self, monkeypatch):
        monkeypatch.setattr(looking, "MOST", 2)
        for name in ("First", "Second"):
            registering.register(by=BY, name=f"{name} Laboratory", economy=make_economy("GB"))
        watch = watched("watch=bodies&economy=GB")
        with clock.at(MONDAY + MINUTE):
            registering.register(by=BY, name="Third Laboratory", economy=make_economy("GB"))
        (words,) = looked(watch)
        assert words.startswith("3 bodies: too many to follow one by one.")

    def test_many_changes_at_once_are_listed_up_to_a_number(self, monkeypatch):
        monkeypatch.setattr(noticing, "MOST", 3)
        watch = watched("watch=bodies&economy=GB") if make_economy("GB") else None
        with clock.at(MONDAY + MINUTE):
            for number in range(5):
                registering.register(by=BY, name=f"Laboratory {number}", economy=make_economy("GB"))
        words = looked(watch)
        assert len(words) == 4
        assert words[-1].startswith("2 further changes")


class TestDecisions:
    def test_those_that_the_list_takes_once_each(self):
        _body, recognition = recognised_body()
        watch = watched("watch=changes&act=suspend")
        with clock.at(MONDAY + MINUTE):
            suspended(recognition)
        with clock.at(MONDAY + 2 * MINUTE):
            recognising.restore(by=BY, recognition=recognition, terms=terms("2026-11-23"))
        (words,) = looked(watch)
        assert words.startswith("Pennine EMC Laboratory: Suspended")
        assert len(looked(watch, MONDAY + 2 * HOUR)) == 1


class TestAccepted:
    QUESTION = "watch=accepted&importing=US&exporting=GB&kind=test_report&sector=emc"

    def test_a_body_that_is_accepted_no_more(self):
        _body, recognition = recognised_body()
        watch = watched(self.QUESTION)
        with clock.at(MONDAY + MINUTE):
            suspended(recognition)
        assert looked(watch) == ["Pennine EMC Laboratory: accepted → not accepted (recognition suspended)."]

    def test_a_text_that_is_suspended(self):
        recognised_body()
        watch = watched(self.QUESTION)
        annex = AnnexPeriod.objects.get().annex
        with clock.at(MONDAY + MINUTE):
            set_status(annex, "suspended", date(2026, 11, 1))
        words = looked(watch)
        assert len(words) == 2
        assert words[0] == "Pennine EMC Laboratory: accepted → not accepted (the text is suspended)."
        assert words[1].startswith("Undertaking Economy US ← Economy GB, test report, Emc")
        assert words[1].endswith("accepted → not accepted (the text is suspended).")

    def test_what_a_day_brings_is_noticed_without_an_act(self):
        recognised_body()
        annex = AnnexPeriod.objects.get().annex
        set_status(annex, "suspended", date(2026, 11, 25))
        watch = watched(self.QUESTION)
        assert looked(watch) == []
        assert looked(watch, MONDAY + DAY) == []
        assert len(looked(watch, MONDAY + 2 * DAY)) == 2


class TestRequirement:
    def test_its_lists_texts_and_editions(self):
        annex = make_annex(parties=("US", "GB"))
        requirement = make_requirement()
        watch = watched("watch=requirement&requirement=47-CFR-15")
        with clock.at(MONDAY + MINUTE):
            concluding.list_requirement(
                by=BY, annex=annex, importing=make_economy("US"), requirement=requirement
            )
            make_undertaking(annex=annex)
            Requirement.objects.create(
                slug="47-cfr-15-2027",
                economy=requirement.economy,
                reference=requirement.reference,
                edition="2027",
                sector=requirement.sector,
            )
        words = looked(watch)
        assert [each.partition(" ")[0] for each in words] == ["Undertaking", "List", "Status", "New"]
        assert words[3] == "New edition on file: 47-CFR-15 (2027)."

    def test_whose_results_are_accepted_for_it(self):
        assert ask("watch=requirement&requirement=47-cfr-15") if make_requirement() else None
        with pytest.raises(BadQuestion):
            ask("watch=requirement&requirement=nothing")


class TestPartner:
    def test_a_new_undertaking_and_the_end_of_one(self):
        with on("2018-01-01"):
            annex = make_annex(parties=("US", "GB", "JP"))
            make_undertaking(annex=annex)
        every = watched("watch=partner&importing=us")
        british = watched(f"watch=partner&importing=US&exporting=GB&annex={annex.code}")
        with clock.at(MONDAY + MINUTE):
            make_undertaking("US", "JP", annex=annex)
        assert [words.partition(",")[0] for words in looked(every)] == ["Undertaking Economy US ← Economy JP"]
        assert told(british.subject) == []
        with clock.at(MONDAY + 2 * HOUR):
            ended(Undertaking.objects.known().get(exporting__code="GB"), date(2027, 1, 1))
        (words,) = looked(british, MONDAY + 3 * HOUR)
        assert words.endswith("without a day of its own → until before 2027-01-01.")

    def test_whose_results_are_accepted(self):
        _body, recognition = recognised_body()
        watch = watched("watch=partner&importing=US")
        with clock.at(MONDAY + MINUTE):
            suspended(recognition)
        assert looked(watch) == ["Pennine EMC Laboratory is no longer here."]


class TestLooking:
    def test_a_question_is_asked_once_for_all_who_watch_it(self):
        recognised_body()
        first, second = (
            watched("watch=bodies&q=pennine&economy=GB"),
            watched("watch=bodies&economy=GB&q=pennine"),
        )
        assert first.subject == second.subject
        assert Subject.objects.count() == 1

    def test_only_what_changed_is_asked_again(self, django_assert_num_queries):
        recognised_body()
        watched("watch=bodies&q=pennine")
        run(MONDAY + MINUTE)
        with clock.at(MONDAY + 2 * MINUTE), django_assert_num_queries(9):
            assert noticing.notice() == 0

    def test_what_nobody_watches_is_not_asked(self):
        _body, recognition = recognised_body()
        watch = watched("watch=bodies&q=pennine")
        Subject.objects.create(kind="bodies", query="q=nobody", checked_on=date(2020, 1, 1))
        with clock.at(MONDAY + MINUTE):
            suspended(recognition)
            assert noticing.notice() == 1
        assert Subject.objects.get(query="q=nobody").look is None
        assert watch.subject.kind == "bodies"

    def test_a_question_that_cannot_be_asked_any_more_says_so(self):
        make_requirement()
        watch = watched("watch=requirement&requirement=47-cfr-15")
        Requirement.objects.all().delete()
        (words,) = looked(watch, MONDAY + DAY)
        assert words.startswith("This question cannot be asked any more")

    @pytest.mark.parametrize(
        "query",
        ["watch=nothing", "", "watch=bodies&economy=XX", "watch=changes&act=nothing", "watch=body&body=nobody",
         "watch=accepted&importing=US", "watch=partner&importing=XX", "watch=body&id=99999999999999999999"],
    )  # fmt: skip
    def test_a_question_that_the_page_refuses_is_refused(self, query):
        make_economy("US")
        with pytest.raises(BadQuestion):
            ask(query)

    def test_a_long_one_is_refused(self):
        with pytest.raises(BadQuestion):
            ask("watch=bodies&q=" + "x" * 300)
