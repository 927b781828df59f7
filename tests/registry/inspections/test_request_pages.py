"""The pages of requests: what each side sees and may do, outsiders find nothing, and nothing typed is lost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal import clock
from portal.audit import recording
from portal.files.models import ContentType, StoredFile
from portal.verbs import running
from registry.inspections import corresponding, requesting
from registry.inspections.fence import reading_as, reading_everything
from registry.inspections.models import (
    Release,
    ReleaseStage,
    ReportRequest,
    RequestMessage,
    RequestStage,
    Version,
)
from registry.models import WorkItem
from tests.agreements.factories import BY, make_annex, make_undertaking
from tests.registry.inspections.requests import ask, fresh, in_stage, set_limit
from tests.registry.inspections.room import (
    GMP,
    make_document,
    make_facility,
    make_inspection,
    promise,
)
from tests.registry.officers import signed_in

pytestmark = pytest.mark.django_db

PURPOSE = "A dossier about tablets."


@pytest.fixture
def browser(room):
    """A browser by side and role."""
    return lambda side, role="editor": signed_in(room.user(side, role))


def page(browser, request, side="receiver", role="editor") -> str:
    answer = browser(side, role).get(request.get_absolute_url())
    assert answer.status_code == 200
    return answer.content.decode()


def post(browser, request, side, role="editor", **data):
    data.setdefault("version", fresh(request).version)
    return browser(side, role).post(request.get_absolute_url(), data)


class TestNew:
    def test_it_says_where_to_begin(self, browser):
        text = browser("receiver").get("/requests/new/").content.decode()
        assert "/inspections/" in text
        assert "/facilities/" in text

    def test_the_form_names_whom_under_what_and_within_which_limit(self, room, browser):
        set_limit(room, "post_approval_report_existing", 30)
        promise(room, information=["trade_secret"], citation="FDA and BMG, 2020")
        inspection = make_inspection(room)
        text = browser("receiver").get(f"/requests/new/?inspection={inspection.pk}").content.decode()
        for words in (
            "Ask German Inspectorate",
            "Annex for tests (GMP-TEST)",
            "30 calendar days (Article on post approval report existing)",
            "no limit is on file; the two authorities may agree on a day",
            "FDA and BMG, 2020",
            "Covered: trade secrets.",
            "Not covered: confidential commercial information",
        ):
            assert words in text, words

    def test_it_is_sent(self, room, browser):
        inspection = make_inspection(room)
        data = {"inspection": inspection.pk, "annex": room.annex.pk, "wanted": "existing", "purpose": PURPOSE}
        answer = browser("receiver").post("/requests/new/", {**data, "kinds": ["eir", "inspection_report"]})
        with reading_as(room.by("receiver")):
            request = ReportRequest.objects.get()
        assert (answer.status_code, answer.url) == (302, f"/requests/{request.number}/")
        assert request.kinds == ["inspection_report", "eir"]
        text = page(browser, request, "giver")
        assert PURPOSE in text
        assert "American Regulator asks your authority" in text

    def test_a_document_is_asked_for_by_its_name(self, room, browser):
        document = make_document(room)
        text = browser("receiver").get(f"/requests/new/?document={document.pk}").content.decode()
        assert document.title in text
        assert 'name="wanted"' not in text
        data = {"document": document.pk, "annex": room.annex.pk, "purpose": PURPOSE}
        browser("receiver").post("/requests/new/", data)
        with reading_as(room.by("receiver")):
            assert ReportRequest.objects.get().document == document

    def test_about_a_facility_one_chooses_whom_to_ask(self, room, browser):
        facility = make_facility(is_public=True)
        text = browser("receiver").get(f"/requests/new/?facility={facility.key}").content.decode()
        assert f"asked={room.giver.code}" in text
        assert "where the facility lies" in text
        where = f"/requests/new/?facility={facility.key}&asked={room.giver.code}"
        assert "Ask German Inspectorate" in browser("receiver").get(where).content.decode()
        data = {"facility": facility.key, "asked": room.giver.code, "annex": room.annex.pk}
        answer = browser("receiver").post(
            "/requests/new/", {**data, "wanted": "new_inspection", "purpose": PURPOSE}
        )
        assert answer.status_code == 302

    def test_without_an_annex_the_form_says_what_is_missing(self, room, browser):
        facility = make_facility(is_public=True)
        inspection = make_inspection(room, facility, access_class="public")
        text = browser("outsider").get(f"/requests/new/?inspection={inspection.pk}").content.decode()
        assert "No annex on inspections between your party and that of German Inspectorate is on file" in text
        assert "No confidentiality commitment of your authority towards German Inspectorate" in text
        assert "Send the request" not in text
        text = browser("outsider").get(f"/requests/new/?facility={facility.key}").content.decode()
        assert "Nobody can be asked" in text

    def test_an_annex_that_cannot_be_cited_says_why(self, room, browser):
        annex = make_annex("GMP-JP", parties=("JP", "DE"), sectors=(GMP,))
        make_undertaking("JP", "DE", kind="gmp_inspection", sector=GMP, annex=annex)
        inspection = make_inspection(room, access_class="public", authority=room.receiver)
        text = browser("outsider").get(f"/requests/new/?inspection={inspection.pk}").content.decode()
        assert "No annex on inspections" in text
        inspection = make_inspection(room, access_class="public")
        text = browser("outsider").get(f"/requests/new/?inspection={inspection.pk}").content.decode()
        assert "Send the request" in text

    def test_ones_own_is_not_asked_for(self, room, browser):
        inspection = make_inspection(room)
        text = browser("giver").get(f"/requests/new/?inspection={inspection.pk}").content.decode()
        assert "nobody needs to be asked for it" in text
        data = {"inspection": inspection.pk, "annex": room.annex.pk, "wanted": "existing", "purpose": PURPOSE}
        assert browser("giver").post("/requests/new/", data).status_code == 403

    @pytest.mark.parametrize(
        "query", ["inspection=1", "document=x", "facility=no-uuid", "inspection=9" + "9" * 30]
    )
    def test_what_is_not_there_is_not_found(self, room, browser, query):
        assert browser("receiver").get(f"/requests/new/?{query}").status_code == 404

    def test_what_one_may_not_know_of_is_not_found(self, room, browser):
        inspection = make_inspection(room)
        assert browser("outsider").get(f"/requests/new/?inspection={inspection.pk}").status_code == 404

    def test_a_reader_may_not(self, room, browser):
        assert browser("receiver", "reader").get("/requests/new/").status_code == 403

    def test_what_was_typed_stays_when_something_is_missing(self, room, browser):
        inspection = make_inspection(room)
        data = {"inspection": inspection.pk, "wanted": "existing", "purpose": PURPOSE}
        answer = browser("receiver").post("/requests/new/", data)
        assert answer.status_code == 400
        text = answer.content.decode()
        assert PURPOSE in text
        assert "Choose the text that obliges the other authority." in text

    def test_the_second_request_for_the_same_names_the_first(self, room, browser):
        inspection = make_inspection(room)
        first = ask(room, inspection)
        data = {"inspection": inspection.pk, "annex": room.annex.pk, "wanted": "existing", "purpose": PURPOSE}
        answer = browser("receiver", "approver").post("/requests/new/", data)
        assert answer.status_code == 400
        assert first.number in answer.content.decode()


class TestPage:
    def test_outsiders_find_nothing(self, room, browser):
        request = ask(room)
        for path in ("", "agree/", "refuse/", "withdraw/"):
            where = f"{request.get_absolute_url()}{path}"
            assert browser("outsider").get(where).status_code == 404, path
            assert browser("outsider").post(where, {"version": 1}).status_code == 404, path

    def test_each_side_sees_its_own_steps(self, room, browser):
        request = ask(room)
        asked, asking = page(browser, request, "giver"), page(browser, request)
        for words, mine, theirs in (
            (">Acknowledge<", asked, asking),
            ("/agree/", asked, asking),
            ("/refuse/", asked, asking),
            ("/withdraw/", asking, asked),
        ):
            assert (words in mine, words in theirs) == (True, False), words
        reader = page(browser, request, "giver", "reader")
        assert ">Acknowledge<" not in reader
        assert "<textarea" not in reader

    def test_it_says_what_awaits_whom_and_how_long(self, room, browser):
        set_limit(room, "post_approval_report_existing", 30)
        request = ask(room)
        text = page(browser, request)
        assert "German Inspectorate: to acknowledge, agree or refuse" in text
        assert "Article on post approval report existing: 30 calendar days" in text
        assert "Your authority: to acknowledge" in page(browser, request, "giver")

    def test_without_a_limit_it_says_so(self, room, browser):
        assert "No limit is on file for this under the text" in page(browser, ask(room))

    def test_the_whole_way_in_the_browser(self, room, browser):
        request = ask(room)
        assert post(browser, request, "giver", doing="acknowledge").status_code == 302
        where = f"/requests/{request.number}/agree/"
        assert "What you promise" in browser("giver").get(where).content.decode()
        data = {"version": fresh(request).version, "words": "Without names.", "part": "part"}
        assert browser("giver").post(where, data).status_code == 302
        text = page(browser, request)
        assert "Without names." in text
        assert "What is left out" in text
        requesting.mark_shared(by=room.by("giver", "releaser"), request=request)
        assert "It took the place of an inspection of ours" in page(browser, request)
        assert post(browser, request, "receiver", doing="rely_on").status_code == 302
        assert fresh(request).relied_on_at

    def test_to_agree_one_chooses_and_a_part_is_described(self, room, browser):
        where = f"/requests/{ask(room).number}/agree/"
        for data, words in (({}, "Choose whether"), ({"part": "part"}, "Say what is left out")):
            answer = browser("giver").post(where, {"version": 1, **data})
            assert answer.status_code == 400
            assert words in answer.content.decode()

    def test_a_refusal_is_confirmed_with_its_ground(self, room, browser):
        request = ask(room)
        where = f"/requests/{request.number}/refuse/"
        assert "cannot be taken back" in browser("giver").get(where).content.decode()
        assert browser("giver").post(where, {"version": 1}).status_code == 400
        assert browser("giver").post(where, {"version": 1, "words": "With the court."}).status_code == 302
        assert "With the court." in page(browser, request)
        assert browser("giver").get(where).url == request.get_absolute_url()

    def test_a_withdrawal_is_confirmed(self, room, browser):
        request = ask(room)
        where = f"/requests/{request.number}/withdraw/"
        assert "owes nothing on it any more" in browser("receiver").get(where).content.decode()
        assert browser("receiver").post(where, {"version": 1}).status_code == 302
        assert fresh(request).stage == RequestStage.WITHDRAWN

    def test_an_older_version_of_the_page_does_nothing_and_keeps_what_was_typed(self, room, browser):
        request = ask(room)
        requesting.acknowledge(by=room.by("giver"), request=request, version=1)
        answer = browser("giver").post(
            f"/requests/{request.number}/refuse/", {"version": 1, "words": "With the court."}
        )
        assert answer.status_code == 409
        text = answer.content.decode()
        assert "has changed since you opened the page" in text
        assert "With the court." in text
        answer = post(browser, request, "giver", doing="acknowledge", version=1)
        assert answer.status_code == 409
        answer = post(browser, request, "giver", doing="acknowledge")
        assert answer.status_code == 400
        assert "does not follow" in answer.content.decode()

    def test_questions_and_answers(self, room, browser):
        request = ask(room)
        assert (
            post(browser, request, "giver", doing="question", words="For which product?").status_code == 302
        )
        with reading_as(room.by("receiver")):
            question = RequestMessage.objects.get(act="question")
        text = page(browser, request)
        assert "For which product?" in text
        assert f'value="{question.pk}"' in text
        answer = post(browser, request, "receiver", doing="answer", question=question.pk, words="")
        assert answer.status_code == 400
        post(browser, request, "receiver", doing="answer", question=question.pk, words="Tablets.")
        assert "Tablets." in page(browser, request, "giver")
        for number in ("", "x", "999999", "9" * 30):
            answer = post(browser, request, "receiver", doing="answer", question=number, words="Tablets.")
            assert answer.status_code == 404

    def test_a_question_of_another_request_is_not_answered_here(self, room, browser):
        request, other = ask(room), ask(room)
        question = corresponding.question(by=room.by("giver"), request=other, words="Which?")
        answer = post(browser, request, "receiver", doing="answer", question=question.pk, words="Tablets.")
        assert answer.status_code == 404

    def test_a_day_is_proposed_and_accepted(self, room, browser):
        request, day = ask(room), clock.today() + timedelta(days=20)
        for typed, words in (("", "Choose a day."), ("soon", "Give a day"), ("2020-01-01", "a later day")):
            answer = post(browser, request, "giver", doing="propose_day", day=typed)
            assert answer.status_code == 400
            assert words in answer.content.decode()
        post(browser, request, "giver", doing="propose_day", day=day.isoformat())
        assert "Accept this day" in page(browser, request)
        assert "Accept this day" not in page(browser, request, "giver")
        assert post(browser, request, "receiver", doing="accept_day").status_code == 302
        assert fresh(request).due_on == day
        post(browser, request, "receiver", doing="propose_day", day=day.isoformat())
        assert post(browser, request, "giver", doing="decline_day").status_code == 302

    @pytest.mark.parametrize("doing", ["", "agree", "get", "dispatch", "_question"])
    def test_nothing_else_can_be_done(self, room, browser, doing):
        assert post(browser, ask(room), "giver", doing=doing).status_code == 403

    def test_names_of_people_stay_on_their_own_side(self, room, browser):
        text = page(browser, ask(room), "giver")
        assert "Receiver editor" not in text
        assert "Receiver editor" in page(browser, ask(room))

    def test_what_was_named_is_linked_for_whoever_may_know_of_it(self, room, browser):
        facility = make_facility("Only ours", entered_by=room.receiver)
        request = requesting.ask(
            by=room.by("receiver"),
            asked=room.giver,
            annex=room.annex,
            facility=facility,
            purpose=PURPOSE,
        )
        assert facility.get_absolute_url() in page(browser, request)
        text = page(browser, request, "giver")
        assert "Only ours" in text
        assert facility.get_absolute_url() not in text

    def test_the_asked_side_is_led_to_the_release(self, room, browser):
        inspection = make_inspection(room)
        request = in_stage(room, RequestStage.AGREED, inspection=inspection)
        assert "no document on file that would answer it" in page(browser, request, "giver")
        document = make_document(room, inspection)
        link = f"/inspections/documents/{document.pk}/release/?request={request.number}"
        assert link in page(browser, request, "giver")
        assert link not in page(browser, request)
        assert link not in page(browser, request, "giver", "reader")

    def test_the_page_takes_no_more_queries_the_longer_its_history(self, room, browser):
        request = ask(room)
        counts = []
        for _round in range(2):
            client = browser("giver")
            client.get(request.get_absolute_url())
            with CaptureQueriesContext(connection) as asked:
                client.get(request.get_absolute_url())
            counts.append(len(asked))
            for number in range(4):
                corresponding.question(by=room.by("giver"), request=request, words=f"Question {number}?")
        assert counts[0] == counts[1]
        assert counts[0] <= 24, counts


class TestReleases:
    @staticmethod
    def released(room, request, title: str, **fields):
        """A version of an own document of the giver, released to the receiver unless told otherwise."""
        said = {
            "giver": room.giver,
            "receiver": room.receiver,
            "information": ["trade_secret"],
            "request": request,
            "annex": room.annex,
            "legal_basis": "The annex",
            "stage": ReleaseStage.RELEASED,
            "proposed_by": room.user("giver"),
            "released_by": room.user("giver", "releaser"),
            "released_at": clock.now(),
        }
        document = make_document(room, title=title, access_class="internal")
        stored = StoredFile.objects.create(
            sha256="0" * 64, size=1, content_type=ContentType.PDF, shown_name="x.pdf", stored_by="tests"
        )
        with running("tests.released", "desk"), reading_everything():
            version = Version.objects.create(
                document=document,
                authority=room.giver,
                sector_code=GMP,
                number=1,
                stored=stored,
                information=said["information"],
                filed_by=room.user("giver"),
            )
            release = Release.objects.create(version=version, **said | fields)
            recording.record(by=BY, target=release)
        return release

    def test_what_was_released_is_there_for_as_long_as_it_may_be_read(self, room, browser):
        commitment = promise(room)
        request = in_stage(room, RequestStage.SHARED)
        self.released(room, request, "Report on tablets")
        assert "Report on tablets" in page(browser, request)
        with running("tests.ended", "desk"):
            type(commitment).objects.update(ended_at=clock.now(), ended_by="tests")
            recording.record(by=BY, target=commitment)
        text = page(browser, request)
        assert "Report on tablets" not in text
        assert "Not readable now" in text
        text = page(browser, request, "giver")
        assert "Report on tablets" in text
        assert "Not readable now" in text

    def test_what_is_only_proposed_is_the_givers_own(self, room, browser):
        promise(room)
        request = in_stage(room, RequestStage.AGREED)
        self.released(
            room,
            request,
            "Report on tablets",
            stage=ReleaseStage.PROPOSED,
            released_by=None,
            released_at=None,
        )
        assert "Report on tablets" in page(browser, request, "giver")
        text = page(browser, request)
        assert "Report on tablets" not in text
        assert "Documents released" not in text


class TestList:
    def test_each_side_sees_its_own_and_outsiders_none(self, room, browser):
        request = ask(room)
        made = browser("receiver").get("/requests/").content.decode()
        received = browser("giver").get("/requests/").content.decode()
        assert "Your authority asks German Inspectorate" in made
        assert "American Regulator asks your authority" in received
        assert request.number not in browser("outsider").get("/requests/").content.decode()

    def test_an_empty_list_teaches(self, room, browser):
        assert "No request yet" in browser("giver").get("/requests/").content.decode()
        ask(room)
        text = browser("giver").get("/requests/?words=nowhere").content.decode()
        assert "No request matches" in text

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", {"one", "two"}),
            ("side=received", {"one", "two"}),
            ("side=made", set()),
            ("stage=refused", {"two"}),
            ("stage=sent", {"one"}),
            ("words=eins", {"one"}),
            ("words=american+zwei", {"two"}),
            ("partner=us-regulator", {"one", "two"}),
            ("partner=jp-regulator", set()),
            ("late=1", set()),
        ],
    )
    def test_it_is_narrowed(self, room, browser, query, found):
        one = ask(room, make_inspection(room, make_facility("Werk Eins")))
        two = in_stage(
            room, RequestStage.REFUSED, inspection=make_inspection(room, make_facility("Werk Zwei"))
        )
        text = browser("giver").get(f"/requests/?{query}").content.decode()
        assert {name for name, each in (("one", one), ("two", two)) if each.number in text} == found

    @pytest.mark.parametrize(
        "query", ["side=x", "stage=x", "sort=x", f"words={'x' * 201}", f"q={'x' * 5000}"]
    )
    def test_a_question_that_cannot_be_answered_says_so(self, browser, query):
        for path in ("/requests/", "/requests.csv"):
            assert browser("giver").get(f"{path}?{query}").status_code == 400

    def test_the_nearest_day_comes_first_and_what_has_ended_last(self, room, browser):
        ended, without = in_stage(room, RequestStage.WITHDRAWN), ask(room)
        set_limit(room, "post_approval_report_existing", 60)
        later = ask(room)
        set_limit(room, "post_approval_report_existing", 30)
        sooner = ask(room)
        text = browser("giver").get("/requests/").content.decode()
        order = sorted((ended, without, later, sooner), key=lambda each: text.index(each.number))
        assert order == [sooner, later, without, ended]
        text = browser("giver").get("/requests/?sort=newest").content.decode()
        order = sorted((ended, without, later, sooner), key=lambda each: text.index(each.number))
        assert order == [sooner, later, without, ended]

    def test_it_has_pages(self, room, browser):
        for _each in range(26):
            ask(room)
        assert "Showing 1–25 of 26" in browser("giver").get("/requests/").content.decode()
        assert "Showing 26–26 of 26" in browser("giver").get("/requests/?page=2").content.decode()
        for number in ("x", "99", "-1"):
            assert browser("giver").get(f"/requests/?page={number}").status_code == 200

    def test_the_list_takes_the_same_queries_however_long_it_is(self, room, browser):
        client, counts = browser("giver"), []
        for number in (1, 8):
            for _each in range(number):
                ask(room)
            client.get("/requests/")
            with CaptureQueriesContext(connection) as asked:
                client.get("/requests/")
            counts.append(len(asked))
        assert counts[0] == counts[1]
        assert counts[0] <= 20, counts

    def test_the_file_has_the_same_rows_and_defuses_formulas(self, room, browser):
        request = ask(room, make_inspection(room, make_facility("=1+1")))
        answer = browser("giver", "reader").get("/requests.csv?side=received")
        text = b"".join(answer.streaming_content).decode()
        assert answer["Content-Disposition"] == 'attachment; filename="requests.csv"'
        assert request.number in text
        assert "'=1+1" in text
        assert PURPOSE not in text


class TestFigures:
    def test_pictures_stand_beside_a_table(self, room, browser):
        set_limit(room, "post_approval_report_existing", 30)
        in_stage(room, RequestStage.SHARED)
        text = browser("receiver").get("/requests/figures/").content.decode()
        for words in (
            "<svg",
            "1 of 1",
            "100% in time",
            "American Regulator → German Inspectorate",
            "1 request",
        ):
            assert words in text, words

    def test_outsiders_see_none(self, room, browser):
        ask(room)
        text = browser("outsider").get("/requests/figures/").content.decode()
        assert "No figures yet" in text
        assert "German Inspectorate" not in text

    def test_the_desk_leads_to_the_request(self, room, browser):
        request = ask(room)
        item = WorkItem.objects.waiting().get(authority=room.giver)
        assert browser("giver").get(f"/desk/work/{item.pk}/").url == request.get_absolute_url()
