"""What the pages show of files: an authority's own alone."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from agreements.acting import Acting
from registry import dossier
from registry.batches import reasons
from registry.batches.columns import BY_NAME, REASON, field
from registry.batches.models import ImportBatch, PartStage, Said, StagedRow
from registry.inspections.intake.tables import key
from registry.models import Stage

PER_PAGE = 25
SAID_PER_PAGE = 100
PARTS_PER_PAGE = 50
_AT_ONCE = 5_000


def own(*, by: Acting, number) -> Page:
    """One page of the authority's files, the newest first."""
    rows = ImportBatch.objects.visible_to(by).select_related("uploaded_by")
    return _evaluated(Paginator(rows, PER_PAGE).get_page(number))


def find(*, by: Acting, number: int) -> ImportBatch | None:
    """One of the authority's files."""
    rows = ImportBatch.objects.visible_to(by).filter(pk=number)
    return rows.select_related("authority", "uploaded_by", "applied_by").first()


def waiting(number: int, stage: str) -> ImportBatch | None:
    """A file for the worker, whoever's it is, if it is at that stage."""
    rows = ImportBatch.objects.select_related("authority", "uploaded_by", "applied_by")
    return rows.filter(pk=number, stage=stage).first()


def approver(batch: ImportBatch, numbers: list[int]):
    """Whoever approved the parts with these numbers that are still to be carried out."""
    part = (
        batch.parts.filter(number__in=numbers, stage=PartStage.APPROVED).select_related("approved_by").first()
    )
    return part.approved_by if part else None


def directions(by: Acting) -> list[dossier.Direction]:
    """Texts and partners that the authority may name in a file."""
    return dossier.directions(by)


@dataclass(frozen=True)
class Group:
    """Rows of which the same is said: how many times, in which column."""

    reason: str
    column: str
    is_fault: bool
    number: int

    @property
    def words(self) -> str:
        """The reason, without its particulars."""
        return reasons.label(self.reason)


def groups(batch: ImportBatch) -> list[Group]:
    """What is said of the rows, by reason and column; faults first, then the most frequent."""
    rows = Said.objects.filter(batch_id=batch.pk).values("reason", "column", "is_fault").order_by("reason")
    found = [Group(**row) for row in rows.annotate(number=Count("pk"))]
    return sorted(found, key=lambda one: (not one.is_fault, -one.number, one.column, one.reason))


def said(batch: ImportBatch, *, reason: str, column: str, number) -> Page:
    """One page of what is said of rows, narrowed to a reason and a column ("" for all), each with ``words``."""
    rows = Said.objects.filter(batch_id=batch.pk)
    if reason:
        rows = rows.filter(reason=reason)
    if column:
        rows = rows.filter(column=column)
    page = _evaluated(Paginator(rows.order_by("-is_fault", "row", "id"), SAID_PER_PAGE).get_page(number))
    for one in page:
        one.words = reasons.words(one.reason, one.detail)
    return page


def with_reasons(batch: ImportBatch) -> tuple[list[str], Iterator[list[str]]]:
    """The file as it was read, with one more column: what is wrong with each row."""
    heads = [head for head in batch.heads if key(head) != REASON]
    fields = [field(key(head)) if key(head) in BY_NAME else "template_version" for head in heads]
    return [*heads, REASON], _rows(batch, fields)


def _rows(batch: ImportBatch, fields: list[str]) -> Iterator[list[str]]:
    last = 0
    while True:
        rows = StagedRow.objects.filter(batch_id=batch.pk, number__gt=last).order_by("number")
        found = list(rows.values_list("number", *fields)[:_AT_ONCE])
        if not found:
            return
        told = defaultdict(list)
        between = Said.objects.filter(batch_id=batch.pk, row__gt=last, row__lte=found[-1][0])
        for one in between.order_by("-is_fault", "id"):
            told[one.row].append(f"{one.column}: {reasons.words(one.reason, one.detail)}".removeprefix(": "))
        for number, *cells in found:
            yield [*cells, "; ".join(told[number])]
        last = found[-1][0]


@dataclass(frozen=True)
class Summary:
    """What becomes of the rows for one text and partner, or of bodies alone (``value`` "bodies")."""

    value: str
    words: str
    counts: dict

    @property
    def total(self) -> int:
        """How many drafts."""
        return self.counts["parts"]


_COUNTED = {
    "parts": Q(),
    "new": Q(body=None, newcomer__gt=""),
    "ready": Q(
        stage__in=[PartStage.DRAFTED, PartStage.FAILED], proposal__stage=Stage.SUBMITTED, proposal__version=1
    ),
    "lacking": Q(stage=PartStage.DRAFTED, proposal__stage=Stage.DRAFT),
    "decided": Q(stage=PartStage.DECIDED) | Q(proposal__stage=Stage.DECIDED),
    "failed": Q(stage=PartStage.FAILED, proposal__stage=Stage.SUBMITTED),
    "elsewhere": Q(stage=PartStage.DRAFTED, proposal__stage=Stage.SUBMITTED, proposal__version__gt=1)
    | Q(proposal__stage=Stage.DROPPED),
    "planned": Q(stage=PartStage.PLANNED),
    "approved": Q(stage=PartStage.APPROVED),
}


def summaries(batch: ImportBatch) -> list[Summary]:
    """By text and partner: how many drafts there are, complete, lacking something, decided."""
    rows = batch.parts.exclude(stage=PartStage.GONE).order_by("annex__code", "importing__name")
    rows = rows.values(
        "annex", "exporting", "importing", "annex__code", "exporting__name", "importing__name"
    ).annotate(**{name: Count("pk", filter=wanted) for name, wanted in _COUNTED.items()})
    found = []
    for row in rows:
        counts = {name: row[name] for name in _COUNTED}
        if row["annex"] is None:
            found.append(Summary("bodies", _("Bodies alone"), counts))
        else:
            value = f"{row['annex']}:{row['exporting']}:{row['importing']}"
            words = f"{row['annex__code']}: {row['exporting__name']} → {row['importing__name']}"
            found.append(Summary(value, words, counts))
    return found


def total(found: list[Summary]) -> dict:
    """All of them together."""
    return {name: sum(one.counts[name] for one in found) for name in _COUNTED}


def parts(batch: ImportBatch, *, show: str, number) -> Page:
    """One page of drafts, narrowed to a word of the summary ("" for all)."""
    rows = batch.parts.exclude(stage=PartStage.GONE).select_related("proposal", "annex", "importing", "body")
    if show in _COUNTED and show != "parts":
        rows = rows.filter(_COUNTED[show])
    return _evaluated(Paginator(rows.order_by("number"), PARTS_PER_PAGE).get_page(number))


def _evaluated(page: Page) -> Page:
    page.object_list = list(page.object_list)
    return page
