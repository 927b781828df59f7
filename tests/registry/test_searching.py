"""The directory against a plain oracle: whatever the register and the question, the same bodies and the same counts."""

from datetime import datetime, time, timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agreements import texts
from portal import clock
from portal.clocks import Clocks
from portal.pages import BadQuestion
from registry import indexing, registering, searching
from registry.directory import holding
from registry.directory.catalogue import GROUPS
from registry.models import Standing
from registry.searching import Question
from tests.agreements.factories import BY, make_economy
from tests.registry import histories, plain_search
from tests.registry.histories import FIRST_DAY, FIRST_MOMENT
from tests.registry.stories import corrected, on, recognised_body, sample_body

pytestmark = pytest.mark.django_db

random_registers = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
WORDS = (
    "laboratory",
    "lab",
    "te",
    "test house",
    "haus",
    "home",
    "elsewhere",
    "germany",
    "emc",
    "zz",
    "other",
)


@pytest.fixture
def law(db):
    texts.forget()
    yield histories.make_law()
    texts.forget()


def found(query: str = "", size: int = 25, **clocks) -> searching.Found:
    asked = Clocks(**{"on": clock.today(), **clocks})
    return searching.search(searching.read(QueryDict(query), asked), size=size)


def names(query: str = "", **clocks) -> list[str]:
    return [listed.row.name for listed in found(query, **clocks).rows]


def counts(found: searching.Found, group: str) -> dict[str, int]:
    facet = next(facet for facet in found.facets if facet.name == group)
    return {choice.code: choice.count for choice in facet.choices if choice.count}


questions = st.builds(
    dict,
    words=st.sampled_from(["", "", "", *WORDS]),
    groups=st.dictionaries(
        st.sampled_from([group.name for group in GROUPS]),
        st.lists(st.integers(0, 5), min_size=1, max_size=2),
        max_size=3,
    ),
    on=st.integers(-3, 30),
    known_at=st.one_of(st.none(), st.none(), st.integers(0, 10)),
)


def made(asked: dict) -> Question:
    """A question about values that are on file, so that most have an answer."""
    known_at = asked["known_at"]
    clocks = Clocks(
        on=FIRST_DAY + timedelta(days=9 * asked["on"]),
        known_at=None if known_at is None else FIRST_MOMENT + timedelta(days=9 * known_at, hours=1),
        asked_on=True,
    )
    every = searching.search(Question(clocks), size=1)
    offered = {facet.name: [choice.code for choice in facet.choices] for facet in every.facets}
    offered["standing"] = list(dict.fromkeys([*offered["standing"], *Standing.values[:3]]))
    chosen = {
        name: tuple(dict.fromkeys(offered[name][pick % len(offered[name])] for pick in picks))
        for name, picks in asked["groups"].items()
        if offered[name]
    }
    return Question(clocks, asked["words"], chosen)


@random_registers
@given(history=histories.deeds(), asked=st.lists(questions, min_size=4, max_size=4))
def test_the_directory_finds_and_counts_what_the_plain_way_does(law, history, asked):
    with histories.told(law, history):
        holding.forget()
        for one in map(made, asked):
            answer = searching.search(one, size=100)
            wanted = plain_search.answer(one)
            assert {listed.row.body_id for listed in answer.rows} == wanted
            assert answer.count == len(wanted) == len(searching.every(one).ids)
            for facet in answer.facets:
                for choice in facet.choices:
                    with_it = Question(one.clocks, one.words, {**one.chosen, facet.name: (choice.code,)})
                    assert choice.count == len(plain_search.answer(with_it)), (facet.name, choice.code)
        assert indexing.drift() == []


@random_registers
@given(history=histories.deeds(at_least=8))
def test_what_is_kept_up_says_what_is_read_anew(law, history):
    """Kept up after every act, the register in memory shows the list that a fresh one shows, also as of this moment."""
    with histories.told(law, []):
        holding.forget()
        for at in range(len(history)):
            histories.tell(law, history[at : at + 1])
            kept = _all_shown(found(size=100))
        holding.forget()
        assert kept == _all_shown(found(size=100))
        assert kept == _all_shown(found(size=100, known_at=clock.now()))


def _all_shown(answer: searching.Found) -> tuple:
    rows = [
        (
            one.row.name,
            one.row.slug,
            one.row.last_decision,
            [(p.partner.code, p.verdict) for p in one.partners],
        )
        for one in answer.rows
    ]
    return rows, [(facet.name, [(one.code, one.count) for one in facet.choices]) for facet in answer.facets]


