"""Every step that two people can take: what it leads to, and that its preview said so and left nothing behind."""

from datetime import date

import pytest
from django.db import connection

from agreements import texts
from portal import clock
from portal.audit import recording
from registry import accepted_scope, previewing, proposing
from registry.models import AcceptedScope, Body, Decision, Proposal, ScopeLine, Stage, Step, WorkItem
from registry.policies import NotYours
from registry.web.proposals import REFUSALS
from tests.registry.officers import acting, make_officer
from tests.registry.proposals import (
    CONTACTS,
    REASON,
    Parties,
    decision,
    designation_content,
    designator_pair,
    in_days,
    make_parties,
    regulator_pair,
    submitted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def parties(db) -> Parties:
    yield make_parties()
    texts.forget()


def rows() -> dict[str, tuple]:
    """Number and content of the rows of every table."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        one = "SELECT '{0}', count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM \"{0}\" t"
        cursor.execute(" UNION ALL ".join(one.format(name) for name in names))
        return {name: said for name, *said in cursor.fetchall()}


def standings(on: date) -> dict[int, tuple[str, str]]:
    """The answer about each line on a day."""
    held = AcceptedScope.objects.filter(valid__contains=on, recorded__contains=clock.now())
    return {row.line_id: (row.verdict, str(row.get_standing_display())) for row in held}


def take(pair, step: str, content: dict | None = None, **about) -> Proposal:
    """Propose, preview and decide; what the preview said is what then happens, and it left nothing behind."""
    first, second = pair
    proposal = submitted(first, step, content, **about)
    kept, before = dict(vars(proposal)), rows()
    looked = previewing.preview(by=second, proposal=proposal, refusals=REFUSALS)
    assert rows() == before
    assert {name: value for name, value in vars(proposal).items() if name != "_state"} == {
        name: value for name, value in kept.items() if name != "_state"
    }
    assert looked.refusal == ""
    was = standings(looked.on)
    done = proposing.decide(by=second, proposal=proposal, version=proposal.version)
    now = standings(looked.on)
    body_id = (
        (done.record or done.decision.record).body_id if done.record or done.decision_id else done.body_id
    )
    changed = {
        line.pk: (*was.get(line.pk, ("", "")), *now[line.pk])
        for line in ScopeLine.objects.filter(body=body_id)
        if line.pk in now and was.get(line.pk) != now[line.pk]
    }
    # A line that the trial made has another number when it is made for good.
    said = sorted(
        (each.verdict_before, each.before, each.verdict_after, each.after) for each in looked.changes
    )
    assert said == sorted(changed.values())
    assert len(looked.ending) + len(looked.beginning) + len(looked.other) == len(looked.changes)
    assert done.stage == Stage.DECIDED
    return done


def verdicts(body: Body, on: date | None = None) -> list[str]:
    lines = ScopeLine.objects.filter(body=body).values_list("pk", flat=True)
    held = AcceptedScope.objects.filter(
        line__in=lines, valid__contains=on or clock.today(), recorded__contains=clock.now()
    )
    return sorted(held.values_list("standing", flat=True))


class Way:
    """A body on its way through the hands of both authorities."""

    def __init__(self, parties: Parties, name: str = "Istmo Laboratory", **sections):
        self.parties, content = parties, designation_content(parties, name, **sections)
        made = take(designator_pair(parties), Step.DESIGNATE, content, **parties.direction)
        self.designation, self.body, self.made = made.designation, made.body, made.made
        self.recognition = self.designation.recognition

    def ours(self, step: str, **said) -> Proposal:
        """A decision on the designation."""
        return self.take(designator_pair(self.parties), step, said, designation=self.designation)

    def theirs(self, step: str, **said) -> Proposal:
        """A decision on the recognition."""
        return self.take(regulator_pair(self.parties), step, said, recognition=self.recognition)

    def of_body(self, step: str, **said) -> Proposal:
        """A change of what is on file about the body."""
        return self.take(designator_pair(self.parties), step, said)

    def take(self, pair, step: str, said: dict, **about) -> Proposal:
        return take(pair, step, decision(**said), body=self.body, **about)

    def correct(self, pair, step: str, wrong: Decision, **said) -> Proposal:
        return self.take(pair, step, said, decision=wrong)

    @property
    def answers(self) -> list[str]:
        return verdicts(self.body)


@pytest.fixture
def way(parties) -> Way:
    return Way(parties)


@pytest.fixture
def recognised(way) -> Way:
    way.theirs(Step.RECOGNISE)
    return way


@pytest.fixture(autouse=True)
def all_holds(parties):
    """After each test chain and read model hold."""
    yield
    assert recording.verify() == []
    counted = accepted_scope.rebuild()
    assert (counted.get("added", 0), counted.get("removed", 0)) == (0, 0)


def test_designate(way):
    assert way.made.act == "designate"
    assert way.answers == ["awaiting_recognition"] * 2
    assert list(way.body.sites.values_list("town", flat=True)) == ["Leeds"]
    assert [contact.email for contact in way.body.contacts.current()] == ["ines@lab.example"]
    assert way.body.accreditations.get().decisions.get().effective_on == date(2024, 1, 1)
    waiting = WorkItem.objects.waiting().get(recognition=way.recognition)
    assert (waiting.authority, waiting.kind) == (way.parties.regulator, "recognise")


def test_designate_from_a_later_day(parties):
    day = clock.today().replace(year=clock.today().year + 1, day=1)
    declared = {
        "declared": True,
        "effective_on": day.isoformat(),
        "public_reason": REASON,
        "internal_note": "Ours.",
    }
    way = Way(parties, declaration=declared, accreditation={"none": True})
    assert way.made.effective_on == day
    assert (way.made.public_reason, way.made.internal_note) == (REASON, "Ours.")
    assert verdicts(way.body, day) == ["awaiting_recognition"] * 2
    assert not way.body.accreditations.exists()


def further_lines(way: Way) -> Proposal:
    """The body on file is designated for a line that it did not have."""
    lines = [{"sector": "emc", "kind": "test_report", "product": "Lamps"}]
    content = designation_content(way.parties, scope={"lines": lines})
    del content["body"]
    return take(designator_pair(way.parties), Step.DESIGNATE, content, body=way.body, **way.parties.direction)


def test_designate_a_body_on_file_again_after_a_refusal(way):
    way.theirs(Step.REFUSE)
    further_lines(way)
    assert (Body.objects.count(), way.body.accreditations.count()) == (1, 1)
    assert way.designation.lines.count() == way.recognition.lines.count() == 3
    assert way.answers == ["awaiting_recognition"] * 3


def test_designate_a_recognised_body_for_further_lines(recognised):
    further_lines(recognised)
    assert recognised.answers == ["awaiting_recognition", "recognised", "recognised"]


@pytest.mark.parametrize(
    ("step", "standing"),
    [(Step.RECOGNISE, "recognised"), (Step.REFUSE, "refused"), (Step.CONTEST, "contested")],
)
def test_the_partner_decides_on_the_whole(way, step, standing):
    done = way.theirs(step)
    assert (done.made.act, done.made.public_reason) == (step, REASON)
    assert way.answers == [standing] * 2
    assert not WorkItem.objects.waiting().filter(kind="recognise").exists()
    asked = WorkItem.objects.waiting().filter(authority=way.parties.designating)
    assert list(asked.values_list("kind", flat=True)) == ["contested" if step == Step.CONTEST else "partner"]


def test_recognise_in_part(way):
    first, second = way.recognition.lines.order_by("id")
    done = way.theirs(
        Step.RECOGNISE_IN_PART,
        lines=[first.pk],
        refused=[second.pk],
        reasons={str(second.pk): "The method is not shown."},
    )
    assert way.answers == ["recognised", "refused"]
    assert done.made.lines.get(line=second).reason == "The method is not shown."


def test_notify_again_after_a_refusal(way):
    way.theirs(Step.REFUSE)
    done = way.take(designator_pair(way.parties), Step.NOTIFY, {}, recognition=way.recognition)
    assert (done.made.act, done.made.recognition) == ("notify", way.recognition)
    assert way.answers == ["awaiting_recognition"] * 2
    assert WorkItem.objects.waiting().get(kind="recognise").authority == way.parties.regulator


def test_a_contestation_is_settled(way):
    way.theirs(Step.CONTEST)
    way.theirs(Step.RESTORE)
    assert way.answers == ["recognised"] * 2
    assert not WorkItem.objects.waiting().filter(kind="contested").exists()


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_suspend_restore_restrict_renew_withdraw(recognised, side):
    decides, way = getattr(recognised, side), recognised
    record = way.designation if side == "ours" else way.recognition
    first, second = record.lines.order_by("id")
    decides(Step.SUSPEND)
    assert set(way.answers).isdisjoint({"recognised"})
    decides(Step.RESTORE)
    assert way.answers == ["recognised"] * 2
    decides(Step.SUSPEND, lines=[second.pk])
    assert way.answers.count("recognised") == 1
    decides(Step.RESTORE, lines=[second.pk])
    decides(Step.RESTRICT, lines=[first.pk], reasons={str(first.pk): "Too wide."})
    assert way.answers.count("recognised") == 1
    assert record.decisions.latest("id").lines.get().reason == "Too wide."
    done = decides(Step.RENEW, until=in_days(30))
    assert done.made.until.isoformat() == in_days(30)
    done = decides(
        Step.WITHDRAW, older_results="until", older_results_until=in_days(60), citation="21 CFR 26.68"
    )
    assert "recognised" not in way.answers
    assert (done.made.older_results, done.made.citation) == ("until", "21 CFR 26.68")
    acts = record.decisions.order_by("id").values_list("act", flat=True)
    assert list(acts)[-7:] == ["suspend", "restore", "suspend", "restore", "restrict", "renew", "withdraw"]


@pytest.mark.parametrize("on", [0, 20])
def test_the_preview_counts_what_ends_on_the_day_of_effect(recognised, on):
    way = recognised
    content = decision(effective_on=in_days(on))
    proposal = submitted(
        way.parties.acts("dan"), Step.WITHDRAW, content, recognition=way.recognition, body=way.body
    )
    looked = previewing.preview(by=way.parties.acts("erin"), proposal=proposal, refusals=REFUSALS)
    assert (looked.on.isoformat(), len(looked.ending), len(looked.beginning)) == (in_days(on), 2, 0)


def test_the_preview_says_why_it_cannot_be(recognised):
    way = recognised
    proposal = submitted(way.parties.acts("dan"), Step.RESTORE, recognition=way.recognition, body=way.body)
    before = rows()
    looked = previewing.preview(by=way.parties.acts("erin"), proposal=proposal, refusals=REFUSALS)
    assert "does not follow" in looked.refusal
    assert looked.changes == []
    assert rows() == before


def test_correct_a_day(recognised):
    way, wrong = recognised, recognised.recognition.decisions.get(act="recognise")
    done = way.correct(
        regulator_pair(way.parties), Step.CORRECT, wrong,
        effective_on=in_days(10), citation="Article 7", internal_note="Misread.",
    )  # fmt: skip
    assert (done.made.corrects, done.made.act) == (wrong, "recognise")
    assert (done.made.citation, done.made.internal_note) == ("Article 7", "Misread.")
    assert way.answers == ["awaiting_recognition"] * 2
    assert verdicts(way.body, done.made.effective_on) == ["recognised"] * 2


def test_annul(recognised):
    way, wrong = recognised, recognised.recognition.decisions.get(act="recognise")
    done = way.correct(regulator_pair(way.parties), Step.ANNUL, wrong)
    assert (done.made.act, done.made.corrects) == ("annul", wrong)
    assert way.answers == ["awaiting_recognition"] * 2


def test_rename(recognised):
    way = recognised
    way.of_body(Step.RENAME, name="Istmo Testing", local_name="Istmo Prüfung")
    way.body.refresh_from_db()
    assert (way.body.name, way.body.local_name, way.body.slug) == (
        "Istmo Testing",
        "Istmo Prüfung",
        "istmo-testing",
    )
    assert way.body.former_names.get().name == "Istmo Laboratory"


def test_merge_and_separate(recognised):
    way, other = recognised, Way(recognised.parties, "Istmo Lab of Leeds")
    way.of_body(Step.MERGE, into=other.body.pk)
    assert way.body.mergers.known().get().into == other.body
    assert AcceptedScope.objects.filter(body=way.body, recorded__upper_inf=True).count() == 0
    way.of_body(Step.SEPARATE)
    assert not way.body.mergers.known().exists()


def test_move_a_site(recognised):
    way, site = recognised, recognised.body.sites.get()
    way.of_body(Step.MOVE_SITE, site=site.pk, town="Hull", name="New office")
    site.refresh_from_db()
    assert (site.left_on, site.moved_to.town) == (clock.today(), "Hull")


def test_contacts(recognised):
    way, contacts = recognised, [{**CONTACTS[0], "name": "Iris Roe"}]
    content = {"contacts": {"contacts": contacts}}
    take(designator_pair(way.parties), Step.CONTACTS, content, body=way.body)
    assert [contact.name for contact in way.body.contacts.current()] == ["Iris Roe"]


def accredited_by_itself(way: Way):
    """The two people of the accreditation body, which so begins to use the portal."""
    accreditor = way.parties.accreditor
    return tuple(acting(make_officer(accreditor, role), accreditor) for role in ("editor", "approver"))


def test_an_accreditation_body_accredits_suspends_and_restores(recognised):
    way, pair = recognised, accredited_by_itself(recognised)
    said = {
        "accreditation_body": "gb-accr",
        "reference": "Y-2",
        "standard": "ISO/IEC 17065:2012",
        "covers": "A\nB",
    }
    content = {**decision(), "accreditation": {**said, "start": in_days(-3)}}
    done = take(pair, Step.ACCREDIT, content, body=way.body)
    accreditation = done.accreditation
    assert (accreditation.covers, done.made.source_name) == (["A", "B"], "")
    way.take(pair, Step.SUSPEND, {}, accreditation=accreditation)
    told = WorkItem.objects.waiting().filter(accreditation=accreditation, kind="accreditation")
    assert {item.authority for item in told} == {way.parties.designating, way.parties.regulator}
    assert way.answers == ["recognised"] * 2, "nothing changes by itself"
    for step in (Step.RESTORE, Step.WITHDRAW):
        way.take(pair, step, {}, accreditation=accreditation)
    acts = accreditation.decisions.order_by("id").values_list("act", flat=True)
    assert list(acts) == ["accredit", "suspend", "restore", "withdraw"]


def test_the_designating_authority_stands_in_for_an_accreditation_body_that_is_not_here(recognised):
    way, accreditation = recognised, recognised.body.accreditations.get()
    pair = designator_pair(way.parties)
    way.take(pair, Step.SUSPEND, {}, accreditation=accreditation)
    assert accreditation.decisions.latest("id").act == "suspend"
    accredited_by_itself(way)
    with pytest.raises(NotYours):
        submitted(pair[0], Step.RESTORE, accreditation=accreditation, body=way.body)


def test_every_step_is_tried_here():
    """Those that the tests above take; a new step needs its test. ``REGISTER`` comes from files alone: tests/registry/batches."""
    tried = {
        Step.DESIGNATE, Step.NOTIFY, Step.RECOGNISE, Step.RECOGNISE_IN_PART, Step.REFUSE, Step.CONTEST, Step.SUSPEND,
        Step.RESTORE, Step.RESTRICT, Step.WITHDRAW, Step.RENEW, Step.ACCREDIT, Step.CORRECT, Step.ANNUL, Step.RENAME,
        Step.MERGE, Step.SEPARATE, Step.MOVE_SITE, Step.CONTACTS,
    }  # fmt: skip
    assert tried == set(Step) - {Step.REGISTER}
