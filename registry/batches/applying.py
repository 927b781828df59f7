"""From a checked file to drafts, and back: everything that may still be undone. Works in chunks, each of them once.

Every verb takes the actor as ``by`` and raises PermissionDenied when the actor may not, NotAllowed when things do not fit.
"""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agreements.acting import Acting
from agreements.models import Authority
from agreements.rights import OWN
from portal import clock, permissions
from portal.audit import recording
from portal.lifecycle import NotAllowed
from portal.outbox.queue import enqueue, enqueue_many
from portal.verbs import verb
from registry import lifecycles, queueing
from registry.batches import planning
from registry.batches.checking import UnderWay, locked, validate
from registry.batches.contents import Contents
from registry.batches.matching import named
from registry.batches.models import BatchStage, ImportBatch, ImportPart, PartStage, Said, StagedRow
from registry.models import Proposal, Stage, Step, Work

PLAN, DRAFT = "batches.plan", "batches.draft"
AT_ONCE = 200
ROWS_KEPT = timedelta(days=30)
UNUSED_KEPT = timedelta(days=90)


class Changed(NotAllowed):
    """What the check found is not so any more."""


@verb(room="desk")
def apply(*, by: Acting, batch: ImportBatch, declared: bool) -> ImportBatch:
    """Ask for drafts of a checked file; the worker makes them. ``declared``: what each designation declares is declared.

    Raises UnderWay when the very file has drafts already.
    """
    _check_may_write(by, batch)
    batch = locked(batch, BatchStage.CHECKED)
    if batch.counts["bad_rows"]:
        raise NotAllowed(
            _("Some rows have faults. Mend them in the file and check it again; a file is applied whole.")
        )
    if batch.counts["on_file"] == batch.counts["rows"]:
        raise NotAllowed(_("All of it is on file already: there is nothing to draft."))
    if batch.counts["designations"] and not declared:
        raise NotAllowed(_("Make the declaration to go on."))
    batch.stage, batch.applied_at, batch.applied_by_id = BatchStage.DRAFTING, clock.now(), by.user_id
    batch.words = ""
    try:
        with transaction.atomic():
            batch.save()
    except IntegrityError as error:
        mine = ImportBatch.objects.filter(authority_id=batch.authority_id, sha256=batch.sha256)
        raise UnderWay(mine.filter(stage__in=BatchStage.applied()).first()) from error
    enqueue(task=PLAN, key=f"{batch.pk}:{batch.applied_at.isoformat()}", payload={"batch": batch.pk})
    recording.record(by=by, target=batch, after={"stage": batch.stage, "sha256": batch.sha256})
    return batch


@verb(room="desk")
def plan(*, by: Acting, batch: ImportBatch) -> ImportBatch:
    """Look at the rows again, as things stand now, and plan the drafts; with a fault the file is where it was, checked."""
    _check_may_write(by, batch)
    # Two files that would propose the same come one after the other.
    authority = Authority.objects.select_for_update(no_key=True).get(pk=batch.authority_id)
    batch = locked(batch, BatchStage.DRAFTING)
    if batch.parts.exists():
        raise NotAllowed(_("This file has been planned already."))
    counts = validate(by, authority, batch)
    batch.counts = counts
    if counts["bad_rows"] or counts["on_file"] == counts["rows"]:
        batch.stage = BatchStage.CHECKED
        batch.words = _("The register has changed since the file was checked. Look at the rows again.")
        parts = 0
    else:
        parts = planning.keep_parts({"batch": batch.pk, "named": named(authority)}, authority.pk)
        batch.counts["parts"] = parts
        _enqueue_chunks(DRAFT, batch, parts)
    batch.save()
    recording.record(by=by, target=batch, reason=batch.words, after={"stage": batch.stage, "parts": parts})
    return batch


def _enqueue_chunks(task: str, batch: ImportBatch, parts: int) -> None:
    stamp = batch.applied_at.isoformat()
    payloads = {
        f"{batch.pk}:{stamp}:{first}": {"batch": batch.pk, "first": first, "last": first + AT_ONCE - 1}
        for first in range(1, parts + 1, AT_ONCE)
    }
    enqueue_many(task=task, payloads=payloads)


@verb(room="desk")
def draft_some(*, by: Acting, batch: ImportBatch, first: int, last: int) -> int:
    """Make the drafts of the planned parts with these numbers. Returns how many; none when they are made already."""
    _check_may_write(by, batch)
    batch = locked(batch, BatchStage.DRAFTING)
    parts = list(batch.parts.filter(number__range=(first, last), stage=PartStage.PLANNED))
    contents, now = Contents(by, batch, parts), clock.now()
    hands = sorted({batch.uploaded_by_id, by.user_id} - {None})
    proposals, lacking = [], 0
    for part in parts:
        lacks = contents.lacks(part)
        part.words = _("Missing: %(documents)s.") % {"documents": ", ".join(lacks)} if lacks else ""
        part.words, lacking = part.words[:500], lacking + bool(lacks)
        proposals.append(_proposal(by, part, contents.of(part), hands, now, is_complete=not lacks))
    for part, made in zip(parts, Proposal.objects.bulk_create(proposals), strict=True):
        part.proposal, part.stage = made, PartStage.DRAFTED
    ImportPart.objects.bulk_update(parts, ["proposal", "stage", "words"])
    if not batch.parts.filter(stage=PartStage.PLANNED).exists():
        _await_second(batch, hands)
    recording.record(by=by, target=batch, after={"drafts": len(parts), "lacking": lacking, "first": first})
    return len(parts)


