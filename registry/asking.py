"""Reading a question from query parameters, the same for pages, files and API."""

import unicodedata
from dataclasses import replace
from datetime import timedelta

from django.utils.translation import gettext as _

from agreements.acceptance import Question
from agreements.models import Economy, Requirement, ResultKind, Sector
from agreements.texts import Texts
from portal import clock
from portal.clocks import Clocks
from portal.pages import BadQuestion
from registry import searching
from registry.verifying import Inquiry

LONGEST_WORDS = 200


def read_question(parameters, clocks: Clocks, texts: Texts) -> Question:
    """The question in ``importing, exporting, kind, sector, requirement, q``.

    Economies are given by code. Raises BadQuestion with the parameter's name and what to do.
    """
    importing = _economy(parameters, "importing", texts)
    exporting = _economy(parameters, "exporting", texts)
    if importing == exporting:
        raise BadQuestion(
            "exporting", _("Choose two different economies: at home no mutual recognition is needed.")
        )
    words = parameters.get("q", "").replace("\x00", "").strip()
    if len(words) > LONGEST_WORDS:
        raise BadQuestion("q", _("Shorten the words to %(count)s characters.") % {"count": LONGEST_WORDS})
    return Question(
        importing=importing,
        exporting=exporting,
        clocks=clocks,
        kind=_kind(parameters),
        sector=read_sector(parameters, texts),
        requirement=_requirement(parameters),
        words=words,
    )


def read_inquiry(parameters, clocks: Clocks, texts: Texts) -> Inquiry:
    """The inquiry in ``importing, kind, sector, requirement``, as of this moment where no earlier one is asked for.

    Raises BadQuestion with the parameter's name and what to do.
    """
    now = clock.now()
    # In the Pacific it is tomorrow already.
    if clocks.on > now.date() + timedelta(days=1):
        raise BadQuestion("on", _("Enter the day on which the result was made: today or earlier."))
    importing = _economy(parameters, "importing", texts)
    sector, requirement = read_sector(parameters, texts), _requirement(parameters)
    if sector is None and requirement is None:
        raise BadQuestion("what", _("Choose for what: a requirement or a sector."))
    return Inquiry(
        importing=importing,
        clocks=replace(clocks, known_at=min(clocks.asked_at, now)),
        kind=_kind(parameters),
        sector=sector,
        requirement=requirement,
    )


def read_body(parameters) -> str:
    """What names a body in ``body``: a number, a name, an address; without characters that do not show. Raises BadQuestion."""
    typed = unicodedata.normalize("NFC", parameters.get("body", ""))
    text = " ".join("".join(sign for sign in typed if _shows(sign)).split())
    if not text:
        raise BadQuestion("body", _("Enter the number or the name of the body."))
    if len(text) > LONGEST_WORDS:
        raise BadQuestion("body", _("Shorten the name to %(count)s characters.") % {"count": LONGEST_WORDS})
    return text


def _shows(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign)[0] != "C"


def _economy(parameters, field: str, texts: Texts) -> Economy:
    code = parameters.get(field, "").strip()
    if not code:
        wanted = (
            _("Choose where it is sold.") if field == "importing" else _("Choose where it is made or tested.")
        )
        raise BadQuestion(field, wanted)
    economy = texts.economy_by_code.get(code.upper())
    if economy is None:
        raise BadQuestion(
            field, _("“%(code)s” is no economy on file. Choose one from the list.") % {"code": code[:40]}
        )
    return economy


def _kind(parameters) -> str:
    kind = parameters.get("kind", "").strip()
    if kind and kind not in ResultKind.values:
        raise BadQuestion(
            "kind", _("“%(kind)s” is no kind of result. Choose one from the list.") % {"kind": kind[:40]}
        )
    return kind


def read_sector(parameters, texts: Texts) -> Sector | None:
    """The sector in ``sector``, by code. Raises BadQuestion."""
    code = parameters.get("sector", "").strip()
    if not code:
        return None
    sector = texts.sector_by_code.get(code.lower())
    if sector is None:
        raise BadQuestion(
            "sector", _("“%(code)s” is no sector on file. Choose one from the list.") % {"code": code[:60]}
        )
    return sector


def _requirement(parameters) -> Requirement | None:
    slug = parameters.get("requirement", "").replace("\x00", "").strip()
    if not slug:
        return None
    found = Requirement.objects.named(slug).first()
    if found is None:
        sentence = _("“%(slug)s” is no requirement on file. Search it by its reference.") % {
            "slug": slug[:60]
        }
        raise BadQuestion("requirement", sentence)
    return found


def resolve_what(text: str, texts: Texts) -> dict[str, str]:
    """What a reader typed as "what": a sector, a requirement, or else words; as the parameter to ask with."""
    wanted = text.replace("\x00", "").strip()
    if not wanted:
        return {}
    folded = wanted.casefold()
    for sector in texts.sectors.values():
        names = [sector.code, sector.code.replace("_", " "), sector.name, *sector.aliases]
        if folded in {name.casefold() for name in names}:
            return {"sector": sector.code}
    requirement = Requirement.objects.named(wanted).first()
    if requirement is not None:
        return {"requirement": requirement.slug}
    return {"q": wanted}


def with_what(parameters, texts: Texts) -> dict[str, str]:
    """The parameters as a dict, "what" turned into the sector or requirement that it names. Raises BadQuestion for other words."""
    found = parameters.dict()
    typed = found.pop("what", "")
    if typed.strip():
        resolved = resolve_what(typed, texts)
        if "q" in resolved:
            sentence = _("“%(what)s” is no requirement and no sector on file. Choose one from the list.")
            raise BadQuestion("what", sentence % {"what": typed[:60]})
        found |= resolved
    return found


def suggest(text: str, texts: Texts, clocks: Clocks, *, most: int = 10) -> list[dict[str, str]]:
    """Sectors and requirements that contain the text, and bodies that it finds, for suggestions while typing.

    Where there are none, words on file that are one letter away.
    """
    folded = text.replace("\x00", "").strip().casefold()[:LONGEST_WORDS]
    if not folded:
        return []
    sectors = [
        {"label": sector.name, "value": sector.name, "kind": _("sector"), "hint": ""}
        for sector in sorted(texts.sectors.values(), key=lambda sector: sector.name)
        if any(folded in name.casefold() for name in (sector.name, sector.code, *sector.aliases))
    ]
    requirements = [
        {"label": str(row), "value": row.reference, "kind": _("requirement"), "hint": row.title[:80]}
        for row in Requirement.objects.containing(folded)[:most]
    ]
    found, meant = searching.suggest(text, clocks, most=most)
    bodies = [
        {"label": one.row.name, "value": one.row.name, "kind": _("body"), "hint": one.economy.name}
        for one in found
    ]
    told = [*sectors, *requirements, *bodies] or [
        {"label": words, "value": words, "kind": _("did you mean"), "hint": ""} for words in meant
    ]
    return told[:most]
