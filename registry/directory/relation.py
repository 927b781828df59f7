"""What stands of bodies, row by row, as columns of numbers: filtered and counted at once.

Conditions on one relation hold of one and the same row; different relations may meet them by different rows.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

_FEW = 16  # bodies looked at one by one when they are fewer than one in so many
_NARROW = 64  # values of a column that are counted in a table of all bodies


@dataclass
class Relation:
    """Rows in the order of their body, a number from 0; columns hold ids that are 0 or more, 0 where there is none."""

    body: np.ndarray
    columns: dict[str, np.ndarray]
    _distinct: dict[str, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.body)

    def without(self, gone: np.ndarray) -> "Relation":
        """Without the rows of bodies that are gone, a flag for each body."""
        return self.where(~gone[self.body])

    def where(self, rows: np.ndarray) -> "Relation":
        """Only the rows, given as flags or as places."""
        return Relation(self.body[rows], {name: column[rows] for name, column in self.columns.items()})

    def joined(self, more: "Relation") -> "Relation":
        """With further rows, of bodies with higher numbers."""
        columns = {
            name: np.concatenate([column, more.columns[name]]) for name, column in self.columns.items()
        }
        return Relation(np.concatenate([self.body, more.body]), columns)

    @cached_property
    def _bounds(self) -> np.ndarray:
        """Where the rows of each body begin."""
        last = int(self.body[-1]) + 1 if len(self.body) else 0
        return np.searchsorted(self.body, np.arange(last + 1))

    def of(self, bodies: np.ndarray) -> "Relation":
        """The rows of these bodies, numbers in order."""
        bounds = self._bounds
        bodies = bodies[bodies < len(bounds) - 1]
        starts, counts = bounds[bodies], bounds[bodies + 1] - bounds[bodies]
        before = np.cumsum(counts) - counts
        return self.where(np.repeat(starts - before, counts) + np.arange(counts.sum()))

    def distinct(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Body and value of the column, each pair once."""
        if name not in self._distinct:
            self._distinct[name] = _pairs(self.body, self.columns[name])
        return self._distinct[name]

    def bodies_with(self, name: str, values: np.ndarray, size: int) -> np.ndarray:
        """A flag for each body: has it a row with one of the values, given as flags?"""
        body, column = self.distinct(name)
        found = np.zeros(size, dtype=bool)
        found[body[flags_of(values, column)]] = True
        return found


def flags_of(values: np.ndarray, column: np.ndarray) -> np.ndarray:
    """For each row whether its value is flagged; a value past the end is not."""
    if len(column) == 0 or int(column.max()) < len(values):
        return values[column]
    grown = np.zeros(int(column.max()) + 1, dtype=bool)
    grown[: len(values)] = values
    return grown[column]


def _pairs(body: np.ndarray, column: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if len(body) == 0:
        return body, column
    width = int(column.max()) + 1
    keys = np.sort(body.astype(np.int64) * width + column)
    first = np.ones(len(keys), dtype=bool)
    first[1:] = keys[1:] != keys[:-1]
    keys = keys[first]
    return (keys // width).astype(np.int32), (keys % width).astype(np.int32)


@dataclass(frozen=True)
class Pairs:
    """Bodies, in order, with values of a column; ``once`` says that no pair comes twice."""

    body: np.ndarray
    value: np.ndarray
    once: bool

    def counts(self, size: int) -> np.ndarray:
        """By value, the number of different bodies among ``size``."""
        if len(self.body) == 0:
            return np.zeros(0, dtype=np.int64)
        if self.once:
            return np.bincount(self.value)
        width = int(self.value.max()) + 1
        if width <= _NARROW and len(self.body) * _FEW > size:
            table = np.zeros((width, size), dtype=bool)
            table[self.value, self.body] = True
            return np.count_nonzero(table, axis=1)
        return np.bincount(_pairs(self.body, self.value)[1])

    def together(self, values: np.ndarray) -> int:
        """How many different bodies have one of the values, given as flags."""
        found = self.body[flags_of(values, self.value)]
        return 0 if not len(found) else 1 + int(np.count_nonzero(found[1:] != found[:-1]))


class Narrowed:
    """A relation under conditions: flags of allowed values by column.

    ``among`` are the only bodies that matter, as flags.
    """

    def __init__(self, relation: Relation, wanted: dict[str, np.ndarray], among: np.ndarray):
        self.size = len(among)
        self._whole = relation
        self._wanted = wanted
        number = int(np.count_nonzero(among))
        self._all = number == self.size
        few = number * _FEW < self.size
        self.rows = relation.of(np.flatnonzero(among)) if few else relation
        self._misses = {name: ~flags_of(values, self.rows.columns[name]) for name, values in wanted.items()}
        self._missing = np.zeros(len(self.rows), dtype=np.int8)
        for missed in self._misses.values():
            self._missing += missed

    @cached_property
    def bodies(self) -> np.ndarray:
        """A flag for each body: does one row of it meet all conditions?"""
        if not self._wanted:
            return np.ones(self.size, dtype=bool)
        found = np.zeros(self.size, dtype=bool)
        found[self.rows.body[self._missing == 0]] = True
        return found

    def pairs(self, name: str, outer: np.ndarray) -> Pairs:
        """Body and value of the rows, of bodies flagged in ``outer``, that meet all conditions but the column's own."""
        others = len(self._wanted) - (name in self._wanted)
        if not others and self.rows is self._whole:
            body, column = self._whole.distinct(name)
            kept = outer[body]
            return Pairs(body[kept], column[kept], once=True)
        kept = outer[self.rows.body]
        if others:
            missing = self._missing - self._misses[name] if name in self._misses else self._missing
            kept &= missing == 0
        return Pairs(self.rows.body[kept], self.rows.columns[name][kept], once=False)
