"""Whom a rapid alert reaches: who acts for another party, who of them has members here, and who must be told otherwise."""

from dataclasses import dataclass
from datetime import date

from agreements import competence, texts
from agreements.acting import Acting
from agreements.models import Agreement, Authority, Economy, RoleGrant
from portal import clock
from registry.inspections import parties


@dataclass(frozen=True)
class Reach:
    """``reached`` are authorities with members here, ``unreached`` those without, ``silent`` parties with no authority on file."""

    reached: list[Authority]
    unreached: list[Authority]
    silent: list[Economy]


def agreements(by: Acting) -> list[Agreement]:
    """The agreements that speak of medicines and under which the actor's authority acts today, by name."""
    known = texts.current().annexes
    found = {known[number].agreement for number in parties.annexes(by, parties.MEDICINES)}
    return sorted(found, key=lambda agreement: agreement.name)


def of(by: Acting, agreement: Agreement) -> Reach:
    """Whom an alert under the agreement reaches: whoever acts for another party as regulator or inspectorate under an annex
    that speaks of medicines, applies today, and under which the sender acts, too."""
    known = texts.current().annexes
    annexes = frozenset(
        number
        for number in parties.annexes(by, parties.MEDICINES)
        if known[number].agreement_id == agreement.pk
    )
    acts, pairs = parties.acting(annexes, clock.today())
    own = set(competence.party_ids(by))
    found = {each.authority_id for each in acts if each.party_id not in own} - {by.authority_id}
    spoken_for = own | {each.party_id for each in acts if each.authority_id != by.authority_id}
    silent = {party_id for _annex, party_id in pairs} - spoken_for
    authorities = Authority.objects.filter(pk__in=found).select_related("economy")
    told = sorted(authorities, key=_by_economy)
    with_members = _with_members(found, clock.today())
    return Reach(
        reached=[each for each in told if each.pk in with_members],
        unreached=[each for each in told if each.pk not in with_members],
        silent=sorted((texts.current().economies[each] for each in silent), key=lambda economy: economy.name),
    )


def as_rows(reach: Reach):
    """Those reached, as a set of rows that a form chooses from."""
    rows = Authority.objects.filter(pk__in=[each.pk for each in reach.reached]).select_related("economy")
    return rows.order_by("economy__name", "name")


def _with_members(authority_ids: set[int], day: date) -> set[int]:
    """Those with at least one member who has a role that day, whatever role: an alert is read by anybody there."""
    grants = RoleGrant.objects.in_force(day).filter(membership__authority__in=authority_ids)
    return set(grants.values_list("membership__authority_id", flat=True))


def _by_economy(authority: Authority) -> tuple[str, str]:
    return (authority.economy.name if authority.economy else "", authority.name)
