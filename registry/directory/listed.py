"""What the list shows of a body: its search row and how it stands with each partner."""

from dataclasses import dataclass, field

import numpy as np

from registry import indexing
from registry.directory.holding import View
from registry.directory.loading import STANDINGS, VERDICTS
from registry.models import SearchRow, Standing

_NOT_DESIGNATED = STANDINGS.index(Standing.NOT_DESIGNATED)
_MOST_HELD = 20_000


@dataclass(frozen=True)
class Partner:
    """A partner, and the verdict that weighs most over the scope lines facing it."""

    partner: object
    verdict: str


@dataclass(frozen=True)
class Listed:
    """A body on the list. ``drawn`` is for outlets: what they made of it, by language or form, good as long as it is listed."""

    row: SearchRow
    economy: object
    partners: list[Partner]
    drawn: dict[str, object] = field(default_factory=dict, compare=False)


def listed(view: View, numbers: list[int]) -> list[Listed]:
    """The bodies with these numbers, in this order; one query where some are not held already."""
    missing = [number for number in numbers if number not in view.listed]
    if missing:
        if len(view.listed) > _MOST_HELD:
            view.listed.clear()
            missing = numbers
        rows = _rows(view, view.register.ids[missing].tolist())
        partners = _partners(view, missing)
        for number in missing:
            row = rows[int(view.register.ids[number])]
            economy = view.catalogue.texts.economies[row.economy_id]
            view.listed[number] = Listed(row, economy, partners.get(number, []))
    return [view.listed[number] for number in numbers]


def _rows(view: View, body_ids: list[int]) -> dict[int, SearchRow]:
    if view.shown is None:
        return SearchRow.objects.in_bulk(body_ids)
    return {body_id: row_of(view.shown[body_id]) for body_id in body_ids}


def row_of(values: tuple) -> SearchRow:
    """The search row of a past moment."""
    return SearchRow(**dict(zip(indexing.COLUMNS, values, strict=True)))


def _partners(view: View, numbers: list[int]) -> dict[int, list[Partner]]:
    lines = view.lines.of(np.array(sorted(numbers)))
    lines = lines.where(lines.columns["standing"] != _NOT_DESIGNATED)
    best: dict[tuple[int, int], int] = {}
    columns = (lines.body, lines.columns["importing"], lines.columns["verdict"])
    for number, importing, verdict in zip(*(column.tolist() for column in columns), strict=True):
        key = (number, importing)
        best[key] = min(verdict, best.get(key, verdict))
    found: dict[int, list[Partner]] = {}
    for (number, importing), verdict in best.items():
        partner = Partner(view.catalogue.texts.economies[importing], VERDICTS[verdict])
        found.setdefault(number, []).append(partner)
    for partners in found.values():
        partners.sort(key=lambda one: one.partner.name)
    return found
