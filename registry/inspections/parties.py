"""Who acts for which party as its regulator or inspectorate, under several annexes at once."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from agreements import competence, texts
from agreements.acting import Acting
from agreements.holding import held
from agreements.models import AgreementParty, AnnexAuthority, Authority, ResultKind
from portal import clock
from registry.inspections import audience
from registry.inspections.audience import RECEIVING

# What annexes speak of where reports are shared, and where the quality of medicines is watched together.
INSPECTED = frozenset(
    {
        ResultKind.GMP_INSPECTION,
        ResultKind.GLP_INSPECTION,
        ResultKind.INSPECTION_REPORT,
        ResultKind.FACTORY_INSPECTION,
        ResultKind.BATCH_CERTIFICATE,
        ResultKind.OFFICIAL_BATCH_RELEASE,
    }
)
MEDICINES = frozenset(
    {ResultKind.GMP_INSPECTION, ResultKind.BATCH_CERTIFICATE, ResultKind.OFFICIAL_BATCH_RELEASE}
)


@dataclass(frozen=True)
class Acts:
    """One authority acts for one party under an annex, all by id."""

    annex_id: int
    party_id: int
    authority_id: int


@held
def acting(annex_ids: frozenset[int], day: date) -> tuple[frozenset[Acts], frozenset[tuple[int, int]]]:
    """Who acts under these annexes on that day, and every pair of annex and party; three queries.

    By the rule of ``competence.competent``, and whoever a partner has recognised there (``audience.recognised``).
    """
    pairs = frozenset(
        (annex_id, party_id)
        for annex_id, party_id in AgreementParty.objects.filter(agreement__annexes__in=annex_ids).values_list(
            "agreement__annexes", "economy_id"
        )
        if annex_id in annex_ids
    )
    rows = AnnexAuthority.objects.filter(annex__in=annex_ids, capacity__in=RECEIVING)
    named = set(rows.values_list("annex_id", "economy_id", "capacity", "authority_id"))
    having = defaultdict(set)
    authorities = Authority.objects.filter(economy__in={party for _annex, party in pairs})
    for number, party_id, capacities in authorities.filter(capacities__overlap=list(RECEIVING)).values_list(
        "pk", "economy_id", "capacities"
    ):
        for capacity in capacities:
            having[party_id, capacity].add(number)
    found = {Acts(annex_id, party_id, number) for annex_id, party_id, _capacity, number in named}
    taken = {(annex_id, party_id, capacity) for annex_id, party_id, capacity, _number in named}
    found |= {
        Acts(annex_id, party_id, number)
        for annex_id, party_id in pairs
        for capacity in RECEIVING
        if (annex_id, party_id, capacity) not in taken
        for number in having[party_id, capacity]
    }
    found |= {each for each in _recognised(day) if (each.annex_id, each.party_id) in pairs}
    return frozenset(found), pairs


def _recognised(day: date) -> set[Acts]:
    """For the party that the inspectorate's economy is, or belongs to."""
    law, now = texts.current(), clock.now()
    return {
        Acts(annex_id, party_id, authority.pk)
        for annex_id, authority in audience.recognised(day)
        if authority.economy_id
        for party_id in law.parties_of(authority.economy_id, day, now)
    }


def annexes(by: Acting, kinds: frozenset[str]) -> frozenset[int]:
    """The annexes, by id, with an undertaking of one of these kinds, under which the actor's authority acts today."""
    return audience.annexes_of(by) & _annexes_about(kinds)


@held
def _annexes_about(kinds: frozenset[str]) -> frozenset[int]:
    facts = (fact for group in texts.current().undertakings.values() for fact in group)
    return frozenset(fact.row.annex_id for fact in facts if fact.row.kind in kinds)


def counterparts(by: Acting) -> set[int]:
    """The authorities, by id, that act for another party under an annex on inspections under which the actor's acts today."""
    acts, _pairs = acting(annexes(by, INSPECTED), clock.today())
    own = set(competence.party_ids(by))
    return {each.authority_id for each in acts if each.party_id not in own} - {by.authority_id}
