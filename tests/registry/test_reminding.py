"""Reminders: of terms that run out and limits that come near, once at each mark, whenever the run comes."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements import joining
from agreements.acting import operator
from agreements.models import Membership
from portal import clock
from portal.audit.models import AuditEntry
from portal.celery import app
from portal.notices import gates
from portal.notices.models import Notice
from registry import accrediting, correcting, designating, recognising, reminding, tasks
from registry.designating import Scope
from registry.models import Accreditation, Work, WorkItem
from tests.agreements.factories import (
    BY,
    make_annex,
    make_authority,
    make_economy,
    make_sector,
    make_undertaking,
)
from tests.registry.desk_room import put
from tests.registry.officers import make_officer
from tests.registry.stories import on, recognised_body, terms

pytestmark = pytest.mark.django_db

END = date(2026, 12, 31)


@pytest.fixture
def dbt():
    return make_authority("gb-dbt", "GB", ["designating"])


@pytest.fixture
def ana(dbt):
    return make_officer(dbt, "editor", name="Ana Aguilar")


@pytest.fixture
def designation(dbt):
    """A designation by the British authority whose term ends on the last day of 2026."""
    body, _recognition = recognised_body()
    with on("2026-01-01"):
        annex = make_annex(parties=("US", "GB"))
        make_undertaking(annex=annex)
        return designating.designate(
            by=BY,
            body=body,
            annex=annex,
            exporting=make_economy("GB"),
            importing=make_economy("US"),
            authority=dbt,
            scopes=[Scope(make_sector("emc"), "test_report")],
            terms=terms("2026-01-01", until=END),
        )


def run(day: date | str) -> int:
    day = date.fromisoformat(day) if isinstance(day, str) else day
    with on(day.isoformat()):
        return reminding.remind(by=operator("remind"), today=day)


def expiring():
    """The terms that wait on desks."""
    return WorkItem.objects.waiting().filter(kind=Work.EXPIRING)


def days_before(number: int) -> date:
    return END - timedelta(days=number)


def marks(user) -> list[str]:
    """The marks at which somebody was told, in order."""
    keys = Notice.objects.filter(user=user).order_by("id").values_list("key", flat=True)
    return [key.rpartition(":")[2] for key in keys if key.startswith("reminder:")]


class TestTerms:
    def test_nothing_is_said_before_the_first_mark(self, designation, ana):
        assert run(days_before(61)) == 0
        assert not expiring().exists()

    def test_it_is_put_on_the_desk_and_told_at_each_mark_once(self, designation, ana, dbt):
        for number in range(62, 0, -1):
            run(days_before(number))
            run(days_before(number))
        assert marks(ana) == ["60", "30", "7"]
        item = expiring().get()
        assert (item.authority, item.kind, item.due_on) == (dbt, Work.EXPIRING, END)
        assert item.designation == designation
        assert "1 January 2026" in item.due_source
        notice = Notice.objects.filter(user=ana).first()
        assert notice.category == "deadlines"
        assert notice.link == f"/desk/work/{item.pk}/"
        assert "Pennine EMC Laboratory" in notice.words
        assert "31 December 2026" in notice.words
        assert gates.may_read(ana.pk, notice)

    @pytest.mark.parametrize(
        ("left", "mark"), [(60, "60"), (57, "60"), (30, "30"), (27, "30"), (7, "7"), (4, "7"), (1, "7")]
    )
    def test_after_missed_runs_the_nearest_mark_is_told_alone(self, designation, ana, left, mark):
        run(days_before(left))
        assert marks(ana) == [mark]

    def test_an_hourly_run_writes_nothing_more(self, designation, ana):
        run(days_before(20))
        before = AuditEntry.objects.count(), Notice.objects.count(), WorkItem.objects.count()
        for _hour in range(3):
            assert run(days_before(20)) == 0
        assert (AuditEntry.objects.count(), Notice.objects.count(), WorkItem.objects.count()) == before

    def test_one_entry_stands_for_a_batch(self, designation, ana):
        before = AuditEntry.objects.count()
        run(days_before(20))
        acts = AuditEntry.objects.order_by("id").values_list("act", "room")[before:]
        assert list(acts) == [("registry.put_terms", "desk"), ("registry.tell_limits", "desk")]

    def test_a_renewed_term_runs_out_no_longer(self, designation, ana):
        run(days_before(50))
        with on("2026-11-15"):
            designating.renew(
                by=BY, designation=designation, terms=terms("2026-11-15", until=date(2030, 1, 1))
            )
        assert not expiring().exists()
        run(days_before(20))
        assert not expiring().exists()
        assert marks(ana) == ["60"]

    def test_a_renewal_decided_for_later_counts_already(self, designation, ana):
        with on("2026-11-15"):
            designating.renew(
                by=BY, designation=designation, terms=terms("2026-12-30", until=date(2030, 1, 1))
            )
        run(days_before(20))
        assert marks(ana) == []

    def test_a_term_corrected_away_leaves_the_desk(self, designation, ana):
        run(days_before(50))
        with on("2026-11-15"):
            correcting.correct(
                by=BY,
                decision=designation.decisions.get(),
                reason="Misread.",
                effective_on=date(2026, 1, 1),
                until=date(2027, 12, 31),
            )
        run(days_before(40))
        assert not expiring().exists()
        with on("2027-11-15"):
            run("2027-11-15")
        assert expiring().get().due_on == date(2027, 12, 31)

    def test_a_suspended_record_keeps_its_term(self, designation, ana):
        with on("2026-06-01"):
            designating.suspend(by=BY, designation=designation, terms=terms("2026-06-01"))
        run(days_before(50))
        assert marks(ana) == ["60"]

    def test_what_was_withdrawn_has_no_term(self, designation, ana):
        with on("2026-06-01"):
            designating.withdraw(by=BY, designation=designation, terms=terms("2026-06-01"))
        run(days_before(50))
        assert not expiring().exists()

    def test_an_expired_term_leaves_the_desk_once_it_is_on_record(self, designation, ana):
        run(days_before(5))
        with on("2027-01-02"):
            run("2027-01-02")
            assert expiring().count() == 1
            tasks.expire_lapsed()
            assert not expiring().exists()
            run("2027-01-02")
        assert marks(ana) == ["7"]

    def test_the_partner_is_reminded_of_its_recognition(self, dbt, ana):
        _body, recognition = recognised_body()
        with on("2026-01-01"):
            recognising.renew(by=BY, recognition=recognition, terms=terms("2026-01-01", until=END))
        fcc = make_authority("us-fcc", "US", ["regulatory"])
        ben = make_officer(fcc, "approver")
        run(days_before(10))
        assert expiring().get().authority == fcc
        assert marks(ben) == ["30"]
        assert marks(ana) == []

    def test_an_accreditation_is_its_bodys_or_that_of_who_designated_on_it(self, designation, ana, dbt):
        ukas = make_authority("gb-ukas", "GB", ["accreditation"])
        with on("2026-01-01"):
            accrediting.accredit(
                by=BY,
                body=designation.body,
                accreditation_body=ukas,
                terms=terms("2026-01-01", until=date(2026, 11, 1)),
            )
        run("2026-10-01")
        assert expiring().get().authority == dbt
        make_officer(ukas, "editor")
        run("2026-10-01")
        assert expiring().get().authority == ukas
        assert Accreditation.objects.count() == 1

    def test_what_runs_out_takes_no_more_queries_the_more_there_is(self, designation, ana):
        run(days_before(50))
        with on(days_before(50).isoformat()), CaptureQueriesContext(connection) as asked:
            reminding.remind(by=operator("remind"), today=days_before(50))
        assert len(asked) <= 12


class TestLimits:
    TODAY = date(2026, 3, 10)

    def limited(self, authority, left: int, **fields) -> WorkItem:
        with on(self.TODAY.isoformat()):
            return put(
                authority,
                kind=Work.RECOGNISE,
                words="Alpha",
                due_on=self.TODAY + timedelta(days=left),
                **fields,
            )

    @pytest.mark.parametrize(
        ("left", "told"), [(8, []), (7, ["7"]), (0, ["7"]), (-1, ["passed"]), (-90, ["passed"])]
    )
    def test_a_limit_is_told_a_week_before_and_when_it_has_passed(self, dbt, ana, left, told):
        self.limited(dbt, left)
        run(self.TODAY)
        run(self.TODAY)
        assert marks(ana) == told

    def test_both_are_told_in_the_course_of_days(self, dbt, ana):
        self.limited(dbt, 10)
        for number in range(15):
            run(self.TODAY + timedelta(days=number))
        assert marks(ana) == ["7", "passed"]

    def test_what_has_passed_goes_to_the_administrators_too(self, dbt, ana):
        head, reader = make_officer(dbt, "administrator"), make_officer(dbt, "reader")
        self.limited(dbt, 3)
        run(self.TODAY)
        assert marks(head) == []
        run(self.TODAY + timedelta(days=4))
        assert marks(head) == ["passed"]
        assert marks(ana) == ["7", "passed"]
        assert marks(reader) == []
        assert "The limit passed on 13 March 2026" in Notice.objects.filter(user=head).get().words

    def test_whoever_has_it_is_told_alone(self, dbt, ana):
        ben = make_officer(dbt, "approver")
        self.limited(dbt, 3, assigned_to=ben)
        run(self.TODAY)
        assert marks(ben) == ["7"]
        assert marks(ana) == []

    def test_of_what_somebody_left_behind_the_others_are_told(self, dbt, ana):
        ben = make_officer(dbt, "approver")
        self.limited(dbt, 3, assigned_to=ben)
        joining.end_membership(by=BY, membership=Membership.objects.get(user=ben))
        with clock.at(clock.now()):
            run(self.TODAY)
        assert marks(ben) == []
        assert marks(ana) == ["7"]

    def test_nobody_is_told_of_what_is_done(self, dbt, ana):
        self.limited(dbt, 3, closed_at=clock.now(), closed_by="Ana")
        assert run(self.TODAY) == 0

    def test_another_authority_hears_nothing(self, dbt, ana):
        stranger = make_officer(make_authority("us-nist", "US"), "editor", "administrator")
        self.limited(dbt, -3)
        run(self.TODAY)
        assert not Notice.objects.filter(user=stranger).exists()

    def test_where_nobody_works_nothing_is_written(self, dbt):
        self.limited(dbt, -3)
        before = AuditEntry.objects.count()
        assert run(self.TODAY) == 0
        assert AuditEntry.objects.count() == before

    def test_without_workers_the_administrators_are_told(self, dbt):
        head = make_officer(dbt, "administrator")
        self.limited(dbt, 3)
        run(self.TODAY)
        assert marks(head) == ["7"]


def test_the_timetable_runs_it():
    assert "registry.tasks.remind" in {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert tasks.remind.name == "registry.tasks.remind"
