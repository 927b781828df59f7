"""The desk: what awaits an authority, who has it, and that nobody else sees any of it."""

import re
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements import joining
from agreements.models import Membership
from portal import clock
from portal.audit import recording
from portal.audit.models import AuditEntry
from portal.lifecycle import NotAllowed
from portal.notices import calendars, gates
from portal.notices.models import Notice
from portal.verbs import running
from registry import desking, working
from registry.models import JointDecision, Proposal, Stage, Work, WorkItem
from tests.agreements.factories import BY, make_authority
from tests.registry.desk_room import put, put_many
from tests.registry.officers import acting, make_officer, make_person, make_representative, signed_in
from tests.registry.stories import recognised_body

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def fcc():
    return make_authority("us-fcc", "US", ["regulatory"], name="Federal Communications Commission")


@pytest.fixture
def nist():
    return make_authority("us-nist", "US", ["designating"], name="National Institute")


@pytest.fixture
def ana(fcc):
    return make_officer(fcc, "editor", name="Ana Aguilar")


@pytest.fixture
def ben(fcc):
    return make_officer(fcc, "approver", name="Ben Bloom")


def text(client, address: str = "/desk/", **query) -> str:
    response = client.get(address, query)
    assert response.status_code == 200
    return response.content.decode()


def titles(page: str) -> list[str]:
    return re.findall(r'class="c-result__title"[^>]*><a [^>]*>([^<]*)</a>', page)


class TestRows:
    def test_the_nearest_deadline_comes_first(self, ana, fcc):
        today = clock.today()
        put(fcc, 1, words="No limit", opened_at=clock.now() - timedelta(days=9))
        put(fcc, 2, words="Late one", due_on=today - timedelta(days=3), due_source="Phase I, 4.2")
        put(fcc, 3, words="Soon one", due_on=today + timedelta(days=5))
        page = text(signed_in(ana))
        assert titles(page) == ["Late one", "Soon one", "No limit"]
        assert "Overdue</strong>" not in page
        assert "Overdue: 3 days over" in page
        assert "Phase I, 4.2" in page
        assert "5 days left" in page
        assert titles(text(signed_in(ana), sort="waiting"))[0] == "No limit"

    def test_each_kind_is_shown_with_its_record(self, ana, fcc):
        body, recognition = recognised_body("Pennine EMC Laboratory")
        with running("tests.propose", "desk"):
            proposal = Proposal.objects.create(
                authority=fcc, step="suspend", recognition=recognition, body=body, opened_by=ana
            )
            joint = JointDecision.objects.create(
                annex=recognition.annex,
                number="40/2011",
                authority=fcc,
                partner=make_authority("gb-dbt", "GB"),
                opened_by=ana,
            )
            recording.record(by=BY, target=proposal)
        put(fcc, 1, Work.DRAFT, proposal=proposal)
        put(fcc, 2, Work.RECOGNISE, recognition=recognition)
        put(fcc, 3, Work.SIGN, joint=joint, words=str(joint))
        put(fcc, 4, Work.SITE, body=body, words="Leeds")
        page = text(signed_in(ana))
        assert titles(page).count("Pennine EMC Laboratory") == 3
        assert "GB → US" in page
        assert "40/2011" in page
        assert "Draft to complete" in page

    def test_kinds_and_holders_are_counted_and_narrow(self, ana, ben, fcc):
        put(fcc, 1, Work.PARTNER, words="Alpha", assigned_to=ana)
        put(fcc, 2, Work.PARTNER, words="Beta", assigned_to=ben)
        put(fcc, 3, Work.SITE, words="Gamma")
        client = signed_in(ana)
        page = text(client)
        assert "Mine (1)" in page
        assert "Nobody's (1)" in page or "Nobody&#x27;s (1)" in page
        assert "All (3)" in page
        assert titles(text(client, kind="site")) == ["Gamma"]
        assert titles(text(client, holder="mine")) == ["Alpha"]
        assert titles(text(client, holder="nobodys")) == ["Gamma"]
        assert titles(text(client, words="bet")) == ["Beta"]
        assert titles(text(client, words="alpha gamma")) == []

    def test_what_somebody_left_behind_lies_with_nobody(self, ana, ben, fcc):
        put(fcc, 1, words="Alpha", assigned_to=ben)
        joining.end_membership(by=BY, membership=Membership.objects.get(user=ben))
        page = text(signed_in(ana), holder="nobodys")
        assert titles(page) == ["Alpha"]
        assert "Ben Bloom" not in page

    def test_words_find_the_body_of_any_record(self, ana, fcc):
        _body, recognition = recognised_body("Pennine EMC Laboratory")
        put(fcc, 1, Work.RECOGNISE, recognition=recognition)
        put(fcc, 2, words="Something else")
        assert titles(text(signed_in(ana), words="pennine")) == ["Pennine EMC Laboratory"]

    @pytest.mark.parametrize(
        "query",
        [
            {"kind": "x"},
            {"holder": "x"},
            {"sort": "x"},
            {"cursor": "x"},
            {"words": "a\x00"},
            {"cursor": "W10"},
        ],
    )
    def test_what_cannot_be_asked_is_told(self, ana, query):
        assert signed_in(ana).get("/desk/", query).status_code == 400

    def test_an_empty_desk_teaches(self, ana):
        page = text(signed_in(ana))
        assert "Nothing awaits your authority" in page
        assert "terms that run out" in page
        assert "Take a filter away" in text(signed_in(ana), holder="mine")

    @pytest.mark.parametrize(
        ("capacities", "shown", "hidden"),
        [
            (
                ["designating"],
                ["/desk/designate/", "/desk/designations/", "/desk/joint/"],
                ["/desk/recognitions/"],
            ),
            (["regulatory"], ["/desk/recognitions/", "/desk/joint/"], ["/desk/designate/"]),
            (["accreditation"], ["/desk/accreditations/"], ["/desk/designate/", "/desk/recognitions/"]),
        ],
    )
    def test_one_begins_what_the_authority_may(self, capacities, shown, hidden):
        page = text(signed_in(make_officer(make_authority("us-x", "US", capacities), "editor")))
        assert all(f'href="{address}"' in page for address in shown)
        assert not any(f'href="{address}"' in page for address in hidden)

    def test_a_reader_looks_and_changes_nothing(self, fcc):
        item = put(fcc, words="Alpha")
        client = signed_in(make_officer(fcc, "reader"))
        page = text(client)
        assert titles(page) == ["Alpha"]
        assert "/assign/" not in page
        assert client.post(f"/desk/work/{item.pk}/assign/", {"to": ""}).status_code == 403


