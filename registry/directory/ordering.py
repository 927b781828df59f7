"""Pages in a fixed order, kept by a mark: it names the row after which a page starts, so that new rows move nothing."""

import base64
import binascii
import json
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from django.utils.translation import gettext as _

from portal.pages import BadQuestion
from registry.directory.register import NEVER, Register

_LAST = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Page:
    """Bodies of one page by number; marks of the pages beside it, "" where there is none."""

    numbers: list[int]
    next: str
    previous: str


class Order:
    """Bodies by a key that falls first and their name second; those without a key come last."""

    def __init__(self, register: Register, sort: str, scores: np.ndarray, numbers: np.ndarray):
        self._register, self._sort, self._numbers = register, sort, numbers
        self._key = _key(register, sort, scores, numbers)
        self._turn = -1 if sort == "-name" else 1

    def __len__(self) -> int:
        return len(self._numbers)

    @cached_property
    def _rank(self) -> np.ndarray:
        return self._turn * self._register.rank[self._numbers]

    def all(self) -> np.ndarray:
        """The numbers of all bodies in order."""
        return self._numbers[np.lexsort((self._rank, self._key))]

    def page(self, size: int, *, after: str = "", before: str = "") -> Page:
        """One page: the first, or the one after or before a mark. Raises BadQuestion for a mark not made for this order."""
        if before:
            there = np.flatnonzero(~self._from(before, beyond=False))
            chosen = there[_smallest(-self._key[there], -self._rank[there], size)][::-1]
        else:
            there = np.flatnonzero(self._from(after, beyond=True)) if after else np.arange(len(self))
            chosen = there[_smallest(self._key[there], self._rank[there], size)]
        if not len(chosen):
            return Page([], "", "")
        first, last = self._mark(chosen[0]), self._mark(chosen[-1])
        is_more = self._from(last, beyond=True).any()
        is_less = not self._from(first, beyond=False).all()
        return Page(self._numbers[chosen].tolist(), last if is_more else "", first if is_less else "")

    def _from(self, mark: str, *, beyond: bool) -> np.ndarray:
        """Which bodies stand at the mark or after it; ``beyond`` it only after it."""
        key, name, body_id = self._read(mark)
        if self._turn > 0:
            same = self._rank >= self._register.place((name, body_id + beyond))
        else:
            same = -self._rank < self._register.place((name, body_id + (not beyond)))
        return (self._key > key) | ((self._key == key) & same)

    def _mark(self, at: int) -> str:
        values = [self._sort, int(self._key[at]), *self._register.name_of(int(self._numbers[at]))]
        return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")

    def _read(self, mark: str) -> tuple[int, str, int]:
        try:
            sort, key, name, body_id = json.loads(base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)))
            if sort != self._sort or not all(isinstance(one, int) for one in (key, body_id)):
                raise ValueError
            return max(-_LAST, min(key, _LAST)), str(name), body_id
        except (ValueError, TypeError, binascii.Error) as error:
            raise BadQuestion(
                "cursor", _("This page mark is not valid. Start again from the first page.")
            ) from error


def _key(register: Register, sort: str, scores: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    if sort == "relevance":
        return -scores[numbers].astype(np.int64)
    if sort.endswith("decision"):
        decided = register.decided[numbers]
        return np.where(decided == NEVER, _LAST, -decided if sort.startswith("-") else decided)
    return np.zeros(len(numbers), dtype=np.int64)


def _smallest(key: np.ndarray, rank: np.ndarray, most: int) -> np.ndarray:
    """The places of the first rows by key and rank, in order."""
    places = np.arange(len(key))
    if len(key) > most:
        bound = np.partition(key, most)[most]
        surely, perhaps = np.flatnonzero(key < bound), np.flatnonzero(key == bound)
        wanted = most - len(surely)
        if len(perhaps) > wanted:
            perhaps = perhaps[np.argpartition(rank[perhaps], wanted)[:wanted]]
        places = np.concatenate([surely, perhaps])
    return places[np.lexsort((rank[places], key[places]))][:most]
