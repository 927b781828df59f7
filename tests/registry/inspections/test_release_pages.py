"""The pages of documents and releases: what each side sees and may do, outsiders find nothing, nothing typed is lost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agreements import concluding
from portal import clock
from portal.audit.models import AuditEntry
from registry.inspections import filing, passing_on
from registry.inspections.fence import reading_as, reading_everything
from registry.inspections.models import (
    AccessClass,
    Document,
    Onward,
    OnwardStage,
    Release,
    ReleaseStage,
    RequestStage,
)
from tests.agreements.factories import BY
from tests.registry.inspections.releases import (
    BASIS,
    fresh,
    make_proposal,
    make_release,
    make_version,
    refuse,
    upload,
)
from tests.registry.inspections.requests import in_stage
from tests.registry.inspections.room import make_document, make_facility, make_inspection, promise
from tests.registry.officers import signed_in

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15


@pytest.fixture
def browser(room):
    """A browser by side and role."""
    return lambda side, role="editor": signed_in(room.user(side, role))


def page(browser, address: str, side="giver", role="editor", status=200) -> str:
    answer = browser(side, role).get(address)
    assert answer.status_code == status, (answer.status_code, answer.get("Location"))
    return answer.content.decode()


def address_of(document: Document) -> str:
    return f"/inspections/documents/{document.pk}/"


class TestFiling:
    def test_from_an_inspection_to_its_first_version(self, room, browser):
        inspection = make_inspection(room)
        where = f"/inspections/{inspection.pk}/documents/new/"
        assert "File a document" in page(browser, where)
        data = {
            "kind": "inspection_report",
            "title": "Report of May",
            "access_class": "annex",
            "annex": room.annex.pk,
            "sector": inspection.sector_id,
        }
        answer = browser("giver").post(where, data)
        with reading_as(room.by("giver")):
            document = Document.objects.get()
        assert answer.url == f"/inspections/documents/{document.pk}/versions/new/"
        assert (document.inspection, document.sector) == (inspection, inspection.sector)
        assert "File the first version" in page(browser, answer.url)
        answer = browser("giver").post(
            answer.url, {"file": upload(), "information": ["trade_secret"], "language": "de"}
        )
        assert answer.url == address_of(document)
        text = page(browser, answer.url)
        for words in ("Being checked", "trade secrets", "Nobody can read it while the checks", "SHA-256"):
            assert words in text, words
        assert "Download" not in text

    def test_from_a_facility(self, room, browser):
        facility = make_facility(is_public=True)
        where = f"/facilities/{facility.key}/documents/new/"
        data = {"kind": "gmp_certificate", "title": "Certificate", "access_class": "internal"}
        assert browser("giver").post(where, data).status_code == 302
        assert page(browser, f"/facilities/{make_facility().key}/documents/new/", status=404)

    def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(self, room, browser):
        inspection = make_inspection(room)
        where = f"/inspections/{inspection.pk}/documents/new/"
        answer = browser("giver").post(where, {"title": "Kept words", "kind": "eir", "access_class": "named"})
        text = answer.content.decode()
        assert answer.status_code == 400
        assert "Name the authorities" in text
        assert "Kept words" in text

    def test_a_bad_file_is_refused_in_words(self, room, browser):
        document = make_document(room)
        where = f"{address_of(document)}versions/new/"
        answer = browser("giver").post(where, {"file": upload(b"MZ\0", name="a.exe"), "note": "Kept words"})
        text = answer.content.decode()
        assert answer.status_code == 400
        assert "Choose a PDF" in text
        assert "Kept words" in text

    def test_what_the_checks_say_is_for_the_owner(self, room, browser):
        document = make_document(room)
        refuse(
            filing.file_version(by=room.by("giver"), document=document, uploaded=upload()),
            "It holds a macro.",
        )
        assert "It holds a macro." in page(browser, address_of(document))
        assert "It holds a macro." not in page(browser, address_of(document), "receiver")

    def test_its_class_is_changed_with_a_reason(self, room, browser):
        document = make_document(room)
        where = f"{address_of(document)}class/"
        assert browser("giver").post(where, {"access_class": "internal"}).status_code == 400
        answer = browser("giver").post(where, {"access_class": "internal", "reason": "A mistake."})
        assert answer.status_code == 302
        assert fresh(document).access_class == AccessClass.INTERNAL
        page(browser, address_of(document), "receiver", status=404)

    @pytest.mark.parametrize("step", ["class/", "versions/new/", "release/"])
    def test_others_find_nothing_to_change(self, room, browser, step):
        document = make_document(room, access_class=AccessClass.PUBLIC)
        for side in ("receiver", "outsider"):
            page(browser, f"{address_of(document)}{step}", side, status=404)
            assert browser(side).post(f"{address_of(document)}{step}", {}).status_code == 404
        assert Client().get(f"{address_of(document)}{step}").status_code == 302


class TestDocumentPage:
    def test_the_owner_sees_who_reads_it_now_and_who_has_read_it(self, room, browser):
        promise(room)
        version = make_version(room)
        release = make_release(room, version)
        address = address_of(version.document)
        text = page(browser, address)
        assert "every member of your authority" in text
        assert f'American Regulator: <a class="c-link" href="/releases/{release.pk}/">{BASIS}' in text
        concluding.set_status(by=BY, annex=room.annex, status="suspended", start=clock.today())
        text = page(browser, address)
        assert "American Regulator: <a" not in text
        assert "Cannot be read now" in text

    def test_the_receiver_sees_what_was_released_to_it_and_nothing_else(self, room, browser):
        promise(room)
        document = make_document(room, access_class=AccessClass.INTERNAL, title="Report of May")
        page(browser, address_of(document), "receiver", status=404)
        version = make_version(room, document, note="Without annexes")
        make_version(room, document, redacted=True, note="Hidden words")
        make_release(room, version, conditions="Read it alone.", until=clock.today() + timedelta(days=9))
        text = page(browser, address_of(document), "receiver")
        for words in ("Without annexes", "Read it alone.", BASIS, "Not without the consent of the giver"):
            assert words in text, words
        assert "Hidden words" not in text
        assert "Who can read it now" not in text
        page(browser, address_of(document), "outsider", status=404)

    def test_where_only_its_existence_is_shared_one_can_ask_for_it(self, room, browser):
        document = make_version(room).document
        text = page(browser, address_of(document), "receiver")
        assert "No version of it is released to you" in text
        assert f"/requests/new/?document={document.pk}" in text
        assert "SHA-256" not in text
        page(browser, address_of(document), "outsider", status=404)

    def test_nobody_signed_in_reads_what_is_public(self, room):
        document = make_document(room, access_class=AccessClass.PUBLIC)
        version = make_version(room, document)
        text = Client().get(address_of(document)).content.decode()
        assert document.title in text
        assert "SHA-256" not in text
        make_release(room, version, None)
        text = Client().get(address_of(document)).content.decode()
        assert f"{address_of(document)}{version.pk}/" in text
        assert "Giver editor" not in text

    def test_what_is_not_public_asks_to_sign_in_whether_it_is_there_or_not(self, room):
        document = make_document(room)
        for number in (document.pk, 10**9, 10**30):
            answer = Client().get(f"/inspections/documents/{number}/")
            assert answer.status_code == 302
            assert "login" in answer.url

    def test_a_view_is_on_record_once_an_hour(self, room, browser):
        document, public = make_document(room), make_document(room, access_class=AccessClass.PUBLIC)
        for side in ("giver", "receiver", "receiver"):
            page(browser, address_of(document), side)
        page(browser, address_of(public), "receiver")
        entries = AuditEntry.objects.filter(act="registry.see_document")
        assert sorted(entries.values_list("authority", "target_id")) == [
            ("de-inspectorate", str(document.pk)),
            ("us-regulator", str(document.pk)),
        ]
        later = clock.now() + timedelta(hours=1)
        with clock.at(later):
            page(browser, address_of(document), "receiver")

    @pytest.mark.parametrize("side", ["giver", "receiver"])
    def test_the_same_few_queries_however_many_versions_there_are(self, room, browser, side):
        promise(room)
        document = make_document(room)
        for number in range(4):
            make_release(room, make_version(room, document))
            make_version(room, document, redacted=True, note=f"Less {number}")
        client = browser(side)
        client.get(address_of(document))
        with CaptureQueriesContext(connection) as captured:
            client.get(address_of(document))
        assert _asked(captured) <= MOST_QUERIES, [each["sql"][:150] for each in captured]


def _asked(captured) -> int:
    """Queries, without what only the tests' enclosing transaction needs and without the settings of the fence."""
    return len(
        [
            each
            for each in captured
            if "SAVEPOINT" not in each["sql"] and "set_config('concordat" not in each["sql"]
        ]
    )


