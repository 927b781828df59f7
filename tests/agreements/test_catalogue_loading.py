"""Loading the catalogue: once, again, and after its files have changed."""

import json
import shutil
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.core.management.base import CommandError

from agreements import announcing, concluding
from agreements.acting import Acting
from agreements.catalogue import reading
from agreements.catalogue.loading import bring_up_to_date, load_catalogue
from agreements.catalogue.periods import Known, periods_of
from agreements.models import Agreement, Annex, AnnexPeriod, CatalogueEdition, Condition, Undertaking
from portal import clock
from portal.audit.models import AuditEntry
from tests.agreements.factories import BY

LATER = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
def files(tmp_path, monkeypatch):
    """A copy of the catalogue's files that a test may change."""
    folder = tmp_path / "catalogue" / "data"
    shutil.copytree(reading.DATA, folder)
    monkeypatch.setattr(reading, "DATA", folder)
    return folder


def change(path, code: str, edit) -> None:
    """Edit the row with that code in a JSON file."""
    rows = json.loads(path.read_text())
    edit(next(row for row in rows if row["code"] == code))
    path.write_text(json.dumps(rows))


def run() -> str:
    """What the command prints."""
    out = StringIO()
    call_command("load_catalogue", stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_a_second_run_changes_nothing_and_says_so(catalogue):
    rows, entries = Undertaking.objects.count(), AuditEntry.objects.count()
    assert catalogue.summary["agreements.Agreement"] == {"added": 60}
    assert run() == "The catalogue is up to date; nothing has changed.\n"
    assert (Undertaking.objects.count(), AuditEntry.objects.count()) == (rows, entries)
    assert AuditEntry.objects.get().act == "agreements.load_catalogue"


@pytest.mark.django_db
def test_facts_of_the_first_edition_count_as_always_known(catalogue):
    assert not AnnexPeriod.objects.exclude(recorded__startswith=None).exists()


@pytest.mark.django_db
def test_changed_code_with_the_same_facts_adds_no_row(catalogue, files):
    (files / "more.csv").write_text("")
    edition = bring_up_to_date(by=BY)
    assert edition.digest != catalogue.digest
    assert edition.summary == {}


@pytest.mark.django_db
def test_a_changed_fact_closes_and_its_successor_is_known_from_now(catalogue, files, monkeypatch):
    heard = []
    monkeypatch.setattr(announcing, "_listeners", [heard.append])

    def edit(row):
        row["entry_into_force"] = "2008-01-02"
        row["annexes"][0]["conditions"].pop()

    change(files / "agreements" / "us.json", "US-JP", edit)
    with clock.at(LATER):
        edition = bring_up_to_date(by=BY)
    annex = Annex.objects.get(code="US-JP")
    assert heard == [{annex.pk}]
    assert edition.summary == {
        "agreements.Agreement": {"changed": 1},
        "agreements.Annex": {"changed": 1},
        "agreements.AnnexPeriod": {"added": 1, "closed": 1},
        "agreements.Condition": {"closed": 1},
    }
    assert annex.periods.known().get().valid.lower == date(2008, 1, 2)
    assert annex.periods.known(datetime(2029, 1, 1, tzinfo=UTC)).get().valid.lower == date(2008, 1, 1)
    assert Condition.objects.filter(annex=annex, recorded__endswith=LATER).count() == 1
    assert Agreement.objects.get(code="US-JP").entry_into_force == "2008-01-02"


@pytest.mark.django_db
def test_what_was_entered_in_the_portal_outlives_a_new_edition(catalogue, files):
    annex = Annex.objects.get(code="US-JP")
    concluding.set_status(by=BY, annex=annex, status="suspended", start=date(2026, 1, 1))
    change(files / "agreements" / "us.json", "US-JP", lambda row: row.update(name="Renamed"))
    edition = bring_up_to_date(by=BY)
    assert edition.summary["agreements.AnnexPeriod"] == {"left_out": 1}
    assert set(annex.periods.known().values_list("status", flat=True)) == {"in_force", "suspended"}
    assert Agreement.objects.get(code="US-JP").name == "Renamed"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda row: row.update(signed="2007-13"), "agreements/us.json, US-JP: signed: "),
        (lambda row: row["parties"].append("XX"), "agreements/us.json, US-JP: parties: 'XX' is not known"),
        (lambda row: row.update(singed="2007"), "agreements/us.json, US-JP: singed: is not a field"),
        (lambda row: row.pop("name"), "agreements/us.json, US-JP: name: is missing"),
        (lambda row: row.update(form="song"), "agreements/us.json, US-JP: form: 'song' is none of"),
        (
            lambda row: row.update(status="suspended"),
            "agreements/us.json, US-JP: status: the periods of a text",
        ),
        (lambda row: row.update(sources=["nowhere"]), "agreements/us.json, US-JP: sources: "),
        (
            lambda row: row["annexes"][0]["undertakings"][0].update(kinds=["hearsay"]),
            "agreements/us.json, US-JP, undertaking 1: kinds: 'hearsay' is not known",
        ),
        (
            lambda row: row["annexes"][0]["conditions"][0].update({"from": "2020-01-01", "to": "2020-01-01"}),
            "agreements/us.json, US-JP, condition 1: to: is not after from",
        ),
    ],
)
def test_an_error_names_file_row_and_field_and_nothing_is_loaded(files, edit, words):
    change(files / "agreements" / "us.json", "US-JP", edit)
    with pytest.raises(CommandError, match=r"^" + words.replace("(", r"\(")):
        run()
    assert not Agreement.objects.exists()
    assert not CatalogueEdition.objects.exists()


@pytest.mark.django_db
def test_a_file_that_is_no_json_is_named(files):
    (files / "sectors.json").write_text("[")
    with pytest.raises(CommandError, match=r"^sectors\.json: "):
        run()


@pytest.mark.django_db
def test_only_the_operator_loads():
    with pytest.raises(PermissionDenied):
        load_catalogue(by=Acting(actor="somebody"))


def test_periods_follow_from_dates_and_status():
    certain = Known("", "2013-12", "in_force", 2020)
    assert [(p.status, p.start, p.end) for p in periods_of(certain)] == [
        ("unknown", date(2013, 12, 1), date(2013, 12, 31)),
        ("in_force", date(2013, 12, 31), None),
    ]
    exact = Known("2010-01-01", "2013-12-03", "in_force", 2013)
    assert [(p.status, p.start, p.end, p.since) for p in periods_of(exact)] == [
        ("in_force", date(2013, 12, 3), None, "2013-12-03")
    ]
    evidence = Known("", "", "in_force", 2007)
    assert [(p.status, p.start, p.end, p.start_is_evidence) for p in periods_of(evidence)] == [
        ("unknown", None, date(2007, 12, 31), False),
        ("in_force", date(2007, 12, 31), None, True),
    ]
    with pytest.raises(ValueError, match="year of evidence"):
        periods_of(Known("2010", "", "in_force", None))
