"""Loading files of inspections, whole or not at all: checked first, then loaded, and undone while nothing has built on it.

Every verb takes the actor as ``by`` and raises PermissionDenied when the actor may not, NotAllowed when things do not fit.
An authority loads its own inspections only.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext as _

from agreements import texts
from agreements.acting import Acting
from agreements.models import Authority, Economy, Origin
from portal import clock
from portal.audit import recording
from portal.files.examining import shown_name
from portal.lifecycle import NotAllowed
from portal.outbox.queue import enqueue
from portal.verbs import tell_the_public, verb
from registry.inspections import policies
from registry.inspections.fence import fenced
from registry.inspections.intake import delimited, form_483s, template, workbooks
from registry.inspections.intake.comparing import Meaning, compare
from registry.inspections.intake.parsed import Parsed
from registry.inspections.intake.placing import Place, Places
from registry.inspections.intake.references import references
from registry.inspections.intake.tables import Budget, Table, digest
from registry.inspections.intake.undoing import Undoing
from registry.inspections.intake.writing import AT_ONCE, Writer
from registry.inspections.models import AccessClass, BatchStage, LoadBatch, LoadRow, RowOutcome
from registry.intake.reporting import BadFile

FORMATS = (form_483s, template)
LOAD = "registry.load_inspections"


class RegisterChanged(NotAllowed):
    """What the check found is not so any more."""


class LoadedBefore(NotAllowed):
    """This very file is on the register already, or on its way there. ``batch`` is the one that brought it."""

    def __init__(self, batch: LoadBatch):
        super().__init__(_("This very file has been loaded already."))
        self.batch = batch


def table_in(name: str, content: bytes, budget: Budget) -> Table:
    """The table in a file. Raises BadFile, in words, when there is none."""
    reader = workbooks if workbooks.looks_like_one(content) else delimited
    table = reader.read(shown_name(name), content, budget)
    if not table.rows:
        raise BadFile(_("The file has no rows below its heading."))
    return table


def form_of(table: Table):
    """The module that reads the table. Raises BadFile when none does."""
    form = next((one for one in FORMATS if one.recognises(table)), None)
    if form is None:
        columns = ", ".join(template.REQUIRED)
        raise BadFile(
            _(
                "The first row is no heading that is known here. The template needs at least the columns %(columns)s."
            )
            % {"columns": columns}
        )
    if not Economy.objects.exists():
        raise BadFile("The reference catalogue is not loaded; run load_catalogue first.")
    return form


@verb(room="desk")
@fenced
def check(*, by: Acting, authority: Authority, table: Table) -> LoadBatch:
    """Read every row, say what it would do, and keep that as a batch. Nothing else is written.

    Raises BadFile when the file as a whole cannot be read, LoadedBefore when it is on the register.
    """
    policies.check_may_record(by, authority)
    sha256 = table.sha256
    running = LoadBatch.objects.filter(authority=authority, sha256=sha256)
    before = running.filter(stage__in=[BatchStage.WAITING, BatchStage.LOADED]).first()
    if before is not None:
        raise LoadedBefore(before)
    form = form_of(table)
    if form is form_483s and authority.code != form_483s.AUTHORITY:
        raise BadFile(_("This is FDA's list of Form 483s; only FDA's inspections are in it."))
    parsed = form.read(table, references(authority))
    meanings, places = compare(authority, parsed)
    batch = LoadBatch.objects.create(
        authority=authority,
        form=form.FORMAT,
        name=table.name,
        ending=table.ending,
        sha256=sha256,
        heads=table.heads,
        counts=_counts(meanings, places.new()),
        remarks=[asdict(remark) for remark in table.remarks if remark.row <= 1],
        checked_by_id=by.user_id,
    )
    lines = [_line(batch, meaning) for meaning in meanings]
    LoadRow.objects.bulk_create(lines, batch_size=AT_ONCE)
    recording.record(by=by, target=batch, after={"sha256": sha256, **batch.counts})
    return batch


def _counts(meanings: list[Meaning], facilities: list[Place]) -> dict:
    outcomes = Counter(str(meaning.outcome) for meaning in meanings)
    kinds = Counter(remark.kind for meaning in meanings for remark in meaning.row.remarks)
    kinds.pop("rejected", None)
    by_name = sum(not place.numbers for place in facilities)
    public = sum(meaning.row.facts.get("access") == AccessClass.PUBLIC for meaning in meanings)
    return {
        "rows": len(meanings),
        "public": public,
        **outcomes,
        "facilities": len(facilities),
        "facilities_by_name": by_name,
        "told": sum(any(one.kind != "rejected" for one in meaning.row.remarks) for meaning in meanings),
        **kinds,
    }


def _line(batch: LoadBatch, meaning: Meaning) -> LoadRow:
    remarks = [
        {"kind": one.kind, "column": one.column, "value": one.value, "reason": one.reason}
        for one in meaning.row.remarks
    ]
    rejected = meaning.outcome == RowOutcome.REJECTED
    return LoadRow(
        batch=batch,
        number=meaning.row.number,
        cells=meaning.row.cells,
        facts={} if rejected else meaning.row.facts,
        outcome=meaning.outcome,
        remarks=remarks,
        before=meaning.before if meaning.outcome == RowOutcome.CHANGED else {},
    )


@verb(room="desk")
@fenced
def confirm(*, by: Acting, batch: LoadBatch) -> LoadBatch:
    """Ask for a checked file to be loaded, as a whole. The worker does it."""
    batch = _locked(batch, BatchStage.CHECKED)
    policies.check_may_record(by, batch.authority)
    _check_usable(batch)
    before = LoadBatch.objects.filter(
        authority_id=batch.authority_id,
        sha256=batch.sha256,
        stage__in=[BatchStage.WAITING, BatchStage.LOADED],
    )
    if (other := before.first()) is not None:
        raise LoadedBefore(other)
    batch.stage, batch.confirmed_at, batch.confirmed_by_id = BatchStage.WAITING, clock.now(), by.user_id
    batch.save()
    enqueue(task=LOAD, key=f"batch:{batch.pk}", payload={"batch": batch.pk})
    recording.record(by=by, target=batch, after={"stage": batch.stage})
    return batch


def _check_usable(batch: LoadBatch) -> None:
    if batch.counts.get(RowOutcome.REJECTED):
        raise NotAllowed(
            _(
                "Some rows cannot be read. Correct them in the file and check it again; a file is loaded whole."
            )
        )


def _nobody(done: int) -> None:
    """Progress that nobody waits for."""


@verb(room="desk")
@fenced
def load(*, by: Acting, batch: LoadBatch, progress: Callable[[int], None] = _nobody) -> LoadBatch:
    """Bring the rows of a checked file to the register. ``progress`` is told how many are done.

    Raises RegisterChanged when a row would do something else today than the check said.
    """
    batch = _locked(batch, BatchStage.CHECKED, BatchStage.WAITING)
    policies.check_may_record(by, batch.authority)
    _check_usable(batch)
    lines = list(batch.lines.order_by("number"))
    rows = [Parsed(line.number, line.cells, line.facts) for line in lines]
    meanings, places = compare(batch.authority, rows)
    if [str(meaning.outcome) for meaning in meanings] != [line.outcome for line in lines]:
        raise RegisterChanged(_("The register has changed since the file was checked. Check the file again."))
    public = [one for one in meanings if one.row.facts.get("access") == AccessClass.PUBLIC]
    writer = Writer(
        authority=batch.authority,
        known=references(batch.authority),
        origin=Origin.REGISTER_ROW if batch.form == form_483s.FORMAT else Origin.ENTERED,
    )
    counts = _write(writer, meanings, places, {id(one.place) for one in public}, progress)
    _keep(lines, meanings, writer)
    batch.stage, batch.ended_at, batch.counts = BatchStage.LOADED, clock.now(), batch.counts | counts
    batch.save()
    _put_on_record(by, batch, is_public=bool(public))
    return batch


def _put_on_record(by: Acting, batch: LoadBatch, *, is_public: bool, reason: str = "") -> None:
    """An entry that everybody may be told of does not name the authority's file."""
    if is_public:
        tell_the_public()
    recording.record(
        by=by,
        target=batch,
        target_name="file of inspections" if is_public else batch.name,
        reason=reason,
        after={"file": batch.name, "sha256": batch.sha256, "stage": batch.stage, **batch.counts},
    )


