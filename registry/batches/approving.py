"""The second person decides on a file's drafts, all of them or those for one partner; they are carried out in chunks, each once.

Every verb takes the actor as ``by`` and raises PermissionDenied when the actor may not, NotAllowed when things do not fit.
"""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agreements.acting import Acting
from agreements.models import Authority
from agreements.rights import OWN
from portal import clock, permissions
from portal.audit import recording
from portal.lifecycle import NotAllowed
from portal.outbox.queue import enqueue_many
from portal.verbs import verb
from registry import lifecycles, proposing, queueing
from registry.batches.applying import work_key
from registry.batches.carrying import Many, goes_together
from registry.batches.checking import locked
from registry.batches.models import BatchStage, ImportBatch, ImportPart, PartStage
from registry.models import Body, Proposal, Stage, Work
from registry.policies import NotYours

DECIDE = "batches.decide"
AT_ONCE = 100


@verb(room="desk")
def approve(*, by: Acting, batch: ImportBatch, direction: str = "") -> int:
    """Decide on the complete drafts of a file in which nobody has written since; the worker carries them out.

    ``direction`` "annex:exporting:importing" by id narrows them to one partner. Raises PermissionDenied for whoever brought
    the file. Returns how many are decided on.
    """
    batch = locked(batch, BatchStage.AWAITING)
    permissions.check(by, "proposal.decide", OWN if by.authority_id == batch.authority_id else "none")
    by.with_second_hand(hands(batch))
    parts = list(of_direction(batch.parts.undecided(), direction).order_by("number"))
    if not parts:
        raise NotAllowed(_("No complete draft is left here on which you could decide."))
    for part in parts:
        part.stage, part.approved_by_id, part.words = PartStage.APPROVED, by.user_id, ""
    ImportPart.objects.bulk_update(parts, ["stage", "approved_by", "words"], batch_size=1000)
    batch.stage = BatchStage.DECIDING
    batch.save()
    moment = clock.now().isoformat()
    chunks = [parts[start : start + AT_ONCE] for start in range(0, len(parts), AT_ONCE)]
    enqueue_many(
        task=DECIDE,
        payloads={
            f"{batch.pk}:{moment}:{number}": {"batch": batch.pk, "parts": [part.number for part in chunk]}
            for number, chunk in enumerate(chunks)
        },
    )
    recording.record(
        by=by, target=batch, after={"stage": batch.stage, "approved": len(parts), "direction": direction}
    )
    return len(parts)


def hands(batch: ImportBatch) -> frozenset[int]:
    """Whoever brought the file and let it be applied: none of them decides on it."""
    return frozenset({batch.uploaded_by_id, batch.applied_by_id} - {None})


def of_direction(parts, direction: str):
    """The parts of one direction; of all for "". What is no direction has none."""
    if not direction:
        return parts
    if direction == "bodies":
        return parts.filter(annex=None)
    ids = direction.split(":")
    if len(ids) != 3 or not all(each.isascii() and each.isdigit() and len(each) < 18 for each in ids):
        return parts.none()
    return parts.filter(annex=ids[0], exporting=ids[1], importing=ids[2])


@verb
def decide_some(*, by: Acting, batch: ImportBatch, parts: list[int]) -> int:
    """Carry out the approved drafts with these numbers, many at once. Returns how many; none when it was done already.

    What does not fit any more is noted on its part, and the others are carried out. Raises IntegrityError when one of them
    clashes with what is on record: ``decide_each`` then finds out which.
    """
    batch, authority, found = _approved(by, batch, parts)
    seconded, fit = _checked(by, authority, found)
    together = goes_together([part.proposal for part in fit])
    many = [part.proposal for part in fit if part.proposal_id in together]
    if many:
        key = f"import:{batch.pk}:{min(part.number for part in found)}"
        Many(seconded, authority, many, key).carry_out()
    for proposal in many:
        proposal.stage = lifecycles.PROPOSAL.check(proposal.stage, "decide")
        proposal.ended_at, proposal.decided_by_id = clock.now(), by.user_id
        proposal.version += 1
    fields = ["stage", "ended_at", "decided_by", "version", "body", "designation", "made"]
    Proposal.objects.bulk_update(many, fields, batch_size=500)
    for part in fit:
        if part.proposal_id in together:
            part.stage = PartStage.DECIDED
        else:
            _decide_one(by, part)
    return _settled(by, batch, found)


@verb
def decide_each(*, by: Acting, batch: ImportBatch, parts: list[int]) -> int:
    """The same one by one: slower, and what fails is noted on its part alone."""
    batch, authority, found = _approved(by, batch, parts)
    _seconded, fit = _checked(by, authority, found)
    for part in fit:
        _decide_one(by, part)
    return _settled(by, batch, found)


