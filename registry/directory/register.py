"""All bodies of the register in memory: by which words they are found, and what stands of them in columns."""

from bisect import bisect_left, insort
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import numpy as np

from agreements.models import Origin
from agreements.texts import Texts
from portal.words import WordIndex, acronym
from registry.directory import loading
from registry.directory.relation import Relation

REAL, SAMPLE = 1, 2
NEVER = 0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Register:
    """Bodies by a number from 0. One that changes is taken out and comes again under a new number."""

    def __init__(self, moment: datetime | str, texts: Texts):
        self.moment = moment
        self.agreement_of = _agreements(texts)
        self.words = WordIndex()
        self.ids = np.zeros(0, dtype=np.int64)
        self.alive = np.zeros(0, dtype=bool)
        self.decided = np.zeros(0, dtype=np.int64)
        self.number_of: dict[int, int] = {}
        self.local_words = {"": 0}
        self.standards = [""]
        self._names: list[tuple[str, int]] = []
        self._name_of: dict[int, tuple[str, int]] = {}
        self.rank = np.zeros(0, dtype=np.int64)
        none = np.zeros(0, dtype=np.int32)
        self.own = Relation(none, {"economy": none, "local_word": none, "origin": none})
        self.accreditations = Relation(none, {"by": none, "standard": none})

    @property
    def size(self) -> int:
        return len(self.ids)

    @property
    def gone(self) -> int:
        """How many numbers are out of use."""
        return self.size - len(self.number_of)

    def take(self, rows: list[tuple], accreditations: dict[str, np.ndarray]) -> np.ndarray:
        """Take these bodies in, as ``loading.rows`` gives them. Returns a flag for each number that was there: out of use now."""
        out = self._out(row[0] for row in rows)
        rows = [row for row in rows if row[1]]
        first = self.size
        self.ids = np.append(self.ids, np.array([row[0] for row in rows], dtype=np.int64))
        self.alive = np.append(self.alive, np.ones(len(rows), dtype=bool))
        self.decided = np.append(self.decided, np.array([_micro(row[6]) for row in rows], dtype=np.int64))
        self.number_of.update((row[0], first + at) for at, row in enumerate(rows))
        self.words.add((first + at, *_texts(row)) for at, row in enumerate(rows))
        self.own = self.own.without(out).joined(self._own(rows, first))
        more = self.placed(accreditations)
        self.accreditations = self.accreditations.without(out).joined(more)
        self._rank(rows)
        return out

    def _out(self, body_ids: Iterable[int]) -> np.ndarray:
        out = np.zeros(self.size, dtype=bool)
        for body_id in body_ids:
            number = self.number_of.pop(body_id, None)
            if number is not None:
                out[number] = True
                self._names.pop(bisect_left(self._names, self._name_of.pop(number)))
        self.alive[out] = False
        return out

    def _own(self, rows: list[tuple], first: int) -> Relation:
        count = len(rows)
        words = [self.local_words.setdefault(row[4], len(self.local_words)) for row in rows]
        columns = {
            "economy": np.fromiter((row[3] for row in rows), np.int32, count),
            "local_word": np.array(words, dtype=np.int32),
            "origin": np.fromiter(
                (SAMPLE if row[5] == Origin.SAMPLE else REAL for row in rows), np.int32, count
            ),
        }
        return Relation(np.arange(first, first + count, dtype=np.int32), columns)

    def _rank(self, rows: list[tuple]) -> None:
        """Keep the names in order, and where each body stands in it."""
        new = [(row[2], row[0]) for row in rows]
        self._name_of.update((self.number_of[name[1]], name) for name in new)
        if len(new) > len(self._names) // 20:
            self._names = sorted([*self._names, *new])
        else:
            for name in new:
                insort(self._names, name)
        order = np.fromiter((self.number_of[name[1]] for name in self._names), np.int64, len(self._names))
        self.rank = np.zeros(self.size, dtype=np.int64)
        self.rank[order] = np.arange(len(order))

    def name_of(self, number: int) -> tuple[str, int]:
        """By what it is sorted: its name without accents and case, and its id."""
        return self._name_of[number]

    def place(self, name: tuple[str, int]) -> int:
        """How many names come before this one."""
        return bisect_left(self._names, name)

    def placed(self, columns: dict[str, np.ndarray]) -> Relation:
        """A relation of the rows whose body is on the register, in the order of the bodies' numbers."""
        known = np.fromiter(self.number_of, np.int64, len(self.number_of))
        numbers = np.fromiter(self.number_of.values(), np.int32, len(self.number_of))
        order = np.argsort(known)
        known, numbers = known[order], numbers[order]
        at = np.searchsorted(known, columns["body"])
        there = at < len(known)
        there[there] = known[at[there]] == columns["body"][there]
        body = numbers[at[there]]
        order = np.argsort(body, kind="stable")
        rest = {name: column[there][order] for name, column in columns.items() if name != "body"}
        return Relation(body[order], rest)

    def lines(self, day: date, moment: datetime, body_ids: list[int] | None = None) -> Relation:
        """How the scope lines of these bodies, or of all, stand on the day, as known at the moment; equal ones once."""
        found = self.placed(loading.lines(day, moment, body_ids))
        annexes = found.columns.pop("annex")
        found.columns["agreement"] = self.agreement_of[annexes] if len(annexes) else annexes
        recognised = found.columns["standing"] == loading.STANDINGS.index("recognised")
        found.columns["accepting"] = np.where(recognised, found.columns["importing"], 0)
        return _each_once(found)


def _agreements(texts: Texts) -> np.ndarray:
    """By annex id, the agreement's."""
    found = np.zeros(max(texts.annexes, default=0) + 1, dtype=np.int32)
    for annex in texts.annexes.values():
        found[annex.id] = annex.agreement_id
    return found


def _each_once(relation: Relation) -> Relation:
    key = relation.body.astype(np.int64)
    for column in relation.columns.values():
        key = key * (int(column.max(initial=0)) + 1) + column
    _keys, first = np.unique(key, return_index=True)
    return relation.where(first)


def _texts(row: tuple) -> tuple[list[str], list[str]]:
    strong = row[7].split("\n")
    return strong, [*row[8].split("\n"), *map(acronym, strong)]


def _micro(moment: datetime | None) -> int:
    return NEVER if moment is None else (moment - _EPOCH) // _MICROSECOND
