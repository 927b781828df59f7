"""What the worker does for files of bodies and designations, for whoever asked for it and still may."""

import logging

from celery import shared_task
from django.core.exceptions import PermissionDenied
from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from agreements.acting import Acting, member, operator, standings
from portal.lifecycle import NotAllowed
from portal.outbox.handlers import handles
from registry.batches import applying, approving, checking, listing, sweeping
from registry.batches.models import BatchStage, ImportBatch
from registry.policies import NotYours

logger = logging.getLogger(__name__)
_ENDED_ROLE = _("Whoever asked for it may no longer act for the authority.")


@shared_task
def sweep() -> int:
    """Forget the rows of files that have ended. Runs daily."""
    return sweeping.sweep(by=operator("sweep_imports"))


@handles(checking.CHECK)
def check(*, key: str, payload: dict) -> None:
    """Check a file, once."""
    batch = listing.waiting(payload["batch"], BatchStage.CHECKING)
    if batch is None:
        return
    by = _again(batch, batch.uploaded_by)
    if by is None:
        applying.drop(by=_portal(batch, "check_import"), batch=batch)
        return
    checking.check(by=by, batch=batch)


@handles(applying.PLAN)
def plan(*, key: str, payload: dict) -> None:
    """Plan the drafts of a file, once."""
    _drafting(payload, lambda by, batch: applying.plan(by=by, batch=batch))


@handles(applying.DRAFT)
def draft(*, key: str, payload: dict) -> None:
    """Make some of the drafts, once."""
    chunk = {name: payload[name] for name in ("first", "last")}
    _drafting(payload, lambda by, batch: applying.draft_some(by=by, batch=batch, **chunk))


def _drafting(payload: dict, work) -> None:
    batch = listing.waiting(payload["batch"], BatchStage.DRAFTING)
    if batch is None:
        return
    by = _again(batch, batch.applied_by)
    try:
        if by is None:
            raise PermissionDenied(_ENDED_ROLE)
        with transaction.atomic():
            work(by, batch)
    except (NotAllowed, NotYours, PermissionDenied) as error:
        applying.stop(by=_portal(batch, "draft_import"), batch=batch, words=str(error))


@handles(approving.DECIDE)
def decide(*, key: str, payload: dict) -> None:
    """Carry some approved drafts out, once; what clashes is found one by one."""
    batch, parts = listing.waiting(payload["batch"], BatchStage.DECIDING), payload["parts"]
    if batch is None:
        return
    by = _again(batch, listing.approver(batch, parts))
    try:
        if by is None:
            raise PermissionDenied(_ENDED_ROLE)
        try:
            with transaction.atomic():
                approving.decide_some(by=by, batch=batch, parts=parts)
        except (IntegrityError, DataError, NotAllowed, NotYours) as error:
            logger.warning("Batch %s goes one by one: %s", batch.pk, str(error).splitlines()[0])
            with transaction.atomic():
                approving.decide_each(by=by, batch=batch, parts=parts)
    except (NotAllowed, NotYours, PermissionDenied) as error:
        approving.give_back(by=_portal(batch, "decide_import"), batch=batch, parts=parts, words=str(error))


def _again(batch: ImportBatch, user) -> Acting | None:
    """The person, with the roles held now at the batch's authority."""
    if user is None:
        return None
    found = (one for one in standings(user) if one.authority.pk == batch.authority_id)
    standing = next(found, None) if user.is_active else None
    return member(standing.membership, standing.roles) if standing else None


def _portal(batch: ImportBatch, process: str) -> Acting:
    """The portal itself, on behalf of the authority: it only notes what did not come about."""
    authority = batch.authority
    return Acting(
        actor=process,
        authority_code=authority.code,
        is_operator=True,
        authority_id=authority.pk,
        economy_id=authority.economy_id,
        roles=frozenset({"editor"}),
    )
