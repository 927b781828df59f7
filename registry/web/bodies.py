"""A body's own page."""

from django.http import Http404, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from agreements import texts as agreement_texts
from portal import clock
from portal.pages import Page
from portal.pictures import Segment, Timeline, TimelineRow
from registry import listing
from registry.models import Standing


class BodyPage(Page):
    """``/bodies/<slug>/``: who it is, how it stands with each partner over time, what was decided and why."""

    def get(self, request, slug):
        """The page as of both clocks; an address given up, or merged into another, leads on."""
        portrait = listing.portrait(slug, request.clocks, agreement_texts.current())
        if portrait is None:
            return _elsewhere(request, slug)
        context = {
            "body": portrait.body,
            "portrait": portrait,
            "timeline": timeline(portrait, request.clocks),
            "watch_query": f"body={portrait.body.slug}",
            "breadcrumbs": [{"text": _("Bodies"), "href": "/bodies/"}],
        }
        return render(request, "registry/body.html", context)


def _elsewhere(request, slug: str):
    found = listing.elsewhere(slug, request.clocks)
    if found is None:
        raise Http404
    redirect = HttpResponsePermanentRedirect if found.lasting else HttpResponseRedirect
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"/bodies/{found.slug}/{'?' if query else ''}{query}")


def timeline(portrait: listing.Portrait, clocks) -> Timeline | None:
    """The standing with each partner over time, one row per scope line. None where the body faces no partner."""
    rows = [
        TimelineRow(
            f"{standing.importing.name}: {standing.line} ({standing.annex.code})",
            [
                Segment(row.valid.lower, row.valid.upper, row.standing, str(Standing(row.standing).label))
                for row in standing.stretches
                if row.standing != Standing.NOT_DESIGNATED
            ],
        )
        for standing in portrait.lines
    ]
    rows = [row for row in rows if row.segments]
    return Timeline(rows, today=clock.today(), on=clocks.on if clocks.asked_on else None) if rows else None
