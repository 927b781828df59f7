"""Two dates of one body side by side: what the register says of each, and what is different."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from agreements.steps import Answer
from agreements.texts import Texts
from portal import clock, clocks
from portal.clocks import BadClock, Clocks
from portal.pages import BadQuestion
from registry import listing
from registry.listing import LineStanding, Portrait
from registry.models import ScopeLine, Standing, Verdict
from registry.telling import DISCLAIMER, scope_line

_APART = timedelta(days=365)


@dataclass(frozen=True)
class LineCompared:
    """One scope line towards one partner: the answer on either day (None: not on file then) and what changed, in words."""

    importing: object
    annex: object
    line: ScopeLine
    first: Answer | None
    second: Answer | None
    changes: list[str]


@dataclass(frozen=True)
class FactCompared:
    """One thing that the register says of the body itself, as texts for either day, and what changed, in words."""

    label: str
    first: list[str]
    second: list[str]
    changes: list[str]


@dataclass(frozen=True)
class Comparison:
    """Both sides; a portrait is None where the body was not on the register under this address."""

    asked: tuple[Clocks, Clocks]
    portraits: tuple[Portrait | None, Portrait | None]
    lines: list[LineCompared]
    facts: list[FactCompared]

    @property
    def body(self):
        """The body as the second side shows it, or else the first."""
        return next(each.body for each in reversed(self.portraits) if each)

    @property
    def changed_lines(self) -> int:
        """How many scope lines stand differently."""
        return sum(bool(row.changes) for row in self.lines)

    @property
    def changed_facts(self) -> int:
        """How many facts of the body differ."""
        return sum(bool(row.changes) for row in self.facts)


def read_sides(parameters) -> tuple[Clocks, Clocks]:
    """The two dates asked for, each with its moment of knowledge: a year ago and today where none is given.

    Raises BadQuestion that names the parameter.
    """
    first, second = _read_side(parameters, "a"), _read_side(parameters, "b")
    if not first.asked_on:
        first = Clocks(on=second.on - _APART, known_at=first.known_at)
    return first, second


def _read_side(parameters, side: str) -> Clocks:
    names = {"on": side, "known_at": f"known_{side}"}
    try:
        return clocks.read({name: parameters.get(own, "") for name, own in names.items()})
    except BadClock as error:
        raise BadQuestion(names[error.field], str(error)) from error


def compare(slug: str, sides: tuple[Clocks, Clocks], texts: Texts) -> Comparison | None:
    """The body on both days; None when it is on the register on neither side. Twelve queries."""
    first, second = portraits = tuple(listing.portrait(slug, side, texts) for side in sides)
    if first is None and second is None:
        return None
    days = (sides[0].on, sides[1].on)
    return Comparison(sides, portraits, lines=_lines(first, second), facts=_facts(portraits, days))


def _lines(first: Portrait | None, second: Portrait | None) -> list[LineCompared]:
    one, other = _by_line(first), _by_line(second)
    rows = [_line(one.get(number), other.get(number)) for number in {**one, **other}]
    return sorted(rows, key=lambda row: (row.importing.name, row.annex.code, row.line.id))


def _by_line(portrait: Portrait | None) -> dict[int, LineStanding]:
    return {standing.line.id: standing for standing in portrait.lines} if portrait else {}


def _line(one: LineStanding | None, other: LineStanding | None) -> LineCompared:
    shown = other or one
    first, second = one and one.answer, other and other.answer
    return LineCompared(shown.importing, shown.annex, shown.line, first, second, _differences(first, second))


def _differences(first: Answer | None, second: Answer | None) -> list[str]:
    if first is None:
        return [_("On file on the second side only.")]
    if second is None:
        return [_("On file on the first side only.")]
    pairs = (
        (_("Verdict: “%(before)s” became “%(after)s”."), Verdict, first.verdict, second.verdict),
        (_("Standing: “%(before)s” became “%(after)s”."), Standing, first.standing, second.standing),
    )
    return [
        words % {"before": kind(before).label, "after": kind(after).label}
        for words, kind, before, after in pairs
        if before != after
    ]


def standing_words(answer: Answer | None) -> str:
    """Why, in the words for readers; "" where there is no answer."""
    return str(Standing(answer.standing).label) if answer else ""


def _facts(portraits: tuple[Portrait | None, Portrait | None], days: tuple[date, date]) -> list[FactCompared]:
    one, other = (_told(*pair) for pair in zip(portraits, days, strict=True))
    rows = [_fact(label, one.get(label, []), other.get(label, [])) for label in {**one, **other}]
    return [row for row in rows if row.first or row.second]


def _fact(label: str, first: list[str], second: list[str]) -> FactCompared:
    gone = [text for text in first if text not in second]
    new = [text for text in second if text not in first]
    words = ((_("No longer: %s."), gone), (_("New: %s."), new))
    return FactCompared(label, first, second, [said % "; ".join(found) for said, found in words if found])


def _told(portrait: Portrait | None, day: date) -> dict[str, list[str]]:
    """What a portrait says of the body itself on the day, by label."""
    if portrait is None:
        return {}
    body = portrait.body
    return {
        _("Name"): [_name_on(portrait, day)],
        _("Name in its own script"): [body.shown_local_name] if body.shown_local_name else [],
        _("Also named"): sorted(row["name"] for row in body.former_name_rows),
        _("Merged into it"): [other.shown_name for other in portrait.taken_in],
        _("Sites"): sorted(_site(row) for row in body.site_rows if _is_there(row, day)),
        _("Numbers"): sorted(_number(row) for row in body.identifier_rows),
        _("Accreditations"): sorted(
            f"{row.accreditation}: {getattr(row.state, 'label', row.state)}"
            for row in portrait.accreditations
        ),
        _("Appointed at home"): sorted(
            f"{row['market_name']}: {row['area']} ({row['status']})" for row in body.home_rows
        ),
    }


def _name_on(portrait: Portrait, day: date) -> str:
    """What the body was called on the day: what the first renaming after it gave up, or its name as known."""
    others = [row for other in portrait.taken_in for row in other.former_name_rows]
    later = [
        (row["until"], row["name"])
        for row in portrait.body.former_name_rows
        if row["until"] and row["until"] > day.isoformat() and row not in others
    ]
    return min(later)[1] if later else portrait.body.shown_name


def _is_there(site: dict, day: date) -> bool:
    since, left_on = site["since"], site["left_on"]
    return not (since and day.isoformat() < since) and not (left_on and left_on <= day.isoformat())


def _site(row: dict) -> str:
    parts = (row["name"], " ".join(row["address"].split()), row["town"], row["economy_name"])
    told = ", ".join(part for part in parts if part)
    return _("%s (registered office)") % told if row["is_registered_office"] else told


def _number(row: dict) -> str:
    told = f"{row['scheme']} {row['value']}"
    return _("%s (former)") % told if row["is_former"] else told


def told(comparison: Comparison) -> dict:
    """The comparison as plain data."""
    sides = zip(("a", "b"), comparison.asked, comparison.portraits, strict=True)
    return {
        "body": {"name": comparison.body.shown_name, "slug": comparison.body.slug},
        **{
            name: {"on": side.on, "known_at": side.known_at, "on_the_register": portrait is not None}
            for name, side, portrait in sides
        },
        "lines": [_line_told(row) for row in comparison.lines],
        "facts": [
            {"fact": row.label, "a": row.first, "b": row.second, "changes": row.changes}
            for row in comparison.facts
        ],
        "today": clock.today(),
        "disclaimer": DISCLAIMER,
    }


def _line_told(row: LineCompared) -> dict:
    return {
        "importing": row.importing.code,
        "annex": row.annex.code,
        "line": scope_line(row.line),
        "a": _answer_told(row.first),
        "b": _answer_told(row.second),
        "changes": row.changes,
    }


def _answer_told(answer: Answer | None) -> dict | None:
    return {"verdict": answer.verdict, "standing": str(answer.standing)} if answer else None
