"""Checking a file: its rows go by COPY into the staging table and are looked at set by set. Nothing else is written.

Every verb takes the actor as ``by`` and raises PermissionDenied when the actor may not, NotAllowed when things do not fit.
"""

from django.db.models import Count
from django.utils.translation import gettext as _

from agreements.acting import Acting
from agreements.competence import authority_of
from agreements.models import Authority
from agreements.rights import OWN
from portal import clock, permissions
from portal.audit import recording
from portal.files.examining import shown_name
from portal.lifecycle import NotAllowed
from portal.outbox.queue import enqueue
from portal.verbs import verb
from registry import scoping
from registry.batches import cells, matching, meanings, recorded, sql
from registry.batches.models import BatchStage, ImportBatch, Piece, Said, StagedRow
from registry.batches.reading import CELLS, Copying, read
from registry.batches.reasons import FAULTS
from registry.inspections.intake.tables import Table, digest
from registry.intake.reporting import BadFile

CHECK = "batches.check"
LARGEST = 50 * 1024 * 1024
PIECE = 1024 * 1024


class UnderWay(NotAllowed):
    """This very file has drafts that are not decided yet. ``batch`` is the one that brought it."""

    def __init__(self, batch: ImportBatch):
        super().__init__(_("This very file is under way already."))
        self.batch = batch


@verb(room="desk")
def upload(*, by: Acting, name: str, content: bytes) -> ImportBatch:
    """Take a file; the worker checks it. Raises BadFile, in words, and UnderWay."""
    batch = _taken(by, name, content)
    Piece.objects.bulk_create(
        (
            Piece(batch=batch, number=number, content=content[start : start + PIECE])
            for number, start in enumerate(range(0, len(content), PIECE))
        ),
        batch_size=1,
    )
    enqueue(task=CHECK, key=f"batch:{batch.pk}", payload={"batch": batch.pk})
    recording.record(by=by, target=batch, after={"sha256": batch.sha256, "size": batch.size})
    return batch


def _taken(by: Acting, name: str, content: bytes) -> ImportBatch:
    permissions.check(by, "import.write", OWN if by.authority_id else "none")
    if not content:
        raise BadFile(_("The file is empty. Choose another one."))
    if len(content) > LARGEST:
        raise BadFile(_("The file is larger than 50 MB. Split it into several files."))
    sha256, shown = digest(content), shown_name(name)
    mine = ImportBatch.objects.filter(authority_id=by.authority_id, sha256=sha256)
    before = mine.filter(
        stage__in=[BatchStage.CHECKING, BatchStage.DRAFTING, BatchStage.AWAITING, BatchStage.DECIDING]
    )
    if (other := before.first()) is not None:
        raise UnderWay(other)
    return ImportBatch.objects.create(
        authority_id=by.authority_id,
        name=shown,
        ending=shown.rpartition(".")[2][:5],
        size=len(content),
        sha256=sha256,
        uploaded_by_id=by.user_id,
        uploaded_at=clock.now(),
    )


@verb(room="desk")
def check(*, by: Acting, batch: ImportBatch) -> ImportBatch:
    """Check a file that was taken: every fault of every row at once. A file that cannot be read is refused in words."""
    batch = locked(batch, BatchStage.CHECKING)
    permissions.check(by, "import.write", OWN if by.authority_id == batch.authority_id else "none")
    content = b"".join(bytes(piece.content) for piece in batch.pieces.all())
    return _checked(by, batch, content)


@verb(room="desk")
def check_content(*, by: Acting, name: str, content: bytes) -> ImportBatch:
    """Take a file and check it at once, in one transaction. Raises BadFile and UnderWay."""
    return _checked(by, _taken(by, name, content), content)


def _checked(by: Acting, batch: ImportBatch, content: bytes) -> ImportBatch:
    authority = authority_of(by)
    try:
        table = stage(batch, content)
    except BadFile as error:
        StagedRow.objects.filter(batch_id=batch.pk).delete()
        batch.stage, batch.words, batch.ended_at = BatchStage.REFUSED, str(error)[:500], clock.now()
    else:
        batch.stage, batch.heads = BatchStage.CHECKED, table.heads
        batch.remarks = [remark.reason for remark in table.remarks if remark.row == 0]
        batch.counts = validate(by, authority, batch, table)
    batch.pieces.all().delete()
    batch.checked_at = clock.now()
    batch.save()
    recording.record(by=by, target=batch, reason=batch.words, after={"stage": batch.stage, **batch.counts})
    return batch


