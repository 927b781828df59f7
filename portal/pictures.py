"""The geometry of pictures drawn by the server: a timeline of periods and a grid of pairs. Templates give them colour and words."""

import datetime
import textwrap
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

WIDE, NARROW = 760, 340
MARGIN = 20
LABEL_HEIGHT, BAR_HEIGHT, LANE_GAP, ROW_GAP = 20, 22, 4, 12
ARROW = 8
HEAD_HEIGHT, AXIS_HEIGHT, MARK_HEIGHT = 22, 24, 20
CHARACTER_WIDTH = 8  # of a word in the picture; wide enough for capitals, so that none leaves its place
TICK_WIDTH = 64
CROSSING = 20  # half a year's number and some air
TICK_STEPS = (1, 2, 5, 10, 20, 50, 100)


@dataclass(frozen=True)
class Segment:
    """One status that held in `[start, end)`; None means that side is open."""

    start: datetime.date | None
    end: datetime.date | None
    status: str
    label: str

    def __post_init__(self) -> None:
        if self.start and self.end and self.start >= self.end:
            raise ValueError(f"a segment must end after it starts: {self.start} to {self.end}")


@dataclass(frozen=True)
class TimelineRow:
    """One line of a timeline and what happened on it."""

    label: str
    segments: Sequence[Segment]


@dataclass(frozen=True)
class Bar:
    """A segment as drawn: its outline, and its word where the word fits."""

    segment: Segment
    path: str
    text_x: int
    text_y: int
    fits: bool


@dataclass(frozen=True)
class Line:
    """A row as drawn."""

    label: Sequence[tuple[str, int]]  # line by line, with the height it stands at
    bars: Sequence[Bar]


@dataclass(frozen=True)
class Mark:
    """A place on the axis: a year or a day."""

    x: int
    text: str = ""
    anchor: str = "middle"


@dataclass(frozen=True)
class Drawing:
    """A timeline at one width, in user units."""

    width: int
    height: int
    top: int
    bottom: int
    lines: Sequence[Line]
    ticks: Sequence[Mark]
    today: Mark
    on: Mark | None


@dataclass(frozen=True)
class Timeline:
    """Rows of periods over one axis of years, with today and, when asked for, another day marked."""

    rows: Sequence[TimelineRow]
    today: datetime.date
    on: datetime.date | None = None

    @cached_property
    def wide(self) -> Drawing:
        """The drawing for a page."""
        return _draw(self, WIDE)

    @cached_property
    def narrow(self) -> Drawing:
        """The drawing for a phone."""
        return _draw(self, NARROW)

    @property
    def segments(self) -> Iterator[Segment]:
        """All segments, row by row."""
        return (segment for row in self.rows for segment in row.segments)

    @property
    def legend(self) -> list[Segment]:
        """The first segment of each status: what the colours and patterns mean."""
        found: dict[str, Segment] = {}
        for segment in self.segments:
            found.setdefault(segment.status, segment)
        return list(found.values())

    @cached_property
    def first_year(self) -> int:
        """The year the axis begins with; one earlier when something has no known beginning."""
        return min(self._known_dates).year - any(segment.start is None for segment in self.segments)

    @cached_property
    def last_year(self) -> int:
        """The year the axis ends with; one later when something has no end, to leave room for its arrow."""
        return max(self._known_dates).year + any(segment.end is None for segment in self.segments)

    @property
    def _known_dates(self) -> list[datetime.date]:
        known = [date for segment in self.segments for date in (segment.start, segment.end) if date]
        return [*known, self.today, *([self.on] if self.on else [])]


