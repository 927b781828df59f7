"""The headline of a verification agrees with the finder and the chain, for random histories, bodies, days and moments."""

from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from agreements import texts
from agreements.acceptance import Question
from agreements.models import ResultKind
from portal.clocks import Clocks
from registry import finding, outcomes, verifying
from registry.models import Body
from registry.verifying import Inquiry
from tests.registry import histories
from tests.registry.oracle import Identities
from tests.registry.test_two_answers import days_asked, moments_asked

HISTORIES = 40
QUESTIONS = 12

pytestmark = pytest.mark.django_db


@pytest.fixture
def law(db) -> histories.Law:
    texts.forget()
    yield histories.make_law()
    texts.forget()


def best_found(inquiry: Inquiry, body: Body, now) -> tuple | None:
    """The best that the finder says of the body, whatever economy it is asked about; None when it shows nothing."""
    found = []
    for exporting in now.economies.values():
        if exporting != inquiry.importing:
            question = Question(
                inquiry.importing,
                exporting,
                inquiry.clocks,
                inquiry.kind,
                inquiry.sector,
                inquiry.requirement,
            )
            found += [one for one in finding.every(question, now) if one.body and one.body.id == body.id]
    ranked = [(outcomes.rank(one.verdict, one.standing), one.verdict, str(one.standing)) for one in found]
    return min(ranked)[1:] if ranked else None


def differences(law: histories.Law, random: Random) -> list[tuple]:
    """Where a verification says otherwise than the finder, or of another body than the register took it for then."""
    now, wrong, identities = texts.current(), [], Identities()
    bodies, moments, days = list(Body.objects.all()), moments_asked(law), days_asked(law)
    for _number in range(QUESTIONS if bodies and moments else 0):
        asked, moment, on = random.choice(bodies), random.choice(moments), random.choice(days)
        if moment < asked.recorded_at:
            continue
        (body,) = verifying.bodies_named(asked.slug, moment).bodies
        if (body.id, body.shown_name) != identities.at(asked.id, moment)[:2]:
            wrong.append((asked.slug, moment, body.shown_name))
        inquiry = Inquiry(
            importing=random.choice(list(now.economies.values())),
            clocks=Clocks(on=on, known_at=moment, asked_on=True),
            kind=random.choice(["", *ResultKind.values[:2]]),
            sector=random.choice(list(now.sectors.values())),
        )
        found = verifying.verify(inquiry, body, now)
        said = (str(found.verdict), found.standing) if found.lines else None
        wanted = best_found(inquiry, body, now)
        # Of lines that weigh the same, either may give the headline.
        if (said and outcomes.rank(*said)) != (wanted and outcomes.rank(*wanted)):
            wrong.append((asked.slug, inquiry, said, wanted))
        if found.lines and found.outcome != outcomes.OUTCOME_OF[found.standing]:
            wrong.append((asked.slug, inquiry, found.outcome))
    return wrong


@settings(
    max_examples=HISTORIES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=histories.deeds(), seed=st.integers(0, 10_000))
def test_the_headline_says_what_the_finder_and_the_chain_say(law, history, seed):
    with histories.told(law, history):
        assert differences(law, Random(seed)) == []