class TestProposing:
    def test_it_shows_first_what_it_would_do(self, room, browser):
        promise(room)
        version = make_version(room, information=["trade_secret"])
        where = f"{address_of(version.document)}release/"
        assert "See what it would do" in page(browser, where)
        data = {
            "version": version.pk,
            "receiver": room.receiver.pk,
            "annex": room.annex.pk,
            "legal_basis": BASIS,
            "form": "exact",
        }
        text = browser("giver").post(where, data | {"doing": "look"}).content.decode()
        for words in (
            "American Regulator would read version 1",
            "today 4 people",
            "It has no last day",
            "GMP-TEST applies",
        ):
            assert words in text, words
        assert "Propose this release" in text
        with reading_everything():
            assert not Release.objects.exists()
        answer = browser("giver").post(where, data | {"doing": "propose"})
        with reading_as(room.by("giver")):
            release = Release.objects.get()
        assert (answer.status_code, answer.url) == (302, f"/releases/{release.pk}/")

    def test_it_says_what_is_missing_and_offers_no_proposal(self, room, browser):
        promise(room, information=["trade_secret"])
        version = make_version(room, information=["law_enforcement"])
        where = f"{address_of(version.document)}release/"
        data = {
            "version": version.pk,
            "receiver": room.receiver.pk,
            "legal_basis": "Kept words",
            "form": "exact",
        }
        answer = browser("giver").post(where, data | {"doing": "look"})
        text = answer.content.decode()
        assert "covers law enforcement information" in text
        assert "Missing" in text
        assert "Propose this release" not in text
        assert "Kept words" in text
        answer = browser("giver").post(where, data | {"doing": "propose"})
        assert answer.status_code == 400
        assert "covers law enforcement information" in answer.content.decode()

    def test_a_request_fills_the_form(self, room, browser):
        promise(room)
        request = in_stage(room, RequestStage.AGREED)
        version = make_version(room, make_document(room, request.inspection))
        where = f"{address_of(version.document)}release/?request={request.number}"
        text = page(browser, where)
        assert f"In answer to request {request.number}" in text
        assert f"Annex for tests (GMP-TEST), {request.number}" in text
        assert "everybody: it becomes public" not in text
        data = {
            "request": request.number,
            "version": version.pk,
            "receiver": room.receiver.pk,
            "annex": room.annex.pk,
            "legal_basis": BASIS,
            "form": "exact",
            "doing": "propose",
        }
        assert browser("giver").post(where, data).status_code == 302
        with reading_as(room.by("giver")):
            assert Release.objects.get().request == request
        other = make_version(room).document
        page(browser, f"{address_of(other)}release/?request={request.number}", status=404)
        page(browser, f"{address_of(other)}release/?request=R-1999-0001", status=404)

    def test_without_a_version_it_says_where_to_begin(self, room, browser):
        assert "no version to release" in page(browser, f"{address_of(make_document(room))}release/")

    def test_a_version_of_another_document_is_no_choice(self, room, browser):
        promise(room)
        version, other = make_version(room), make_version(room)
        data = {
            "version": other.pk,
            "receiver": room.receiver.pk,
            "legal_basis": BASIS,
            "form": "exact",
            "doing": "propose",
        }
        answer = browser("giver").post(f"{address_of(version.document)}release/", data)
        assert answer.status_code == 400

    def test_queries_of_the_form(self, room, browser):
        version = make_version(room)
        client = browser("giver")
        client.get(f"{address_of(version.document)}release/")
        with CaptureQueriesContext(connection) as captured:
            client.get(f"{address_of(version.document)}release/")
        assert _asked(captured) <= MOST_QUERIES, [each["sql"][:150] for each in captured]