def _write(writer: Writer, meanings: list[Meaning], places: Places, public: set[int], progress) -> dict:
    new = [one for one in meanings if one.outcome == RowOutcome.NEW]
    changed = [one for one in meanings if one.outcome == RowOutcome.CHANGED]
    writer.enrol(places.new(), public)
    writer.complete({id(one.place): one.place for one in meanings}.values())
    renamed = writer.name(meanings)
    writer.record(new, progress)
    for number, meaning in enumerate(changed, start=1):
        writer.change(meaning)
        if number % AT_ONCE == 0:
            progress(len(new) + number)
    return {"facilities": len(writer.made), "renamed": renamed}


def _keep(lines: list[LoadRow], meanings: list[Meaning], writer: Writer) -> None:
    """What every row became, so that it can be undone."""
    made = set(writer.made)
    for line, meaning in zip(lines, meanings, strict=True):
        line.inspection, line.version = meaning.inspection, meaning.inspection.version
        line.before = (meaning.before or {}) if line.outcome == RowOutcome.CHANGED else {}
        facility_id = meaning.inspection.facility_id
        if facility_id in made:
            made.discard(facility_id)
            line.facility_made_id = facility_id
    fields = ["inspection", "version", "before", "facility_made"]
    LoadRow.objects.bulk_update(lines, fields, batch_size=AT_ONCE)