@dataclass(frozen=True)
class _Axis:
    """Turns a day into a distance from the left edge."""

    first: datetime.date
    last: datetime.date
    width: int

    def x(self, date: datetime.date) -> int:
        inner = self.width - 2 * MARGIN
        return MARGIN + round(inner * (date - self.first).days / (self.last - self.first).days)

    def ticks(self, on: datetime.date | None) -> list[Mark]:
        """Years in round steps; the line of the marked day crosses no number, so a year too near it gets none."""
        years = range(self.first.year, self.last.year + 1)
        room = max(1, (self.width - 2 * MARGIN) // TICK_WIDTH)
        step = next((step for step in TICK_STEPS if len(years) / step <= room), TICK_STEPS[-1])
        marks = (Mark(self.x(datetime.date(year, 1, 1)), str(year)) for year in years if year % step == 0)
        crossed = None if on is None else self.x(on)
        return [
            mark if crossed is None or abs(mark.x - crossed) > CROSSING else Mark(mark.x) for mark in marks
        ]

    def mark(self, date: datetime.date) -> Mark:
        x = self.x(date)
        anchor = "start" if x < self.width * 0.2 else "end" if x > self.width * 0.8 else "middle"
        return Mark(x, anchor=anchor)


def _draw(timeline: Timeline, width: int) -> Drawing:
    first, after = datetime.date(timeline.first_year, 1, 1), datetime.date(timeline.last_year + 1, 1, 1)
    axis = _Axis(first, after, width)
    y, lines = HEAD_HEIGHT, []
    for row in timeline.rows:
        line, y = _draw_row(row, axis, y)
        lines.append(line)
    return Drawing(
        width=width,
        height=y + AXIS_HEIGHT + (MARK_HEIGHT if timeline.on else 0),
        top=HEAD_HEIGHT,
        bottom=y,
        lines=lines,
        ticks=axis.ticks(timeline.on),
        today=axis.mark(timeline.today),
        on=axis.mark(timeline.on) if timeline.on else None,
    )


def _draw_row(row: TimelineRow, axis: _Axis, top: int) -> tuple[Line, int]:
    """Draw one row below `top`; return it with where the next one begins."""
    words = _wrapped(row.label, axis.width)
    bars_top = top + len(words) * LABEL_HEIGHT
    lanes = _lanes(row.segments)
    bars = [
        _bar(segment, axis, bars_top + number * (BAR_HEIGHT + LANE_GAP))
        for number, lane in enumerate(lanes)
        for segment in lane
    ]
    label = [(line, top + (number + 1) * LABEL_HEIGHT - 6) for number, line in enumerate(words)]
    return Line(label, bars), bars_top + len(lanes) * (BAR_HEIGHT + LANE_GAP) + ROW_GAP


def _wrapped(text: str, width: int) -> list[str]:
    """Break a label into lines that fit."""
    characters = max(1, len(text))
    return textwrap.wrap(text, max(1, int(width * characters / max(1, _room(text))))) or [""]


def _room(text: str) -> int:
    """The width a text needs; Chinese, Japanese and Korean characters are twice as wide as others."""
    return CHARACTER_WIDTH * sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def _lanes(segments: Sequence[Segment]) -> list[list[Segment]]:
    """Put segments that overlap under each other, the others on one line."""
    lanes: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda each: each.start or datetime.date.min):
        start = segment.start or datetime.date.min
        free = (lane for lane in lanes if (lane[-1].end or datetime.date.max) <= start)
        lane = next(free, None)
        if lane is None:
            lanes.append(lane := [])
        lane.append(segment)
    return lanes


def _bar(segment: Segment, axis: _Axis, top: int) -> Bar:
    left = axis.x(segment.start) if segment.start else 0
    right = max(axis.x(segment.end) if segment.end else axis.width, left + 2)
    arrows = (ARROW if segment.start is None else 0) + (ARROW if segment.end is None else 0)
    return Bar(
        segment=segment,
        path=_outline(left, right, top, open_start=segment.start is None, open_end=segment.end is None),
        text_x=(left + right) // 2,
        text_y=top + BAR_HEIGHT - 6,
        fits=_room(segment.label) + 8 <= right - left - arrows,
    )


