"""What the form of a decision asks, by the kind of record and the step."""

import pytest

from agreements import texts
from registry.models import Accreditation, Decision, Proposal, Step
from tests.registry.officers import make_officer, signed_in
from tests.registry.proposals import Parties, decided, designated, designator_pair, in_days, make_parties

pytestmark = pytest.mark.django_db

QUESTION = "Results made before that day"


@pytest.fixture
def parties(db) -> Parties:
    yield make_parties()
    texts.forget()


@pytest.mark.parametrize("step", ["suspend", "withdraw"])
def test_what_becomes_of_older_results_is_asked_where_a_designation_ends(parties, step):
    page = signed_in(parties.ana).get(f"/desk/designations/{designated(parties).pk}/propose/{step}/")
    assert QUESTION in page.content.decode()


def test_it_is_asked_again_where_such_a_decision_is_corrected(parties):
    designation = designated(parties)
    decided(designator_pair(parties), Step.SUSPEND, designation=designation, body=designation.body)
    ana = signed_in(parties.ana)
    suspension = Decision.objects.get(act="suspend")
    assert QUESTION in ana.get(f"/desk/decisions/{suspension.pk}/correct/").content.decode()
    first = Decision.objects.get(act="designate")
    assert QUESTION not in ana.get(f"/desk/decisions/{first.pk}/correct/").content.decode()


@pytest.mark.parametrize("step", ["suspend", "withdraw"])
def test_it_is_not_asked_where_an_accreditation_ends_for_no_result_hangs_on_the_answer(parties, step):
    accreditation = Accreditation.objects.get(body=designated(parties).body)
    client = signed_in(make_officer(parties.accreditor, "editor"))
    address = f"/desk/accreditations/{accreditation.pk}/propose/{step}/"
    assert QUESTION not in client.get(address).content.decode()
    said = {"effective_on": in_days(3), "public_reason": "Not maintained.", "older_results": "refused"}
    answer = client.post(address, said)
    assert answer.status_code == 302
    content = Proposal.objects.get(accreditation=accreditation).content["decision"]
    assert content["effective_on"] == in_days(3)
    assert "older_results" not in content
