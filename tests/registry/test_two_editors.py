"""Two who work on one proposal at the same time: the second is told, and nothing is overwritten."""

import pytest

from agreements import texts
from portal.audit.models import AuditEntry
from registry import proposing
from registry.models import Proposal, Step
from registry.proposing import Outdated
from tests.registry.officers import signed_in
from tests.registry.proposals import (
    CONTACTS,
    Parties,
    designated,
    designation_content,
    drafted,
    in_days,
    make_parties,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def parties(db) -> Parties:
    yield make_parties()
    texts.forget()


@pytest.fixture
def draft(parties) -> Proposal:
    return drafted(parties.acts("ana"), Step.DESIGNATE, designation_content(parties), **parties.direction)


def revise(by, proposal: Proposal, **contact) -> Proposal:
    content = {"contacts": [{**CONTACTS[0], **contact}]}
    return proposing.revise(
        by=by, proposal=proposal, version=proposal.version, section="contacts", content=content
    )


def name_in(proposal: Proposal) -> str:
    return proposal.content["contacts"]["contacts"][0]["name"]


def test_the_second_to_save_is_told_and_nothing_is_overwritten(parties, draft):
    ana, beto = parties.acts("ana"), parties.acts("beto")
    first = revise(ana, draft, name="Of Ana")
    with pytest.raises(Outdated) as error:
        revise(beto, draft, name="Of Beto")
    assert name_in(error.value.proposal) == "Of Ana"
    assert error.value.proposal.version == first.version == draft.version + 1
    draft.refresh_from_db()
    assert draft.hands == [parties.ana.id]
    again = revise(beto, draft, name="Of both")
    assert again.hands == sorted([parties.ana.id, parties.beto.id])
    entry = AuditEntry.objects.filter(act="registry.revise").latest("id")
    told = [content["contacts"]["contacts"][0]["name"] for content in (entry.before, entry.after)]
    assert told == ["Of Ana", "Of both"]


@pytest.mark.parametrize("verb", ["submit", "decide", "send_back"])
def test_nobody_acts_on_a_version_other_than_the_one_seen(parties, draft, verb):
    ana, more = parties.acts("ana"), {"remarks": {"": "No."}} if verb == "send_back" else {}
    if verb == "submit":
        seen = Proposal.objects.get(pk=draft.pk)
        revise(ana, draft, name="Changed")
    else:
        waiting = proposing.submit(by=ana, proposal=draft, version=draft.version)
        seen = Proposal.objects.get(pk=draft.pk)
        changed = revise(ana, proposing.take_back(by=ana, proposal=waiting), name="Changed")
        proposing.submit(by=ana, proposal=changed, version=changed.version)
    before = Proposal.objects.filter(pk=draft.pk).values().get()
    with pytest.raises(Outdated):
        getattr(proposing, verb)(by=parties.acts("beto"), proposal=seen, version=seen.version, **more)
    assert Proposal.objects.filter(pk=draft.pk).values().get() == before


def test_the_screen_shows_both_versions(parties):
    designation = designated(parties)
    suspension = drafted(parties.acts("ana"), Step.SUSPEND, designation=designation, body=designation.body)
    address = f"{suspension.get_absolute_url()}edit/"
    said = {"effective_on": in_days(3), "older_results": "", "version": suspension.version}
    theirs, mine = "Theirs, saved first.", "Mine, typed second."
    assert signed_in(parties.beto).post(address, {**said, "public_reason": theirs}).status_code == 302
    answer = signed_in(parties.ana).post(address, {**said, "public_reason": mine})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert mine in page
    assert theirs in page
    suspension.refresh_from_db()
    assert suspension.content["decision"]["public_reason"] == theirs
