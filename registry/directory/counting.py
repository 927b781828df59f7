"""Which bodies meet a question, and how many there would be with each further choice."""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from registry.directory.catalogue import BROAD, GROUPS, Group
from registry.directory.holding import View
from registry.directory.loading import STANDINGS
from registry.directory.relation import Narrowed, Relation
from registry.models import Standing

MOST_SHOWN = 30
_RECOGNISED = STANDINGS.index(Standing.RECOGNISED)


@dataclass(frozen=True)
class Choice:
    """A value of a group, and how many bodies the list would have with it among the chosen ones of its group alone."""

    code: str
    label: object
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """A group with its choices, the chosen ones and then the most frequent first; ``more`` is how many are left out."""

    name: str
    label: object
    choices: list[Choice]
    more: int = 0


class Narrowing:
    """The chosen values of each group, laid over the bodies that the words have found (``among``, a flag for each)."""

    def __init__(self, view: View, chosen: dict[str, tuple[str, ...]], among: np.ndarray):
        self._view, self._chosen, self._among = view, chosen, among
        register = view.register
        relations = {"own": register.own, "accreditations": register.accreditations, "lines": view.lines}
        self._narrowed: dict[str, Narrowed] = {}
        for name, relation in relations.items():
            self._narrowed[name] = Narrowed(relation, self._wanted(name, relation), among)
            if name == "own":
                among = among & self._narrowed[name].bodies
        self.bodies = among
        for name in ("accreditations", "lines"):
            self.bodies = self.bodies & self._narrowed[name].bodies

    def _wanted(self, relation: str, rows: Relation) -> dict[str, np.ndarray]:
        """By column, the values that the chosen ones take in, as flags."""
        wanted = {}
        for group in GROUPS:
            if group.relation == relation and self._chosen.get(group.name):
                numbers = self._numbers(group, self._chosen[group.name])
                taken = set().union(*map(self._takes_in(group), numbers))
                wanted[group.column] = _flags(taken, rows.columns[group.column])
        if "importing" in wanted and "standing" not in wanted:
            wanted["standing"] = _flags({_RECOGNISED}, rows.columns["standing"])
        return wanted

    def _takes_in(self, group: Group):
        return self._view.catalogue.takes_in(group.name, self._view.day, self._view.moment)

    def facets(self) -> list[Facet]:
        """Each group with how many bodies there would be with each value, its own group open."""
        return [self._facet(group) for group in GROUPS]

    def _facet(self, group: Group) -> Facet:
        outer = self._among
        for name, narrowed in self._narrowed.items():
            if name != group.relation:
                outer = outer & narrowed.bodies
        column = group.column
        if group.name == "accepted_by" and not (
            self._chosen.get("accepted_by") or self._chosen.get("standing")
        ):
            column = "accepting"
        pairs = self._narrowed[group.relation].pairs(column, outer)
        counts = pairs.counts(len(outer))
        words = self._view.catalogue.words_of(group.name, self._view.register)
        chosen = set(self._chosen.get(group.name, ()))
        held = [number for number in np.flatnonzero(counts).tolist() if number in words]
        totals = {number: int(counts[number]) for number in held}
        totals |= dict.fromkeys(self._numbers(group, chosen) - totals.keys(), 0)
        if group.name in BROAD:
            takes_in, there = self._takes_in(group), set(held)
            for number in totals:
                taken = takes_in(number) & there
                if taken != {number}:
                    totals[number] = pairs.together(_flags(taken, pairs.value))
        picked = {number for number in totals if words[number][0] in chosen}
        picked.update(heapq.nlargest(MOST_SHOWN, totals, key=totals.__getitem__))
        choices = [Choice(*words[number], totals[number], words[number][0] in chosen) for number in picked]
        choices.sort(key=lambda choice: (not choice.chosen, -choice.count, str(choice.label)))
        return Facet(group.name, group.label, choices, len(totals) - len(choices))

    def _numbers(self, group: Group, codes: Iterable[str]) -> set[int]:
        found = (self._view.catalogue.number(group.name, code, self._view.register) for code in codes)
        return {number for number in found if number is not None}


def _flags(numbers: set[int], column: np.ndarray) -> np.ndarray:
    flags = np.zeros(max(int(column.max(initial=0)), *numbers, 0) + 1, dtype=bool)
    flags[list(numbers)] = True
    return flags
