"""From a file in quarantine to a receiver who reads it, and every way in which that ends."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from agreements import joining
from agreements.models import AnnexStatus, Membership
from portal import clock
from portal.lifecycle import NotAllowed
from registry.inspections import accessing, demanding, filing, passing_on, releasing
from registry.inspections.fence import reading_as, reading_everything
from registry.inspections.models import Information, Onward, Release, ReleaseStage, Version
from registry.models import Work, WorkItem
from tests.agreements.factories import BY, set_status
from tests.portal.test_files import no_contents
from tests.registry.inspections.files import check_files, pdf, upload
from tests.registry.inspections.room import _written, make_document, promise

pytestmark = pytest.mark.django_db
__all__ = ["no_contents"]
BASIS = "Article 8 of the annex"


@pytest.fixture
def version(room):
    """A checked version of a report of the giver, with trade secrets in it."""
    document = make_document(room)
    version = filing.file_version(
        by=room.by("giver"), document=document, uploaded=upload(), information=[Information.TRADE_SECRET]
    )
    check_files()
    with reading_everything():
        return Version.objects.select_related("stored", "document").get(pk=version.pk)


def propose(room, version, receiver="receiver", **facts):
    return releasing.propose(
        by=room.by("giver"),
        version=version,
        receiver=room.authorities[receiver] if receiver else None,
        legal_basis=BASIS,
        **({"annex": room.annex} if receiver == "receiver" else {}) | facts,
    )


def released(room, version, receiver="receiver", **facts):
    return releasing.release(
        by=room.by("giver", "releaser"), release=propose(room, version, receiver, **facts)
    )


def readers(room, version) -> set[str]:
    """Which sides may read the version now, by the answer given to each."""
    return {
        side for side in room.authorities if accessing.still_may_read(by=room.by(side), number=version.pk)
    }


class TestFiling:
    def test_a_version_waits_for_its_checks_and_then_is_the_giver_s_alone(self, room):
        document = make_document(room)
        version = filing.file_version(by=room.by("giver"), document=document, uploaded=upload())
        assert readers(room, version) == set()
        check_files()
        assert readers(room, version) == {"giver"}

    def test_a_redacted_version_stands_beside_the_full_one(self, room):
        document, by = make_document(room), room.by("giver")
        first = filing.file_version(by=by, document=document, uploaded=upload())
        second = filing.file_version(by=by, document=document, uploaded=upload(content=pdf("Second")))
        redacted = filing.file_version(
            by=by, document=document, uploaded=upload(content=pdf("Less")), redacted=True, note="Names."
        )
        assert [(each.number, each.redacted) for each in (first, second, redacted)] == [
            (1, False),
            (2, False),
            (1, True),
        ]
        assert (second.supersedes, redacted.supersedes) == (first, None)
        with pytest.raises(ValidationError):
            filing.file_version(by=by, document=document, uploaded=upload(), redacted=True)

    def test_others_and_readers_file_nothing(self, room):
        document = make_document(room)
        for by in (room.by("receiver"), room.by("giver", "reader")):
            with pytest.raises((PermissionDenied, document.DoesNotExist)):
                filing.file_version(by=by, document=document, uploaded=upload())

    def test_what_is_refused_is_told_with_its_reason(self, room):
        document = make_document(room)
        bad = pdf().replace(b"%%EOF", b"%%EOF\n<html>")
        filing.file_version(by=room.by("giver"), document=document, uploaded=upload(content=bad))
        check_files()
        item = WorkItem.objects.get(authority=room.giver, kind=Work.SHARED)
        assert "hidden in the file" in item.words
        assert item.place == document.get_absolute_url()


class TestReleasing:
    def test_two_people_release_and_the_receiver_reads(self, room, version):
        promise(room)
        release = propose(room, version)
        assert readers(room, version) == {"giver"}
        assert WorkItem.objects.waiting().get(kind=Work.RELEASE).authority == room.giver
        release = releasing.release(by=room.by("giver", "releaser"), release=release)
        assert readers(room, version) == {"giver", "receiver"}
        assert not WorkItem.objects.waiting().filter(kind=Work.RELEASE).exists()
        with reading_as(room.by("giver")):
            assert [each.receiver for each in accessing.who_has_access(version)] == [room.receiver]

    def test_nobody_releases_alone(self, room, version):
        promise(room)
        release = releasing.propose(
            by=room.by("giver", "releaser"),
            version=version,
            receiver=room.receiver,
            annex=room.annex,
            legal_basis=BASIS,
        )
        with pytest.raises(PermissionDenied):
            releasing.release(by=room.by("giver", "releaser"), release=release)
        with pytest.raises(PermissionDenied):
            releasing.release(by=room.by("giver", "approver"), release=release)
        release.stage, release.released_by, release.released_at = (
            ReleaseStage.RELEASED,
            release.proposed_by,
            clock.now(),
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            _written(release)

    @pytest.mark.parametrize(
        ("promised", "words"),
        [
            (None, "No confidentiality commitment of American Regulator"),
            ({"information": [Information.PERSONAL_PRIVACY]}, "covers these classes of information"),
            ({"sector_codes": ["emc"]}, "covers these classes of information"),
        ],
    )
    def test_what_is_missing_is_said(self, room, version, promised, words):
        if promised is not None:
            promise(room, **promised)
        with pytest.raises(NotAllowed, match=words):
            propose(room, version)

    def test_a_file_that_is_still_checked_is_not_released(self, room):
        promise(room)
        version = filing.file_version(by=room.by("giver"), document=make_document(room), uploaded=upload())
        with pytest.raises(NotAllowed, match="passed the checks"):
            propose(room, version)

    def test_what_is_released_to_everybody_needs_no_promise(self, room, version):
        released(room, version, None)
        assert readers(room, version) == {"giver", "receiver", "outsider"}

    def test_the_receiver_of_an_old_version_hears_of_the_new_one(self, room, version):
        promise(room)
        released(room, version)
        filing.file_version(
            by=room.by("giver"), document=version.document, uploaded=upload(content=pdf("New"))
        )
        check_files()
        news = WorkItem.objects.filter(authority=room.receiver, kind=Work.SHARED, key__endswith="newer")
        assert news.count() == 1
        assert readers(room, version) == {"giver", "receiver"}


class TestEnding:
    @pytest.fixture(autouse=True)
    def shared(self, room, version):
        self.promise = promise(room)
        self.release = released(room, version, until=clock.today() + timedelta(days=30))
        assert readers(room, version) == {"giver", "receiver"}

    def test_by_revoking(self, room, version):
        with pytest.raises(ValidationError):
            releasing.revoke(by=room.by("giver", "releaser"), release=self.release, reason=" ")
        releasing.revoke(by=room.by("giver", "approver"), release=self.release, reason="Too much in it.")
        assert readers(room, version) == {"giver"}

    def test_by_suspending_the_annex(self, room, version):
        set_status(room.annex, AnnexStatus.SUSPENDED, clock.today())
        assert readers(room, version) == {"giver"}
        with pytest.raises(NotAllowed, match="applies today"):
            propose(room, version, "outsider", annex=room.annex)

    def test_by_the_end_of_the_commitment(self, room, version):
        self.promise.ended_at, self.promise.ended_by = clock.now(), "somebody"
        _written(self.promise)
        assert readers(room, version) == {"giver"}

    def test_by_its_last_day(self, room, version):
        with clock.at(clock.now() + timedelta(days=30)):
            assert readers(room, version) == {"giver", "receiver"}
        with clock.at(clock.now() + timedelta(days=31)):
            assert readers(room, version) == {"giver"}

    def test_by_the_end_of_the_membership(self, room, version):
        by = room.by("receiver")
        membership = Membership.objects.running().get(user=by.user_id, authority=room.receiver)
        joining.end_membership(by=BY, membership=membership, reason="Left.")
        assert not accessing.still_may_read(by=by, number=version.pk)
        assert accessing.still_may_read(by=room.by("receiver", "reader"), number=version.pk)

    def test_by_taking_only_scanned_documents(self, room, version):
        demanding.demand(by=room.by("receiver", "approver"), scanned_only=True)
        assert readers(room, version) == {"giver"}
        with reading_as(room.by("receiver")):
            assert not Version.objects.exists()
        demanding.demand(by=room.by("receiver", "approver"), scanned_only=False)
        assert readers(room, version) == {"giver", "receiver"}


class TestPassingOn:
    def test_the_giver_is_asked_and_answers_on_record(self, room, version):
        promise(room)
        release = released(room, version)
        question = passing_on.ask(
            by=room.by("receiver"), release=release, third_party="A court", purpose="Subpoena of 1 May."
        )
        assert WorkItem.objects.waiting().get(kind=Work.ONWARD).authority == room.giver
        with pytest.raises(PermissionDenied):
            passing_on.answer(by=room.by("receiver", "releaser"), question=question, agreed=True, words="")
        with pytest.raises(ValidationError):
            passing_on.answer(by=room.by("giver", "releaser"), question=question, agreed=False, words="")
        passing_on.answer(by=room.by("giver", "releaser"), question=question, agreed=False, words="Not this.")
        for side, seen in (("giver", 1), ("receiver", 1), ("outsider", 0)):
            with reading_as(room.by(side)):
                assert Onward.objects.count() == Onward.objects.visible_to(room.by(side)).count() == seen
        assert not WorkItem.objects.waiting().filter(kind=Work.ONWARD).exists()


def test_an_outsider_sees_no_row_with_the_filters_left_out(room, version):
    promise(room)
    released(room, version)
    with reading_as(room.by("outsider")):
        assert [model.objects.count() for model in (Version, Release)] == [0, 0]
    with reading_as(room.by("receiver")):
        assert [model.objects.count() for model in (Version, Release)] == [1, 1]
