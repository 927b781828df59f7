"""What every verb has in common: tried again after a deadlock, and after nothing else."""

import pytest
from django.db import OperationalError

from portal.audit import recording
from portal.audit.models import AuditEntry, AuditHead
from portal.verbs import TRIES, verb
from tests.agreements.factories import BY

pytestmark = pytest.mark.django_db(transaction=True)


class Refused(Exception):
    """What the database driver raises."""

    def __init__(self, sqlstate: str):
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


def meets(sqlstate: str, times: int):
    """A verb that the database ends so many times, and the list of its tries."""
    tries = []

    @verb(room="desk")
    def act(*, by):
        tries.append(by)
        recording.record(by=by, target=AuditHead(pk=1))
        if len(tries) <= times:
            raise OperationalError(sqlstate) from Refused(sqlstate)
        return len(tries)

    return act, tries


def test_a_verb_that_met_a_deadlock_is_tried_again_and_leaves_one_entry():
    act, _tries = meets("40P01", 2)
    before = AuditEntry.objects.count()

    assert act(by=BY) == 3
    assert AuditEntry.objects.count() == before + 1


def test_it_is_not_tried_for_ever():
    act, tries = meets("40P01", TRIES)
    with pytest.raises(OperationalError):
        act(by=BY)
    assert len(tries) == TRIES


def test_another_failure_is_told_at_once():
    act, tries = meets("57014", 1)
    with pytest.raises(OperationalError):
        act(by=BY)
    assert len(tries) == 1
