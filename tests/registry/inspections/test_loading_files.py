"""Files as strangers write them: read right, or refused in words."""

import io
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from registry.inspections.importing import table_in
from registry.inspections.intake import form_483s, template
from registry.inspections.intake.columns import BY_NAME, COLUMNS
from registry.inspections.intake.references import References
from registry.inspections.intake.tables import BY_UPLOAD, Budget, plain
from registry.intake.reporting import BadFile
from tests.registry.inspections.sheets import HEAD, ROWS, as_csv, as_xlsx

CODES = {"DE": 1, "JP": 2}


class Own:
    """Stands for the authority that loads: no database is asked."""

    code = "de-inspectorate"


KNOWN = References(
    Own,
    CODES,
    {"GMP": 1},
    {"jp-pmda": 1, "gb-mhra": 2, "de-inspectorate": 3},
    {"gmp": 1},
    acted_under=frozenset({1}),
)


def read(content: bytes, name: str = "a") -> list:
    return template.read(table_in(name, content, BY_UPLOAD), KNOWN)


def told(rows, kind: str) -> list[tuple]:
    return [(one.row, one.column, one.reason) for row in rows for one in row.remarks if one.kind == kind]


def repacked(content: bytes, part: str, change) -> bytes:
    """The workbook with one part changed."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return packed.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_in_any_usual_encoding_and_with_any_delimiter(encoding, delimiter):
    rows = read(as_csv(*ROWS, encoding=encoding, delimiter=delimiter))
    assert [row.facts["facility"] for row in rows] == ["Werk Nord", "Werk Nord", "Werk Süd"]
    assert rows[0].facts["findings"] == [["critical", 1], ["major", 2]]
    assert not told(rows, "rejected")


def test_misread_letters_are_repaired_and_told():
    rows = read(as_csv(["1", "Werk SÃ¼d", "", "", "", "", ""]))
    assert rows[0].facts["facility"] == "Werk Süd"
    assert told(rows, "repaired") == [(2, "facility", "read as “Werk Süd”")]


def test_days_and_numbers_of_a_workbook_are_read_as_they_were_meant():
    rows = read(
        as_xlsx(
            [1, "A", "DE", 3004540906.0, datetime(2025, 3, 28), "", ""],
            [2, "B", "DE", "3004540907.0", date(2025, 3, 28), "", ""],
            [3, "C", "DE", 3004540908, "2025-03-28 00:00:00", "", ""],
            [4, "D", "DE", " 3004 540 909", 45744, "", ""],
            [5, "E", "DE", "3.00454E+09", "", "", ""],
        )
    )
    assert [row.facts["fei"] for row in rows[:4]] == ["3004540906", "3004540907", "3004540908", "3004540909"]
    assert [row.facts["ended_on"] for row in rows[:3]] == ["2025-03-28"] * 3
    assert [place[:2] for place in told(rows, "rejected")] == [(5, "ended_on"), (6, "fei")]
    assert {place[:2] for place in told(rows, "repaired")} >= {(3, "fei"), (5, "fei"), (4, "ended_on")}


def test_a_number_with_decimals_is_told_as_repaired():
    content = repacked(
        as_xlsx(["1", "A", "DE", 3004540906, "", "", ""]),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"<v>3004540906</v>", b"<v>3.004540906E9</v>"),
    )
    rows = read(content)
    assert rows[0].facts["fei"] == "3004540906"
    assert told(rows, "repaired") == [(2, "fei", "a number with decimals; read as 3004540906")]


def test_formulas_and_errors_are_no_values():
    rows = read(as_xlsx(["1", '=HYPERLINK("http://x")', "DE", "=1+1", "#N/A", "", ""]))
    assert [place[:2] for place in told(rows, "rejected")][:3] == [
        (2, "facility"),
        (2, "fei"),
        (2, "ended_on"),
    ]
    assert "is a formula" in told(rows, "rejected")[0][2]
    assert "is an error" in told(rows, "rejected")[2][2]


BOMB = b"<?xml version='1.0'?><worksheet><sheetData>" + b" " * 40_000_000 + b"</sheetData></worksheet>"
ENTITY = (
    b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><worksheet>&e;</worksheet>"
)
SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("part", "xml", "words"),
    [
        (SHEET, BOMB, "larger than 32 MB"),
        (SHEET, BOMB[:20_000_000], "larger than 32 MB"),
        (SHEET, ENTITY, "refers to something outside"),
        ("xl/workbook.xml", ENTITY, "refers to something outside"),
        (SHEET, ENTITY.decode().encode("utf-16"), "refers to something outside"),
        (SHEET, b"<worksheet><sheetData><row>", "no XML that may be read"),
        ("xl/workbook.xml", b"<workbook/>", "."),
    ],
)
def test_a_workbook_that_would_harm_is_refused_in_words(part, xml, words):
    with pytest.raises(BadFile) as error:
        read(repacked(as_xlsx(*ROWS), part, lambda _old: xml))
    assert words in str(error.value)


@pytest.mark.parametrize("content", [b"PK\x03\x04" + b"\x00" * 60, as_xlsx(*ROWS)[:900]])
def test_a_damaged_archive_is_refused_in_words(content):
    with pytest.raises(BadFile, match="no workbook that can be opened"):
        read(content)


def test_a_row_far_down_costs_nothing():
    content = repacked(
        as_xlsx(*ROWS), SHEET, lambda xml: xml.replace(b'r="4"', b'r="1048576"').replace(b'4"', b'1048576"')
    )
    with pytest.raises(BadFile, match="more than 5,000 rows"):
        read(content)


@pytest.mark.parametrize("write", [as_csv, as_xlsx])
def test_budgets_hold(write):
    with pytest.raises(BadFile, match="more than 2 rows"):
        table_in("a", write(*ROWS), Budget(rows=2, cells=1000, unpacked=10**6))
    with pytest.raises(BadFile, match="more than 10 filled cells"):
        table_in("a", write(*ROWS), Budget(rows=100, cells=10, unpacked=10**6))


def test_a_row_with_more_cells_than_the_heading_is_refused():
    with pytest.raises(BadFile, match="Row 2 has 8 cells, the heading has 7"):
        read(as_csv([*ROWS[0], "more"]))


def test_the_list_of_483s_repairs_what_it_can_and_tells_the_rest():
    head = list(form_483s.HEADS.values())
    url = "https://www.fda.gov/media/1/download"
    rows = [
        [date(2025, 1, 2), "3004 540 906", "Name A", 483, date(2025, 2, 1), url, 1],
        ["-", None, "Name B", 483, date(2025, 2, 1), url, 2],
        [date(2025, 1, 3), "3004540906", "Name C", "482", date(2025, 2, 1), url, 3],
        [date(2025, 1, 3), "3004540906", None, 483, date(2025, 2, 1), "ftp://x", 1],
    ]
    parsed = form_483s.read(table_in("a", as_xlsx(*rows, head=head), BY_UPLOAD), KNOWN)
    assert parsed[0].facts["fei"] == "3004540906"
    assert [place[:2] for place in told(parsed, "repaired")] == [(2, "FEI Number"), (3, "FEI Number")]
    assert [place[:2] for place in told(parsed, "noted")] == [(3, "Record Date")]
    assert {place[:2] for place in told(parsed, "rejected")} == {
        (4, "Record Type"), (5, "Legal Name"), (5, "Download"), (5, "Record ID"),
    }  # fmt: skip


# What a spreadsheet can hold: no control characters, no lone surrogates.
_WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30)
_TEXT = st.lists(_WORDS, min_size=1, max_size=4).map(" ".join).filter(lambda text: plain(text) == text)
_GRADE = _TEXT.filter(lambda text: not {":", ";"} & set(text) and text == text.strip() and len(text) < 40)
_DAY = st.dates(date(1950, 1, 1), date(2025, 1, 1))
_OF = {
    "fei": st.from_regex(r"[1-9][0-9]{5,10}", fullmatch=True),
    "duns": st.from_regex(r"[0-9]{9}", fullmatch=True),
    "authority": st.just(Own.code),
    "economy": st.sampled_from(sorted(CODES)),
    "kind": st.sampled_from(["routine", "pre_approval", "for_cause", "follow_up", "unknown"]),
    "product_classes": st.lists(st.sampled_from(["human", "veterinary"]), unique=True).map(sorted),
    "source_url": st.sampled_from(["https://example.org/a", "http://example.org/b?c=d"]),
    "annex": st.just("GMP"),
    "sector": st.just("gmp"),
    "access": st.sampled_from(["public", "annex", "named", "internal"]),
    "named": st.lists(st.sampled_from(["gb-mhra", "jp-pmda"]), unique=True, min_size=1).map(sorted),
    "findings": st.dictionaries(_GRADE.map(str.casefold), st.integers(0, 9999), max_size=3).map(
        lambda found: [[grade, number] for grade, number in found.items()]
    ),
    "scale": _TEXT.filter(lambda text: len(text) <= 30),
    "postcode": _TEXT.filter(lambda text: len(text) <= 30),
    "loc_id": _TEXT.filter(lambda text: len(text) <= 60),
    "reference": _TEXT.filter(lambda text: len(text) <= 80),
    "outcome": _TEXT.filter(lambda text: len(text) <= 80),
    "town": _TEXT.filter(lambda text: len(text) <= 120),
}


@st.composite
def facts(draw) -> dict:
    said = {column.name: draw(_OF.get(column.name, _TEXT)) for column in COLUMNS}
    began, ended = sorted([draw(_DAY), draw(_DAY)])
    said |= {"began_on": began.isoformat(), "ended_on": ended.isoformat()}
    blank = draw(
        st.sets(st.sampled_from(sorted(set(BY_NAME) - {"reference", "facility", "access", "annex", "named"})))
    )
    said |= {name: BY_NAME[name].empty for name in blank}
    # An outcome has its scale, and the access class says which readers are named.
    said["outcome"] = said["outcome"] if said["scale"] else ""
    said["annex"] = said["annex"] if said["access"] == "annex" else ""
    return said | {"named": said["named"] if said["access"] == "named" else []}


def _cell(value) -> str:
    if isinstance(value, list):
        return "; ".join(f"{one[0]}: {one[1]}" if isinstance(one, list) else one for one in value)
    return value or ""


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(facts(), min_size=1, max_size=4, unique_by=lambda row: row["reference"]),
    order=st.permutations([column.name for column in COLUMNS]),
    how=st.sampled_from(["xlsx", ",", ";", "\t"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_whatever_is_written_into_the_template_is_read_as_it_was_written(rows, order, how, encoding):
    cells = [[_cell(row[name]) for name in order] for row in rows]
    if how == "xlsx":
        content = _as_text_xlsx(order, cells)
    else:
        content = as_csv(*cells, head=order, delimiter=how, encoding=encoding)
    parsed = read(content)
    assert not told(parsed, "rejected")
    assert [row.facts for row in parsed] == rows
    assert [row.number for row in parsed] == list(range(2, len(rows) + 2))


def _as_text_xlsx(head: list[str], rows: list[list[str]]) -> bytes:
    book = Workbook()
    for number, row in enumerate([head, *rows], start=1):
        for place, value in enumerate(row, start=1):
            cell = book.active.cell(number, place)
            cell.value, cell.data_type = value or None, "s" if value else "n"
    content = io.BytesIO()
    book.save(content)
    load_workbook(io.BytesIO(content.getvalue())).close()
    return content.getvalue()


def test_the_heads_are_those_of_the_template():
    assert set(HEAD) <= set(BY_NAME)
