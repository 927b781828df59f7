"""What the directory must answer, asked the plain way: body by body, line by line."""

from agreements.models import Origin
from agreements.texts import current
from portal.words import acronym, tokens, words
from registry.models import (
    AcceptedScope,
    Accreditation,
    Body,
    FormerName,
    Identifier,
    Merger,
    ScopeLine,
    Site,
)
from registry.searching import Question


def answer(question: Question) -> set[int]:
    """The ids of the bodies that meet the question."""
    known_at = question.clocks.known_at
    bodies = Body.objects.known(known_at).apart(known_at).shown(known_at)
    return {body.id for body in bodies if _meets(body, question)}


def _meets(body, question: Question) -> bool:
    chosen, texts = question.chosen, current()
    day, moment = question.clocks.on, question.clocks.asked_at
    one = [
        body.id,
        *Merger.objects.known(question.clocks.known_at).filter(into=body).values_list("body", flat=True),
    ]
    rows = list(
        AcceptedScope.objects.filter(
            body=body, valid__contains=day, recorded__contains=moment
        ).select_related("annex__agreement", "requirement", "sector", "importing")
    )
    return (
        _is(chosen.get("economy"), body.economy.code)
        and _is(chosen.get("local_word"), body.local_word)
        and _is(chosen.get("origin"), "sample" if body.origin == Origin.SAMPLE else "real")
        and _is_accredited(one, chosen, moment)
        and _has_line(rows, chosen, texts, day, moment)
        and all(
            _found(body, one, rows, word, texts, moment, question.words) for word in words(question.words)
        )
    )


def _is(codes, code: str) -> bool:
    return not codes or code in codes


def _is_accredited(one, chosen, moment) -> bool:
    if not chosen.get("accreditation_body") and not chosen.get("accreditation_standard"):
        return True
    rows = Accreditation.objects.filter(body__in=one, recorded_at__lte=moment)
    return any(
        _is(chosen.get("accreditation_body"), row.accreditation_body.code)
        and _is(chosen.get("accreditation_standard"), row.standard)
        for row in rows
    )


def _has_line(rows, chosen, texts, day, moment) -> bool:
    names = ("accepted_by", "standing", "sector", "requirement", "kind", "agreement")
    if not any(chosen.get(name) for name in names):
        return True
    parties, sectors = set(), set()
    for code in chosen.get("accepted_by", ()):
        parties |= set(texts.parties_of(texts.economy_by_code[code].id, day, moment))
    for code in chosen.get("sector", ()):
        sectors |= set(texts.sectors_meeting(texts.sector_by_code[code]))
    standings = chosen.get("standing") or (("recognised",) if parties else ())
    return any(
        (not parties or row.importing_id in parties)
        and (not sectors or row.sector_id in sectors)
        and _is(standings, row.standing)
        and _is(chosen.get("kind"), row.kind)
        and _is(chosen.get("agreement"), row.annex.agreement.code)
        and _is(chosen.get("requirement"), row.requirement.slug if row.requirement else "")
        for row in rows
    )


def _found(body, one, rows, word: str, texts, moment, typed: str) -> bool:
    former = FormerName.objects.filter(body__in=one, recorded_at__lte=moment)
    told = [body.shown_name, body.shown_local_name, texts.economies[body.economy_id].name]
    told += [name for row in former for name in (row.name, row.local_name)]
    told += Body.objects.shown(moment).filter(id__in=one).values_list("shown_name", flat=True)
    told += Body.objects.shown(moment).filter(id__in=one).values_list("shown_local_name", flat=True)
    told += Identifier.objects.filter(body__in=one, recorded__contains=moment).values_list("value", flat=True)
    told += list(map(acronym, told))
    for site in Site.objects.filter(body__in=one, recorded_at__lte=moment):
        told += [site.name, site.town, site.postcode]
    told += ScopeLine.objects.filter(body__in=one, recorded_at__lte=moment).values_list("product", flat=True)
    for row in rows:
        told += [row.sector.name, row.sector.code.replace("_", " "), *row.sector.aliases]
        if row.requirement:
            told += [row.requirement.reference, row.requirement.edition, row.requirement.title]
    held = set().union(*map(tokens, told))
    last = word == words(typed)[-1]
    return word in held or (last and len(word) > 1 and any(token.startswith(word) for token in held))
