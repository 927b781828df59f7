"""Under which annexes an authority may know today what the other parties share."""

from datetime import date

from agreements import competence, texts
from agreements.acting import Acting
from agreements.holding import held
from agreements.models import AnnexStatus, Authority, AuthorityRecognition, Capacity
from portal import clock

# Who may receive reports under an annex: the regulator and the inspectorate of a party.
RECEIVING = (Capacity.REGULATORY, Capacity.INSPECTORATE)


def annexes_of(by: Acting) -> frozenset[int]:
    """The annexes, by id, that apply today and under which the actor's authority acts for a party."""
    if not by.authority_id:
        return frozenset()
    acting_for = Acting(actor="", authority_id=by.authority_id, economy_id=by.economy_id)
    return _annexes(acting_for, clock.today())


@held
def _annexes(by: Acting, day: date) -> frozenset[int]:
    found = {annex_id for capacity in RECEIVING for annex_id, _party in competence.directions(by, capacity)}
    found |= {annex_id for annex_id, each in recognised(day) if each.pk == by.authority_id}
    return frozenset(annex_id for annex_id in found if applies(annex_id, day))


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
