"""Filing documents and versions: what is filed, by whom, and who is told."""

import hashlib

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from portal.audit.models import AuditEntry
from portal.files.models import State, StoredFile
from portal.files.storing import BadFile
from portal.lifecycle import NotAllowed
from registry.inspections import filing
from registry.inspections.fence import reading_as, reading_everything
from registry.inspections.models import AccessClass, Document, DocumentKind, Version
from registry.models import Work, WorkItem
from tests.registry.inspections.releases import (
    accept,
    make_release,
    make_version,
    pdf,
    refuse,
    upload,
)
from tests.registry.inspections.room import make_document, make_facility, make_inspection, promise

pytestmark = pytest.mark.django_db


def facts(**fields) -> dict:
    return {"kind": DocumentKind.EIR, "title": "EIR of May"} | fields


class TestDocument:
    def test_it_belongs_to_an_inspection_of_the_own_authority(self, room):
        inspection = make_inspection(room)
        document = filing.file_document(
            by=room.by("giver"),
            facility=inspection.facility,
            inspection=inspection,
            access_class=AccessClass.NAMED,
            named=[room.outsider],
            **facts(),
        )
        with reading_as(room.by("outsider")):
            assert Document.objects.visible_to(room.by("outsider")).get() == document
        assert AuditEntry.objects.get(act="registry.file_document").after["named"] == ["jp-regulator"]
        with pytest.raises(NotAllowed, match="own authority"):
            filing.file_document(
                by=room.by("receiver"), facility=inspection.facility, inspection=inspection, **facts()
            )
        with pytest.raises(NotAllowed, match="this facility"):
            filing.file_document(
                by=room.by("giver"),
                facility=make_facility(is_public=True),
                inspection=inspection,
                **facts(),
            )

    def test_a_facility_that_one_may_not_know_is_refused(self, room):
        with pytest.raises(NotAllowed, match="not on file"):
            filing.file_document(by=room.by("giver"), facility=make_facility(), **facts())

    @pytest.mark.parametrize(
        ("access_class", "field"), [(AccessClass.ANNEX, "annex"), (AccessClass.NAMED, "named")]
    )
    def test_its_class_says_to_whom(self, room, access_class, field):
        with pytest.raises(ValidationError) as error:
            filing.file_document(
                by=room.by("giver"),
                facility=make_facility(is_public=True),
                access_class=access_class,
                **facts(),
            )
        assert set(error.value.message_dict) == {field}

    @pytest.mark.parametrize("role", ["reader", "releaser"])
    def test_only_those_who_write_file(self, room, role):
        with pytest.raises(PermissionDenied):
            filing.file_document(by=room.by("giver", role), facility=make_facility(is_public=True), **facts())
        with pytest.raises(PermissionDenied):
            filing.file_version(by=room.by("giver", role), document=make_document(room), uploaded=upload())


class TestVersion:
    def test_it_lies_in_quarantine_with_its_row_and_entry(self, room):
        document, content = make_document(room), pdf()
        version = filing.file_version(
            by=room.by("giver"),
            document=document,
            uploaded=upload(content),
            information=["trade_secret", "confidential_commercial"],
        )
        assert version.stored.state == State.QUARANTINED
        assert version.stored.sha256 == hashlib.sha256(content).hexdigest()
        assert (version.number, version.supersedes, version.sector_code) == (1, None, document.sector.code)
        assert version.information == ["confidential_commercial", "trade_secret"]
        entry = AuditEntry.objects.get(act="registry.file_version")
        assert entry.after["sha256"] == version.stored.sha256

    def test_redacted_ones_stand_beside_the_full_ones(self, room):
        document, by = make_document(room), room.by("giver")
        with pytest.raises(ValidationError, match="left out"):
            filing.file_version(by=by, document=document, uploaded=upload(), redacted=True)
        full = make_version(room, document)
        redacted = make_version(room, document, redacted=True, note="Names are left out.")
        later = make_version(room, document, note="A typing error.")
        assert [each.number for each in (full, redacted, later)] == [1, 1, 2]
        assert (redacted.supersedes, later.supersedes) == (None, full)

    def test_the_same_file_twice_is_refused_unless_the_checks_refused_it(self, room):
        document, by, content = make_document(room), room.by("giver"), pdf()
        refuse(filing.file_version(by=by, document=document, uploaded=upload(content)))
        make_version(room, document, content=content)
        with pytest.raises(NotAllowed, match="version 2"):
            filing.file_version(by=by, document=document, uploaded=upload(content))

    def test_a_bad_file_leaves_neither_row_nor_content(self, room):
        document = make_document(room)
        with pytest.raises(BadFile):
            filing.file_version(
                by=room.by("giver"), document=document, uploaded=upload(b"MZ", name="report.pdf")
            )
        assert not StoredFile.objects.exists()
        with reading_everything():
            assert not Version.objects.exists()

    def test_classes_of_information_are_those_on_the_list(self, room):
        with pytest.raises(ValidationError):
            filing.file_version(
                by=room.by("giver"), document=make_document(room), uploaded=upload(), information=["x"]
            )

    def test_nobody_files_to_what_is_others(self, room):
        document = make_document(room)
        for side in ("receiver", "outsider"):
            with pytest.raises(Document.DoesNotExist):
                filing.file_version(by=room.by(side), document=document, uploaded=upload())


class TestChecksEnd:
    def test_its_authority_hears_of_a_refusal_without_any_word_of_the_document(self, room):
        document = make_document(room, title="Zinc")
        refuse(filing.file_version(by=room.by("giver"), document=document, uploaded=upload()))
        item = WorkItem.objects.waiting().get(kind=Work.SHARED)
        assert item.authority == room.giver
        assert "Zinc" not in item.words
        assert AuditEntry.objects.get(act="registry.check_version").after["state"] == "refused"

    def test_whoever_reads_an_earlier_version_hears_of_the_newer_one_once_it_is_accepted(self, room):
        promise(room)
        document = make_document(room, title="Zinc")
        release = make_release(room, make_version(room, document))
        WorkItem.objects.all()._raw_delete(WorkItem.objects.db)
        newer = filing.file_version(by=room.by("giver"), document=document, uploaded=upload())
        make_version(room, document, redacted=True, note="Less.")
        assert not WorkItem.objects.exists()
        accept(newer)
        item = WorkItem.objects.get()
        assert (item.authority, item.kind) == (room.receiver, Work.SHARED)
        assert item.place == release.get_absolute_url()
        assert "Zinc" not in item.words
        assert room.giver.name in item.words

    def test_whose_access_has_ended_hears_nothing(self, room):
        commitment = promise(room)
        document = make_document(room)
        make_release(room, make_version(room, document))
        WorkItem.objects.all()._raw_delete(WorkItem.objects.db)
        type(commitment).objects.filter(pk=commitment.pk)._raw_delete(WorkItem.objects.db)
        make_version(room, document)
        assert not WorkItem.objects.exists()
