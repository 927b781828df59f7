"""The groups by which the directory is narrowed: their codes, words, and which values on file each choice takes in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from agreements.models import Authority, Requirement, ResultKind
from agreements.texts import Texts
from portal.words import WordIndex
from registry.directory import loading
from registry.directory.register import REAL, SAMPLE, Register
from registry.models import Standing

ORIGINS = (("real", _("real")), ("sample", _("sample")))


@dataclass(frozen=True)
class Group:
    """A parameter of the directory: it looks at a column of a relation. ``free`` ones take any text."""

    name: str
    relation: str
    column: str
    label: object
    free: bool = False


GROUPS = (
    Group("economy", "own", "economy", _("Established in")),
    Group("accepted_by", "lines", "importing", _("Accepted by")),
    Group("standing", "lines", "standing", _("Standing")),
    Group("sector", "lines", "sector", _("Sector")),
    Group("requirement", "lines", "requirement", _("Requirement")),
    Group("kind", "lines", "kind", _("Kind of result")),
    Group("agreement", "lines", "agreement", _("Agreement")),
    Group("local_word", "own", "local_word", _("Called at home"), free=True),
    Group("accreditation_body", "accreditations", "by", _("Accreditation on file from")),
    Group("accreditation_standard", "accreditations", "standard", _("Accredited to"), free=True),
    Group("origin", "own", "origin", _("Origin")),
)
# Groups of which a choice takes in others: a partner the union it belongs to, a sector those inside and around it.
BROAD = frozenset({"accepted_by", "sector"})
GROUP = {group.name: group for group in GROUPS}


class Catalogue:
    """What the values of the groups are called, as the agreements room says it now."""

    def __init__(self, texts: Texts):
        self.texts = texts
        self.requirements = {row.id: row for row in Requirement.objects.all()}
        self.authorities = {row.id: row for row in Authority.objects.all()}
        agreements = {annex.agreement_id: annex.agreement for annex in texts.annexes.values()}
        self._words: dict[str, dict[int, tuple[str, object]]] = {
            "economy": {each.id: (each.code, each.name) for each in texts.economies.values()},
            "sector": {each.id: (each.code, each.name) for each in texts.sectors.values()},
            "requirement": {each.id: (each.slug, str(each)) for each in self.requirements.values()},
            "agreement": {each.id: (each.code, each.name) for each in agreements.values()},
            "accreditation_body": {each.id: (each.code, each.name) for each in self.authorities.values()},
            "standing": _coded(loading.STANDINGS, dict(Standing.choices)),
            "kind": _coded(loading.KINDS, dict(ResultKind.choices)),
            "origin": dict(zip((REAL, SAMPLE), ORIGINS, strict=True)),
        }
        self._words["accepted_by"] = self._words["economy"]
        self._number = {
            name: {code: number for number, (code, _label) in words.items()}
            for name, words in self._words.items()
        }
        self._meeting = {each.id: set(texts.sectors_meeting(each)) for each in texts.sectors.values()}
        self._named, self._terms = self._index()

    def words_of(self, group: str, register: Register) -> dict[int, tuple[str, object]]:
        """Code and label by number."""
        if group == "local_word":
            return {number: (word, word) for word, number in register.local_words.items() if word}
        if group == "accreditation_standard":
            return {number: (word, word) for number, word in enumerate(register.standards) if word}
        return self._words[group]

    def number(self, group: str, code: str, register: Register) -> int | None:
        """The number of a code; None when it is not on file."""
        if group == "local_word":
            return register.local_words.get(code)
        if group == "accreditation_standard":
            return register.standards.index(code) if code in register.standards else None
        return self._number[group].get(code)

    def knows(self, group: str, code: str) -> bool:
        """Whether the code may be asked for."""
        return GROUP[group].free or code in self._number[group]

    def called(self, group: str, code: str) -> object:
        """What a code that may be asked for is called; a free text is called itself."""
        number = self._number.get(group, {}).get(code)
        return code if number is None else self._words[group][number][1]

    def takes_in(self, group: str, day: date, moment: datetime) -> Callable[[int], set[int]]:
        """Which numbers on the rows a choice takes in: of a partner also its union's, of a sector all that meet it."""
        if group == "accepted_by":
            return lambda number: set(self.texts.parties_of(number, day, moment))
        if group == "sector":
            return self._meeting.__getitem__
        return lambda number: {number}

    def meant(self, word: str, *, opens: bool) -> list[tuple[str, int]]:
        """The economies, sectors and requirements that a word names, as group and number."""
        found = self._named.find(word, len(self._terms), opens=opens)
        return [self._terms[at] for at in found.nonzero()[0]]

    def mended(self, word: str) -> list[tuple[int, str]]:
        """As ``WordIndex.mended``, among these words."""
        return self._named.mended(word)

    def _index(self) -> tuple[WordIndex, list[tuple[str, int]]]:
        named, terms = [], []
        for each in self.texts.economies.values():
            terms.append(("economy", each.id))
            named.append([each.name])
        for each in self.texts.sectors.values():
            terms.append(("sector", each.id))
            named.append([each.name, each.code.replace("_", " "), *each.aliases])
        for each in self.requirements.values():
            terms.append(("requirement", each.id))
            named.append([each.reference, each.edition, each.title])
        index = WordIndex()
        index.add((at, texts, ()) for at, texts in enumerate(named))
        return index, terms


def _coded(codes: tuple[str, ...], labels: dict) -> dict[int, tuple[str, object]]:
    return {number: (code, labels[code]) for number, code in enumerate(codes) if code}
