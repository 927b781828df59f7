"""Which authority speaks for which party under which annex: the texts name them, in some capacity."""

from django.db.models import Exists, Q

from agreements import texts
from agreements.acting import Acting
from agreements.models import AgreementParty, Annex, AnnexAuthority, Authority, Capacity, Economy, EconomyKind
from portal import clock


def party_ids(by: Acting) -> list[int]:
    """The parties for which the actor's authority may speak today: its economy, and the unions that this belongs to."""
    if by.economy_id is None:
        return []
    return list(texts.current().parties_of(by.economy_id, clock.today(), clock.now()))


def competent(annex: Annex, party: Economy, capacity: str):
    """The authorities that act for a party under an annex in a capacity.

    Those that the annex names; where the register knows of none, every authority of the party with that capacity. A union's
    members designate for it (EU: notifying authorities), but only the union itself recognises.
    """
    named = AnnexAuthority.objects.filter(annex=annex, economy=party, capacity=capacity)
    where = Q(economy=party)
    if capacity == Capacity.DESIGNATING and party.kind == EconomyKind.UNION:
        where |= Q(economy_id__in=members_of(party))
    unnamed = Q(~Exists(named)) & where & Q(capacities__contains=[capacity])
    return Authority.objects.filter(Q(pk__in=named.values("authority")) | unnamed)


def members_of(union: Economy) -> list[int]:
    """The economies, by id, that belong to a union today."""
    law, day, now = texts.current(), clock.today(), clock.now()
    return [
        member_id
        for member_id, facts in law.memberships.items()
        if any(fact.row.union_id == union.id and fact.known(now) and fact.true_on(day) for fact in facts)
    ]


def is_competent(by: Acting, annex: Annex, party: Economy, capacity: str) -> bool:
    """Whether the actor's authority is one of them."""
    return (
        by.authority_id is not None and competent(annex, party, capacity).filter(pk=by.authority_id).exists()
    )


def directions(by: Acting, capacity: str) -> list[tuple[int, int]]:
    """Pairs of annex and party, by id, for which the actor's authority acts in a capacity; three queries.

    Named rows first; where an annex names nobody for a party, its own economy's authorities count.
    """
    if by.authority_id is None:
        return []
    named = set(
        AnnexAuthority.objects.filter(authority_id=by.authority_id, capacity=capacity).values_list(
            "annex_id", "economy_id"
        )
    )
    if capacity not in authority_of(by).capacities:
        return sorted(named)
    taken = set(AnnexAuthority.objects.filter(capacity=capacity).values_list("annex_id", "economy_id"))
    parties = party_ids(by) if capacity == Capacity.DESIGNATING else [by.economy_id]
    open_ones = AgreementParty.objects.filter(economy__in=parties).values_list(
        "agreement__annexes", "economy_id"
    )
    return sorted(named | {pair for pair in open_ones if pair[0] is not None and pair not in taken})


def authority_of(by: Acting) -> Authority | None:
    """The authority acted for."""
    return Authority.objects.filter(pk=by.authority_id).select_related("economy").first()
