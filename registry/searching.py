"""The directory: words and choices, live counts, pages that do not drift. One engine for page, files, API and suggestions."""

from dataclasses import dataclass, field

import numpy as np
from django.utils.translation import gettext as _

from portal.clocks import Clocks
from portal.pages import BadQuestion
from portal.words import WEAK
from portal.words import words as words_of
from registry.directory import holding
from registry.directory.catalogue import GROUP, GROUPS
from registry.directory.counting import Facet, Narrowing
from registry.directory.holding import View
from registry.directory.listed import Listed, Partner, listed
from registry.directory.ordering import Order

LONGEST_WORDS = 200
MOST_CHOICES = 40
SORTS = ("relevance", "name", "-name", "decision", "-decision")
_MOST_MEANT, _MOST_TRIALS = 3, 12


@dataclass(frozen=True)
class Question:
    """What is asked of the directory. ``chosen`` holds the codes by group; ``sort`` is one of SORTS, never empty."""

    clocks: Clocks
    words: str = ""
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "name"
    after: str = ""
    before: str = ""

    @property
    def is_open(self) -> bool:
        """True when nothing narrows the list."""
        return not self.words and not self.chosen


def read(parameters, clocks: Clocks) -> Question:
    """The question in ``q``, the groups' names, ``sort``, ``after`` (or ``cursor``) and ``before``; each group may be given
    several times. Raises BadQuestion with the parameter's name and what to do.
    """
    words = " ".join(parameters.get("q", "").replace("\x00", "").split())
    if len(words) > LONGEST_WORDS:
        raise BadQuestion("q", _("Shorten the words to %(count)s characters.") % {"count": LONGEST_WORDS})
    chosen = {}
    for group in GROUPS:
        values = (value.replace("\x00", "").strip() for value in parameters.getlist(group.name))
        codes = tuple(dict.fromkeys(value for value in values if value))
        if codes:
            chosen[group.name] = _checked(group.name, codes)
    sort = parameters.get("sort", "").strip() or ("relevance" if words else "name")
    if sort not in SORTS:
        raise BadQuestion("sort", _("Choose one of: %(sorts)s.") % {"sorts": ", ".join(SORTS)})
    after = parameters.get("after", "") or parameters.get("cursor", "")
    return Question(clocks, words, chosen, sort, after, parameters.get("before", ""))


def _checked(group: str, codes: tuple[str, ...]) -> tuple[str, ...]:
    if len(codes) > MOST_CHOICES:
        raise BadQuestion(group, _("Choose at most %(count)s values.") % {"count": MOST_CHOICES})
    known = holding.catalogue()
    for code in codes:
        if not known.knows(group, code):
            raise BadQuestion(
                group, _("“%(code)s” is not on file here. Choose one from the list.") % {"code": code[:60]}
            )
    return codes


@dataclass(frozen=True)
class Found:
    """The answer: how many, one page of them, the counts, and what was perhaps meant.

    ``next`` and ``previous`` are marks for ``after`` and ``before``; "" where there is no such page.
    """

    question: Question
    count: int
    rows: list[Listed]
    facets: list[Facet]
    meant: list[str]
    next: str = ""
    previous: str = ""

    def chosen(self) -> list[tuple[str, object, str, object]]:
        """What narrows the list: group, its label, code, label."""
        labels = {(facet.name, one.code): one.label for facet in self.facets for one in facet.choices}
        return [
            (name, GROUP[name].label, code, labels.get((name, code), code))
            for name, codes in self.question.chosen.items()
            for code in codes
        ]


def search(question: Question, *, size: int, counted: bool = True) -> Found:
    """Answer the question; ``counted`` adds the facets. Raises BadQuestion for a mark that was not made here."""
    with holding.view(question.clocks) as view:
        scores = _scores(view, question.words)
        narrowing = Narrowing(view, question.chosen, scores > 0)
        order = Order(view.register, question.sort, scores, np.flatnonzero(narrowing.bodies))
        page = order.page(size, after=question.after, before=question.before)
        return Found(
            question=question,
            count=len(order),
            rows=listed(view, page.numbers),
            facets=narrowing.facets() if counted else [],
            meant=[] if scores.any() else _meant(view, question.words),
            next=page.next,
            previous=page.previous,
        )


@dataclass(frozen=True)
class Everything:
    """All bodies that meet a question, by id and in its order; ``shown`` as in ``holding.View``."""

    ids: list[int]
    shown: dict[int, tuple] | None


def every(question: Question) -> Everything:
    """All bodies that meet the question: as many as ``search`` counts."""
    with holding.view(question.clocks) as view:
        scores = _scores(view, question.words)
        narrowing = Narrowing(view, question.chosen, scores > 0)
        order = Order(view.register, question.sort, scores, np.flatnonzero(narrowing.bodies))
        return Everything(view.register.ids[order.all()].tolist(), view.shown)


def partners_of(body_id: int, clocks: Clocks) -> list[Partner]:
    """How a body stands with each partner that it faces; nothing for one that is not listed by itself."""
    with holding.view(clocks) as view:
        number = view.register.number_of.get(body_id)
        return [] if number is None else listed(view, [number])[0].partners


def suggest(text: str, clocks: Clocks, *, most: int) -> tuple[list[Listed], list[str]]:
    """The bodies that the words find best, and where they find none what was perhaps meant."""
    words = " ".join(text.replace("\x00", "").split())[:LONGEST_WORDS]
    if not words_of(words):
        return [], []
    found = search(Question(clocks, words, sort="relevance"), size=most, counted=False)
    return found.rows, found.meant


def _scores(view: View, text: str) -> np.ndarray:
    """For each body how well it meets all words, 0 for not; a body that is out of use never does."""
    register, asked = view.register, words_of(text)
    if text and not asked:
        return np.zeros(register.size, dtype=np.int16)
    total = register.alive.astype(np.int16)
    for word in asked:
        opens = word == asked[-1]
        met = register.words.find(word, register.size, opens=opens)
        told = view.catalogue.meant(word, opens=opens)
        for name in {name for name, _number in told}:
            column = np.zeros(1 + max(number for _name, number in told), dtype=bool)
            column[[number for other, number in told if other == name]] = True
            group = GROUP[name]
            relation = view.lines if group.relation == "lines" else register.own
            met[(met == 0) & relation.bodies_with(group.column, column, register.size)] = WEAK
        total = np.where((total > 0) & (met > 0), total + met, 0)
    return total


def _meant(view: View, text: str) -> list[str]:
    """The same words with one letter put right in those that find nothing, or else in one of them, where that finds some."""
    asked = words_of(text)
    options = {word: _mended(view, word) for word in asked}
    unknown = [word for word in asked if not _scores(view, word).any()]
    if any(not options[word] for word in unknown):
        return []
    if unknown:
        best = {word: options[word][0] for word in unknown}
        last = unknown[-1]
        trials = [[{**best, last: other}.get(word, word) for word in asked] for other in options[last]]
    else:
        trials = [
            [other if word == wrong else word for word in asked]
            for wrong in asked
            for other in options[wrong]
        ]
    told = (" ".join(trial) for trial in trials[:_MOST_TRIALS])
    return [trial for trial in told if _scores(view, trial).any()][:_MOST_MEANT]


def _mended(view: View, word: str) -> list[str]:
    """Words on file one edit away, the most frequent first."""
    found = [*view.register.words.mended(word), *view.catalogue.mended(word)]
    return list(dict.fromkeys(other for _count, other in sorted(found, key=lambda one: (-one[0], one[1]))))
