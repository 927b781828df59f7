"""What the answer to a watched question looks like today, in short: what is in it, and how each thing stands.

A look is a flat mapping of a thing (``family:codes``) to how it stands (codes again). It holds no name and no rule: names are
looked up when something has changed (``comparing``). It is as long as the answer, up to ``MOST`` bodies; a longer list of bodies
is followed by its number alone.
"""

from collections import defaultdict

from django.db.models import CharField, Min, Value
from django.db.models.functions import Cast, Concat
from django.http import QueryDict

from agreements import acceptance
from agreements import texts as agreement_texts
from agreements.models import AnnexPeriod, AuthorityRecognition, Requirement, RequirementListing, Undertaking
from agreements.texts import Texts
from portal.pages import BadQuestion
from registry import finding, searching
from registry.directory.listed import Listed
from registry.models import AcceptedScope, Body, Verdict
from registry.watching import questions
from registry.watching.models import Family, Kind, Subject

MOST = 2000
UNANSWERABLE = "question:"

Look = dict[str, str]


def look(subject: Subject) -> Look:
    """The look of the subject's answer today. A question that cannot be asked any more looks like that."""
    texts = agreement_texts.current()
    try:
        return _LOOKS[subject.kind](QueryDict(subject.query), texts)
    except BadQuestion:
        return {UNANSWERABLE: "gone"}


def key(family: str, *codes) -> str:
    """How a thing is named in a look."""
    return f"{family}:{'|'.join(str(code) for code in codes)}"


def _bodies(query: QueryDict, texts: Texts) -> Look:
    found = searching.search(questions.asked_of_bodies(query), size=MOST, counted=False)
    if found.count > MOST:
        return {key(Family.COUNT, "bodies"): str(found.count)}
    return {key(Family.BODY, one.row.body_id): _standings(one) for one in found.rows}


def _standings(one: Listed) -> str:
    pairs = sorted((each.partner.code, each.verdict) for each in one.partners)
    return " ".join(f"{code}={verdict}" for code, verdict in pairs)


def _accepted(query: QueryDict, texts: Texts) -> Look:
    question = questions.accepted(query, texts)
    found = {
        key(
            Family.UNDERTAKING,
            said.annex.code,
            said.importing.code,
            said.exporting.code,
            said.undertaking.kind,
            said.sector.code if said.sector else "",
        ): f"{said.answer.verdict}:{said.answer.standing}"
        for said in acceptance.undertakings_for(question, texts)
    }
    for one in acceptance.inspectorates_for(question, texts):
        annex = texts.annexes[one.undertaking.annex_id]
        named = key(Family.INSPECTORATE, one.authority.pk, one.product_class, annex.code)
        found[named] = f"{one.answer.verdict}:{one.answer.standing}"
    how = Concat(
        Cast("rank", CharField()),
        Value(":"),
        Cast("asked_verdict", CharField()),
        Value(":"),
        Cast("standing", CharField()),
    )
    rows = finding.scope_rows(question, texts).order_by().values_list("body_id").annotate(best=Min(how))
    return found | _bounded([(number, best.partition(":")[2]) for number, best in rows[: MOST + 1]], rows)


def _bounded(best: list[tuple[int, str]], rows, name: str = "bodies") -> Look:
    if len(best) > MOST:
        return {key(Family.COUNT, name): str(rows.count())}
    return {key(Family.BODY, number): how for number, how in best}


def _changes(query: QueryDict, texts: Texts) -> Look:
    questions.filtered_changes(query)
    return {}


def _body(query: QueryDict, texts: Texts) -> Look:
    clocks = questions.today()
    wanted = questions.body(query)
    rows = Body.objects.shown(None).with_particulars(clocks.asked_at).filter(pk=wanted.pk)
    body = rows.get()
    found = {key(Family.NAME): body.name}
    if query.get("id") != str(body.pk):
        found[key(Family.MERGED)] = body.name
    for site in body.site_rows:
        place = ", ".join(filter(None, (site["name"], site["town"], site["economy_name"])))
        found[key(Family.SITE, site["id"])] = f"{place}|{site['left_on'] or ''}"
    for number in body.identifier_rows:
        found[key(Family.NUMBER, number["scheme"], number["value"])] = (
            "former" if number["is_former"] else "held"
        )
    for partner in searching.partners_of(body.pk, clocks):
        found[key(Family.PARTNER, partner.partner.code)] = partner.verdict
    return found


