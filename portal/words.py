"""Finding by words: in any script, without accents, inside Chinese, Japanese and Korean, by the beginning of the last word.

A word with a mistake finds nothing by itself; ``mended`` says which word on file is one edit away from it.
"""

import re
import unicodedata
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np

MOST_WORDS = 8
STRONG, WEAK = 4, 1
_ACROWORDS = 3
_FEW = 200
_WHOLE = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"})
_KEPT_MARKS = {"\u3099", "\u309a"}  # they tell Japanese syllables apart
_PIECES = re.compile(r"[^\W_]+")
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\u31f0-\u31ff々ー"
_CJK_RUN = re.compile(f"[{_CJK}]+")
_LATIN = "abcdefghijklmnopqrstuvwxyz0123456789"


def fold(text: str) -> str:
    """The text without accents, case and width, so that what reads alike is alike."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    kept = "".join(c for c in parts if c in _KEPT_MARKS or unicodedata.category(c) != "Mn")
    return unicodedata.normalize("NFC", kept).translate(_WHOLE)


def words(text: str) -> list[str]:
    """The first words of what somebody typed, folded, each once."""
    return list(dict.fromkeys(word for word in fold(text).split() if _PIECES.search(word)))[:MOST_WORDS]


def tokens(text: str) -> set[str]:
    """Under what a text is found: its words, those with separators also without, and what lies inside CJK."""
    found = set()
    for word in fold(text).split():
        pieces = _PIECES.findall(word)
        for piece in pieces:
            found.update(_parts(piece))
        if len(pieces) > 1:
            found.add("".join(pieces))
    return found


def acronym(name: str) -> str:
    """The initials of a name of three words or more, folded; "" for a shorter one."""
    pieces = [piece for piece in _PIECES.findall(fold(name)) if not _CJK_RUN.search(piece)]
    return "".join(piece[0] for piece in pieces) if len(pieces) >= _ACROWORDS else ""


def _parts(piece: str) -> Iterator[str]:
    """A piece itself, or where it is written without spaces each character and each pair."""
    if piece.isascii():
        yield piece
        return
    last = 0
    for run in _CJK_RUN.finditer(piece):
        if run.start() > last:
            yield piece[last : run.start()]
        yield from run.group()
        yield from _pairs(run.group())
        last = run.end()
    if last < len(piece):
        yield piece[last:]


def _pairs(run: str) -> Iterator[str]:
    for at in range(len(run) - 1):
        yield run[at : at + 2]


def _wanted(word: str) -> list[list[str]]:
    """Ways in which a typed word can be met: each a list of tokens that must all be there."""
    pieces = _PIECES.findall(word)
    needed = [part for piece in pieces for part in _needed(piece)]
    return [needed] if len(pieces) < 2 else [["".join(pieces)], needed]


def _needed(piece: str) -> list[str]:
    parts, last = [], 0
    for run in _CJK_RUN.finditer(piece):
        parts += [piece[last : run.start()]] if run.start() > last else []
        parts += list(_pairs(run.group())) or [run.group()]
        last = run.end()
    return [*parts, piece[last:]] if last < len(piece) else parts


class WordIndex:
    """Which documents, numbered from 0, hold which words. It only grows: what goes is left out by whoever asks."""

    def __init__(self):
        self._held: tuple[dict, dict] = ({}, {})
        self._sorted: list[str] = []
        self._letters: str | None = None

    def add(self, documents: Iterable[tuple[int, Iterable[str], Iterable[str]]]) -> None:
        """Add documents in rising order: number, texts that name it (strong), texts that tell more of it (weak)."""
        new = defaultdict(list), defaultdict(list)
        for number, *sides in documents:
            strong = set().union(*map(tokens, sides[0]))
            weak = set().union(*map(tokens, sides[1])) - strong
            for side, found in zip(new, (strong, weak), strict=True):
                for token in found:
                    side[token].append(number)
        self._note(token for side in new for token in side if not any(token in held for held in self._held))
        for held, side in zip(self._held, new, strict=True):
            for token, numbers in side.items():
                held[token] = _joined(held.get(token), numbers)

    def _note(self, unheard: Iterable[str]) -> None:
        """Keep words in order, so that the beginnings of words can be looked up."""
        unheard = set(unheard)
        if len(unheard) > _FEW:
            self._sorted = sorted({*self._sorted, *unheard})
        else:
            for token in unheard:
                insort(self._sorted, token)
        if unheard:
            self._letters = None

    def find(self, word: str, size: int, *, opens: bool) -> np.ndarray:
        """For each of ``size`` documents how well it meets the word, 0 for not; ``opens`` takes it for a beginning, too."""
        best = np.zeros(size, dtype=np.int16)
        for needed in _wanted(word):
            met = None
            for token in needed:
                one = self._score(token, size, opens and token == needed[-1])
                met = one if met is None else np.where(one > 0, np.minimum(met, one), 0)
            if met is not None:
                np.maximum(best, met, out=best)
        return best

    def _score(self, token: str, size: int, opens: bool) -> np.ndarray:
        scores = np.zeros(size, dtype=np.int16)
        for held, weight in zip(reversed(self._held), (WEAK, STRONG), strict=True):
            if opens and len(token) > 1 and not _CJK_RUN.match(token):
                for numbers in self._opening(held, token):
                    scores[numbers] = max(weight - 1, WEAK)
            if token in held:
                scores[held[token]] = weight
        return scores

    def _opening(self, held: dict, start: str) -> Iterator[np.ndarray]:
        """Documents of tokens that open with it: those of one document in one array, which costs less."""
        single = []
        for token in self._tokens_from(start):
            numbers = held.get(token)
            if isinstance(numbers, int):
                single.append(numbers)
            elif numbers is not None:
                yield numbers
        if single:
            yield np.array(single, dtype=np.int32)

    def _tokens_from(self, start: str) -> list[str]:
        last = bisect_left(self._sorted, start + "\U0010ffff")
        return self._sorted[bisect_left(self._sorted, start) : last]

    def mended(self, word: str) -> list[tuple[int, str]]:
        """Words on file that are one letter more, less, other or swapped away, each with how often it is met."""
        if len(word) < 3:
            return []
        return [
            (self._met(other), other) for other in _one_edit(word, self._alphabet(word)) if self._met(other)
        ]

    def _met(self, token: str) -> int:
        found = (held.get(token) for held in self._held)
        return sum(1 if isinstance(one, int) else len(one) for one in found if one is not None)

    def _alphabet(self, word: str) -> str:
        if word.isascii():
            return _LATIN
        if self._letters is None:
            every = set().union(*(token for held in self._held for token in held if not token.isascii()))
            self._letters = "".join(sorted(c for c in every if not _CJK_RUN.match(c)))
        return self._letters


def _joined(held, numbers: list[int]):
    """Numbers of documents, one alone as it is: most words are met once."""
    if held is None:
        return numbers[0] if len(numbers) == 1 else np.array(numbers, dtype=np.int32)
    return np.append(np.atleast_1d(np.asarray(held, dtype=np.int32)), np.array(numbers, dtype=np.int32))


def _one_edit(word: str, alphabet: str) -> set[str]:
    """Every text one edit away (after P. Norvig, How to write a spelling corrector)."""
    splits = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    less = {a + b[1:] for a, b in splits if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in splits if len(b) > 1}
    other = {a + c + b[1:] for a, b in splits if b for c in alphabet}
    more = {a + c + b for a, b in splits for c in alphabet}
    return (less | swapped | other | more) - {word}