def stage(batch: ImportBatch, content: bytes) -> Table:
    """Put the rows of a file into the staging table, and nothing else. Raises BadFile."""
    rows = _Staging(batch.pk)
    try:
        table = read(batch.name, content, rows)
    except BaseException as error:
        rows.stream.end(error) if rows.stream else None
        raise
    rows.stream.end()
    return table


class _Staging(Copying):
    """The way of rows into the staging table."""

    def __init__(self, batch_id: int):
        self.batch_id, self.stream, self.start = batch_id, None, ""

    def begin(self, fields: list[str], delimiter: str) -> None:
        names = ", ".join(fields)
        self.start = f"{self.batch_id}{delimiter}"
        self.stream = sql.Stream(
            f"COPY batches_stagedrow (batch_id, number, {names}) FROM STDIN "
            f"(FORMAT csv, DELIMITER E'{_ESCAPED.get(delimiter, delimiter)}', FORCE_NOT_NULL ({names}))"
        )

    def write(self, lines: list[str]) -> None:
        self.stream.write(self.start + f"\n{self.start}".join(lines) + "\n")


_ESCAPED = {"\t": "\\t"}


def validate(by: Acting, authority: Authority, batch: ImportBatch, table: Table | None = None) -> dict:
    """Look at the staged rows by all rules and keep what there is to say. Returns the counts.

    ``table`` has what reading the file brought to light; None keeps what was said of that before.
    """
    values = {"batch": batch.pk, "named": matching.named(authority)}
    if table is None:
        Said.objects.filter(batch_id=batch.pk).exclude(reason__in=_OF_READING.values()).delete()
    else:
        _tell_reading(batch.pk, table)
    sql.plan_for_sets()
    directions = meanings.Directions(by)
    cells.keep_rows(values)
    cells.tell(values)
    meanings.tell_days(values)
    meanings.keep_lines(values, directions)
    meanings.tell_accreditors(by, authority, values)
    counts = matching.match(by, authority, values)
    cells.keep_parts()
    cells.tell_repeated(values)
    cells.tell_different_terms(values)
    recorded.tell(authority.pk, values)
    _tell_many_lines(values)
    counts |= _counted(batch.pk)
    sql.plan_as_ever()
    return counts


_OF_READING = {"rejected": "unreadable", CELLS: "cells", "repaired": "repaired"}


def _tell_reading(batch_id: int, table: Table) -> None:
    said = []
    for one in table.remarks:
        if one.row > 0:
            reason = _OF_READING[one.kind]
            said.append((batch_id, one.row, one.column[:40], one.value, reason, one.reason, reason in FAULTS))
    if said:
        sql.copy(sql.COPY_SAID, said)


def _tell_many_lines(values: dict) -> None:
    """More lines of one body for one partner than a proposal takes."""
    sql.run(
        f"{sql.SAID} SELECT %(batch)s, first, 'body', '', 'many_lines', %(most)s::text, true "
        "FROM imp_part WHERE rows > %(most)s",
        {**values, "most": scoping.MOST_LINES},
    )


def _counted(batch_id: int) -> dict:
    said = Said.objects.filter(batch_id=batch_id)
    by_reason = dict(
        said.values_list("reason").order_by("reason").annotate(number=Count("row", distinct=True))
    )
    rows, designations, lines, bad = sql.rows(
        """
        SELECT (SELECT count(*) FROM imp_row), (SELECT count(*) FROM imp_part), (SELECT coalesce(sum(rows), 0) FROM imp_part),
            (SELECT count(DISTINCT "row") FROM batches_said WHERE batch_id = %s AND is_fault)""",
        (batch_id,),
    )[0]
    return {
        "rows": rows,
        "bad_rows": bad,
        "on_file": by_reason.get("on_file", 0),
        "designations": designations,
        "lines": int(lines),
        "reasons": by_reason,
    }


def locked(batch: ImportBatch, *stages: str) -> ImportBatch:
    """The batch, locked to the end of the transaction. Raises NotAllowed when it is in none of the stages."""
    held = ImportBatch.objects.select_for_update(of=("self",), no_key=True).select_related("authority")
    held = held.get(pk=batch.pk)
    if held.stage not in stages:
        raise NotAllowed(
            _("This file is %(stage)s, so that cannot be done now.") % {"stage": held.get_stage_display()}
        )
    return held
