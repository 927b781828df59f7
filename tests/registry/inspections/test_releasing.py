"""Releases take two people, say what is missing, end at once, and answer requests."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection

from agreements import concluding
from portal import clock
from portal.audit.models import AuditEntry
from portal.files.models import Scan
from portal.lifecycle import NotAllowed
from portal.notices.models import Notice
from registry.inspections import demanding, filing, gating, releasing, requesting
from registry.inspections.fence import reading_as
from registry.inspections.models import Form, Release, ReleaseStage, RequestStage, Version
from registry.models import Work, WorkItem
from tests.agreements.factories import BY, make_annex
from tests.registry.inspections.releases import (
    BASIS,
    fresh,
    make_proposal,
    make_release,
    make_version,
    upload,
)
from tests.registry.inspections.requests import in_stage
from tests.registry.inspections.room import make_document, promise

pytestmark = pytest.mark.django_db


def readable(room, side: str) -> bool:
    by = room.by(side)
    with reading_as(by):
        return Release.objects.giving_access().readable_to(by).exists()


class TestTwoPeople:
    def test_one_proposes_and_a_second_one_releases(self, room):
        promise(room)
        proposal = make_proposal(room)
        assert not readable(room, "receiver")
        assert WorkItem.objects.waiting().get(kind=Work.RELEASE).authority == room.giver
        release = releasing.release(by=room.by("giver", "releaser"), release=proposal)
        assert release.stage == ReleaseStage.RELEASED
        assert readable(room, "receiver")
        assert not readable(room, "outsider")
        assert not WorkItem.objects.waiting().filter(kind=Work.RELEASE).exists()
        assert WorkItem.objects.waiting().get(kind=Work.SHARED).authority == room.receiver

    def test_whoever_proposed_it_does_not_release_it(self, room):
        promise(room)
        by = room.by("giver", "releaser")
        proposal = releasing.propose(
            by=by, version=make_version(room), receiver=room.receiver, legal_basis=BASIS
        )
        with pytest.raises(PermissionDenied, match="second person"):
            releasing.release(by=by, release=proposal)
        assert fresh(proposal).stage == ReleaseStage.PROPOSED

    def test_the_database_refuses_one_person_too(self, room):
        promise(room)
        proposal = make_proposal(room)
        with pytest.raises(IntegrityError, match="release_takes_two_people"), reading_as(room.by("giver")):
            _release_by_hand(proposal, proposal.proposed_by_id)

    @pytest.mark.parametrize("role", ["reader", "editor", "approver"])
    def test_only_a_releaser_releases(self, room, role):
        promise(room)
        with pytest.raises(PermissionDenied):
            releasing.release(by=room.by("giver", role), release=make_proposal(room))

    @pytest.mark.parametrize("side", ["receiver", "outsider"])
    def test_nobody_decides_on_what_is_others(self, room, side):
        promise(room)
        proposal = make_proposal(room)
        for act in (releasing.release, releasing.drop):
            with pytest.raises((PermissionDenied, Release.DoesNotExist)):
                act(by=room.by(side, "releaser"), release=proposal)
        release = releasing.release(by=room.by("giver", "releaser"), release=proposal)
        with pytest.raises((PermissionDenied, Release.DoesNotExist)):
            releasing.revoke(by=room.by(side, "releaser"), release=release, reason="Mine.")
        assert fresh(release).stage == ReleaseStage.RELEASED

    def test_a_version_of_others_cannot_be_proposed(self, room):
        promise(room)
        version = make_version(room)
        for side in ("receiver", "outsider"):
            with pytest.raises((PermissionDenied, Version.DoesNotExist)):
                releasing.propose(
                    by=room.by(side), version=version, receiver=room.authorities["giver"], legal_basis=BASIS
                )


def _release_by_hand(release, user_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE inspections_release SET stage = 'released', released_by_id = %s, released_at = now() WHERE id = %s",
            [user_id, release.pk],
        )


class TestWhatIsMissing:
    def refused(self, room, words: str, version=None, receiver: str | None = "receiver", **facts):
        with pytest.raises(NotAllowed, match=words):
            make_proposal(room, version, receiver, **facts)

    def test_a_commitment(self, room):
        self.refused(room, "No confidentiality commitment of American Regulator")

    def test_the_classes_it_does_not_cover(self, room):
        promise(room, information=["personal_privacy", "trade_secret"])
        version = make_version(room, information=["trade_secret", "law_enforcement"])
        self.refused(room, "covers law enforcement information", version)

    def test_the_sector(self, room):
        promise(room, sector_codes=["something_else"])
        self.refused(room, "covers this sector")

    def test_the_annex(self, room):
        promise(room)
        version = make_version(room)
        concluding.set_status(by=BY, annex=room.annex, status="suspended", start=clock.today())
        self.refused(room, "GMP-TEST does not apply today", version)

    def test_a_party_of_the_annex(self, room):
        promise(room, receiver="outsider")
        self.refused(room, "Japanese Regulator does not act for a party", receiver="outsider")
        annex = make_annex("OTHER", parties=("US", "JP"))
        promise(room)
        self.refused(room, "German Inspectorate does not act", annex=annex)

    def test_the_checks(self, room):
        promise(room)
        version = filing.file_version(by=room.by("giver"), document=make_document(room), uploaded=upload())
        self.refused(room, "still being checked", version)

    def test_a_scan_where_the_receiver_demands_one(self, room):
        promise(room)
        demanding.demand(by=room.by("receiver", "approver"), scanned_only=True)
        self.refused(room, "takes only files that a virus scanner has found clean")
        assert make_proposal(room, make_version(room, scan=Scan.CLEAN))

    def test_everybody_reads_only_what_is_open(self, room):
        self.refused(
            room, "Publish a redacted version", make_version(room, information=["trade_secret"]), None
        )
        make_release(room, make_version(room), None)
        assert readable(room, "outsider")

    @pytest.mark.parametrize(
        ("field", "facts"),
        [
            ("legal_basis", {"legal_basis": " "}),
            ("until", {"until": clock.today() - timedelta(days=1)}),
            ("form", {"receiver": None, "form": Form.STAMPED}),
            ("receiver", {"receiver": "giver", "annex": None}),
        ],
    )
    def test_facts_are_refused_at_their_field(self, room, field, facts):
        promise(room)
        with pytest.raises(ValidationError) as error:
            make_proposal(room, **facts)
        assert set(error.value.message_dict) == {field}

    def test_twice_to_the_same_receiver(self, room):
        promise(room)
        version = make_version(room)
        proposal = make_proposal(room, version)
        self.refused(room, "awaits the second person", version)
        releasing.release(by=room.by("giver", "releaser"), release=proposal)
        self.refused(room, "released to the same receiver", version)

    def test_what_has_ended_since_it_was_proposed_stops_the_second_person(self, room):
        commitment = promise(room)
        proposal = make_proposal(room)
        type(commitment).objects.filter(pk=commitment.pk)._raw_delete(WorkItem.objects.db)
        with pytest.raises(NotAllowed, match="No confidentiality commitment"):
            releasing.release(by=room.by("giver", "releaser"), release=proposal)
        assert fresh(proposal).stage == ReleaseStage.PROPOSED

    def test_the_gates_say_what_access_says(self, room):
        promise(room, information=["trade_secret"])
        release = make_release(room, make_version(room, information=["trade_secret"]))
        assert readable(room, "receiver")
        demanding.demand(by=room.by("receiver", "approver"), scanned_only=True)
        assert not readable(room, "receiver")
        with reading_as(room.by("giver")):
            assert len(gating.missing(release.version, room.receiver, room.annex)) == 1


class TestEnds:
    def test_dropped_before_it_counts(self, room):
        promise(room)
        proposal = releasing.drop(by=room.by("giver"), release=make_proposal(room), reason="Too early.")
        assert (proposal.stage, proposal.end_reason) == (ReleaseStage.DROPPED, "Too early.")
        assert not WorkItem.objects.waiting().exists()
        with pytest.raises(NotAllowed):
            releasing.release(by=room.by("giver", "releaser"), release=proposal)

    @pytest.mark.parametrize("role", ["approver", "releaser"])
    def test_revoked_with_a_reason(self, room, role):
        promise(room)
        release = make_release(room)
        with pytest.raises(ValidationError):
            releasing.revoke(by=room.by("giver", role), release=release, reason=" ")
        releasing.revoke(by=room.by("giver", role), release=release, reason="Sent in error.")
        assert not readable(room, "receiver")
        kinds = set(WorkItem.objects.waiting().values_list("authority__code", "kind"))
        assert kinds == {("us-regulator", Work.SHARED)}
        make_proposal(room, release.version)

    def test_an_editor_does_not_revoke(self, room):
        promise(room)
        with pytest.raises(PermissionDenied):
            releasing.revoke(by=room.by("giver"), release=make_release(room), reason="No.")

    def test_notices_hold_no_word_of_it(self, room):
        promise(room)
        document = make_document(room, title="Zinc")
        release = make_release(
            room, make_version(room, document, note="Nickel"), conditions="Copper", legal_basis="Cobalt"
        )
        releasing.revoke(by=room.by("giver", "releaser"), release=release, reason="Iron")
        told = " ".join(
            [
                *Notice.objects.values_list("words", flat=True),
                *WorkItem.objects.values_list("words", flat=True),
            ]
        )
        assert "American Regulator" in told
        for metal in ("Zinc", "Nickel", "Copper", "Cobalt", "Iron"):
            assert metal not in told

    def test_each_act_leaves_one_entry(self, room):
        promise(room)
        release = make_release(room)
        releasing.revoke(by=room.by("giver", "releaser"), release=release, reason="Sent in error.")
        acts = AuditEntry.objects.filter(target_kind="inspections.release").values_list("act", flat=True)
        assert list(acts) == ["registry.propose", "registry.release", "registry.revoke"]


class TestRequests:
    @pytest.mark.parametrize("stage", [RequestStage.AGREED, RequestStage.AGREED_IN_PART])
    def test_a_release_answers_what_was_agreed(self, room, stage):
        promise(room)
        request = in_stage(room, stage)
        document = make_document(room, request.inspection)
        release = make_release(room, make_version(room, document), request=request, annex=None)
        assert release.annex == room.annex
        assert fresh(request).stage == RequestStage.SHARED

    def test_not_before_it_is_agreed(self, room):
        promise(room)
        request = in_stage(room, RequestStage.SENT)
        version = make_version(room, make_document(room, request.inspection))
        with pytest.raises(NotAllowed, match="Agree to request"):
            make_proposal(room, version, request=request)

    def test_not_to_somebody_else_and_not_about_another_facility(self, room):
        promise(room)
        promise(room, receiver="outsider")
        request = in_stage(room, RequestStage.AGREED)
        version = make_version(room, make_document(room, request.inspection))
        with pytest.raises(NotAllowed, match="whoever asked"):
            make_proposal(room, version, "outsider", request=request)
        with pytest.raises(NotAllowed, match="another facility"):
            make_proposal(room, request=request)

    def test_a_request_that_ended_meanwhile_is_not_shared(self, room):
        promise(room)
        request = in_stage(room, RequestStage.AGREED)
        version = make_version(room, make_document(room, request.inspection))
        proposal = make_proposal(room, version, request=request)
        requesting.withdraw(by=room.by("receiver"), request=request, version=fresh(request).version)
        with pytest.raises(NotAllowed, match="has ended"):
            releasing.release(by=room.by("giver", "releaser"), release=proposal)
        assert not readable(room, "receiver")
