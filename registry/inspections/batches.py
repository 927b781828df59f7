"""What the pages show of files that were loaded: an authority's own alone."""

from collections.abc import Iterator

from django.core.paginator import Page, Paginator
from django.db.models import Q

from agreements.acting import Acting
from registry.inspections.fence import fenced, reading_everything
from registry.inspections.intake.comparing import comparable
from registry.inspections.models import LoadBatch, LoadRow, RowOutcome

PER_PAGE = 25
LINES_PER_PAGE = 100
SHOWS = ("problems", "remarks", *(outcome.value for outcome in RowOutcome if outcome != RowOutcome.REJECTED))


@fenced
def own(*, by: Acting, number) -> Page:
    """One page of the authority's files, the newest first."""
    rows = LoadBatch.objects.visible_to(by).select_related("checked_by")
    return _evaluated(Paginator(rows, PER_PAGE).get_page(number))


@fenced
def find(*, by: Acting, number: int) -> LoadBatch | None:
    """One of the authority's files."""
    rows = LoadBatch.objects.visible_to(by).filter(pk=number)
    return rows.select_related("authority", "checked_by", "confirmed_by", "undone_by").first()


def waiting(number: int) -> LoadBatch | None:
    """A file for the worker, whoever's it is."""
    with reading_everything():
        return LoadBatch.objects.select_related("authority", "confirmed_by").filter(pk=number).first()


@fenced
def lines(*, by: Acting, batch: LoadBatch, show: str, number) -> Page:
    """One page of a file's rows: those with problems, with something to tell, or of one outcome."""
    rows = batch.lines.select_related("inspection").order_by("number")
    if show == "problems":
        rows = rows.filter(outcome=RowOutcome.REJECTED)
    elif show == "remarks":
        rows = rows.filter(
            Q(remarks__contains=[{"kind": "repaired"}]) | Q(remarks__contains=[{"kind": "noted"}])
        )
    else:
        rows = rows.filter(outcome=show)
    page = _evaluated(Paginator(rows, LINES_PER_PAGE).get_page(number))
    for line in page:
        line.told = [one for one in line.remarks if (one["kind"] == "rejected") == (show == "problems")]
        line.differences = _differences(line) if line.outcome == RowOutcome.CHANGED else []
    return page


@fenced
def with_reasons(*, by: Acting, batch: LoadBatch) -> tuple[list[str], list[list[str]]]:
    """The file as it was, with one more column: why a row cannot be read, or what was read otherwise."""
    kept = [place for place, head in enumerate(batch.heads) if head.casefold() != "reason"]
    rows = [
        [*(line.cells[place] for place in kept), "; ".join(_reasons(line))]
        for line in batch.lines.order_by("number")
    ]
    return [*(batch.heads[place] for place in kept), "reason"], rows


def _reasons(line: LoadRow) -> Iterator[str]:
    for one in sorted(line.remarks, key=lambda one: one["kind"] != "rejected"):
        yield f"{one['column']}: {one['reason']}"


def _differences(line: LoadRow) -> list[dict]:
    after = comparable(line.facts)
    return [
        {"column": column, "before": _shown(line.before.get(column)), "after": _shown(value)}
        for column, value in after.items()
        if value != line.before.get(column)
    ]


def _shown(value) -> str:
    if not isinstance(value, list):
        return str(value or "")
    return "; ".join(
        ": ".join(map(str, one))
        if isinstance(one, list)
        else str(one.get("title", ""))
        if isinstance(one, dict)
        else one
        for one in value
    )


def _evaluated(page: Page) -> Page:
    page.object_list = list(page.object_list)
    return page