def _requirement(query: QueryDict, texts: Texts) -> Look:
    requirement = questions.requirement(query)
    found = {}
    listings = RequirementListing.objects.known().filter(requirement=requirement)
    listings = list(listings.select_related("annex", "importing").order_by("valid"))
    annexes, importing = set(), set()
    for row in listings:
        annexes.add(row.annex_id)
        importing.add(row.importing_id)
        _add(found, _listing_key(row), row)
    if requirement.economy_id and requirement.sector_id:
        importing.add(requirement.economy_id)
    rows = Undertaking.objects.known().filter(importing__in=importing)
    meeting = texts.sectors_meeting(requirement.sector) if requirement.sector_id else []
    rows = [
        row
        for row in _told(rows)
        if row.annex_id in annexes
        or (meeting and row.sector_id in meeting and row.importing_id == requirement.economy_id)
    ]
    found |= _undertakings(rows)
    found |= _annexes({row.annex_id for row in rows} | annexes)
    same = Requirement.objects.filter(reference=requirement.reference, economy=requirement.economy_id)
    found |= {key(Family.EDITION, row.slug): row.edition or row.reference for row in same}
    accepted = _accepted_today(texts).filter(requirement=requirement)
    return found | _bodies_accepted(accepted)


def _partner(query: QueryDict, texts: Texts) -> Look:
    wanted, clocks = questions.partner(query, texts), questions.today()
    parties = list(texts.parties_of(wanted.importing.id, clocks.on, clocks.asked_at))
    rows = Undertaking.objects.known().filter(importing__in=parties)
    listings = RequirementListing.objects.known().filter(importing__in=parties)
    recognised = AuthorityRecognition.objects.known().filter(importing__in=parties)
    accepted = _accepted_today(texts).filter(importing__in=parties)
    if wanted.annex:
        rows, listings, recognised, accepted = (
            each.filter(annex=wanted.annex) for each in (rows, listings, recognised, accepted)
        )
    if wanted.exporting:
        sides = list(texts.parties_of(wanted.exporting.id, clocks.on, clocks.asked_at))
        rows, accepted = (each.filter(exporting__in=sides) for each in (rows, accepted))
        recognised = recognised.filter(authority__economy__in=[*sides, wanted.exporting.id])
        if wanted.exporting.kind != "union":
            accepted = accepted.filter(origin=wanted.exporting)
    rows = _told(rows)
    annexes = {row.annex_id for row in rows}
    found = _undertakings(rows) | _annexes(annexes)
    for row in listings.filter(annex__in=annexes).select_related("annex", "importing", "requirement"):
        _add(found, _listing_key(row), row)
    for row in recognised.select_related("annex", "authority").order_by("valid"):
        named = key(Family.INSPECTORATE, row.authority_id, row.product_class, row.annex.code)
        _add(found, named, row, f"{row.status} ")
    return found | _bodies_accepted(accepted)


def _told(rows):
    return list(rows.select_related("annex", "importing", "exporting", "sector").order_by("valid", "id"))


def _undertakings(rows: list[Undertaking]) -> Look:
    found: Look = {}
    for row in rows:
        sector = row.sector.code if row.sector else ""
        named = key(
            Family.UNDERTAKING, row.annex.code, row.importing.code, row.exporting.code, row.kind, sector
        )
        _add(found, named, row)
    return found


def _listing_key(row: RequirementListing) -> str:
    return key(Family.LISTING, row.annex.code, row.importing.code, row.requirement.slug)


def _add(found: Look, named: str, row, what: str = "") -> None:
    """One more period of the thing."""
    span = f"{row.valid.lower or ''}/{row.valid.upper or ''}"
    found[named] = ", ".join(filter(None, (found.get(named, ""), what + span)))


def _annexes(annex_ids: set[int]) -> Look:
    today = questions.today().on
    rows = AnnexPeriod.objects.known().in_force(today).filter(annex__in=annex_ids).select_related("annex")
    return {key(Family.ANNEX, row.annex.code): row.status for row in rows}


def _accepted_today(texts: Texts):
    clocks = questions.today()
    return AcceptedScope.objects.filter(
        verdict=Verdict.ACCEPTED, valid__contains=clocks.on, recorded__contains=clocks.asked_at
    )


def _bodies_accepted(rows) -> Look:
    """By body, which importing economies accept it; by number, where they are too many."""
    pairs = rows.order_by().values_list("body_id", "importing__code").distinct()
    found = defaultdict(list)
    for number, code in pairs[: MOST + 1]:
        found[number].append(code)
    if sum(map(len, found.values())) > MOST:
        return {key(Family.COUNT, "accepted"): str(rows.order_by().values("body_id").distinct().count())}
    return {
        key(Family.BODY, number): " ".join(f"{code}={Verdict.ACCEPTED}" for code in sorted(codes))
        for number, codes in found.items()
    }


_LOOKS = {
    Kind.BODIES: _bodies,
    Kind.ACCEPTED: _accepted,
    Kind.CHANGES: _changes,
    Kind.BODY: _body,
    Kind.REQUIREMENT: _requirement,
    Kind.PARTNER: _partner,
}
