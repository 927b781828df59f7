"""Under which annexes an authority may know today what the other parties share."""

from datetime import date

from agreements import competence, texts
from agreements.acting import Acting
from agreements.holding import held
from agreements.models import AgreementParty, AnnexStatus, Authority, AuthorityRecognition, Capacity
from portal import clock
from portal.audit import recording

# Who may receive reports under an annex: the regulator and the inspectorate of a party.
RECEIVING = (Capacity.REGULATORY, Capacity.INSPECTORATE)


def annexes_of(by: Acting) -> frozenset[int]:
    """The annexes, by id, that apply today and under which the actor's authority acts for a party."""
    with recording.one_reading():
        day = clock.today()
        return frozenset(annex_id for annex_id, _party_id in directions_of(by) if applies(annex_id, day))


def directions_of(by: Acting) -> frozenset[tuple[int, int]]:
    """Pairs of annex and party, by id, for which the actor's authority receives reports, whether the annex applies or not.

    Besides those that the texts name, an inspectorate that a partner recognises under an annex acts for the union that it
    belongs to (Decision 1/2017 of the US-EU Joint Committee: recognition is per authority).
    """
    if not by.authority_id:
        return frozenset()
    acting_for = Acting(actor="", authority_id=by.authority_id, economy_id=by.economy_id)
    return _directions(acting_for, clock.today())


@held
def _directions(by: Acting, day: date) -> frozenset[tuple[int, int]]:
    found = {pair for capacity in RECEIVING for pair in competence.directions(by, capacity)}
    recognising = {annex_id for annex_id, each in recognised(day) if each.pk == by.authority_id}
    parties = AgreementParty.objects.filter(
        agreement__annexes__in=recognising, economy__in=competence.party_ids(by)
    )
    pairs = parties.values_list("agreement__annexes", "economy_id")
    return frozenset(found | {pair for pair in pairs if pair[0] in recognising})


def recognised(day: date) -> list[tuple[int, Authority]]:
    """Annexes, by id, with the inspectorates that a partner recognises under them on that day, as the register knows it now.

    Such an inspectorate acts under the annex although the text names none: recognition is per authority and product class,
    and the joint sectoral committee keeps the list (US-EU annex on GMP).
    """
    now = clock.now()
    return [
        (annex_id, fact.row.authority)
        for annex_id, facts in texts.current().authority_recognitions.items()
        for fact in facts
        if fact.row.status == AuthorityRecognition.Status.RECOGNISED and fact.known(now) and fact.true_on(day)
    ]


def applies(annex_id: int, day: date) -> bool:
    """Whether the annex obliges its parties on that day, as the register knows it now."""
    now = clock.now()
    return any(
        fact.known(now) and fact.true_on(day) and fact.row.status in AnnexStatus.applying()
        for fact in texts.current().periods[annex_id]
    )