def _proposal(
    by: Acting, part: ImportPart, content: dict, hands: list[int], now, *, is_complete: bool
) -> Proposal:
    lifecycles.PROPOSAL.check(lifecycles.NONE, "draft")
    submitted = {"submitted_at": now, "submitted_by_id": by.user_id} if is_complete else {}
    return Proposal(
        authority_id=part.authority_id,
        step=Step.DESIGNATE if part.annex_id else Step.REGISTER,
        stage=lifecycles.PROPOSAL.check(Stage.DRAFT, "submit") if is_complete else Stage.DRAFT,
        content=content,
        hands=hands,
        opened_by_id=by.user_id,
        opened_at=now,
        changed_at=now,
        newcomer=part.newcomer,
        body_id=part.body_id,
        annex_id=part.annex_id,
        exporting_id=part.exporting_id,
        importing_id=part.importing_id,
        **submitted,
    )


def _await_second(batch: ImportBatch, hands: list[int]) -> None:
    batch.stage = BatchStage.AWAITING
    batch.save()
    queueing.put(
        authority=batch.authority,
        kind=Work.APPROVE,
        key=work_key(batch),
        # The name of a file may tell more than whoever is notified should read outside the desk.
        words=_("file with %(count)s drafts") % {"count": batch.counts["parts"]},
        place=batch.get_absolute_url(),
        roles=["approver"],
        but_not=hands,
    )


def work_key(batch: ImportBatch) -> str:
    """What names the batch on the desk."""
    return f"import:{batch.pk}"


@verb(room="desk")
def stop(*, by: Acting, batch: ImportBatch, words: str) -> ImportBatch:
    """Note that the drafts of a file are not made, and why; those that are made stay until somebody takes them back."""
    batch = locked(batch, BatchStage.DRAFTING)
    batch.parts.filter(stage=PartStage.PLANNED).delete()
    batch.words = words[:500]
    batch.stage = BatchStage.AWAITING if batch.parts.exists() else BatchStage.CHECKED
    batch.save()
    recording.record(by=by, target=batch, reason=batch.words, after={"stage": batch.stage})
    return batch


@verb(room="desk")
def drop(*, by: Acting, batch: ImportBatch) -> ImportBatch:
    """Give up a checked file: its rows are forgotten."""
    _check_may_write(by, batch)
    batch = locked(batch, BatchStage.CHECKED, BatchStage.CHECKING)
    batch.pieces.all().delete()
    _forget(batch)
    batch.stage, batch.ended_at = BatchStage.DROPPED, clock.now()
    batch.save()
    recording.record(by=by, target=batch, after={"stage": batch.stage})
    return batch


@verb(room="desk")
def take_back(*, by: Acting, batch: ImportBatch) -> ImportBatch:
    """Take back every draft of a file that is not decided. Drafts in which somebody has written since stay, on their own."""
    _check_may_write(by, batch)
    batch = locked(batch, BatchStage.DRAFTING, BatchStage.AWAITING)
    parts = batch.parts.exclude(stage__in=[PartStage.DECIDED, PartStage.GONE])
    untouched = Proposal.objects.filter(
        import_part__in=parts, version=1, stage__in=[Stage.DRAFT, Stage.SUBMITTED]
    )
    untouched = untouched.filter(remarks=None, attachments=None, work=None)
    drafts = list(untouched.values_list("pk", flat=True))
    parts.filter(proposal__in=drafts).update(stage=PartStage.GONE, proposal=None)
    parts.filter(stage=PartStage.PLANNED).update(stage=PartStage.GONE)
    Proposal.objects.filter(pk__in=drafts).delete()
    kept = batch.parts.exclude(stage=PartStage.GONE).count()
    batch.stage, batch.ended_at = BatchStage.SETTLED if kept else BatchStage.UNDONE, clock.now()
    batch.save()
    queueing.take(by=by, kinds=[Work.APPROVE], key=work_key(batch))
    recording.record(
        by=by,
        target=batch,
        reason=_("drafts taken back"),
        after={"stage": batch.stage, "removed": len(drafts), "kept": kept},
    )
    return batch


@verb(room="desk")
def sweep(*, by: Acting, batch: ImportBatch) -> ImportBatch:
    """Forget the rows of a file that has ended, or that nobody has used; what became of it stays on record."""
    permissions.check(by, "import.sweep", "operator" if by.is_operator else "none")
    batch = locked(batch, *BatchStage.ended(), BatchStage.CHECKED)
    _forget(batch)
    if batch.stage == BatchStage.CHECKED:
        batch.stage, batch.ended_at = BatchStage.DROPPED, clock.now()
    batch.swept_at = clock.now()
    batch.save()
    recording.record(by=by, target=batch, after={"stage": batch.stage, "rows": batch.counts.get("rows", 0)})
    return batch


def _forget(batch: ImportBatch) -> None:
    StagedRow.objects.filter(batch_id=batch.pk).delete()
    Said.objects.filter(batch_id=batch.pk).delete()


def _check_may_write(by: Acting, batch: ImportBatch) -> None:
    permissions.check(by, "import.write", OWN if by.authority_id == batch.authority_id else "none")
