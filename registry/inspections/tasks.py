"""What the worker does for inspections, and what the calendar brings to those who share reports."""

import logging
from functools import partial

from celery import shared_task
from django.core.exceptions import PermissionDenied
from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from agreements.acting import Acting, member, operator, standings
from portal import clock
from portal.lifecycle import NotAllowed
from portal.outbox.handlers import handles
from registry.inspections import batches, commitment_terms, importing, progress
from registry.inspections.models import BatchStage, LoadBatch

logger = logging.getLogger(__name__)


@shared_task
def remind_of_commitments() -> int:
    """Tell both sides of commitments that run out. Runs hourly; running twice tells nobody twice."""
    return commitment_terms.remind(by=operator("remind_of_commitments"), today=clock.today())


@handles(importing.LOAD)
def load_inspections(*, key: str, payload: dict) -> None:
    """Load a confirmed file, for whoever confirmed it and still may; what stands in the way is noted on it."""
    batch = batches.waiting(payload["batch"])
    if batch is None or batch.stage != BatchStage.WAITING:
        return
    by = _again(batch)
    try:
        if by is None:
            raise PermissionDenied(_("Whoever confirmed it may no longer act for the authority."))
        with transaction.atomic():
            importing.load(by=by, batch=batch, progress=partial(progress.say, batch.pk))
    except (NotAllowed, PermissionDenied) as error:
        _fail(batch, str(error))
    except (IntegrityError, DataError) as error:
        logger.warning("Batch %s was not loaded: %s", batch.pk, str(error).splitlines()[0])
        _fail(
            batch,
            _("A number or reference was put on file by somebody else meanwhile. Check the file again."),
        )


def _again(batch: LoadBatch) -> Acting | None:
    """Whoever confirmed it, with the roles held now."""
    found = (one for one in standings(batch.confirmed_by) if one.authority.pk == batch.authority_id)
    standing = next(found, None)
    return member(standing.membership, standing.roles) if standing else None


def _fail(batch: LoadBatch, words: str) -> None:
    authority = batch.authority
    by = Acting(
        actor="load_inspections",
        authority_code=authority.code,
        is_operator=True,
        authority_id=authority.pk,
        economy_id=authority.economy_id,
    )
    importing.fail(by=by, batch=batch, words=words)