class TestPaging:
    def test_pages_do_not_drift(self, ana, fcc):
        today = clock.today()
        put_many(
            fcc,
            [
                {
                    "kind": Work.PARTNER,
                    "key": str(number),
                    "words": f"Item {number:02}",
                    "due_on": today + timedelta(days=number % 7) if number < 40 else None,
                }
                for number in range(60)
            ],
        )
        client = signed_in(ana)
        for sort in ("deadline", "waiting"):
            seen, query = [], {"sort": sort}
            while True:
                page = text(client, **query)
                seen += titles(page)
                # What comes in front or goes meanwhile moves nothing on the pages to come.
                put(fcc, f"{sort}{len(seen)}", words="Late", due_on=date(2020, 1, 1), opened_at=LONG_AGO)
                following = re.search(r'rel="next" href="[^"]*cursor=([^"&]+)', page)
                if not following:
                    break
                query["cursor"] = following[1]
            seen = [title for title in seen if title != "Late"]
            assert len(seen) == len(set(seen)) == 60

    @pytest.fixture
    def crowded(self, fcc, nist, ana, ben):
        body, recognition = recognised_body()
        today = clock.today()
        with running("tests.propose", "desk"):
            proposals = Proposal.objects.bulk_create(
                Proposal(authority=fcc, step="correct", stage=Stage.DRAFT, body=body, opened_by=ana)
                for _number in range(1250)
            )
            recording.record(by=BY, target=fcc)
        about = [{"recognition": recognition}, {"designation": recognition.designation}, {"body": body}]
        kinds = [Work.RECOGNISE, Work.EXPIRING, Work.SITE]
        put_many(
            fcc,
            [
                {
                    "kind": Work.DRAFT if number % 4 == 3 else kinds[number % 4],
                    "key": str(number),
                    "due_on": today + timedelta(days=number % 90 - 20) if number % 2 else None,
                    "assigned_to": (None, ana, ben)[number % 3],
                    **({"proposal": proposals[number // 4]} if number % 4 == 3 else about[number % 4]),
                }
                for number in range(5000)
            ],
        )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE registry_workitem, registry_proposal")

    def test_five_thousand_items_take_few_queries_and_little_time(self, crowded, ana):
        client = signed_in(ana)
        page = text(client)
        cursor = re.search(r'rel="next" href="[^"]*cursor=([^"&]+)', page)[1]
        queries = [
            {},
            {"cursor": cursor},
            {"sort": "waiting", "holder": "nobodys"},
            {"kind": "draft", "holder": "mine"},
            {"words": "pennine"},
        ]
        for query in queries:
            with CaptureQueriesContext(connection) as asked:
                assert len(titles(text(client, **query))) == 25
            assert len(asked) <= 15, [each["sql"][:200] for each in asked]
        assert min(_seconds(client) for _try in range(5)) < 0.1


def _seconds(client) -> float:
    """What the page takes of this process; other processes on the machine do not count."""
    start = time.process_time()
    client.get("/desk/")
    return time.process_time() - start


class TestAssigning:
    def test_a_colleague_gets_it_and_is_told(self, ana, ben, fcc):
        item = put(fcc, words="Alpha")
        client = signed_in(ana)
        back = client.post(f"/desk/work/{item.pk}/assign/", {"to": ben.pk, "back": "kind=partner&x=1"})
        assert back["Location"] == "/desk/?kind=partner"
        assert "lies with Ben Bloom now" in text(client)
        notice = Notice.objects.get(user=ben)
        assert notice.kind == "work.assigned"
        assert notice.link == f"/desk/work/{item.pk}/"
        assert gates.may_read(ben.pk, notice)
        assert titles(text(signed_in(ben), holder="mine")) == ["Alpha"]

    def test_one_takes_it_and_gives_it_back(self, ana, fcc):
        item = put(fcc, words="Alpha")
        client = signed_in(ana)
        client.post(f"/desk/work/{item.pk}/assign/", {"to": ana.pk})
        assert "You have it" in text(client)
        client.post(f"/desk/work/{item.pk}/assign/", {"to": ""})
        assert "Nobody has it yet" in text(client)
        assert not Notice.objects.exists()

    @pytest.mark.parametrize("roles", [("reader",), ("administrator",)])
    def test_only_who_works_here_gets_it(self, ana, fcc, nist, roles):
        item = put(fcc)
        for stranger in (make_officer(fcc, *roles), make_officer(nist, "editor"), make_person()):
            with pytest.raises(NotAllowed):
                working.assign(by=acting(ana, fcc), item=item, to=stranger)
            client = signed_in(ana)
            client.post(f"/desk/work/{item.pk}/assign/", {"to": stranger.pk})
            assert "Choose somebody from the list" in text(client)
        for nonsense in ("x", "-1", "9" * 30, "٣"):
            signed_in(ana).post(f"/desk/work/{item.pk}/assign/", {"to": nonsense})
        assert WorkItem.objects.get().assigned_to is None

    def test_nobody_of_another_authority_gives_it(self, fcc, nist, ana):
        item, other = put(fcc), make_officer(nist, "editor", "approver")
        for verb, rest in ((working.assign, {"to": None}), (working.see, {})):
            with pytest.raises(PermissionDenied):
                verb(by=acting(other, nist), item=item, **rest)
        client = signed_in(other)
        assert client.post(f"/desk/work/{item.pk}/assign/", {"to": other.pk}).status_code == 404
        assert client.post(f"/desk/work/{item.pk}/seen/").status_code == 404

    def test_what_is_done_is_given_to_nobody(self, ana, fcc):
        item = put(fcc, closed_at=clock.now(), closed_by="Ana")
        with pytest.raises(NotAllowed):
            working.assign(by=acting(ana, fcc), item=item, to=ana)


class TestSeeing:
    def test_a_note_goes_when_it_was_seen(self, ana, fcc):
        item = put(fcc, words="Alpha")
        client = signed_in(ana)
        client.post(f"/desk/work/{item.pk}/seen/")
        page = text(client)
        assert titles(page) == []
        assert "no longer on the desk" in page
        item.refresh_from_db()
        assert item.closed_by == "Ana Aguilar"
        assert AuditEntry.objects.filter(act="registry.see", authority="us-fcc").count() == 1
        client.post(f"/desk/work/{item.pk}/seen/")
        assert "Somebody has done this already" in text(client)

    @pytest.mark.parametrize("kind", [kind for kind in Work if kind not in desking.SEEN_BY_HAND])
    def test_work_goes_only_by_doing_it(self, ana, fcc, kind):
        item = put(fcc, kind=kind)
        with pytest.raises(NotAllowed):
            working.see(by=acting(ana, fcc), item=item)


class TestGoing:
    def test_each_leads_to_where_it_is_done(self, ana, fcc):
        body, recognition = recognised_body()
        with running("tests.propose", "desk"):
            proposal = Proposal.objects.create(
                authority=fcc, step="suspend", recognition=recognition, opened_by=ana
            )
            recording.record(by=BY, target=proposal)
        client = signed_in(ana)
        for kind, about, place in [
            (Work.DRAFT, {"proposal": proposal}, f"/desk/proposals/{proposal.pk}/"),
            (Work.APPROVE, {"proposal": proposal}, f"/desk/proposals/{proposal.pk}/"),
            (Work.RECOGNISE, {"recognition": recognition}, f"/desk/recognitions/{recognition.pk}/"),
            (
                Work.EXPIRING,
                {"designation": recognition.designation},
                f"/desk/designations/{recognition.designation_id}/",
            ),
            (Work.SITE, {"body": body}, f"/desk/bodies/{body.slug}/"),
            (
                Work.PARTNER,
                {"recognition": recognition, "closed_at": clock.now()},
                f"/desk/recognitions/{recognition.pk}/",
            ),
        ]:
            item = put(fcc, kind=kind, **about)
            assert client.get(f"/desk/work/{item.pk}/")["Location"] == place
        item = WorkItem.objects.get(kind=Work.APPROVE)
        approver = signed_in(make_officer(fcc, "approver"))
        assert approver.get(f"/desk/work/{item.pk}/")["Location"] == f"/desk/proposals/{proposal.pk}/decide/"

    def test_nobody_learns_of_what_is_not_theirs(self, fcc, nist):
        item = put(fcc)
        client = signed_in(make_officer(nist, "editor"))
        assert client.get(f"/desk/work/{item.pk}/").status_code == 404
        assert client.get("/desk/work/999999999999999999999999/").status_code == 404

    def test_who_acts_for_another_of_their_authorities_is_asked_to_change(self, ana, fcc, nist):
        make_officer(nist, "editor", user=ana)
        items = put(fcc), put(nist)
        client = signed_in(ana)
        places = [client.get(f"/desk/work/{item.pk}/")["Location"] for item in items]
        assert sorted(place.split("?")[0] for place in places) == ["/acting/", "/desk/"]


class TestWhoSees:
    def test_another_authority_sees_nothing_and_counts_nothing(self, fcc, nist, ana):
        put(fcc, words="Canaryville", kind=Work.SITE, due_on=date(2030, 1, 1))
        client = signed_in(make_officer(nist, "editor"))
        for query in ({}, {"words": "Canaryville"}, {"kind": "site"}, {"holder": "nobodys"}):
            page = text(client, **query)
            assert titles(page) == []
            assert "All (0)" in page
            assert page.count("Canaryville") == (1 if "words" in query else 0)

    def test_an_ended_membership_empties_desk_calendar_and_notices_at_once(self, fcc, ana, ben):
        item = put(fcc, words="Canaryville", due_on=date(2030, 1, 1))
        working.assign(by=acting(ben, fcc), item=item, to=ana)
        notice = Notice.objects.get(user=ana)
        assert [entry.uid for entry in calendars.entries_for(ana)] == [f"work-{item.pk}"]
        assert gates.may_read(ana.pk, notice)
        joining.end_membership(by=BY, membership=Membership.objects.get(user=ana))
        assert calendars.entries_for(ana) == []
        assert not gates.may_read(ana.pk, notice)
        page = text(signed_in(ana))
        assert "You act for no authority yet" in page
        assert "Canaryville" not in page

    def test_a_calendar_names_only_the_kind(self, fcc, ana):
        body, recognition = recognised_body("Canaryville")
        put(fcc, kind=Work.RECOGNISE, recognition=recognition, due_on=date(2030, 1, 1), words="Canaryville")
        put(fcc, kind=Work.SITE, body=body)
        (entry,) = calendars.entries_for(ana)
        assert entry.summary == "designation to decide on"
        assert entry.day == date(2030, 1, 1)
        assert b"Canaryville" not in calendars.render("Concordat", [entry])

    def test_anonymous_people_sign_in(self, client):
        assert "login" in client.get("/desk/")["Location"]

    def test_somebody_without_authority_learns_what_to_do(self):
        assert "Ask an administrator" in text(signed_in(make_person()))

    def test_a_representative_is_led_to_their_body(self):
        body, _recognition = recognised_body()
        assert 'href="/mine/"' in text(signed_in(make_representative(body)))

    def test_an_operator_is_led_to_the_portals_pages(self):
        user = make_person()
        user.is_staff = True
        user.save()
        assert 'href="/audit/"' in text(signed_in(user))

    def test_without_a_second_factor_nobody_works(self, fcc):
        user = make_person(is_sample=False)
        make_officer(fcc, "editor", user=user)
        assert signed_in(user).get("/desk/").status_code == 302


class TestGates:
    def told(self, user, authority, kind: str, target) -> Notice:
        return Notice.objects.create(
            user=user,
            key=f"{kind}:{user.pk}",
            kind=kind,
            category="queue",
            words="x",
            authority_code=authority.code if authority else "",
            target_id=str(target),
        )

    def test_work_is_read_while_it_belongs_to_the_authority(self, fcc, nist, ana):
        item = put(fcc)
        assert gates.may_read(ana.pk, self.told(ana, fcc, "work.opened", item.pk))
        assert gates.may_read(ana.pk, self.told(ana, fcc, "reminder.limit", item.pk))
        assert not gates.may_read(ana.pk, self.told(ana, nist, "work.other", item.pk))
        assert not gates.may_read(ana.pk, self.told(ana, fcc, "work.gone", 0))
        assert not gates.may_read(ana.pk, self.told(ana, fcc, "work.odd", "x"))
        stranger = make_officer(nist, "editor")
        assert not gates.may_read(stranger.pk, self.told(stranger, fcc, "work.opened", item.pk))

    def test_a_standing_is_read_by_the_bodys_own_people(self, ana, fcc):
        body, _recognition = recognised_body()
        theirs = make_representative(body)
        assert gates.may_read(theirs.pk, self.told(theirs, None, "standing.changed", body.pk))
        assert not gates.may_read(ana.pk, self.told(ana, fcc, "standing.changed", body.pk))
        assert gates.may_read(ana.pk, self.told(ana, fcc, "standing.told", body.pk))
        assert not gates.may_read(theirs.pk, self.told(theirs, None, "standing.told", body.pk))

    def test_each_gate_asks_once(self, fcc, ana):
        item = put(fcc)
        for kind in (
            "work.opened",
            "reminder.limit",
            "proposal.sent_back",
            "standing.changed",
            "standing.told",
        ):
            notice = self.told(ana, fcc, kind, item.pk)
            with CaptureQueriesContext(connection) as asked:
                gates.may_read(ana.pk, notice)
            assert len(asked) == 1
