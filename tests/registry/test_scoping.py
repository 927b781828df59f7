"""Scope lines typed by people: pasted by the hundred, compared with the partner's list and the accreditation."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.models import Annex, Economy
from registry import scoping
from registry.scoping import Line

pytestmark = pytest.mark.django_db


@pytest.fixture
def direction(catalogue):
    annex = Annex.objects.get(code="US-MX")
    return {
        "annex": annex,
        "exporting": Economy.objects.get(code="MX"),
        "importing": Economy.objects.get(code="US"),
    }


def pasted(direction, text, **more):
    common = {
        "annex": direction["annex"],
        "importing": direction["importing"],
        "sites": {},
        "kind": "test_report",
    }
    return scoping.read_pasted(text, **{**common, "sector": "radio", **more})


def test_rows_are_read_with_what_they_leave_out(direction):
    lines, refused = pasted(
        direction, "47 CFR Part 15\n\n47 CFR 90; test report; telecommunications; pagers; type test\n"
    )

    assert refused == []
    assert lines == [
        Line("radio", "test_report", "47-cfr-15"),
        Line("telecommunications", "test_report", "47-cfr-90", "", "pagers", "type test"),
    ]


def test_cells_of_a_spreadsheet_are_read(direction):
    lines, _refused = pasted(direction, '"47 CFR Part 15"\tTest report\tradio\n')
    assert lines == [Line("radio", "test_report", "47-cfr-15")]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("EN 55032", "reference"),
        ("47 CFR Part 15; opinion", "kind"),
        ("47 CFR Part 15; test report; toys", "sector"),
        ("47 CFR Part 15; test report; radio; ; ; Annex building", "site"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_with_number_column_value_and_reason(direction, row, column):
    lines, refused = pasted(direction, f"47 CFR Part 15\n{row}")

    assert len(lines) == 1
    assert [(one.number, one.column) for one in refused] == [(2, column)]
    assert refused[0].value in row
    assert refused[0].words


def test_a_sector_is_never_guessed(direction):
    lines, refused = pasted(direction, "47 CFR Part 15", sector="")
    assert lines == []
    assert refused[0].column == "sector"


def compared(direction, *lines, accredited):
    return scoping.compare(list(lines), **direction, accredited=accredited)


def test_each_line_is_held_against_list_and_accreditation(direction):
    inside, outside = Line("radio", "test_report", "47-cfr-15"), Line("radio", "test_report", "rss-102")
    first, second = compared(direction, inside, outside, accredited=["47 CFR Part 15, subpart C"])

    assert (first.listed, first.accredited, first.fits) == ("yes", "yes", True)
    assert (second.listed, second.accredited, second.fits) == ("no", "no", False)


def test_part_one_is_not_part_fifteen(direction):
    (line,) = compared(direction, Line("radio", "test_report", "47-cfr-2"), accredited=["47 CFR Part 22"])
    assert line.accredited == "no"


def test_a_scope_not_on_file_is_unknown_and_no_obstacle(direction):
    (line,) = compared(direction, Line("radio", "test_report", "47-cfr-15"), accredited=None)
    assert (line.accredited, line.fits) == ("unknown", True)


def test_a_kind_that_the_text_does_not_oblige_to_accept_is_told(direction):
    (line,) = compared(direction, Line("radio", "certificate", "47-cfr-15"), accredited=None)
    assert not line.fits
    assert line.covered_words


def test_a_thousand_lines_take_as_many_queries_as_one(direction):
    def queries(number):
        lines = [Line("radio", "test_report", "47-cfr-15", product=str(each)) for each in range(number)]
        with CaptureQueriesContext(connection) as found:
            compared(direction, *lines, accredited=None)
        return len(found)

    queries(1)
    assert queries(1) == queries(1000) <= 6
