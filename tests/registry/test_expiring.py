"""Terms that have run out are put on record, whatever was annulled or restricted meanwhile."""

from datetime import date

import pytest

from agreements import texts
from registry import correcting, designating, expiring
from registry.deciding import Terms
from registry.models import Act, Designation
from tests.agreements.factories import BY
from tests.registry.histories import make_law
from tests.registry.test_known_at import parties

pytestmark = pytest.mark.django_db
TERM = Terms(effective_on=date(2020, 1, 1), until=date(2021, 1, 1))
LATER = Terms(effective_on=date(2020, 6, 1), public_reason="For the reasons given.")


@pytest.fixture
def designation(db) -> Designation:
    texts.forget()
    yield designating.designate(**parties(make_law()), terms=TERM)
    texts.forget()


def expire() -> int:
    return expiring.expire_lapsed(by=BY, today=date(2021, 3, 1))


def test_a_term_that_ran_out_is_put_on_record_once(designation):
    assert (expire(), expire()) == (1, 0)
    assert designation.decisions.latest("id").act == Act.EXPIRE
    assert designation.decisions.latest("id").effective_on == date(2021, 1, 1)


def test_an_annulled_suspension_does_not_keep_a_term_alive(designation):
    suspension = designating.suspend(by=BY, designation=designation, terms=LATER)
    assert expire() == 0
    correcting.annul(by=BY, decision=suspension, reason="Never decided.")
    assert expire() == 1


def test_a_restriction_leaves_the_term_as_it_is(designation):
    line = designation.lines.order_by("id").first()
    designating.restrict(by=BY, designation=designation, terms=LATER, lines=[line])
    assert expire() == 1


def test_a_corrected_term_counts_from_its_correction(designation):
    first = designation.decisions.get(act=Act.DESIGNATE)
    correcting.correct(by=BY, decision=first, reason="The term was misread.", until=date(2022, 1, 1))
    assert expire() == 0
