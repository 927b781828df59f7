"""Loading in the browser: check, correct, load, look, undo."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from agreements.acting import Acting
from agreements.models import RoleGrant
from portal import clock
from portal.outbox.relaying import relay_due
from portal.verbs import running
from registry.inspections import progress
from registry.inspections.fence import reading_as, reading_everything
from registry.inspections.models import Document, Facility, Inspection, LoadBatch, LoadRow
from tests.registry.inspections.room import make_document
from tests.registry.inspections.sheets import HEAD, ROWS, as_csv, as_xlsx
from tests.registry.officers import signed_in

ANYBODY = Acting(actor="")


@pytest.fixture
def browser(room):
    """An editor of the inspectorate, signed in."""
    return signed_in(room.user("giver"))


def upload(browser, content: bytes, name: str = "march.csv"):
    return browser.post("/inspections/load/", {"file": SimpleUploadedFile(name, content)}, follow=True)


def batch_of(answer) -> LoadBatch:
    return answer.context["batch"]


def loaded(browser, content: bytes | None = None) -> LoadBatch:
    """A file, checked, confirmed and loaded by the worker."""
    batch = batch_of(upload(browser, content or as_csv(*ROWS)))
    browser.post(f"/inspections/load/{batch.pk}/", {"doing": "load"})
    while relay_due():
        pass
    return batch_of(browser.get(f"/inspections/load/{batch.pk}/"))


def test_a_check_writes_nothing_but_the_batch(room, browser):
    answer = upload(browser, as_csv(*ROWS))
    assert not Inspection.objects.exists()
    assert not Facility.objects.exists()
    page = answer.content.decode()
    assert "3 new, 0 changed, 0 unchanged" in page
    assert "Load 3 inspections" in page
    assert batch_of(answer).counts["facilities"] == 2


@pytest.mark.parametrize("write", [as_csv, as_xlsx])
def test_a_confirmed_file_is_loaded_by_the_worker(room, browser, write):
    batch = batch_of(upload(browser, write(*ROWS), "march"))
    answer = browser.post(f"/inspections/load/{batch.pk}/", {"doing": "load"}, follow=True)
    assert "Look again" in answer.content.decode()
    assert not Inspection.objects.exists()
    progress.say(batch.pk, 2)
    assert "2 of 3 rows are written" in browser.get(f"/inspections/load/{batch.pk}/").content.decode()
    while relay_due():
        pass
    page = browser.get(f"/inspections/load/{batch.pk}/?show=new").content.decode()
    first, second, third = Inspection.objects.order_by("reference")
    assert f'href="/inspections/{first.pk}/">INS-1' in page
    assert first.facility == second.facility
    assert first.facility.entered_by == room.giver
    assert third.access_class == "internal"
    assert [one.reference for one in Inspection.objects.visible_to(ANYBODY)] == ["INS-2"]
    with reading_as(room.by("giver")):
        assert [str(one) for one in first.findings.all()] == ["1 critical", "2 major"]


def test_all_problems_are_told_at_once_and_the_corrected_file_is_taken(room, browser):
    bad = [
        ["INS-1", "Werk", "XX", "30045x", "31.03.2025", "secret", "three"],
        ["", "Werk", "DE", "", "2025-02-30", "annex", ""],
        ["INS-1", "", "DE", "3004 540 906", "2025-03-31", "", ""],
    ]
    answer = upload(browser, as_csv(*bad))
    batch = batch_of(answer)
    problems = [(line.number, one["column"]) for line in answer.context["page"] for one in line.told]
    assert problems == [
        (2, "economy"), (2, "fei"), (2, "ended_on"), (2, "access"), (2, "findings"),
        (3, "reference"), (3, "ended_on"), (3, "annex"),
        (4, "facility"), (4, "reference"),
    ]  # fmt: skip
    page = answer.content.decode()
    assert "3 rows cannot be read" in page
    assert "write it as 2025-03-31" in page
    refused = browser.post(f"/inspections/load/{batch.pk}/", {"doing": "load"})
    assert refused.status_code == 400
    assert not Inspection.objects.exists()

    text = b"".join(browser.get(f"/inspections/load/{batch.pk}/reasons.csv").streaming_content)
    head, *rows = csv.reader(io.StringIO(text.decode("utf-8-sig")))
    assert head == [*HEAD, "reason"]
    assert rows[0][:-1] == bad[0]
    assert rows[0][-1].startswith("economy: is no code of an economy")
    corrected = [[*good, why[-1]] for good, why in zip(ROWS, rows, strict=True)]
    again = upload(browser, as_csv(*corrected, head=head))
    assert batch_of(again).counts["new"] == 3


def test_cells_given_back_are_defused_and_read_again_as_they_were(room, browser):
    row = ["=1+1", "@Werk", "DE", "", "", "", "none"]
    batch = batch_of(upload(browser, as_csv(row)))
    content = browser.get(f"/inspections/load/{batch.pk}/reasons.xlsx").content
    _head, cells = load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    assert cells[:2] == ("'=1+1", "'@Werk")
    again = upload(browser, content, "again.xlsx")
    with reading_as(room.by("giver")):
        line = LoadRow.objects.filter(batch=batch_of(again)).get()
        assert line.cells[:2] == ["=1+1", "@Werk"]


def test_a_file_is_loaded_once(room, browser):
    batch = loaded(browser)
    assert batch.stage == "loaded"
    assert batch_of(upload(browser, as_csv(*ROWS))) == batch
    renamed = loaded(browser, as_csv(*ROWS, delimiter=";"))
    assert renamed.counts["unchanged"] == 3
    assert Inspection.objects.count() == 3


def test_a_row_on_file_changes_it_and_absent_columns_stay(room, browser):
    loaded(browser)
    head = ["reference", "facility", "kind", "findings"]
    rows = [["INS-1", "Werk Nord", "for cause", "major: 3"], ["INS-3", "Werk Süd", "unknown", ""]]
    answer = upload(browser, as_csv(*rows, head=head))
    assert "1 changed, 1 unchanged" in answer.content.decode()
    page = browser.get(f"{batch_of(answer).get_absolute_url()}?show=changed").content.decode()
    assert "kind: unknown → for_cause" in page
    batch = loaded(browser, as_csv(*rows, [], head=head))
    changed = Inspection.objects.get(reference="INS-1")
    assert (changed.kind, str(changed.ended_on), changed.version) == ("for_cause", "2025-03-28", 2)
    with reading_as(room.by("giver")):
        assert [str(one) for one in changed.findings.all()] == ["3 major"]
    browser.post(f"/inspections/load/{batch.pk}/undo/")
    changed.refresh_from_db()
    assert changed.kind == "unknown"
    with reading_as(room.by("giver")):
        assert [str(one) for one in changed.findings.all()] == ["1 critical", "2 major"]


def test_a_file_is_undone_while_nothing_has_built_on_it(room, browser):
    batch = loaded(browser)
    answer = browser.post(f"/inspections/load/{batch.pk}/undo/", follow=True)
    assert "taken back" in answer.content.decode()
    assert not Inspection.objects.filter(withdrawn_at=None).exists()
    assert not Facility.objects.filter(is_public=True).exists()
    again = loaded(browser)
    assert (again.stage, again.counts["new"], again.counts["facilities"]) == ("loaded", 3, 0)


def test_a_file_is_not_undone_once_a_report_is_filed(room, browser):
    batch = loaded(browser)
    make_document(room, Inspection.objects.get(reference="INS-2"))
    answer = browser.post(f"/inspections/load/{batch.pk}/undo/")
    assert answer.status_code == 400
    assert "INS-2" in answer.content.decode()
    assert not Inspection.objects.exclude(withdrawn_at=None).exists()


def test_an_authority_loads_its_own_inspections_only(room, browser):
    answer = upload(browser, as_csv([*ROWS[0], "us-regulator"], head=[*HEAD, "authority"]))
    assert "is not the authority you load for, de-inspectorate" in answer.content.decode()
    own = loaded(browser, as_csv([*ROWS[0], "DE-Inspectorate"], head=[*HEAD, "authority"]))
    assert Inspection.objects.get().authority == room.giver
    other = signed_in(room.user("receiver"))
    for path in ("", "undo/", "reasons.csv", "reasons.xlsx"):
        assert other.get(f"/inspections/load/{own.pk}/{path}").status_code == 404
    with reading_as(room.by("receiver")):
        assert not LoadBatch.objects.exists()
        assert not LoadRow.objects.exists()


def test_a_number_of_a_facility_that_another_authority_keeps_is_the_same_facility(room, browser):
    loaded(browser)
    other = signed_in(room.user("receiver"))
    row = ["US-1", "North Works", "DE", "3004540906", "2025-07-01", "", "", "150483782"]
    loaded(other, as_csv(row, head=[*HEAD, "duns"]))
    inspection = Inspection.objects.get(reference="US-1")
    assert inspection.facility.name == "Werk Nord"
    assert not inspection.facility.identifiers.filter(scheme="DUNS").exists()


def test_the_register_may_not_change_between_check_and_loading(room, browser):
    first, second = (batch_of(upload(browser, as_csv(*ROWS, delimiter=one))) for one in ",;")
    for batch in (first, second):
        browser.post(f"/inspections/load/{batch.pk}/", {"doing": "load"})
    while relay_due():
        pass
    page = browser.get(second.get_absolute_url()).content.decode()
    assert "The register has changed since the file was checked" in page
    assert Inspection.objects.count() == 3


def test_whoever_lost_the_role_meanwhile_loads_nothing(room, browser):
    batch = batch_of(upload(browser, as_csv(*ROWS)))
    browser.post(f"/inspections/load/{batch.pk}/", {"doing": "load"})
    with running("tests.end", "desk") as frame:
        RoleGrant.objects.filter(membership__user=room.user("giver")).update(
            ended_at=clock.now(), ended_by="tests"
        )
        frame.entries = 1
    while relay_due():
        pass
    with reading_everything():
        batch.refresh_from_db()
    assert batch.stage == "failed"
    assert not Inspection.objects.exists()


def test_a_file_is_given_up(room, browser):
    batch = batch_of(upload(browser, as_csv(*ROWS)))
    browser.post(f"/inspections/load/{batch.pk}/", {"doing": "drop"})
    with reading_as(room.by("giver")):
        assert not LoadRow.objects.exists()
    assert "Given up" in browser.get(batch.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"a,b\n1,2\n", "is no heading that is known here"),
        (b"reference,facility,colour\n1,2,3\n", "The column colour is none of the template"),
        (b"reference,facility\n", "no rows below its heading"),
        (b"reference,facility\n\x00\x81\xff", "no text that can be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_words(room, browser, content, words):
    answer = upload(browser, content)
    assert answer.status_code == 400
    assert words in answer.content.decode().replace("&#x27;", "'")
    with reading_everything():
        assert not LoadBatch.objects.exists()


def test_the_template_and_its_dictionary_are_what_the_reader_knows(room, browser):
    book = load_workbook(io.BytesIO(browser.get("/inspections/load/template.xlsx").content))
    told, dictionary = (list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets)
    assert [row[0] for row in dictionary[1:]] == list(told[0])
    text = b"".join(browser.get("/inspections/load/template.csv").streaming_content).decode("utf-8-sig")
    assert text.strip().split(",") == list(told[0])
    example = {row[0]: row[4] for row in dictionary[1:]}
    example |= {
        "authority": "de-inspectorate",
        "economy": "DE",
        "named": "jp-regulator",
        "annex": room.annex.code,
    }
    answer = upload(browser, as_csv([example[name] for name in told[0]], head=list(told[0])))
    assert batch_of(answer).counts["new"] == 1
    assert browser.get("/inspections/load/dictionary.csv").status_code == 200
    assert browser.get("/inspections/load/dictionary.xlsx").status_code == 200


def test_readers_do_not_load(room):
    assert signed_in(room.user("giver", "reader")).get("/inspections/load/").status_code == 403


def test_undoing_looks_at_whatever_may_be_built_on_an_inspection_or_its_documents():
    """Whoever lets a further model refer to one of them lets registry.inspections.intake.undoing look at it, too."""
    referring = {
        (relation.related_model.__name__, relation.field.name)
        for model in (Inspection, Document)
        for relation in model._meta.related_objects
    }
    assert referring == {
        ("Finding", "inspection"),
        ("LoadRow", "inspection"),
        ("Document", "inspection"),
        ("ReportRequest", "inspection"),
        ("ReportRequest", "document"),
        ("Version", "document"),
    }


def test_inspections_of_a_made_up_authority_are_marked_as_such(room, browser):
    room.giver.origin = "sample"
    room.giver.save()
    loaded(browser)
    assert not Inspection.objects.filter(is_sample=False).exists()
    assert not Facility.objects.filter(is_sample=False).exists()


def test_a_files_name_is_shown_without_tricks(room, browser):
    answer = upload(browser, as_csv(*ROWS), "march\u202excl.csv")
    assert batch_of(answer).name == "marchxcl.csv"


def test_a_number_on_file_where_one_may_not_look_says_nothing(room, browser):
    row = ["JP-1", "North Works", "IN", "3004540906", "2025-07-01", "", ""]
    other = signed_in(room.user("outsider"))
    before = batch_of(upload(other, as_csv(row))).counts
    loaded(browser, as_csv(ROWS[0]))
    assert batch_of(upload(other, as_csv(row))).counts == before

    loaded(other, as_csv(row))
    assert Facility.objects.filter(identifiers__value="3004540906").count() == 2
    assert Facility.objects.get(name="North Works").lies_in == "India"


def test_rows_obey_what_recording_by_hand_asks_for(room, browser):
    head = ["reference", "facility", "ended_on", "scale", "outcome", "findings"]
    rows = [
        ["1", "Werk", "2999-01-01", "", "", ""],
        ["2", "Werk", "", "FDA", "good", ""],
        ["3", "Werk", "", "", "VAI", ""],
        ["4", "Werk", "", "PIC/S", "", "grave: 1"],
        ["5", "Werk", "", "FDA", "VAI", "major: 1"],
    ]
    answer = upload(browser, as_csv(*rows, head=head))
    problems = [(line.number, one["column"]) for line in answer.context["page"] for one in line.told]
    assert problems == [(2, "ended_on"), (3, "outcome"), (4, "scale"), (5, "findings")]
