"""Names of made bodies: the official English or Latin one, and the one in the body's own script beside it."""

from random import Random
from typing import NamedTuple

from django.utils.text import slugify

from registry.world.words import ENDINGS, SYLLABLES, TONGUES, Tongue

MARK = " (sample)"
_ASCII = str.maketrans("ıİŁłØøÆæÐðÞþßœĐđ", "iILlOoAaDdTtsoDd")


class Name(NamedTuple):
    """A name in Latin letters, marked as made up, in the own script ("" where that is Latin), and its acronym ("")."""

    latin: str
    local: str
    acronym: str


class Place(NamedTuple):
    """A town, as written in Latin letters and in the own script."""

    latin: str
    local: str


def tongue_in(random: Random, code: str) -> Tongue:
    """The language in which a body of this economy is named."""
    return random.choice(TONGUES[code])


def town(random: Random, tongue: Tongue) -> Place:
    """A town where the language is spoken. Some are the seat of many bodies, most of few."""
    return Place(*tongue.towns[int(random.random() ** 1.6 * len(tongue.towns))])


def name(random: Random, tongue: Tongue, seat: Place) -> Name:
    """A name: a coined word, mostly with a trade, a form and perhaps the town; some have an acronym."""
    numbers = [random.randrange(20) for _number in range(random.choice((2, 3, 3)))]
    ending = random.choice(ENDINGS)
    coined = "".join(SYLLABLES["latin"][number] for number in numbers).capitalize() + ending
    trade, form = random.choice(tongue.trades), random.choice(tongue.forms)
    shape = random.random()
    if shape < 0.35:
        parts = [coined, trade[0], form[0]]
    elif shape < 0.6:
        parts = [seat.latin, coined, trade[0]]
    elif shape < 0.8:
        parts = [coined, trade[0], seat.latin]
    else:
        parts = [seat.latin, trade[0], coined, form[0]]
    acronym = ""
    if random.random() < 0.2:
        acronym = "".join(word[0] for word in " ".join(parts).split() if word[0].isalpha()).upper()[:5]
        parts.append(acronym)
    return Name(" ".join(parts) + MARK, _local(random, tongue, seat, numbers, trade[1], form[1]), acronym)


def _local(random: Random, tongue: Tongue, seat: Place, numbers: list[int], trade: str, form: str) -> str:
    if tongue.script == "latin":
        return ""
    coined = "".join(SYLLABLES[tongue.script][number] for number in numbers)
    if tongue.script in ("greek", "cyrillic"):
        coined = coined.capitalize()
    parts = [form, seat.local, coined, trade] if random.random() < 0.5 else [coined, seat.local, trade, form]
    if random.random() < 0.4:
        parts.remove(seat.local)
    return (" " if tongue.spaced else "").join(parts)


def slug(latin: str, number: int) -> str:
    """The part of the address: the name without its mark, and the body's number, so that no two are the same."""
    return f"{slugify(latin.removesuffix(MARK).translate(_ASCII))[:140]}-{number}"