def _approved(
    by: Acting, batch: ImportBatch, numbers: list[int]
) -> tuple[ImportBatch, Authority, list[ImportPart]]:
    batch = locked(batch, BatchStage.DECIDING)
    permissions.check(by, "proposal.decide", OWN if by.authority_id == batch.authority_id else "none")
    parts = batch.parts.filter(number__in=numbers, stage=PartStage.APPROVED, approved_by=by.user_id)
    return batch, batch.authority, list(parts.order_by("number"))


def _checked(by: Acting, authority: Authority, parts: list[ImportPart]) -> tuple[Acting, list[ImportPart]]:
    """The actor with both hands, and the parts whose drafts are still as they were and still the authority's."""
    rows = Proposal.objects.select_for_update(of=["self"], no_key=True).select_related("body", "authority")
    rows = rows.filter(pk__in=[part.proposal_id for part in parts]).order_by("pk")
    proposals = {one.pk: one for one in rows}
    bodies = {one.body_id for one in proposals.values() if one.body_id}
    list(Body.objects.select_for_update(no_key=True).filter(pk__in=bodies).order_by("pk"))
    ours = set(Body.objects.looked_after_by(authority).filter(pk__in=bodies).values_list("pk", flat=True))
    fit, earlier = [], set()
    for part in parts:
        part.proposal = proposals.get(part.proposal_id)
        if part.proposal is None or part.proposal.stage != Stage.SUBMITTED or part.proposal.version != 1:
            _note(part, _("The draft was changed meanwhile; it is decided on its own page."))
        elif part.proposal.body_id and part.proposal.body_id not in ours:
            _note(part, _("Your authority does not look after this body any more."))
        else:
            earlier |= set(part.proposal.hands)
            fit.append(part)
    return (by.with_second_hand(frozenset(earlier)) if fit else by), fit


def _note(part: ImportPart, words: str) -> None:
    part.stage, part.words = PartStage.FAILED, words[:500]


def _decide_one(by: Acting, part: ImportPart) -> None:
    try:
        with transaction.atomic():
            proposing.decide(by=by, proposal=part.proposal, version=1)
    except proposing.Incomplete as error:
        _note(part, " ".join(problem.words for problem in error.problems))
    except (NotAllowed, NotYours, ValueError) as error:
        _note(part, str(error))
    except IntegrityError:
        _note(part, _("A number or name was put on record by somebody else meanwhile."))
    else:
        part.stage = PartStage.DECIDED


def _settled(by: Acting, batch: ImportBatch, parts: list[ImportPart]) -> int:
    ImportPart.objects.bulk_update(parts, ["stage", "words"], batch_size=1000)
    decided = [part for part in parts if part.stage == PartStage.DECIDED]
    _settle(by, batch)
    recording.record(
        by=by,
        target=batch,
        target_name="file of bodies and designations",
        after={
            "decided": len(decided),
            "not": len(parts) - len(decided),
            "sha256": batch.sha256,
            "stage": batch.stage,
        },
    )
    return len(decided)


def _settle(by: Acting, batch: ImportBatch) -> None:
    """Once nothing is being decided, the file awaits the second person again, or has come to its end."""
    if batch.parts.filter(stage=PartStage.APPROVED).exists():
        return
    if batch.parts.under_way().exists():
        batch.stage = BatchStage.AWAITING
    else:
        batch.stage, batch.ended_at = BatchStage.SETTLED, clock.now()
        queueing.take(by=by, kinds=[Work.APPROVE], key=work_key(batch))
    batch.save()


@verb(room="desk")
def give_back(*, by: Acting, batch: ImportBatch, parts: list[int], words: str) -> ImportBatch:
    """Note why approved drafts were not carried out: whoever approved them may no longer, for example. They await a decision."""
    batch = locked(batch, BatchStage.DECIDING)
    batch.parts.filter(number__in=parts, stage=PartStage.APPROVED).update(
        stage=PartStage.FAILED, approved_by=None, words=words[:500]
    )
    _settle(by, batch)
    recording.record(
        by=by, target=batch, reason=words, after={"given_back": len(parts), "stage": batch.stage}
    )
    return batch


@verb(room="desk")
def close(*, by: Acting, batch: ImportBatch) -> ImportBatch:
    """Note that a file has come to its end: its drafts were decided or dropped one by one."""
    permissions.check(by, "import.sweep", "operator" if by.is_operator else "none")
    batch = locked(batch, BatchStage.AWAITING)
    if not batch.parts.under_way().exists():
        batch.stage, batch.ended_at = BatchStage.SETTLED, clock.now()
        batch.save()
        queueing.take(by=by, kinds=[Work.APPROVE], key=work_key(batch))
    recording.record(by=by, target=batch, after={"stage": batch.stage})
    return batch