@verb(room="desk")
@fenced
def fail(*, by: Acting, batch: LoadBatch, words: str) -> LoadBatch:
    """Note that a confirmed file was not loaded, and why."""
    batch = _locked(batch, BatchStage.WAITING)
    batch.stage, batch.ended_at, batch.words = BatchStage.FAILED, clock.now(), words[:500]
    batch.save()
    recording.record(by=by, target=batch, reason=batch.words, after={"stage": batch.stage})
    return batch


@verb(room="desk")
@fenced
def drop(*, by: Acting, batch: LoadBatch) -> LoadBatch:
    """Give up a checked file: its rows are forgotten."""
    batch = _locked(batch, BatchStage.CHECKED, BatchStage.FAILED)
    policies.check_may_record(by, batch.authority)
    batch.lines.all().delete()
    batch.stage, batch.ended_at = BatchStage.DROPPED, clock.now()
    batch.save()
    recording.record(by=by, target=batch, after={"stage": batch.stage})
    return batch


@verb(room="desk")
@fenced
def undo(*, by: Acting, batch: LoadBatch) -> LoadBatch:
    """Take back what a file brought: new inspections as recorded by mistake, changed ones to what they said before.

    Raises NotAllowed when something has built on one of them.
    """
    batch = _locked(batch, BatchStage.LOADED)
    policies.check_may_record(by, batch.authority)
    undoing = Undoing(batch)
    if built_on := undoing.built_on():
        raise NotAllowed(
            _(
                "Something has built on these inspections since, so the file cannot be undone as a whole: %(references)s."
            )
            % {"references": ", ".join(built_on)}
        )
    was_public = undoing.run(Writer(authority=batch.authority, known=references(batch.authority)))
    batch.stage, batch.undone_at, batch.undone_by_id = BatchStage.UNDONE, clock.now(), by.user_id
    batch.save()
    _put_on_record(by, batch, is_public=was_public, reason="batch undone")
    return batch


def _locked(batch: LoadBatch, *stages: str) -> LoadBatch:
    """The batch, locked to the end of the transaction. Raises NotAllowed when it is in none of the stages."""
    held = LoadBatch.objects.select_for_update(of=("self",)).select_related("authority").get(pk=batch.pk)
    if held.stage not in stages:
        raise NotAllowed(
            _("This file is %(stage)s, so that cannot be done now.") % {"stage": held.get_stage_display()}
        )
    return held


def load_content(
    *, by: Acting, authority: Authority, name: str, content: bytes, budget: Budget, only_check: bool
) -> LoadBatch:
    """Check and load in one transaction; with ``only_check``, or when a row is rejected, nothing stays.

    Raises BadFile when the file as a whole cannot be read, LoadedBefore when it is on the register.
    """
    _refuse_again(by=by, authority=authority, sha256=digest(content))
    table = table_in(name, content, budget)
    try:
        with transaction.atomic():
            batch = check(by=by, authority=authority, table=table)
            batch.told = list_of_lines(by=by, batch=batch)
            if not batch.counts.get(RowOutcome.REJECTED):
                loaded = load(by=by, batch=batch)
                loaded.told, batch = batch.told, loaded
            transaction.set_rollback(only_check or bool(batch.counts.get(RowOutcome.REJECTED)))
    finally:
        texts.forget()
    return batch


@fenced
def _refuse_again(*, by: Acting, authority: Authority, sha256: str) -> None:
    before = LoadBatch.objects.loaded().filter(authority=authority, sha256=sha256).first()
    if before is not None:
        raise LoadedBefore(before)


@fenced
def list_of_lines(*, by: Acting, batch: LoadBatch) -> list[LoadRow]:
    """The batch's rows with something to tell."""
    return list(batch.lines.exclude(remarks=[]).order_by("number"))
