"""The files of the UK register and the list of notified bodies, as they are: what they must become."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from agreements import texts
from agreements.acceptance import Question
from agreements.acting import operator
from portal.clocks import Clocks
from registry import finding
from registry.importing import load_file
from registry.models import Body, Designation, HomeAppointment, LoadedFile, Recognition, ScopeLine

BY = operator("tests")


NAMED_ROWS = {
    5: "GB>US", 53: "GB>AU", 95: "GB>US", 123: "NZ>GB", 131: "GB>AU", 132: "GB>CA", 133: "GB>US", 137: "GB>AU",
    138: "GB>US", 174: "GB>AU", 210: "US>GB", 230: "GB>US", 234: "AU>GB", 240: "GB>US", 241: "GB>AU GB>NZ",
    270: "US>GB", 277: "US>GB", 279: "GB>US", 288: "doubtful", 319: "GB>AU", 320: "GB>NZ", 321: "GB>US",
    329: "GB>CA", 330: "GB>US", 344: "US>GB", 347: "US>GB", 354: "US>GB", 364: "US>GB",
}  # fmt: skip


@pytest.fixture
def data() -> Path:
    """The folder with the public files, which are no part of this repository."""
    folder = Path(settings.BASE_DIR).parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the public files are not there: {folder}")
    return folder


@pytest.fixture
def loaded(catalogue, data):
    """Both files of the UK register, loaded."""
    return [load_file(BY, data / "ukmcab" / name) for name in ("cabs.json", "schedules.csv")]


def _found(importing: str, exporting: str, kind: str, sector: str) -> dict[str, str]:
    said = texts.current()
    question = Question(
        said.economy_by_code[importing],
        said.economy_by_code[exporting],
        Clocks(date(2026, 11, 24), None, True),
        kind,
        said.sector_by_code[sector],
    )
    return {result.name: result.standing for result in finding.find(question, said).results if result.line}


def test_uk_test_firms_for_the_us_are_designated_and_no_more(loaded):
    found = _found("US", "GB", "test_report", "emc")
    assert set(found.values()) == {"designated_recognition_not_on_file"}
    firsts = {"3c", "dB", "Plantronics", "RN", "TÜV", "TUV"}
    assert len(found) == 8
    assert {name.split()[0] for name in found} == firsts | {"Eurofins"}


def test_us_bodies_are_recognised_by_the_uk(loaded):
    names = set(Recognition.objects.filter(exporting__code="US").values_list("body__name", flat=True))
    assert {name.split()[0] for name in names} == {
        "MiCOM", "Sporton", "TÜV", "UL", "Vista", "Washington", "United",
    }  # fmt: skip
    assert len(names) == 7
    assert set(_found("GB", "US", "certificate", "emc").values()) == {"kind_not_stated"}
    assert not Designation.objects.exclude(exporting__code="GB").exists()


def test_every_row_that_names_an_agreement_is_accounted_for(loaded):
    report = loaded[1]
    assert report.rows == 369
    assert report.counts["rows naming an agreement"] + report.counts["rows in doubt"] == len(NAMED_ROWS)
    assert [one.row for one in report.of("doubtful")] == [288]
    expected = " ".join(way for way in NAMED_ROWS.values() if way != "doubtful").split()
    ways = ScopeLine.objects.values_list("exporting__code", "importing__code")
    assert sorted(f"{a}>{b}" for a, b in ways) == sorted(expected)


def test_names_and_numbers_are_repaired(loaded):
    assert Body.objects.filter(name="TÜV SÜD America, Inc.", economy__code="US").count() == 1
    assert not Body.objects.filter(name__contains="Ã").exists()
    assert Body.objects.get(name="BSI Assurance UK Ltd").identifiers.filter(value="0086").exists()
    two = Body.objects.get(name="UL International (UK) LTD").identifiers.filter(scheme="UK body number")
    assert sorted(two.values_list("value", flat=True)) == ["0843", "0889"]


def _picture():
    return (
        set(Body.objects.values_list("name", "economy__code", "local_word", "website")),
        set(ScopeLine.objects.values_list("body__name", "annex__code", "kind", "importing__code")),
        set(HomeAppointment.objects.values_list("body__name", "area", "status")),
    )


def _picture_after(data, *names):
    sid = transaction.savepoint()
    for name in names:
        load_file(BY, data / "ukmcab" / name)
    picture = _picture()
    transaction.savepoint_rollback(sid)
    texts.forget()
    return picture


def test_the_order_of_the_files_does_not_matter(catalogue, data):
    forwards = _picture_after(data, "cabs.json", "schedules.csv")
    backwards = _picture_after(data, "schedules.csv", "cabs.json")
    assert forwards == backwards


def test_loading_a_slightly_changed_file_adds_nothing_twice(loaded, data, tmp_path):
    counts = [model.objects.count() for model in (Body, ScopeLine, HomeAppointment)]
    changed = tmp_path / "schedules.csv"
    changed.write_bytes((data / "ukmcab" / "schedules.csv").read_bytes() + b"\n\n")
    assert load_file(BY, data / "ukmcab" / "schedules.csv").unchanged
    assert not load_file(BY, changed).unchanged
    assert [model.objects.count() for model in (Body, ScopeLine, HomeAppointment)] == counts


def test_notified_bodies(catalogue, data):
    report = load_file(BY, data / "notified_bodies_mdr_ivdr.csv")
    assert (report.rows, report.counts["bodies registered"], report.of("rejected")) == (53, 53, [])
    assert Body.objects.get(identifiers__value="0044").local_word == "notified body"
    assert not ScopeLine.objects.exists()


@pytest.mark.parametrize(
    ("name", "rows", "told"),
    [
        ("LegislativeAreas", 23, "requirements"),
        ("PurposeOfAppointment", 13, ""),
        ("Categories", 90, ""),
        ("Products", 131, "links that lead nowhere"),
        ("Procedures", 103, "rows with another area's id"),
        ("DesignatedStandards", 444, "requirements"),
    ],
)
def test_requirements(catalogue, data, name, rows, told):
    report = load_file(BY, data / "ukmcab" / f"{name}.json")
    assert report.rows == rows
    assert not told or report.counts[told]
    if name == "Procedures":
        assert report.counts == {"links that lead nowhere": 18, "rows with another area's id": 2}


def test_check_gives_the_same_report_and_changes_nothing(catalogue, data):
    path = data / "ukmcab" / "schedules.csv"
    checked = load_file(BY, path, check=True)
    assert not Body.objects.exists()
    assert not LoadedFile.objects.exists()
    assert load_file(BY, path) == checked