class TestReleasePage:
    def test_the_second_person_sees_what_it_does_and_decides(self, room, browser):
        promise(room)
        proposal = make_proposal(room, conditions="Read it alone.")
        where = f"/releases/{proposal.pk}/"
        assert "Decide" not in page(browser, where)
        assert f"{where}decide/" in page(browser, where, role="releaser")
        text = page(browser, f"{where}decide/", role="releaser")
        for words in ("You are the second person", "Read it alone.", "Proposed by Giver editor", "Holds"):
            assert words in text, words
        page(browser, where, "receiver", status=404)
        answer = browser("giver", "releaser").post(f"{where}decide/")
        assert answer.url == where
        assert fresh(proposal).stage == ReleaseStage.RELEASED
        assert "Download version 1" in page(browser, where, "receiver")

    def test_without_a_fresh_proof_it_is_not_released(self, room, browser):
        promise(room)
        proposal = make_proposal(room)
        room.user("giver", "releaser").set_password("a password of their own")
        room.user("giver", "releaser").save()
        client = browser("giver", "releaser")
        answer = client.post(f"/releases/{proposal.pk}/decide/")
        assert answer.status_code == 302
        assert answer.url.startswith("/account/confirm/")
        assert fresh(proposal).stage == ReleaseStage.PROPOSED

    def test_the_person_who_proposed_it_is_told_that_another_decides(self, room, browser):
        promise(room)
        from registry.inspections import releasing

        by = room.by("giver", "releaser")
        proposal = releasing.propose(
            by=by, version=make_version(room), receiver=room.receiver, legal_basis=BASIS
        )
        where = f"/releases/{proposal.pk}/"
        assert "a colleague with the role of releaser must decide" in page(browser, where, role="releaser")
        answer = browser("giver", "releaser").get(f"{where}decide/")
        assert answer.url == where
        answer = browser("giver", "releaser").post(f"{where}decide/")
        assert answer.status_code == 403
        assert fresh(proposal).stage == ReleaseStage.PROPOSED

    def test_revoked_with_a_reason_that_the_receiver_reads(self, room, browser):
        promise(room)
        release = make_release(room)
        where = f"/releases/{release.pk}/"
        answer = browser("giver", "approver").post(f"{where}revoke/", {"reason": ""})
        assert answer.status_code == 400
        assert "Say why" in answer.content.decode()
        browser("giver", "approver").post(f"{where}revoke/", {"reason": "Sent in error."})
        text = page(browser, where, "receiver")
        assert "Sent in error." in text
        assert "Download" not in text
        assert "Giver" not in text

    def test_dropped(self, room, browser):
        promise(room)
        proposal = make_proposal(room)
        browser("giver").post(f"/releases/{proposal.pk}/drop/", {"reason": "Too early."})
        assert "Too early." in page(browser, f"/releases/{proposal.pk}/")
        page(browser, f"/releases/{proposal.pk}/", "receiver", status=404)

    def test_when_access_has_ended_the_receiver_sees_that_it_had_it_but_not_what(self, room, browser):
        commitment = promise(room)
        document = make_document(room, access_class=AccessClass.INTERNAL, title="Report of May")
        release = make_release(room, make_version(room, document))
        type(commitment).objects.filter(pk=commitment.pk)._raw_delete(AuditEntry.objects.db)
        for where in (f"/releases/{release.pk}/", "/releases/"):
            text = page(browser, where, "receiver")
            assert "annot be read now" in text or "cannot read now" in text
            assert "Report of May" not in text
        page(browser, address_of(document), "receiver", status=404)

    @pytest.mark.parametrize("step", ["", "decide/", "drop/", "revoke/", "pass-on/", "answer/1/"])
    def test_outsiders_find_nothing(self, room, browser, step):
        promise(room)
        release = make_release(room)
        for role in ("editor", "releaser"):
            status = browser("outsider", role).get(f"/releases/{release.pk}/{step}").status_code
            assert status in (403, 404), role
        page(browser, f"/releases/{release.pk}/", "outsider", status=404)

    @pytest.mark.parametrize(("side", "role"), [("giver", "releaser"), ("receiver", "editor")])
    def test_queries(self, room, browser, side, role):
        promise(room)
        release = make_release(room)
        client = browser(side, role)
        client.get(f"/releases/{release.pk}/")
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/releases/{release.pk}/")
        assert _asked(captured) <= MOST_QUERIES, [each["sql"][:150] for each in captured]


