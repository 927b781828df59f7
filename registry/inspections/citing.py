"""On which ground one authority may ask another for a report: the annex that obliges it, and what both have promised.

Where there is none, what is missing is said, and who could put that right.
"""

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from agreements import competence, texts
from agreements.acting import Acting
from agreements.models import (
    Annex,
    AnnexAuthority,
    AnnexStatus,
    Authority,
    Economy,
    ResultKind,
    RoleGrant,
    Sector,
)
from portal import clock
from registry.inspections import audience, following
from registry.inspections.models import Commitment, Information

# What a party accepts of the other's inspectors; an annex without any of it is about something else.
INSPECTIONS = (
    ResultKind.GMP_INSPECTION,
    ResultKind.GLP_INSPECTION,
    ResultKind.INSPECTION_REPORT,
    ResultKind.FACTORY_INSPECTION,
)


@dataclass(frozen=True)
class Ground:
    """An annex on inspections between the parties of the two. It can be cited when it lacks nothing.

    ``lacks`` are sentences: what is missing, and what to do about it.
    """

    annex: Annex
    asking_party: Economy
    asked_party: Economy
    lacks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Cover:
    """What the asking authority has promised the asked one to keep to itself, today and for this sector."""

    commitments: list[Commitment]
    covered: list[str]
    lacking: list[str]


def grounds(by: Acting, asked: Authority, sector: Sector | None) -> list[Ground]:
    """The annexes on inspections between the two authorities' parties, those that can be cited first.

    ``sector`` is that of what is asked for; None where it is not on file.
    """
    theirs = Acting(actor="", authority_id=asked.pk, economy_id=asked.economy_id)
    mine, other = audience.directions_of(by), audience.directions_of(theirs)
    found = [
        Ground(
            annex,
            asking_party,
            asked_party,
            list(_lacks(by, asked, sector, annex, (asking_party, asked_party), mine, other)),
        )
        for annex, asking_party, asked_party in _between(_parties(by, mine), _parties(theirs, other))
    ]
    return sorted(found, key=lambda ground: (bool(ground.lacks), ground.annex.title, ground.annex.code))


def citable(by: Acting, asked: Authority, sector: Sector | None) -> list[Ground]:
    """Those of them that can be cited today."""
    return [ground for ground in grounds(by, asked, sector) if not ground.lacks]


def _parties(by: Acting, directions) -> set[int]:
    return {party_id for _annex_id, party_id in directions} | set(competence.party_ids(by))


def _between(mine: set[int], theirs: set[int]) -> list[tuple[Annex, Economy, Economy]]:
    """Annexes under which one of my parties accepts what inspectors of one of theirs do; each once."""
    law, day, now, found = texts.current(), clock.today(), clock.now(), {}
    for importing_id in mine - theirs:
        for exporting_id in theirs - mine:
            for fact in law.undertakings[(importing_id, exporting_id)]:
                if fact.row.kind in INSPECTIONS and fact.known(now) and fact.true_on(day):
                    annex = law.annexes[fact.row.annex_id]
                    found[annex.pk] = annex, law.economies[importing_id], law.economies[exporting_id]
    return list(found.values())


def _lacks(by: Acting, asked: Authority, sector, annex: Annex, parties, mine, theirs):
    asking_party, asked_party = parties
    if not audience.applies(annex.pk, clock.today()):
        yield _("It does not apply today: %(status)s.") % {"status": _status(annex)}
    if (annex.pk, asking_party.pk) not in mine:
        own = competence.authority_of(by)
        yield _not_acting(own, asking_party)
    if (annex.pk, asked_party.pk) not in theirs:
        yield _not_acting(asked, asked_party)
    if sector is not None and not _speaks_of(annex, asking_party, asked_party, sector):
        yield _("It does not cover %(sector)s.") % {"sector": sector.name}


def _not_acting(authority: Authority, party: Economy) -> str:
    words = _(
        "%(authority)s is not on file as regulator or inspectorate of %(party)s under it. The operator of the portal enters"
        " who acts for a party; write to the operator and name the page of the text."
    )
    return words % {"authority": authority.name, "party": party.name}


def _status(annex: Annex) -> str:
    now, day = clock.now(), clock.today()
    for fact in texts.current().periods[annex.pk]:
        if fact.known(now) and fact.true_on(day):
            return str(AnnexStatus(fact.row.status).label)
    return _("not in force")


def _speaks_of(annex: Annex, importing: Economy, exporting: Economy, sector: Sector) -> bool:
    law, day, now = texts.current(), clock.today(), clock.now()
    return any(
        fact.known(now) and fact.true_on(day)
        for kind in INSPECTIONS
        for fact in law.candidates(
            annex_id=annex.pk,
            importing_id=importing.pk,
            exporting_id=exporting.pk,
            kind=kind,
            sector=sector,
        )
    )


def cover(by: Acting, asked: Authority, sector: Sector | None) -> Cover:
    """Which commitments of the asking authority let the asked one share confidential information with it today."""
    codes = [sector.code] if sector else []
    promised = Commitment.objects.visible_to(by).in_force()
    promised = promised.filter(giver=asked, receiver_id=by.authority_id)
    if sector:
        promised = promised.filter(Q(sector_codes=[]) | Q(sector_codes__contains=codes))
    commitments = list(promised)
    classes = {name for commitment in commitments for name in commitment.information}
    covered = [str(each.label) for each in Information if each.value in classes]
    lacking = [str(each.label) for each in Information if each.value not in classes]
    return Cover(commitments, covered, lacking)


def askable(by: Acting, near: Economy | None = None) -> list[Authority]:
    """The regulators and inspectorates of the other parties to annexes on inspections of the actor's party, by economy.

    Each says with ``has_people`` whether somebody there would receive a request in this portal. Those come first, and
    among them the ones of the economy ``near``.
    """
    mine = _parties(by, audience.directions_of(by))
    pairs = _facing(mine)
    annexes, parties = {annex_id for annex_id, _party in pairs}, {party_id for _annex, party_id in pairs}
    rows = AnnexAuthority.objects.filter(
        annex__in=annexes, economy__in=parties, capacity__in=audience.RECEIVING
    )
    recognised = {
        fact.row.authority_id
        for annex_id in annexes
        for fact in texts.current().authority_recognitions[annex_id]
    }
    at_home = Q(economy__in=parties, capacities__overlap=list(audience.RECEIVING))
    found = Authority.objects.filter(Q(pk__in=rows.values("authority")) | Q(pk__in=recognised) | at_home)
    found = found.exclude(pk=by.authority_id).exclude(economy=by.economy_id)
    people = RoleGrant.objects.in_force().filter(
        membership__authority=OuterRef("pk"), role__in=following.ANSWERING
    )
    found = found.annotate(has_people=Exists(people)).select_related("economy")
    near_id = near.pk if near else None
    return sorted(
        found.order_by("economy__name", "name"),
        key=lambda authority: (not authority.has_people, authority.economy_id != near_id),
    )


def _facing(mine: set[int]) -> set[tuple[int, int]]:
    """Pairs of annex and other party whose inspections one of these parties accepts today."""
    day, now = clock.today(), clock.now()
    return {
        (fact.row.annex_id, exporting_id)
        for (importing_id, exporting_id), facts in texts.current().undertakings.items()
        if importing_id in mine and exporting_id not in mine
        for fact in facts
        if fact.row.kind in INSPECTIONS and fact.known(now) and fact.true_on(day)
    }
