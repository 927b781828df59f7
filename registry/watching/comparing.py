"""What is otherwise between two looks, with the names of the things: the differences that a watch tells of."""

from dataclasses import dataclass

from agreements import texts as agreement_texts
from agreements.models import Authority, ProductClass, Requirement, ResultKind
from agreements.texts import Texts
from registry.models import Body
from registry.watching.looking import UNANSWERABLE, Look
from registry.watching.models import Family


@dataclass(frozen=True)
class Difference:
    """One thing that came, went or stands otherwise; "" is not there."""

    family: str
    about: str
    before: str
    after: str
    link: str


def differences(before: Look, after: Look) -> list[Difference]:
    """What is otherwise, in the order of families and names.

    Of a question that cannot be asked any more, or again, that alone is told. Where a list has grown past what is followed body by body, or shrunk below it, its number alone is compared.
    """
    counted = any(each.startswith(f"{Family.COUNT}:") for each in (*before, *after))
    changed = [
        each
        for each in sorted({*before, *after})
        if before.get(each, "") != after.get(each, "") or (each in before) != (each in after)
    ]
    if UNANSWERABLE in before or UNANSWERABLE in after:
        changed = [each for each in changed if each == UNANSWERABLE]
    if counted:
        changed = [each for each in changed if not each.startswith(f"{Family.BODY}:")]
    names = _Names(changed)
    found = []
    for each in changed:
        family, _colon, codes = each.partition(":")
        about, link = names.of(family, codes.split("|"))
        was, now = (_said(side, each) for side in (before, after))
        found.append(Difference(family, about, was, now, link))
    order = list(Family.values)
    return sorted(found, key=lambda each: (order.index(each.family), each.about))


THERE = "there"


def _said(look: Look, each: str) -> str:
    return (look[each] or THERE) if each in look else ""


class _Names:
    """What the things are called and where they are found; one query for each family that occurs."""

    def __init__(self, keys: list[str]):
        self.texts: Texts = agreement_texts.current()
        self.bodies = Body.objects.in_bulk(_numbers(keys, Family.BODY))
        self.authorities = Authority.objects.in_bulk(_numbers(keys, Family.INSPECTORATE))
        slugs = [codes[-1] for codes in _codes(keys, Family.LISTING)] + [
            codes[0] for codes in _codes(keys, Family.EDITION)
        ]
        rows = Requirement.objects.filter(slug__in=slugs) if slugs else []
        self.requirements = {row.slug: row for row in rows}
        self.annexes = {annex.code: annex for annex in self.texts.annexes.values()}

    def of(self, family: str, codes: list[str]) -> tuple[str, str]:
        """The name, and a path."""
        known = getattr(self, f"_{family}", None)
        return known(codes) if known else (" ".join(codes), "")

    def _body(self, codes):
        body = self.bodies.get(int(codes[0]))
        return (body.name, body.get_absolute_url()) if body else ("", "")

    def _partner(self, codes):
        return self._economy(codes[0]), ""

    def _annex(self, codes):
        annex = self.annexes.get(codes[0])
        return (f"{annex.title} ({annex.code})", annex.get_absolute_url()) if annex else (codes[0], "")

    def _undertaking(self, codes):
        annex, importing, exporting, kind, sector = codes
        words = [f"{self._economy(importing)} ← {self._economy(exporting)}", str(ResultKind(kind).label)]
        if sector:
            known = self.texts.sector_by_code.get(sector)
            words.append(known.name if known else sector)
        name, link = self._annex([annex])
        return f"{', '.join(words)}: {name}"[:400], link

    def _listing(self, codes):
        annex, importing, slug = codes
        name, link = self._annex([annex])
        return f"{self.requirements.get(slug, slug)}, {self._economy(importing)}: {name}"[:400], link

    def _inspectorate(self, codes):
        number, product_class, annex = codes
        authority = self.authorities.get(int(number))
        words = str(ProductClass(product_class).label)
        return f"{authority or number}, {words}"[:400], self._annex([annex])[1]

    def _edition(self, codes):
        return str(self.requirements.get(codes[0], codes[0]))[:400], ""

    def _economy(self, code: str) -> str:
        economy = self.texts.economy_by_code.get(code)
        return economy.name if economy else code


def _codes(keys: list[str], family: str) -> list[list[str]]:
    start = f"{family}:"
    return [each.removeprefix(start).split("|") for each in keys if each.startswith(start)]


def _numbers(keys: list[str], family: str) -> list[int]:
    return [int(codes[0]) for codes in _codes(keys, family)]
