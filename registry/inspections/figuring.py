"""The figures of requests between an authority and its partners: how many, answered in time, and inspections saved."""

from collections import defaultdict
from dataclasses import dataclass
from statistics import median

from agreements.acting import Acting
from agreements.models import Agreement, Authority
from registry import limits
from registry.inspections import deadlines
from registry.inspections.fence import fenced
from registry.inspections.models import ReportRequest, RequestStage

# A withdrawn request was answered by nobody: it counts as asked, and neither in time nor late.
_ANSWERED = (RequestStage.SHARED, RequestStage.REFUSED)


@dataclass(frozen=True)
class Figures:
    """Numbers of some requests. ``with_day`` had a last day and are answered or late; ``median_days`` is None without any.

    Days are counted from the day on which a request arrived to the one on which a document was released or it was refused.
    """

    asked: int
    running: int
    shared: int
    refused: int
    with_day: int
    in_time: int
    relied_on: int
    median_days: float | None

    @property
    def share_in_time(self) -> int | None:
        """In per cent of those with a day; None without any."""
        return round(100 * self.in_time / self.with_day) if self.with_day else None


@dataclass(frozen=True)
class Line:
    """The figures of one pair, in one direction, under one agreement, for one year (of the day of asking)."""

    asking: Authority
    asked: Authority
    agreement: Agreement
    year: int
    figures: Figures


@dataclass(frozen=True)
class Told:
    """All figures of an authority: by line, by year, by partner and direction, and together."""

    lines: list[Line]
    years: list[tuple[int, Figures]]
    pairs: list[tuple[Authority, Authority, Figures]]
    together: Figures


@fenced
def figures(*, by: Acting) -> Told:
    """The figures of the requests that the actor's authority made or received; one query."""
    rows = ReportRequest.objects.visible_to(by).select_related("asking", "asked__economy", "annex__agreement")
    requests = list(rows.defer("purpose", "answer"))
    return Told(
        lines=[
            Line(found[0].asking, found[0].asked, found[0].annex.agreement, year, _figures(found))
            for (_asking, _asked, _agreement, year), found in _grouped(
                requests, lambda each: (*_pair(each), each.annex.agreement.code, _year(each))
            )
        ],
        years=[(year, _figures(found)) for year, found in _grouped(requests, _year)],
        pairs=[
            (found[0].asking, found[0].asked, _figures(found)) for _names, found in _grouped(requests, _pair)
        ],
        together=_figures(requests),
    )


def _grouped(requests: list[ReportRequest], key) -> list[tuple]:
    groups = defaultdict(list)
    for request in requests:
        groups[key(request)].append(request)
    return sorted(groups.items())


def _pair(request: ReportRequest) -> tuple[str, str]:
    return request.asking.name, request.asked.name


def _year(request: ReportRequest) -> int:
    return limits.day_at(request.asked_at, request.asked.economy).year


def _figures(requests: list[ReportRequest]) -> Figures:
    told = [deadlines.was_in_time(each) for each in requests if each.stage != RequestStage.WITHDRAWN]
    answered = [each for each in requests if each.stage in _ANSWERED]
    days = [
        (
            limits.day_at(each.ended_at, each.asked.economy)
            - limits.day_at(each.asked_at, each.asked.economy)
        ).days
        for each in answered
    ]
    return Figures(
        asked=len(requests),
        running=sum(each.stage in RequestStage.running() for each in requests),
        shared=sum(each.stage == RequestStage.SHARED for each in requests),
        refused=sum(each.stage == RequestStage.REFUSED for each in requests),
        with_day=sum(each is not None for each in told),
        in_time=sum(each is True for each in told),
        relied_on=sum(each.relied_on_at is not None for each in requests),
        median_days=median(days) if days else None,
    )