def test_values_of_a_group_are_alternatives_and_its_counts_stay_open():
    recognised_body()
    sample_body("Harbour")

    assert names("economy=GB") == ["Pennine EMC Laboratory"]
    assert len(names("economy=GB&economy=US")) == 2
    assert counts(found("economy=GB"), "economy") == {"GB": 1, "US": 1}
    assert counts(found("economy=GB"), "origin") == {"real": 1}


def test_partner_sector_and_standing_hold_of_one_line():
    recognised_body()

    assert names("accepted_by=US&sector=emc&standing=recognised") == ["Pennine EMC Laboratory"]
    assert names("accepted_by=US&standing=suspended") == []
    assert counts(found("accepted_by=US&standing=suspended"), "standing") == {"recognised": 1}


def test_a_standing_that_begins_at_midnight_is_right_at_midnight():
    recognised_body()

    with on("2019-05-31"):
        assert names("accepted_by=US", known_at=None) == []
        before = found("accepted_by=US").count
    with on("2019-06-01"):
        assert (before, found("accepted_by=US").count) == (0, 1)


def test_what_a_correction_changes_is_not_told_of_before():
    _body, recognition = recognised_body()
    corrected(recognition)
    day = datetime(2019, 7, 1).date()

    def at(text: str) -> datetime:
        return datetime.combine(datetime.fromisoformat(text), time.max, tzinfo=clock.now().tzinfo)

    assert names("accepted_by=US", on=day, known_at=at("2020-02-29")) == ["Pennine EMC Laboratory"]
    assert names("accepted_by=US", on=day, known_at=at("2020-03-01")) == []
    assert names("accepted_by=US", on=day) == []


@pytest.mark.parametrize("typed", ["penine", "pennime labratory", "laboratroy"])
def test_a_mistake_is_told_and_never_put_right_by_itself(typed):
    recognised_body()

    answer = found(f"q={typed}")

    assert answer.count == 0
    assert answer.meant
    assert found(f"q={answer.meant[0]}").count == 1


def test_names_come_before_places_and_the_better_name_first():
    for name, town in (("Alpha Works", "Leeds"), ("Zeta Leeds", "York"), ("Leedsham House", "York")):
        registering.register(by=BY, name=name, economy=make_economy("GB"), sites=[{"town": town}])

    assert names("q=leeds") == ["Zeta Leeds", "Leedsham House", "Alpha Works"]
    assert names("q=leeds&sort=name") == ["Alpha Works", "Leedsham House", "Zeta Leeds"]


@pytest.mark.parametrize("sort", searching.SORTS)
def test_pages_neither_repeat_nor_leave_out_whatever_is_added_meanwhile(sort):
    recognised_body()
    for number in range(7):
        sample_body(f"Laboratory {number % 3}")
    seen, mark = [], ""
    for turn in range(20):
        page = found(f"q=laboratory&sort={sort}&after={mark}", size=2)
        seen += [listed.row.slug for listed in page.rows]
        sample_body(f"Added {turn}")
        mark = page.next
        if not mark:
            break

    assert len(seen) == len(set(seen)) == 8


def test_back_from_a_page_is_the_page_before():
    for number in range(6):
        sample_body(f"Laboratory {number}")
    first = found("", size=2)
    second = found(f"after={first.next}", size=2)
    third = found(f"after={second.next}", size=2)

    back = found(f"before={third.previous}", size=2)

    assert [row.row.name for row in back.rows] == [row.row.name for row in second.rows]
    assert (first.previous, third.next) == ("", "")
    assert back.previous


@pytest.mark.parametrize("mark", ["nonsense", "W10", "WyJuYW1lIiwgMSwgImEiLCAieCJd"])
def test_a_mark_that_was_not_made_here_is_refused(mark):
    sample_body("Harbour")

    with pytest.raises(BadQuestion):
        found(f"after={mark}")


def test_a_row_that_the_verbs_did_not_write_is_told_as_drift():
    body, _recognition = recognised_body()
    assert indexing.drift() == []

    with connection.cursor() as cursor:
        cursor.execute("UPDATE registry_body SET name = 'Renamed behind the verbs' WHERE id = %s", [body.pk])

    assert indexing.drift() == [body.pk]
    assert indexing.rebuild() == 1
    assert indexing.drift() == []
    assert names("q=behind") == ["Renamed behind the verbs"]
