"""Accreditations of made bodies."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from random import Random
from types import SimpleNamespace

from registry.line_facts import Accredited, Event
from registry.models import Act, State
from registry.naming import Naming
from registry.world.bodies import Made
from registry.world.law import Law
from registry.world.lives import LAST, Told, moment
from registry.world.words import REASONS, TOPICS

_STANDARDS = (
    ("ISO/IEC 17025:2017", 60),
    ("ISO/IEC 17065:2012", 25),
    ("ISO/IEC 17020:2012", 10),
    ("ISO/IEC 17021-1:2015", 5),
)


def accreditations(
    random: Random,
    law: Law,
    made: Made,
    naming: Naming,
    next_id: Callable[[], int],
    next_decision: Callable[[], int],
) -> list[Accredited]:
    """None, one or two accreditations of a body, each with the decisions on it in order of effect."""
    found = []
    for number in range(random.choices((0, 1, 2), (15, 65, 20))[0]):
        row = SimpleNamespace(
            id=next_id(),
            accreditation_body=random.choice(law.accreditors[made.economy_id]),
            reference=f"SAMPLE-{made.id:05}-{number + 1}",
            standard=random.choices(*zip(*_STANDARDS, strict=True))[0],
            covers=random.sample(TOPICS, random.randrange(4)),
            site_id=None,
            sector=None,
        )
        found.append(Accredited(row, naming, _events(random, made, next_decision)))
    return found


def _events(random: Random, made: Made, next_decision: Callable[[], int]) -> list[Event]:
    day = made.recorded_at.date() - timedelta(days=random.randrange(900))
    end = day + timedelta(days=1461)
    told = [Told(next_decision(), Act.ACCREDIT, State.ACCREDITED, day, made.recorded_at, until=end)]
    share = random.random()
    while end <= LAST and share < 0.85:
        at = moment(random, end - timedelta(days=random.randint(1, 40)))
        day, end = end, end + timedelta(days=1461)
        told.append(Told(next_decision(), Act.RENEW, State.ACCREDITED, day, at, until=end))
    if share > 0.93:
        day = min(day + timedelta(days=random.randint(100, 1300)), LAST)
        act, state = (Act.SUSPEND, State.SUSPENDED) if share > 0.97 else (Act.WITHDRAW, State.WITHDRAWN)
        reason = random.choice(REASONS[act])
        told.append(Told(next_decision(), act, state, day, moment(random, day), public_reason=reason))
    for earlier, later in pairwise(told):
        later.recorded_at = max(later.recorded_at, earlier.recorded_at + timedelta(minutes=1))
    return [Event(each, each.state) for each in told]
