"""Which register is held in memory: the one of now, kept up with what is written, and a few of other days and moments."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

import numpy as np

from agreements import texts as agreement_texts
from portal import clock
from portal.clocks import Clocks
from registry import indexing
from registry.directory import loading
from registry.directory.catalogue import Catalogue
from registry.directory.register import Register
from registry.directory.relation import Relation

_NOW = "infinity"
_MOST_DAYS = 2
_MOST_GONE = 5000


@dataclass(frozen=True)
class View:
    """The register as of both clocks. ``shown`` holds search rows by body id where the moment is not now, else None.

    ``key`` changes with whatever the view shows; ``listed`` holds what was listed of it, by number.
    """

    register: Register
    lines: Relation
    catalogue: Catalogue
    day: date
    moment: datetime
    key: tuple
    shown: dict[int, tuple] | None = None
    listed: dict[int, object] = field(default_factory=dict)


class _Present:
    """The register of now."""

    def __init__(self):
        self.texts = agreement_texts.current()
        self.catalogue = Catalogue(self.texts)
        self.since, self.editions = loading.horizon(), {}
        self.register = Register(_NOW, self.texts)
        standards = self.register.standards
        self.register.take(loading.rows(), loading.accreditations(_NOW, standards))
        self.day = clock.today()
        self.lines = self.register.lines(self.day, clock.now())
        self.days: OrderedDict[date, Relation] = OrderedDict()
        self.listed: dict[int, object] = {}
        self.turn = 0

    @property
    def is_sound(self) -> bool:
        """False when it is cheaper to read all anew."""
        register = self.register
        return self.texts is agreement_texts.current() and register.gone <= max(
            _MOST_GONE, register.size // 4
        )

    def keep_up(self) -> None:
        """Read again what was written since the last look, and at midnight the lines of the new day."""
        self.since, editions = loading.changes(self.since)
        late = [body_id for body_id, edition in editions.items() if self.editions.get(body_id) != edition]
        self.editions = editions
        if late:
            accreditations = loading.accreditations(_NOW, self.register.standards, late)
            out = self.register.take(loading.rows(late), accreditations)
            self.days.clear()
            self.turn += 1
        if self.day != clock.today():
            self.day, self.turn = clock.today(), self.turn + 1
            self.listed = {}
            self.lines = self.register.lines(self.day, clock.now())
        elif late:
            more = self.register.lines(self.day, clock.now(), late)
            out = np.append(out, np.zeros(self.register.size - len(out), dtype=bool))
            self.lines = self.lines.without(out).joined(more)

    def lines_of(self, day: date) -> Relation:
        """The scope lines of any day, as known now."""
        if day == self.day:
            return self.lines
        if day not in self.days:
            self.days[day] = self.register.lines(day, clock.now())
            if len(self.days) > _MOST_DAYS:
                self.days.popitem(last=False)
        return self.days[day]


_lock, _past_lock = threading.RLock(), threading.Lock()
_present: _Present | None = None
_past: OrderedDict[tuple, View] = OrderedDict()


@contextmanager
def view(clocks: Clocks) -> Iterator[View]:
    """The register as of both clocks, for as long as one reads it. Of now it holds all that is committed."""
    if clocks.known_at is not None:
        yield _of_the_past(clocks)
        return
    with _lock:
        yield _of_now(clocks)


def _of_now(clocks: Clocks) -> View:
    global _present
    if _present is not None and _present.is_sound:
        _present.keep_up()
    else:
        _present = _Present()
    held, day = _present, clocks.on
    key, listed = (id(held), held.turn, day), held.listed if day == held.day else {}
    lines = held.lines_of(day)
    return View(held.register, lines, held.catalogue, day, clocks.asked_at, key, listed=listed)


def _of_the_past(clocks: Clocks) -> View:
    """What was known at a moment stays so; but the moment may be still to come, so the version of now is in the key."""
    with _lock:
        version = _of_now(Clocks(on=clock.today())).key
    key = (*version, clocks.on, clocks.known_at)
    with _past_lock:
        if key not in _past:
            _past[key] = _read_past(clocks, key)
            if len(_past) > _MOST_DAYS:
                _past.popitem(last=False)
        return _past[key]


def _read_past(clocks: Clocks, key: tuple) -> View:
    texts, moment = agreement_texts.current(), clocks.known_at
    register = Register(moment, texts)
    at = [indexing.COLUMNS.index(name) for name in loading.ROW]
    shown = {row[0]: row for row in indexing.rows_at(moment)}
    rows = [tuple(row[column] for column in at) for row in shown.values()]
    register.take(rows, loading.accreditations(moment, register.standards))
    lines = register.lines(clocks.on, moment)
    return View(register, lines, Catalogue(texts), clocks.on, moment, key, shown)


def catalogue() -> Catalogue:
    """What may be chosen, by the agreements room as it is now."""
    with _lock:
        if _present is not None and _present.texts is agreement_texts.current():
            return _present.catalogue
        return _of_now(Clocks(on=clock.today())).catalogue


def forget() -> None:
    """Drop what is held, for whoever changed the tables behind the verbs (a restored database, a test)."""
    global _present
    with _lock, _past_lock:
        _present = None
        _past.clear()
