"""Importing in the browser: check, mend, draft, decide, take back; and what the pages cost."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from registry.batches.columns import NAMES, VERSION_HEAD
from registry.batches.models import ImportBatch, Said
from registry.models import Designation, Proposal
from tests.registry.batches.sheets import as_csv, as_xlsx, line, many
from tests.registry.officers import make_officer, signed_in


@pytest.fixture
def browser(parties):
    """An editor of the designating authority, signed in."""
    return signed_in(parties.ana)


@pytest.fixture
def second(parties):
    """An approver of the same authority, signed in and just proven."""
    return signed_in(parties.beto)


@pytest.fixture
def upload(browser, work_off):
    """Sends a file in, lets the worker check it, and shows its page."""

    def run(content: bytes, name: str = "bodies.csv"):
        answer = browser.post("/desk/imports/", {"file": SimpleUploadedFile(name, content)}, follow=True)
        if "batch" not in answer.context:
            return answer
        work_off()
        return browser.get(answer.context["batch"].get_absolute_url())

    return run


def text(answer) -> str:
    return answer.content.decode().replace("&#x27;", "'").replace("&#39;", "'")


def test_from_the_file_to_the_decision(parties, browser, second, upload, work_off):
    answer = browser.post(
        "/desk/imports/", {"file": SimpleUploadedFile("b.csv", as_csv(many(parties, 3, 2)))}, follow=True
    )
    assert "is being checked" in text(answer)
    address = answer.context["batch"].get_absolute_url()
    work_off()
    page = text(browser.get(address))
    assert "No row has a fault" in page
    assert "3 with 6 scope lines" in page
    assert browser.post(address, {"doing": "apply"}).status_code == 400
    assert "drafts are being made" in text(
        browser.post(address, {"doing": "apply", "declared": "on"}, follow=True)
    )
    work_off()
    page = text(browser.get(address))
    assert "3 complete drafts await a second person" in page
    assert "Decide on the drafts" not in page
    assert browser.get(f"{address}approve/").status_code == 403
    assert "Decide on the drafts" in text(second.get(address))
    assert "All, 3 drafts" in text(second.get(f"{address}approve/"))
    second.post(f"{address}approve/", {"direction": ""})
    assert "0 of 3 drafts are decided" in text(browser.get(address))
    work_off()
    assert Designation.objects.count() == 3
    assert "Settled" in text(browser.get(address))
    assert second.get(f"{address}approve/").status_code == 302


def faulty(parties) -> list[dict]:
    return [
        line(parties, **{"from": "31.03.2026"}, kind="tests", sector="nonsense"),
        line(parties, economy="FR", contact_email="nobody", product="x"),
        line(parties, body="", number=""),
        line(parties, annex="", product="y"),
    ]


def test_all_faults_are_told_at_once_narrowed_and_given_back(parties, browser, upload):
    answer = upload(as_csv(faulty(parties)))
    found = [(one.row, one.column, one.reason) for one in answer.context["page"]]
    assert sorted(found) == [
        (2, "from", "day"), (2, "kind", "kind"), (2, "sector", "sector"),
        (3, "contact_email", "email"), (3, "economy", "economy"), (3, "number", "number_taken"),
        (4, "body", "blank"), (4, "number", "blank_too"),
        (5, "annex", "blank_too"),
    ]  # fmt: skip
    page = text(answer)
    assert "4 rows have faults" in page
    assert "write it as 2026-03-31" in page
    batch = answer.context["batch"]
    narrowed = browser.get(f"{batch.get_absolute_url()}?reason=kind&column=kind")
    assert [one.reason for one in narrowed.context["page"]] == ["kind"]
    narrowed = browser.get(f"{batch.get_absolute_url()}?column=economy")
    assert [one.row for one in narrowed.context["page"]] == [3]
    assert browser.post(batch.get_absolute_url(), {"doing": "apply", "declared": "on"}).status_code == 400

    content = b"".join(browser.get(f"{batch.get_absolute_url()}reasons.csv").streaming_content)
    head, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert head == [*NAMES, "reason"]
    assert "from: is no day; write it as 2026-03-31, or format the cell as a date" in rows[0][-1]
    mended = [
        {**dict(zip(head, row, strict=True)), **good}
        for row, good in zip(rows, many(parties, 4, 1), strict=True)
    ]
    again = upload(as_csv(mended, head=head))
    assert again.context["batch"].counts["bad_rows"] == 0


def test_cells_given_back_are_defused_and_read_again_as_they_were(parties, browser, upload):
    batch = upload(as_csv([line(parties, body="=1+1", address="@here", economy="FR")])).context["batch"]
    content = browser.get(f"{batch.get_absolute_url()}reasons.xlsx").content
    head, cells = load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    assert (cells[head.index("body")], cells[head.index("address")]) == ("'=1+1", "'@here")
    again = upload(content, "again.xlsx").context["batch"]
    row = again.rows.get()
    assert (row.body, row.address) == ("=1+1", "@here")


def test_misread_letters_and_formulas_are_told(parties, upload):
    good = line(parties, body="Prüfstelle Süd", town="Köln")
    misread = {name: cell.encode().decode("cp1252") for name, cell in good.items()}
    answer = upload(as_csv([misread]))
    assert [(one.column, one.detail) for one in answer.context["page"]] == [
        ("body", "Prüfstelle Süd"),
        ("town", "Köln"),
    ]
    assert answer.context["batch"].rows.get().body == "Prüfstelle Süd"
    answer = upload(as_xlsx([line(parties, product="=1+1")]), "formula.xlsx")
    assert "is a formula" in text(answer)
    answer = upload(as_csv([good], encoding="cp1252", delimiter=";"))
    assert "Windows-1252" in text(answer)
    assert answer.context["batch"].rows.get().town == "Köln"


def test_bodies_that_resemble_each_other_are_suggested(parties, upload):
    rows = [line(parties, body="North Lab. Ltd"), line(parties, body="North Lab Limited", number="43")]
    answer = upload(as_csv(rows))
    assert [(one.row, one.reason, one.detail) for one in answer.context["page"]] == [
        (3, "similar", "North Lab. Ltd")
    ]
    assert answer.context["batch"].counts["bad_rows"] == 0


def test_drafts_are_taken_back(parties, browser, upload, work_off):
    batch = upload(as_csv(many(parties, 2, 1))).context["batch"]
    browser.post(batch.get_absolute_url(), {"doing": "apply", "declared": "on"})
    work_off()
    assert "Take the drafts back" in text(browser.get(batch.get_absolute_url()))
    assert "is removed" in text(browser.get(f"{batch.get_absolute_url()}take-back/"))
    browser.post(f"{batch.get_absolute_url()}take-back/")
    assert not Proposal.objects.exists()
    assert "Taken back" in text(browser.get(batch.get_absolute_url()))


def test_a_file_is_given_up(parties, browser, upload):
    batch = upload(as_csv(many(parties, 2, 1))).context["batch"]
    browser.post(batch.get_absolute_url(), {"doing": "drop"})
    assert not batch.rows.exists()
    assert not Said.objects.exists()


def test_the_template_is_what_the_reader_knows(parties, browser, upload):
    book = load_workbook(io.BytesIO(browser.get("/desk/imports/template.xlsx").content))
    told, dictionary = (list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets)
    assert told[0] == (*NAMES, VERSION_HEAD)
    example = {row[0]: row[4] or "" for row in dictionary[1:]}
    example |= {"annex": parties.annex.code, "requirement": ""}
    answer = upload(as_csv([example], head=told[0]))
    assert [(one.column, one.reason) for one in answer.context["page"]] == []
    for name in ("template.csv", "dictionary.csv", "dictionary.xlsx"):
        assert browser.get(f"/desk/imports/{name}").status_code == 200


def test_others_see_nothing_of_a_file(parties, browser, upload):
    batch = upload(as_csv(many(parties, 2, 1))).context["batch"]
    other = signed_in(parties.dan)
    for path in ("", "take-back/", "reasons.csv", "reasons.xlsx"):
        assert other.get(f"{batch.get_absolute_url()}{path}").status_code == 404
    assert other.get("/desk/imports/").status_code == 403
    reader = signed_in(make_officer(parties.designating, "reader"))
    assert reader.get("/desk/imports/").status_code == 403


def test_a_page_takes_the_same_queries_however_long_the_file(
    parties, browser, upload, work_off, django_assert_max_num_queries
):
    def cost(address: str, most: int) -> None:
        with django_assert_max_num_queries(most):
            assert browser.get(address).status_code == 200

    short = upload(as_csv([line(parties, economy="FR")])).context["batch"]
    long = upload(as_csv([{**row, "economy": "FR"} for row in many(parties, 40, 3)])).context["batch"]
    for batch in (short, long):
        cost(batch.get_absolute_url(), 13)
    cost("/desk/imports/", 15)
    batch = upload(as_csv(many(parties, 40, 3, name="Place"))).context["batch"]
    browser.post(batch.get_absolute_url(), {"doing": "apply", "declared": "on"})
    work_off()
    cost(batch.get_absolute_url(), 13)
    assert ImportBatch.objects.get(pk=batch.pk).stage == "awaiting"
