"""The acceptance rows of made lines: the product's own stretches, cut once for all lines of a record that are alike."""

from collections.abc import Iterator
from datetime import datetime

from registry import accepted_scope
from registry.line_facts import Accredited, Event, LineFacts
from registry.naming import Naming
from registry.stretches import BEGINNING, END, Stretch, candidates
from registry.world.bodies import Line
from registry.world.copying import as_text, span
from registry.world.law import Law
from registry.world.lives import Life, Side

# What differs between stretches of one line; everything else of a row is the line's.
COLUMNS = ("id", "line_id", "annex_id", "importing_id", "exporting_id", "origin_id", "site_id", "sector_id", "kind",
           "requirement_id", "undertaking_id", "body_id", "body_name", "valid", "recorded", "verdict", "standing")  # fmt: skip


class Acceptance:
    """Gives each line of one designation its acceptance rows."""

    def __init__(self, law: Law, life: Life, naming: Naming, accredited: list[Accredited]):
        self._law, self._naming, self._accredited, self._cut = law, naming, accredited, {}
        self._decisions = {
            side: [told for told in sorted(side.decisions, key=lambda told: told.order) if told.lines]
            for side in (life.designation, life.recognition)
        }
        self._sides = life.designation, life.recognition

    def rows(self, line: Line) -> Iterator[str]:
        """The rows of a line as text of COPY, without their ids, from the moment on at which it was recorded."""
        designating, recognising = (self._of(side, line) for side in self._sides)
        key = (
            line.kind,
            line.sector.id,
            self._law.how_listed(line.annex_id, line.importing_id, line.requirement_id),
            line.origin_id,
            line.recorded_at,
            *((event.decision.id, event.state) for event in (*designating, *recognising)),
        )
        if key not in self._cut:
            self._cut[key] = self._stretches(line, designating, recognising)
        own = "\t".join(
            as_text(value)
            for value in (
                line.id,
                line.annex_id,
                line.importing_id,
                line.exporting_id,
                line.origin_id,
                line.site_id,
                line.sector.id,
                line.kind,
                line.requirement_id,
            )
        )
        for stretch in self._cut[key]:
            yield f"{own}\t{stretch}"

    def _of(self, side: Side, line: Line) -> list[Event]:
        return [
            Event(told, told.lines[line], "", told.corrected_at)
            for told in self._decisions[side]
            if line in told.lines
        ]

    def _stretches(self, line, designating, recognising) -> list[str]:
        facts = LineFacts(line, self._naming, designating, recognising)
        if any(fact.row.accreditation_required for fact in candidates(facts, self._law.texts)):
            facts.accreditations = self._accredited
        said = accepted_scope.said_of(facts, self._law.texts, line.recorded_at)
        said.sort(key=lambda each: (each[3], each[0].start))
        return ["\t".join(_texts(*each)) for each in said]


def _texts(
    stretch: Stretch, body_id: int, body_name: str, opened: datetime, closed: datetime | None
) -> tuple:
    first = None if stretch.start == BEGINNING else stretch.start
    last = None if stretch.end == END else stretch.end
    return (
        as_text(stretch.undertaking_id),
        str(body_id),
        as_text(body_name),
        span(first, last),
        span(opened, closed),
        stretch.verdict,
        stretch.standing,
    )


def first_recorded(life: Life, line: Line) -> datetime:
    """When the line came on the register: with the first decision on it."""
    return min(
        told.recorded_at
        for side in (life.designation, life.recognition)
        for told in side.decisions
        if line in told.lines
    )
