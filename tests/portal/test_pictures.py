"""Timelines and grids: what a reader must be able to see in them."""

import datetime
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.pictures import (
    NARROW,
    WIDE,
    Bars,
    Cell,
    Grid,
    Head,
    Measure,
    Segment,
    Timeline,
    TimelineRow,
)

TODAY = date(2026, 11, 24)


def timeline(*segments, on=None):
    return Timeline([TimelineRow("Annex", segments)], TODAY, on)


def bars(drawing):
    return [bar for line in drawing.lines for bar in line.bars]


def xs(bar):
    return [int(x) for x in re.findall(r"[ML](\d+) ", bar.path)]


def test_periods_that_follow_each_other_share_one_line_and_touch():
    drawing = timeline(
        Segment(date(2001, 6, 1), date(2016, 1, 1), "a", "A"),
        Segment(date(2016, 1, 1), date(2020, 1, 1), "b", "B"),
    ).wide
    first, second = bars(drawing)
    assert first.text_y == second.text_y
    assert max(xs(first)) == min(xs(second))


def test_periods_that_overlap_lie_under_each_other():
    first, second = bars(
        timeline(
            Segment(date(2001, 1, 1), date(2010, 1, 1), "a", "A"),
            Segment(date(2005, 1, 1), date(2012, 1, 1), "b", "B"),
        ).wide
    )
    assert second.text_y > first.text_y


def test_an_open_end_passes_today_and_an_open_start_reaches_the_edge():
    drawing = timeline(Segment(None, None, "a", "A")).wide
    (bar,) = bars(drawing)
    assert min(xs(bar)) == 0
    assert max(xs(bar)) == drawing.width > drawing.today.x


def test_a_word_that_does_not_fit_its_bar_is_left_to_the_legend():
    short = Segment(date(2010, 1, 1), date(2010, 6, 1), "suspended", "Suspended")
    shown = timeline(short, Segment(date(2000, 1, 1), date(2010, 1, 1), "in_force", "In force"))
    assert [bar.fits for bar in bars(shown.wide)] == [True, False]
    assert {segment.status for segment in shown.legend} == {"suspended", "in_force"}


def test_the_axis_numbers_round_years_and_fewer_on_a_phone():
    shown = timeline(Segment(date(1991, 1, 1), None, "a", "A"))
    wide = [tick.text for tick in shown.wide.ticks]
    narrow = [tick.text for tick in shown.narrow.ticks]
    assert wide[0] == "1995"
    assert len(narrow) < len(wide)


def test_the_asked_day_is_marked_and_no_year_is_written_across_it():
    drawing = timeline(Segment(date(2001, 1, 1), None, "a", "A"), on=date(2020, 1, 1)).wide
    assert drawing.on.x < drawing.today.x
    assert "2020" not in [tick.text for tick in drawing.ticks]
    assert "2015" in [tick.text for tick in drawing.ticks]


def test_a_segment_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="end after it starts"):
        Segment(date(2020, 1, 1), date(2020, 1, 1), "a", "A")


days = st.dates(min_value=date(1900, 1, 2), max_value=date(2199, 12, 31))


@st.composite
def segments(draw):
    start, end = draw(st.none() | days), draw(st.none() | days)
    if start and end and start >= end:
        start, end = end, start + datetime.timedelta(days=1)
    return Segment(start, end, "a", draw(st.text(max_size=30)))


@given(st.lists(segments(), max_size=6), days, st.none() | days)
def test_nothing_is_ever_drawn_outside_the_picture(found, today, on):
    shown = Timeline([TimelineRow("Row", found)], today, on)
    for drawing, width in ((shown.wide, WIDE), (shown.narrow, NARROW)):
        assert drawing.width == width
        for bar in bars(drawing):
            assert 0 <= min(xs(bar)) < max(xs(bar)) <= width
            assert drawing.top < bar.text_y < drawing.bottom
        for mark in (*drawing.ticks, drawing.today, *([drawing.on] if drawing.on else [])):
            assert 0 <= mark.x <= width


def test_a_grid_keeps_the_order_of_its_heads_and_leaves_the_diagonal_empty():
    heads = [Head("AU", "Australia"), Head("JP", "Japan")]
    grid = Grid(heads, heads, {("AU", "JP"): Cell("T", "Test reports")})
    (_, first), (_, second) = grid.rows
    assert [place.is_self for place in first] == [True, False]
    assert first[1].cell.short == "T"
    assert second[0].cell is None


def test_a_grid_refuses_cells_it_has_no_place_for():
    heads = [Head("AU", "Australia")]
    with pytest.raises(ValueError, match="outside the grid"):
        Grid(heads, heads, {("AU", "JP"): Cell("T", "Test reports")})


def test_a_long_label_is_broken_into_lines_that_push_the_bars_down():
    label = "Annex on electromagnetic compatibility of telecommunications terminal equipment"
    shown = Timeline([TimelineRow(label, [Segment(date(2001, 1, 1), None, "a", "A")])], TODAY)
    (line,) = shown.narrow.lines
    assert " ".join(words for words, _ in line.label) == label
    assert len(line.label) > 1
    assert all(y < line.bars[0].text_y for _, y in line.label)


def test_a_label_without_spaces_in_wide_characters_is_broken_too():
    label = "電気通信端末機器及び無線機器の適合性評価の相互承認に関する附属書"
    shown = Timeline([TimelineRow(label, [])], TODAY)
    assert all(len(words) * 13 <= NARROW for words, _ in shown.narrow.lines[0].label)


@given(st.lists(st.tuples(st.text(max_size=90), st.integers(0, 10**6)), max_size=8))
def test_no_bar_and_no_word_of_it_leaves_the_picture_or_meets_the_next(pairs):
    shown = Bars([Measure(label, value, f"{value} requests") for label, value in pairs])
    for drawing in (shown.wide, shown.narrow):
        bottom = 0
        for line in drawing.lines:
            room = len(line.measure.text) * 8
            left = line.text_x - (room if line.anchor == "end" else 0)
            assert 0 <= left <= left + room <= drawing.width
            assert 0 < line.width <= drawing.width
            assert line.label[0][1] > bottom
            bottom = line.top + 22
        assert bottom <= drawing.height


def test_bars_are_as_long_as_their_numbers():
    one, two, none = Bars([Measure("a", 50, "50"), Measure("b", 100, "100"), Measure("c", 0, "0")]).wide.lines
    assert two.width == WIDE - 2
    assert one.width == two.width / 2
    assert none.width == 2
    (half,) = Bars([Measure("a", 50, "50")], full=100).wide.lines
    assert half.width == one.width
