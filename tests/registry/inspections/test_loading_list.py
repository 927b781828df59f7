"""FDA's list of Form 483s, as it is: what it must become."""

import io
import time
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from openpyxl import load_workbook

from agreements.acting import Acting
from portal.audit.models import AuditEntry
from registry.inspections.fence import reading_everything
from registry.inspections.models import (
    AccessClass,
    Document,
    DocumentKind,
    Facility,
    FacilityIdentifier,
    Inspection,
    LoadBatch,
    LoadRow,
)

SECONDS = 60
ANYBODY = Acting(actor="")


@pytest.fixture
def listed() -> Path:
    """The public file, which is no part of this repository."""
    path = Path(settings.BASE_DIR).parent / "shared" / "data" / "fda_form_483s.xlsx"
    if not path.is_file():
        pytest.skip(f"the public file is not there: {path}")
    return path


def _load(*arguments) -> str:
    told = io.StringIO()
    call_command("load_inspections", *map(str, arguments), stdout=told)
    return told.getvalue()


def _all() -> dict:
    with reading_everything():
        models = (Facility, FacilityIdentifier, Inspection, Document, LoadBatch, LoadRow, AuditEntry)
        return {model.__name__: model.objects.count() for model in models}


def test_the_list_becomes_facilities_inspections_and_documents(catalogue, listed):
    began = time.monotonic()
    told = _load(listed)
    assert time.monotonic() - began < SECONDS
    assert "1851 inspections new" in told
    # 1,827 rows have an FEI, of 1,076 facilities; 24 have none, under 21 names.
    assert told.count("FEI Number “”: is blank; the facility is kept by its name alone") == 24
    assert told.count("Record Date “-”: is blank; kept without a day") == 19
    assert FacilityIdentifier.objects.filter(scheme="FEI", issuer="FDA").count() == 1076
    assert Facility.objects.filter(identifiers=None).count() == 21
    assert Facility.objects.count() == 1097
    inspections = Inspection.objects.visible_to(ANYBODY)
    assert inspections.count() == 1851
    assert inspections.filter(ended_on=None).count() == 19
    with reading_everything():
        assert (
            Document.objects.filter(kind=DocumentKind.OBSERVATIONS, access_class=AccessClass.PUBLIC).count()
            == 1851
        )
        one = Document.objects.get(number="287101")
        assert (one.external_url, one.issued_on, one.facility.name, one.inspection.reference) == (
            "https://www.fda.gov/media/187496/download",
            date(2025, 6, 19),
            "NATCO Pharma Limited",
            "287101",
        )
    # A facility bears the name of its newest record; the others are its former ones.
    renamed = Facility.objects.get(identifiers__value="3011248248")
    assert renamed.name == "Biocon Sdn. Bhd."
    assert [former.name for former in renamed.former_names.all()] == ["Biocon Sdn Bhd"]
    assert Facility.objects.exclude(former_names=None).count() == 8

    before = _all()
    assert "loaded before; nothing has changed" in _load(listed)
    assert _all() == before


def test_a_newer_list_adds_what_is_new_and_nothing_twice(catalogue, listed, tmp_path):
    book = load_workbook(listed)
    sheet = book.active
    sheet.delete_rows(300, 1600)
    older = tmp_path / "older.xlsx"
    book.save(older)
    assert "298 inspections new" in _load(older)
    sheet["C2"] = "NATCO Pharma Ltd"
    sheet.append(
        [
            date(2025, 8, 1),
            "3004540906",
            "NATCO Pharma Ltd",
            483,
            date(2025, 8, 2),
            "https://www.fda.gov/media/1/download",
            999999,
        ]
    )
    newer = tmp_path / "newer.xlsx"
    book.save(newer)
    checked = _load(newer, "--check")
    told = _load(newer)
    assert "1 inspections new" in told
    assert "297 inspections unchanged" in told
    assert "1 inspections changed" in told
    assert "checked only, nothing changed" in checked
    facility = Facility.objects.get(identifiers__value="3004540906")
    assert facility.name == "NATCO Pharma Ltd"
    assert "NATCO Pharma Limited" in [former.name for former in facility.former_names.all()]


def test_a_check_writes_nothing(catalogue, listed):
    before = _all()
    told = _load("--check", listed)
    assert "1851 inspections new" in told
    assert _all() == before
