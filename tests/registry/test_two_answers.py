"""One truth, two answers: the readable chain and the read model say the same, whatever happened and whenever one asks."""

from datetime import date, datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from agreements import texts
from registry import accepted_scope, chain, line_facts
from registry.chain import midnight
from registry.models import AcceptedScope, Decision, ScopeLine
from tests.registry import histories
from tests.registry.oracle import Identities

# In each of two tests, so that two processes share the work: 500 histories in all.
HISTORIES = 250
QUESTIONS = 40
A_MOMENT, A_DAY = timedelta(microseconds=1), timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def law(db) -> histories.Law:
    texts.forget()
    yield histories.make_law()
    texts.forget()


def moments_asked(law: histories.Law) -> list[datetime]:
    """Each moment at which something was learned or comes to bear, and the one just before it."""
    learned = set(law.moments)
    learned |= {midnight(d.older_results_until) for d in Decision.objects.exclude(older_results_until=None)}
    return sorted(learned | {moment - A_MOMENT for moment in learned})


def days_asked(law: histories.Law) -> list[date]:
    """Each day on which something begins or ends, and the days beside it."""
    return sorted({day + step for day in law.days for step in (-A_DAY, timedelta(0), A_DAY)})


def differences(law: histories.Law, random: Random) -> list[tuple]:
    """Where the read model does not hold exactly one stretch that says what the chain says, and of whom."""
    facts = line_facts.load(ScopeLine.objects.values_list("id", flat=True))
    rows = {}
    for row in AcceptedScope.objects.all():
        rows.setdefault(row.line_id, []).append(row)
    now, found, identities = texts.current(), [], Identities()
    moments, days = moments_asked(law), days_asked(law)
    for _number in range(QUESTIONS if facts and moments else 0):
        fact, moment, on = random.choice(facts), random.choice(moments), random.choice(days)
        if moment < fact.line.recorded_at:
            continue
        held = [
            (row.verdict, row.standing, row.body_id, row.body_name)
            for row in rows.get(fact.line.id, [])
            if _inside(on, row.valid) and _inside(moment, row.recorded)
        ]
        answer = chain.answer(fact, on=on, moment=moment, texts=now)
        said = (answer.verdict, str(answer.standing), *identities.at(fact.line.body_id, moment)[:2])
        if held != [said]:
            found.append((str(fact.line), on, moment, held, said))
    return found


def _inside(point, bounds) -> bool:
    return (bounds.lower is None or bounds.lower <= point) and (bounds.upper is None or point < bounds.upper)


random_histories = settings(
    max_examples=HISTORIES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def holds(law: histories.Law, history: list[histories.Deed], seed: int) -> None:
    """The two answers agree at random and at boundary days and moments, and a rebuild finds nothing to put right."""
    with histories.told(law, history):
        assert differences(law, Random(seed)) == []
        counts = accepted_scope.rebuild()
        assert (counts.get("added", 0), counts.get("removed", 0)) == (0, 0)


@random_histories
@given(history=histories.deeds(), seed=st.integers(0, 10_000))
def test_the_two_answers_agree_and_a_rebuild_finds_nothing_to_put_right(law, history, seed):
    holds(law, history, seed)


@random_histories
@given(history=histories.deeds(), seed=st.integers(10_001, 20_000))
def test_the_two_answers_agree_over_as_many_histories_again(law, history, seed):
    holds(law, history, seed)