def _outline(left: int, right: int, top: int, *, open_start: bool, open_end: bool) -> str:
    """Return the outline of a bar; a side without a date ends in an arrow."""
    bottom, middle = top + BAR_HEIGHT, top + BAR_HEIGHT // 2
    points = [(left + ARROW, top) if open_start else (left, top)]
    points += (
        [(right - ARROW, top), (right, middle), (right - ARROW, bottom)]
        if open_end
        else [(right, top), (right, bottom)]
    )
    points += [(left + ARROW, bottom), (left, middle)] if open_start else [(left, bottom)]
    return "M" + " L".join(f"{x} {y}" for x, y in points) + " Z"


@dataclass(frozen=True)
class Head:
    """A row's or a column's name in a grid."""

    code: str
    text: str
    href: str = ""


@dataclass(frozen=True)
class Cell:
    """What a grid says about one pair: short words to see, the long ones to hear, and where it leads."""

    short: str
    text: str
    href: str = ""


@dataclass(frozen=True)
class GridPlace:
    """One place of a grid: its cell when there is one, and whether it is a party with itself."""

    column: Head
    cell: Cell | None
    is_self: bool


@dataclass(frozen=True)
class Grid:
    """A table of pairs, by the codes of their row and column."""

    row_heads: Sequence[Head]
    column_heads: Sequence[Head]
    cells: Mapping[tuple[str, str], Cell] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = {(row.code, column.code) for row in self.row_heads for column in self.column_heads}
        if strangers := self.cells.keys() - known:
            raise ValueError(f"cells outside the grid: {sorted(strangers)}")

    @property
    def rows(self) -> Iterator[tuple[Head, list[GridPlace]]]:
        """Each row's head with its places from left to right."""
        for row in self.row_heads:
            yield (
                row,
                [
                    GridPlace(column, self.cells.get((row.code, column.code)), row.code == column.code)
                    for column in self.column_heads
                ],
            )


@dataclass(frozen=True)
class Measure:
    """One number of a bar chart: what it is of, how much, and the words at its bar."""

    label: str
    value: int
    text: str


@dataclass(frozen=True)
class BarLine:
    """A measure as drawn: its label line by line, its bar, and where its words stand."""

    measure: Measure
    label: Sequence[tuple[str, int]]
    width: int
    top: int
    text_x: int
    text_y: int
    anchor: str


@dataclass(frozen=True)
class BarDrawing:
    """Bars at one width, in user units."""

    width: int
    height: int
    lines: Sequence[BarLine]


@dataclass(frozen=True)
class Bars:
    """Numbers as bars under each other. ``full`` is the number of the longest possible bar (None: the largest of them)."""

    measures: Sequence[Measure]
    full: int | None = None

    @cached_property
    def wide(self) -> BarDrawing:
        """The drawing for a page."""
        return _draw_bars(self, WIDE)

    @cached_property
    def narrow(self) -> BarDrawing:
        """The drawing for a phone."""
        return _draw_bars(self, NARROW)


def _draw_bars(bars: Bars, width: int) -> BarDrawing:
    full = bars.full or max((measure.value for measure in bars.measures), default=0) or 1
    y, lines = 0, []
    for measure in bars.measures:
        words = _wrapped(measure.label, width)
        top = y + len(words) * LABEL_HEIGHT
        length = max(2, round((width - 2) * measure.value / full))
        is_inside = _room(measure.text) + 2 * MARGIN <= length
        label = [(line, y + (number + 1) * LABEL_HEIGHT - 6) for number, line in enumerate(words)]
        text_x = length - MARGIN if is_inside else length + ARROW
        anchor = "end" if is_inside else "start"
        lines.append(BarLine(measure, label, length, top, text_x, top + BAR_HEIGHT - 6, anchor))
        y = top + BAR_HEIGHT + ROW_GAP
    return BarDrawing(width, y, lines)
