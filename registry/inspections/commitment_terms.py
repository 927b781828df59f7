"""Tells both sides before a commitment runs out: once for each term, however often it runs."""

import logging
from datetime import date, timedelta

from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext as _

from agreements.acting import Acting
from portal.audit import recording
from portal.verbs import verb
from registry import queueing
from registry.inspections.models import Commitment
from registry.models import Work, WorkItem
from registry.reminding import TERM_MARKS

logger = logging.getLogger(__name__)


def remind(*, by: Acting, today: date) -> int:
    """Put every commitment that runs out within 60 days on the desks of both sides. Returns how many were put there.

    What a desk had already, also what somebody there has seen and put aside, is not put there again.
    """
    put = 0
    for commitment in running_out(today):
        if not WorkItem.objects.filter(kind=Work.SHARED, key=_key(commitment)).exists():
            tell_of_end(by=by, commitment=commitment)
            put += 1
    if put:
        logger.info("%s commitments run out", put)
    return put


def running_out(today: date) -> list[Commitment]:
    """Commitments in force whose last day comes within 60 days, unless another on file goes on with all that they cover."""
    rows = Commitment.objects.in_force(today).annotate(after=Upper("valid")).filter(after__isnull=False)
    near = rows.filter(after__lte=today + timedelta(days=max(TERM_MARKS))).select_related("giver", "receiver")
    return [commitment for commitment in near if not _goes_on(commitment)]


def _goes_on(commitment: Commitment) -> bool:
    wide_enough = Q(sector_codes=[])
    if commitment.sector_codes:
        wide_enough |= Q(sector_codes__contains=commitment.sector_codes)
    rows = Commitment.objects.in_force(commitment.valid.upper).filter(
        wide_enough, information__contains=commitment.information
    )
    return rows.between(commitment.giver_id, commitment.receiver_id).exists()


@verb(room="desk")
def tell_of_end(*, by: Acting, commitment: Commitment) -> None:
    """Put the end of its term on the desks of both sides."""
    for authority in (commitment.giver, commitment.receiver):
        queueing.put(
            authority=authority,
            kind=Work.SHARED,
            key=_key(commitment),
            words=_("The commitment between %(giver)s and %(receiver)s runs out")
            % {"giver": commitment.giver, "receiver": commitment.receiver},
            due_on=commitment.last_day,
            due_source=_("the last day of its term"),
            place=commitment.get_absolute_url(),
        )
    recording.record(by=by, target=commitment, after={"runs_out_after": commitment.last_day})


def _key(commitment: Commitment) -> str:
    return f"commitment:{commitment.pk}:until:{commitment.last_day}"
