"""What follows from the calendar alone: terms that have run out are put on record as expired."""

import logging
from datetime import date

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from agreements.acting import Acting
from portal.lifecycle import NotAllowed
from registry import accrediting, designating, recognising
from registry.deciding import Terms
from registry.models import Act, Decision, State

logger = logging.getLogger(__name__)

_VERBS = {
    "accreditation": accrediting.expire,
    "designation": designating.expire,
    "recognition": recognising.expire,
}


def expire_lapsed(*, by: Acting, today: date) -> int:
    """Put every term that ended by today on record as expired, each in a transaction of its own.

    Catches up after missed runs: the expiry takes effect on the day the term ended, whenever it is written down. The answer
    does not wait for it, since a term counts only to its end anyway. Returns how many were written.
    """
    count = 0
    for decision in lapsed(today):
        field = next(field for field in _VERBS if getattr(decision, f"{field}_id"))
        terms = Terms(effective_on=decision.until, citation="ISO/IEC 17000:2020, 8.4")
        try:
            _VERBS[field](by=by, terms=terms, **{field: decision.record})
            count += 1
        except NotAllowed as error:
            # One record must not keep the others from being put right.
            logger.error("The term of %s %s cannot be put on record: %s", field, decision.record.pk, error)
    if count:
        logger.info("%s terms put on record as expired", count)
    return count


def lapsed(today: date) -> list[Decision]:
    """The decisions whose term ended by today, with nothing decided on their record since that ended or changed the term."""
    known = Decision.objects.known().exclude(act=Act.ANNUL)
    ranked = known.annotate(rank=Coalesce("place", "id", output_field=BigIntegerField()))
    same_record = (
        Q(designation=OuterRef("designation"))
        | Q(recognition=OuterRef("recognition"))
        | Q(accreditation=OuterRef("accreditation"))
    )
    later = ranked.changing_term().filter(
        same_record,
        Q(effective_on__gt=OuterRef("effective_on"))
        | Q(effective_on=OuterRef("effective_on"), rank__gt=OuterRef("rank")),
    )
    running_out = ranked.changing_term().filter(
        until__lte=today, until__gt=F("effective_on"), state__in=State.standing()
    )
    return list(
        running_out.filter(~Exists(later))
        .select_related("designation", "recognition", "accreditation")
        .order_by("until", "id")
    )