class TestPassingOn:
    def test_it_may_not_before_the_giver_agrees(self, room, browser):
        promise(room)
        release = make_release(room)
        where = f"/releases/{release.pk}/"
        assert "It may not be passed on to anybody else before the giver agrees" in page(
            browser, where, "receiver"
        )
        answer = browser("receiver").post(f"{where}pass-on/", {"third_party": "A court", "purpose": ""})
        assert answer.status_code == 400
        assert "A court" in answer.content.decode()
        data = {"third_party": "A court", "purpose": "It orders so, 5 USC 552."}
        assert browser("receiver").post(f"{where}pass-on/", data).url == where
        assert "Not answered: it may not be passed on" in page(browser, where, "receiver")
        with reading_everything():
            question = Onward.objects.get()
        assert "5 USC 552" in page(browser, f"{where}answer/{question.pk}/", role="releaser")
        answer = browser("giver", "releaser").post(f"{where}answer/{question.pk}/", {"doing": "refuse"})
        assert answer.status_code == 400
        data = {"doing": "agree", "words": "Pages 1 to 3 alone."}
        browser("giver", "releaser").post(f"{where}answer/{question.pk}/", data)
        for side in ("giver", "receiver"):
            assert "Pages 1 to 3 alone." in page(browser, where, side)
        assert fresh(question).stage == OnwardStage.AGREED
        assert browser("giver", "releaser").get(f"{where}answer/{question.pk}/").status_code == 404

    def test_only_the_right_side_asks_and_answers(self, room, browser):
        promise(room)
        release = make_release(room)
        assert browser("giver").get(f"/releases/{release.pk}/pass-on/").status_code == 302
        question = passing_on.ask(
            by=room.by("receiver"), release=release, third_party="A court", purpose="An order."
        )
        where = f"/releases/{release.pk}/answer/{question.pk}/"
        answer = browser("receiver", "releaser").post(where, {"doing": "agree", "words": "Yes."})
        assert answer.status_code == 404
        assert fresh(question).stage == OnwardStage.ASKED


