"""FDA's list of Form 483s, as it is: what it must become."""

import io
import time
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from agreements.acting import Acting
from portal.audit.models import AuditEntry
from registry.inspections.fence import reading_everything
from registry.inspections.intake import form_483s
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
from tests.agreements.factories import make_authority
from tests.registry.inspections.sheets import as_xlsx

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


def test_the_list_is_checked_without_a_trace_and_becomes_facilities_inspections_and_documents(
    catalogue, listed
):
    before = _all()
    assert "1851 inspections new" in _load("--check", listed)
    assert _all() == before
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


def test_a_newer_list_adds_what_is_new_and_nothing_twice(db, tmp_path):
    make_authority(form_483s.AUTHORITY, "US", ["regulatory"])

    def listed(*rows) -> Path:
        path = tmp_path / f"{len(rows)}.xlsx"
        path.write_bytes(as_xlsx(*rows, head=list(form_483s.HEADS.values())))
        return path

    published, place = date(2025, 8, 2), "https://www.fda.gov/media/{}/download"
    old = [
        [date(2025, 6, 19), "3004540906", "NATCO Pharma Limited", 483, published, place.format(1), 1],
        [date(2025, 6, 13), "3002809586", "Sun Ltd.", 483, published, place.format(2), 2],
        ["-", None, "Sparboe Farms Inc.", 483, published, place.format(3), 3],
    ]
    assert "3 inspections new" in _load(listed(*old))
    later = [date(2025, 8, 1), "3004540906", "NATCO Pharma Ltd", 483, published, place.format(4), 4]
    told = _load(listed(*old, later))
    assert "1 inspections new" in told
    assert "1 inspections changed" in told
    assert "2 inspections unchanged" in told
    facility = Facility.objects.get(identifiers__value="3004540906")
    assert facility.name == "NATCO Pharma Ltd"
    assert [former.name for former in facility.former_names.all()] == ["NATCO Pharma Limited"]
    assert Facility.objects.count() == 3
