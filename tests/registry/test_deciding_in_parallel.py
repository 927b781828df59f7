"""Contradictory decisions made at once leave one valid history."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection

from agreements import texts
from portal.audit import recording
from portal.lifecycle import NotAllowed
from registry import accepted_scope, designating, policies
from registry.deciding import Terms, known_decisions
from registry.models import Designation
from tests.agreements.factories import BY
from tests.registry.histories import make_law
from tests.registry.test_known_at import parties

OFFICERS = 12


@pytest.fixture
def designation(transactional_db) -> Designation:
    texts.forget()
    yield designating.designate(**parties(make_law()), terms=Terms(effective_on=date(2020, 1, 1)))
    texts.forget()


def test_contradictory_decisions_at_once_leave_one_valid_history(designation):
    start = threading.Barrier(OFFICERS)

    def decide(number: int) -> bool:
        verb = (designating.suspend, designating.withdraw, designating.restore)[number % 3]
        start.wait(timeout=20)
        try:
            verb(by=BY, designation=designation, terms=Terms(effective_on=date(2020, 2, 1)))
        except NotAllowed:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(OFFICERS) as officers:
        done = list(officers.map(decide, range(OFFICERS)))
    decisions = known_decisions(designation)
    assert len(decisions) == 1 + sum(done)
    for number, decision in enumerate(decisions):
        followed = policies.check_follows(
            designation, decision.act, decisions[:number], decision.effective_on
        )
        assert followed == decision.state
    assert any(done)
    assert recording.verify() == []
    assert {word: n for word, n in accepted_scope.rebuild().items() if n and word != "kept"} == {}
