"""Time limits that an operator enters for an annex, with the article that sets them."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agreements import concluding
from agreements.models import Origin, TimeLimit
from portal.audit.models import AuditEntry
from portal.lifecycle import NotAllowed
from registry import limits
from tests.agreements.factories import BY, acting_for, make_annex, make_authority

pytestmark = pytest.mark.django_db

KEY = "post_approval_report_existing"
SAID = {
    "key": KEY,
    "value": 30,
    "unit": "calendar_days",
    "runs": "from request",
    "meaning": "an existing report",
    "citation": "Article 12",
}


def test_a_limit_is_on_record_with_its_article():
    annex, other = make_annex("A-1"), make_annex("A-2")
    limit = concluding.limit(by=BY, annex=annex, **SAID)
    assert limits.on_file(annex, (KEY,)) == [limit]
    assert limits.on_file(other, (KEY,)) == []
    assert (limit.origin, limit.citation) == (Origin.ENTERED, "Article 12")
    entry = AuditEntry.objects.latest("id")
    assert (entry.act, entry.room, entry.after["citation"]) == (
        "agreements.limit",
        "agreements",
        "Article 12",
    )


def test_entering_it_again_replaces_it_and_the_record_keeps_both():
    annex = make_annex("A-1")
    concluding.limit(by=BY, annex=annex, **SAID)
    concluding.limit(by=BY, annex=annex, **SAID | {"value": 20, "unit": "working_days"})
    assert [str(each) for each in limits.on_file(annex, (KEY,))] == ["20 working days: an existing report"]
    entry = AuditEntry.objects.latest("id")
    assert entry.before["limit"].startswith("30 calendar days")
    assert entry.after["limit"].startswith("20 working days")


def test_what_was_entered_comes_before_the_catalogue():
    annex = make_annex("A-1")
    shipped = TimeLimit.objects.create(**SAID | {"value": 60})
    shipped.annexes.set([annex])
    assert limits.on_file(annex, (KEY,)) == [shipped]
    entered = concluding.limit(by=BY, annex=annex, **SAID)
    assert limits.on_file(annex, (KEY,)) == [entered, shipped]


def test_only_the_operator_enters_limits():
    annex = make_annex("A-1")
    with pytest.raises(PermissionDenied):
        concluding.limit(by=acting_for(make_authority()), annex=annex, **SAID)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"citation": " "}, NotAllowed),
        ({"value": 0}, NotAllowed),
        ({"value": -5}, NotAllowed),
        ({"value": 99_999}, NotAllowed),
        ({"unit": "moons"}, NotAllowed),
        ({"sources": ["no address"]}, ValidationError),
        ({"meaning": ""}, ValidationError),
    ],
)
def test_a_limit_without_source_or_length_is_refused(change, refusal):
    with pytest.raises(refusal):
        concluding.limit(by=BY, annex=make_annex("A-1"), **SAID | change)
    assert not TimeLimit.objects.exists()
