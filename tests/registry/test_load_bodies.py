"""Loading made-up files: each fault is told with its row, and a broken file changes nothing."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from agreements.acting import operator
from portal.audit.models import AuditEntry
from registry.importing import load_file
from registry.intake import mutual, repairing
from registry.intake.reporting import BadFile
from registry.models import Body, Designation, LoadedFile, Recognition

BY = operator("tests")
HEAD = "Name,CABNumber,FileName,Label,LegislativeArea"
EMC = "Electromagnetic compatibility"


@pytest.fixture
def schedules(tmp_path):
    """Writes a file of schedules with these rows."""

    def write(*rows: str, head: str = HEAD, encoding: str = "utf-8"):
        path = tmp_path / "schedules.csv"
        path.write_bytes("\n".join([head, *rows]).encode(encoding))
        return path

    return write


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("TÃœV SÃœD  America ", "TÜV SÜD America"),
        ("TÜV SÜD", "TÜV SÜD"),
        ("AgrÃ©ment", "Agrément"),
        (None, ""),
    ],
)
def test_text_is_repaired(written, meant):
    assert repairing.text(written) == meant


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("86", (["0086"], [])),
        ("0120 (ex 0890, ex 2642)", (["0120"], ["0890", "2642"])),
        ("1121, 1314, 0833", (["1121", "1314", "0833"], [])),
        ("R006", (["R006"], [])),
        ("", ([], [])),
    ],
)
def test_numbers_are_read(cell, numbers):
    assert repairing.numbers(cell) == numbers


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("UK-USA MRA, Sectoral Annex on EMC - Test Firm", (("US",), False, "test_report")),
        ("Conformity assessment under the UK-USA MRA - for FCC TCB", (("US",), False, "certificate")),
        ("UK-USA Mutual Recognition Agreement", (("US",), True, "")),
        ("Body approved under the UK-US Mutual Recognition Agreement", (("US",), True, "")),
        ("UK-Austrailia / New Zealand MRA", (("AU", "NZ"), False, "")),
        ("UK-Canada MRA, for IC CAB", (("CA",), False, "")),
    ],
)
def test_labels_are_read(label, said):
    read = mutual.read(label)
    assert (read.partners, read.partner_body, read.kind) == said


def test_a_label_without_agreement_says_none():
    assert mutual.read("MMRA Ltd: Railways Regulations 2011") is None


def test_bad_rows_are_told_and_the_others_loaded(catalogue, schedules):
    path = schedules(
        f"Good Lab Ltd,86,a.pdf,UK-USA MRA - Test Firm,{EMC}",
        f",12,a.pdf,Regulations,{EMC}",
        f"Wrong Number Ltd,123456,a.pdf,Regulations,{EMC}",
        "",
        "Lift Lab Ltd,87,a.pdf,UK-USA MRA,Lifts",
        f"Nowhere Lab Ltd,88,a.pdf,An unnamed MRA,{EMC}",
        f"Elsewhere (Europe) Ltd,89,a.pdf,Body approved under the UK-Australia MRA,{EMC}",
    )
    report = load_file(BY, path)
    assert [(one.row, one.column) for one in report.of("rejected")] == [
        (3, "Name"), (4, "CABNumber"), (6, "Label"), (7, "Label"),
    ]  # fmt: skip
    assert [one.row for one in report.of("doubtful")] == [8]
    assert Body.objects.get(name__startswith="Elsewhere").economy.code == "GB"
    designation = Designation.objects.get()
    assert designation.importing.code == "US"
    assert not Recognition.objects.exists()
    assert LoadedFile.objects.get().report["counts"]["rows rejected"] == 4


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"head": "Name,CABNumber,FileName,LegislativeArea"}, "lacks the column Label"),
        ({"head": HEAD + ",More"}, "Row 2 has 5 cells"),
        ({"encoding": "utf-16"}, "not UTF-8"),
        ({"head": "a,b,c,d,e"}, "none of the known formats"),
    ],
)
def test_a_broken_file_changes_nothing_and_the_next_is_loaded(catalogue, schedules, tmp_path, options, words):
    good = tmp_path / "good.csv"
    good.write_text(f"{HEAD}\nGood Lab Ltd,86,a.pdf,Regulations,{EMC}\n")
    path = schedules(f"Lab Ltd,1,a.pdf,Regulations,{EMC}", **options)
    complaint, told = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError, match="1 of 2"):
        call_command("load_bodies", str(path), str(good), stdout=told, stderr=complaint)
    assert words in complaint.getvalue()
    assert list(Body.objects.values_list("name", flat=True)) == ["Good Lab Ltd"]
    assert "1 bodies registered" in told.getvalue()


def test_an_unclosed_quotation_and_bad_json_are_told(catalogue, schedules, tmp_path):
    with pytest.raises(BadFile, match="not CSV"):
        load_file(BY, schedules('"Lab Ltd,1,a.pdf,Regulations,Machinery'))
    path = tmp_path / "cabs.json"
    path.write_text('[{"CABId": ')
    with pytest.raises(BadFile, match="not JSON"):
        load_file(BY, path)
    with pytest.raises(BadFile, match="cannot be read"):
        load_file(BY, tmp_path / "absent.csv")


def test_loading_twice_changes_nothing(catalogue, schedules):
    path = schedules(f"Good Lab Ltd,86,a.pdf,UK-USA MRA - Test Firm,{EMC}")
    load_file(BY, path)
    entries = AuditEntry.objects.count()
    assert load_file(BY, path).unchanged
    assert AuditEntry.objects.count() == entries


def _version(name: str, status: str, day: str, **more) -> dict:
    return {
        "CABId": "one", "URLSlug": "one", "Name": name, "CABNumber": "86", "Status": status,
        "RegisteredOfficeLocation": "United Kingdom", "LastUpdatedDate": day, "UKASReference": "0001",
        "DocumentLegislativeAreas": [{"LegislativeAreaName": "Machinery ", "IsProvisional": True}], **more,
    }  # fmt: skip


def test_the_published_version_is_the_body(catalogue, tmp_path):
    path = tmp_path / "cabs.json"
    versions = [
        _version("Old Lab Ltd", "Historical", "2024-05-01T00:00:00"),
        _version("New Lab Ltd", "Published", "2023-05-01T00:00:00"),
        _version("Lab", "Published", "2023-01-01", CABId="two", RegisteredOfficeLocation="Atlantis"),
    ]
    path.write_text(json.dumps(versions))
    report = load_file(BY, path)
    body = Body.objects.get()
    assert body.name == "New Lab Ltd"
    appointment = body.home_appointments.get()
    assert (appointment.area, appointment.is_provisional, appointment.status) == (
        "Machinery",
        True,
        "appointed",
    )
    assert body.accreditations.get().reference == "0001"
    assert [(one.row, one.value) for one in report.of("rejected")] == [(4, "Atlantis")]
