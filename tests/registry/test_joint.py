"""Decisions of a joint committee: two sides, two people, one day of effect."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from agreements import texts
from agreements.models import Membership, RoleGrant
from portal.audit import recording
from portal.audit.models import AuditEntry
from portal.lifecycle import NotAllowed
from portal.verbs import running
from registry import accepted_scope, designating, recognising, registering, signing
from registry.designating import Scope
from registry.models import Decision, JointDecision, JointStage, Signature, Work, WorkItem
from registry.policies import NotYours
from tests.agreements.factories import (
    BY,
    make_annex,
    make_authority,
    make_economy,
    make_sector,
    make_undertaking,
)
from tests.registry.officers import acting, make_officer, make_person, signed_in
from tests.registry.stories import on, terms

TRIES = 20


class Committee:
    """The United States and the United Kingdom with an authority and three people each, and two bodies waiting."""

    def __init__(self):
        texts.forget()
        self.us = make_authority("us-fcc", "US", ["regulatory"])
        self.gb = make_authority("gb-dbt", "GB", ["designating", "regulatory"])
        with on("2018-01-01"):
            self.annex = make_annex(parties=("US", "GB"))
            make_undertaking(annex=self.annex)
            make_undertaking("GB", "US", annex=self.annex)
        self.writer = make_officer(self.gb, "editor", name="Wil Writer")
        self.gb_signer = make_officer(self.gb, "approver", name="Gwen Signer")
        self.us_signer = make_officer(self.us, "approver", name="Uma Signer")
        self.waiting = self.notified("Pennine EMC", "GB", "US", self.us)
        self.other_way = self.notified("Ohio EMC", "US", "GB", self.gb)

    def notified(self, name, exporting, importing, regulator):
        with on("2019-01-10"):
            body = registering.register(by=BY, name=name, economy=make_economy(exporting))
            designation = designating.designate(
                by=BY,
                body=body,
                annex=self.annex,
                exporting=make_economy(exporting),
                importing=make_economy(importing),
                authority=None,
                scopes=[Scope(make_sector("emc"), "test_report")],
                terms=terms("2019-01-10"),
            )
        with on("2019-02-05"):
            return designating.notify(
                by=BY, designation=designation, regulator=regulator, terms=terms("2019-02-05")
            )

    def draft(self, **fields) -> JointDecision:
        said = {
            "by": acting(self.writer, self.gb),
            "annex": self.annex,
            "number": "40/2026",
            "text": "The committee lists the bodies below.",
            "partner": self.us,
            "recognitions": [self.waiting, self.other_way],
        }
        return signing.draft_joint(**{**said, **fields})

    def opened(self, **fields) -> JointDecision:
        return signing.put_to_signature(by=acting(self.writer, self.gb), joint=self.draft(**fields))

    def states(self) -> set[str]:
        return {each.decisions.latest("id").act for each in (self.waiting, self.other_way)}


@pytest.fixture
def committee(db):
    yield Committee()
    texts.forget()


def make_approver(user, authority) -> None:
    """Let a member be an approver too."""
    with running("tests.join", "desk"):
        membership = Membership.objects.get(user=user, authority=authority)
        RoleGrant.objects.create(membership=membership, role="approver")
        recording.record(by=BY, target=membership)


def entries_after(act) -> list[str]:
    """What the audit chain says of one call."""
    last = AuditEntry.objects.order_by("-id").values_list("id", flat=True).first()
    act()
    return list(AuditEntry.objects.filter(id__gt=last).order_by("id").values_list("act", flat=True))


def test_it_takes_effect_on_the_day_of_the_later_signature(committee):
    joint = committee.opened()
    today = date.today()
    first = signing.sign(by=acting(committee.us_signer, committee.us), joint=joint)
    assert (first.stage, first.effective_on, committee.states()) == (JointStage.OPEN, None, {"notify"})

    last = signing.sign(by=acting(committee.gb_signer, committee.gb), joint=joint)

    assert (last.stage, last.effective_on) == (JointStage.EFFECTIVE, today)
    for recognition in (committee.waiting, committee.other_way):
        decision = recognition.decisions.latest("id")
        assert (decision.act, decision.effective_on, decision.decided_on) == ("recognise", today, today)
        assert "40/2026" in decision.public_reason
        assert decision.authority_name == f"{committee.gb.name}; {committee.us.name}"
    assert recording.verify() == []
    assert {word: n for word, n in accepted_scope.rebuild().items() if n and word != "kept"} == {}


@pytest.mark.parametrize(("first", "second"), [("2030-03-01", "2030-03-09"), ("2030-03-09", "2030-03-01")])
def test_the_later_of_the_two_days_counts_whoever_signs_last(committee, first, second):
    joint = committee.opened()
    us, gb = acting(committee.us_signer, committee.us), acting(committee.gb_signer, committee.gb)
    with on(first):
        signing.sign(by=us, joint=joint)
    with on(second):
        signing.sign(by=gb, joint=joint)

    joint.refresh_from_db()
    assert joint.effective_on == date(2030, 3, 9)
    assert committee.waiting.decisions.latest("id").effective_on == date(2030, 3, 9)


def test_nobody_signs_what_they_wrote(committee):
    make_approver(committee.writer, committee.gb)
    joint = committee.opened()
    with pytest.raises(PermissionDenied):
        signing.sign(by=acting(committee.writer, committee.gb), joint=joint)
    make_officer(committee.us, "approver", user=committee.writer)
    with pytest.raises(PermissionDenied):
        signing.sign(by=acting(committee.writer, committee.us), joint=joint)
    assert not Signature.objects.exists()


def test_nobody_signs_for_both_sides(committee):
    joint = committee.opened()
    make_officer(committee.gb, "approver", user=committee.us_signer)
    signing.sign(by=acting(committee.us_signer, committee.us), joint=joint)
    with pytest.raises(PermissionDenied):
        signing.sign(by=acting(committee.us_signer, committee.gb), joint=joint)
    with pytest.raises(NotAllowed):
        signing.sign(by=acting(make_officer(committee.us, "approver"), committee.us), joint=joint)
    assert committee.states() == {"notify"}
    assert Signature.objects.count() == 1


def test_only_an_approver_of_one_of_the_two_signs(committee):
    joint = committee.opened()
    stranger = make_authority("us-nist", "US", ["designating"])
    for user, authority in (
        (make_officer(committee.gb, "editor", "administrator"), committee.gb),
        (make_officer(stranger, "approver"), stranger),
    ):
        with pytest.raises(PermissionDenied):
            signing.sign(by=acting(user, authority), joint=joint)
    with pytest.raises(NotAllowed):
        signing.sign(by=acting(committee.gb_signer, committee.gb), joint=committee.draft(number="41/2026"))


def test_one_body_that_cannot_be_recognised_refuses_the_whole_signature(committee):
    joint = committee.opened()
    signing.sign(by=acting(committee.us_signer, committee.us), joint=joint)
    recognising.refuse(by=BY, recognition=committee.other_way, terms=terms(date.today().isoformat()))
    before = (Decision.objects.count(), AuditEntry.objects.count())

    with pytest.raises(NotAllowed, match="Ohio EMC cannot be recognised, so nothing was signed"):
        signing.sign(by=acting(committee.gb_signer, committee.gb), joint=joint)

    joint.refresh_from_db()
    assert (joint.stage, joint.effective_on) == (JointStage.OPEN, None)
    assert (Decision.objects.count(), AuditEntry.objects.count()) == before
    assert Signature.objects.count() == 1
    assert committee.waiting.decisions.latest("id").act == "notify"
    assert WorkItem.objects.waiting().filter(kind=Work.SIGN, authority=committee.gb).exists()


def test_what_is_not_open_or_not_between_the_two_is_not_listed(committee):
    nist = make_authority("us-nist", "US", ["designating"])
    recognising.refuse(by=BY, recognition=committee.other_way, terms=terms("2026-01-01"))
    other_annex = make_annex(parties=("US", "GB"))
    third = make_authority("mx-ift", "MX", ["regulatory"])
    for refusal, fields in (
        (NotAllowed, {"recognitions": []}),
        (NotAllowed, {"recognitions": [committee.other_way]}),
        (NotAllowed, {"annex": other_annex}),
        (NotYours, {"partner": third}),
        (NotYours, {"partner": committee.gb}),
        (NotYours, {"partner": nist, "recognitions": [committee.waiting]}),
    ):
        with pytest.raises(refusal):
            committee.draft(**fields)
    with pytest.raises(ValidationError):
        committee.draft(number=" ", recognitions=[committee.waiting])
    committee.draft(recognitions=[committee.waiting])
    with pytest.raises(NotAllowed, match="of that number"):
        committee.draft(recognitions=[committee.waiting])


def test_each_verb_leaves_its_entry(committee):
    writer = acting(committee.writer, committee.gb)
    assert entries_after(committee.draft) == ["registry.draft_joint"]
    joint = JointDecision.objects.get()
    put = entries_after(lambda: signing.put_to_signature(by=writer, joint=joint))
    assert put == ["registry.put_to_signature"]
    us, gb = acting(committee.us_signer, committee.us), acting(committee.gb_signer, committee.gb)
    assert entries_after(lambda: signing.sign(by=us, joint=joint)) == ["registry.sign"]
    assert entries_after(lambda: signing.sign(by=gb, joint=joint)) == [
        "registry.recognise",
        "registry.recognise",
        "registry.sign",
    ]
    other = committee.draft(
        number="41/2026", recognitions=[committee.notified("Kent EMC", "GB", "US", committee.us)]
    )
    dropped = entries_after(lambda: signing.drop_joint(by=writer, joint=other, reason="Not now."))
    assert dropped == ["registry.drop_joint"]


def test_both_desks_are_asked_and_cleared(committee):
    joint = committee.opened()
    waiting = WorkItem.objects.waiting().filter(kind=Work.SIGN)
    assert set(waiting.values_list("authority__code", flat=True)) == {"us-fcc", "gb-dbt"}
    signing.sign(by=acting(committee.us_signer, committee.us), joint=joint)
    assert set(waiting.values_list("authority__code", flat=True)) == {"gb-dbt"}
    signing.drop_joint(by=acting(committee.writer, committee.gb), joint=joint)
    assert not waiting.exists()
    with pytest.raises(NotAllowed):
        signing.sign(by=acting(committee.gb_signer, committee.gb), joint=joint)


def test_only_the_side_that_wrote_it_opens_and_drops_it(committee):
    joint = committee.draft()
    editor = acting(make_officer(committee.us, "editor"), committee.us)
    for verb in (signing.put_to_signature, signing.drop_joint):
        with pytest.raises(PermissionDenied):
            verb(by=editor, joint=joint)


def test_one_person_at_both_sides_in_many_browsers_signs_once(transactional_db):
    committee = Committee()
    joint = committee.opened()
    both = make_person("Bo Both")
    make_officer(committee.us, "approver", user=both)
    make_officer(committee.gb, "approver", user=both)
    make_approver(committee.writer, committee.gb)
    hands = [acting(both, committee.us), acting(both, committee.gb), acting(committee.writer, committee.gb)]
    start = threading.Barrier(TRIES)

    def sign(number: int) -> str:
        start.wait(timeout=20)
        try:
            signing.sign(by=hands[number % len(hands)], joint=joint)
        except (PermissionDenied, NotAllowed):
            return ""
        finally:
            connection.close()
        return "signed"

    with ThreadPoolExecutor(TRIES) as browsers:
        done = list(browsers.map(sign, range(TRIES)))

    joint.refresh_from_db()
    assert done.count("signed") == 1
    assert (joint.stage, joint.effective_on) == (JointStage.OPEN, None)
    assert Signature.objects.get().signed_by == both
    assert committee.states() == {"notify"}
    assert recording.verify() == []
    texts.forget()


def test_two_sides_at_once_make_one_decision(transactional_db):
    committee = Committee()
    joint = committee.opened()
    hands = [acting(committee.us_signer, committee.us), acting(committee.gb_signer, committee.gb)]
    start = threading.Barrier(TRIES)

    def sign(number: int) -> bool:
        start.wait(timeout=20)
        try:
            signing.sign(by=hands[number % 2], joint=joint)
        except (PermissionDenied, NotAllowed):
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(TRIES) as browsers:
        done = list(browsers.map(sign, range(TRIES)))

    joint.refresh_from_db()
    assert sum(done) == 2
    assert joint.stage == JointStage.EFFECTIVE
    assert committee.waiting.decisions.filter(act="recognise").count() == 1
    assert recording.verify() == []
    texts.forget()


# The screens


def test_from_the_text_to_both_signatures_in_the_browser(committee):
    writer, us, gb = (
        signed_in(user) for user in (committee.writer, committee.us_signer, committee.gb_signer)
    )
    chosen = writer.get("/desk/joint/new/").content.decode()
    assert committee.annex.code in chosen
    form = {
        "annex": committee.annex.code,
        "number": "40/2026",
        "text": "Listed.",
        "partner": str(committee.us.pk),
        "recognitions": [str(committee.waiting.pk)],
    }
    searched = writer.post("/desk/joint/new/", {**form, "q": "ohio", "search": "1"})
    assert searched.status_code == 200
    page = searched.content.decode()
    assert 'value="40/2026"' in page
    assert "Ohio EMC" in page
    assert f'value="{committee.waiting.pk}" id="id_recognitions_0" checked' in page
    assert not JointDecision.objects.exists()

    saved = writer.post("/desk/joint/new/", form)
    joint = JointDecision.objects.get()
    assert saved["Location"] == f"/desk/joint/{joint.pk}/"
    assert us.get(saved["Location"]).status_code == 404
    assert writer.post(f"/desk/joint/{joint.pk}/open/").status_code == 302
    assert "40/2026" in us.get("/desk/joint/").content.decode()

    first = us.get(f"/desk/joint/{joint.pk}/sign/").content.decode()
    assert "Nothing changes until the other side has signed" in first
    us.post(f"/desk/joint/{joint.pk}/sign/")
    last = gb.get(f"/desk/joint/{joint.pk}/sign/").content.decode()
    assert "takes effect today" in last
    assert "Pennine EMC" in last
    gb.post(f"/desk/joint/{joint.pk}/sign/")

    shown = us.get(f"/desk/joint/{joint.pk}/").content.decode()
    assert "In effect since" in shown
    assert "Gwen Signer" in shown
    assert "/bodies/pennine-emc/" in shown
    public = us.get("/bodies/pennine-emc/").content.decode()
    assert "Listed by joint decision 40/2026" in public
    assert "Gwen Signer" not in public
    assert "Listed by joint decision 40/2026" in us.get("/changes/").content.decode()


def test_what_is_missing_is_said_and_what_was_typed_stays(committee):
    writer = signed_in(committee.writer)
    answer = writer.post(
        "/desk/joint/new/", {"annex": committee.annex.code, "number": "", "text": "Kept words"}
    )
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "Kept words" in page
    assert "Choose at least one." in page
    assert not JointDecision.objects.exists()


def test_the_writer_is_told_that_somebody_else_signs(committee):
    make_approver(committee.writer, committee.gb)
    joint = committee.opened()
    writer = signed_in(committee.writer)
    assert "somebody else must sign" in writer.get(f"/desk/joint/{joint.pk}/").content.decode()
    assert writer.get(f"/desk/joint/{joint.pk}/sign/").status_code == 302
    refused = writer.post(f"/desk/joint/{joint.pk}/sign/", follow=True)
    assert "A second person must decide" in refused.content.decode()
    assert not Signature.objects.exists()


def test_a_signature_that_would_be_refused_says_so_before(committee):
    joint = committee.opened()
    signing.sign(by=acting(committee.us_signer, committee.us), joint=joint)
    recognising.refuse(by=BY, recognition=committee.other_way, terms=terms(date.today().isoformat()))
    gb = signed_in(committee.gb_signer)
    assert "As things stand it cannot take effect" in gb.get(f"/desk/joint/{joint.pk}/sign/").content.decode()
    refused = gb.post(f"/desk/joint/{joint.pk}/sign/", follow=True).content.decode()
    assert "Ohio EMC cannot be recognised" in refused


def test_other_authorities_find_nothing(committee):
    joint = committee.opened()
    nist = make_authority("us-nist", "US", ["designating"])
    stranger = signed_in(make_officer(nist, "approver", "editor"))
    for address in ("", "sign/", "drop/"):
        assert stranger.get(f"/desk/joint/{joint.pk}/{address}").status_code == 404
    for address in ("sign/", "drop/", "open/"):
        assert stranger.post(f"/desk/joint/{joint.pk}/{address}").status_code == 404
    assert "40/2026" not in stranger.get("/desk/joint/").content.decode()
    nobody = signed_in(make_person())
    assert nobody.get("/desk/joint/").status_code == 404
    assert signed_in(make_officer(committee.gb, "reader")).get("/desk/joint/new/").status_code == 403
    assert stranger.get("/desk/joint/new/?annex=nothing").status_code == 404


def test_giving_up_asks_first_and_leaves_a_record(committee):
    joint = committee.opened()
    writer = signed_in(committee.writer)
    assert "Give up joint decision" in writer.get(f"/desk/joint/{joint.pk}/drop/").content.decode()
    writer.post(f"/desk/joint/{joint.pk}/drop/", {"reason": "Overtaken."})
    joint.refresh_from_db()
    assert joint.stage == JointStage.DROPPED
    assert "dropped" in writer.get(f"/desk/joint/{joint.pk}/").content.decode()
    assert "40/2026" not in writer.get("/desk/joint/").content.decode()