class TestList:
    def test_each_list_shows_its_own(self, room, browser):
        promise(room)
        given = make_release(room, make_version(room, make_document(room, title="Report of May")))
        make_proposal(room, make_version(room, make_document(room, title="Report of June")))
        text = page(browser, "/releases/?which=given")
        assert "Report of May" in text
        assert "Report of June" in text
        assert "Report of May" not in page(browser, "/releases/?which=waiting")
        text = page(browser, "/releases/", "receiver")
        assert "Report of May" in text
        assert "Report of June" not in text
        assert "Nothing has been released to your authority yet" in page(browser, "/releases/", "outsider")
        assert f"/releases/{given.pk}/" in page(browser, "/releases/?words=may%20werk", "receiver")
        assert "No release matches" in page(browser, "/releases/?words=june", "receiver")
        assert "No release matches" in page(browser, "/releases/?now=closed", "receiver")
        page(browser, "/releases/?which=theirs", "receiver", status=400)

    def test_words_of_what_cannot_be_read_any_more_find_nothing(self, room, browser):
        commitment = promise(room)
        document = make_document(room, access_class=AccessClass.INTERNAL, title="Report of May")
        release = make_release(room, make_version(room, document))
        type(commitment).objects.filter(pk=commitment.pk)._raw_delete(AuditEntry.objects.db)
        assert f"/releases/{release.pk}/" in page(browser, "/releases/", "receiver")
        assert "No release matches" in page(browser, "/releases/?words=may", "receiver")

    def test_pages_and_queries(self, room, browser):
        promise(room)
        for _number in range(3):
            make_release(room)
        client = browser("receiver")
        client.get("/releases/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/releases/")
        assert _asked(captured) <= MOST_QUERIES, [each["sql"][:150] for each in captured]

    def test_an_approver_says_which_files_are_taken(self, room, browser):
        promise(room)
        make_release(room)
        assert "releases/taking" not in page(browser, "/releases/", "receiver")
        page(browser, "/releases/taking/", "receiver", status=403)
        assert "Change what is taken" in page(browser, "/releases/", "receiver", "approver")
        page(browser, "/releases/taking/", "receiver", "approver")
        browser("receiver", "approver").post("/releases/taking/", {"scanned_only": "yes"})
        text = page(browser, "/releases/", "receiver")
        assert "Cannot be read now" in text
        assert "takes only files that a virus scanner has found clean" in text
        browser("receiver", "approver").post("/releases/taking/", {"scanned_only": "no"})
        assert "Can be read now" in page(browser, "/releases/", "receiver")
