"""The list of bodies and a body's own page."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from agreements import texts as agreement_texts
from portal import clock
from portal.pages import BadQuestion, Page
from portal.pictures import Segment, Timeline, TimelineRow
from portal.tables import atom_response, csv_response, json_response
from registry import listing
from registry.filters import BodyFilter
from registry.models import Body, Standing

PER_PAGE = 25


class BodiesPage(Page):
    """``/bodies/``: the directory."""

    def get(self, request):
        """The page of the list that is asked for."""
        found = listing.filtered(BodyFilter, request, listing.bodies(request.clocks))
        page = _page(request, found.qs)
        standings = listing.standings_of(list(page), request.clocks, found.texts)
        chips = _chips(request, found)
        context = {
            "filter": found,
            "page": page,
            "rows": [(body, standings.get(body.id, [])) for body in page],
            "chips": chips,
            "filters_active": bool(chips),
            "clear_href": f"/bodies/?{request.clocks.query}" if request.clocks.query else "/bodies/",
            "downloads": [
                {"text": text, "href": f"/bodies.{ending}?{request.GET.urlencode()}", "type": kind}
                for text, ending, kind in _FILES
            ],
        }
        return render(request, "registry/bodies.html", context)


_FILES = (
    ("CSV", "csv", "text/csv"),
    ("JSON", "json", "application/json"),
    ("Atom", "atom", "application/atom+xml"),
)


def _chips(request, found: BodyFilter) -> list[dict]:
    """What narrows the list, each with the address of the list without it."""
    chips = []
    for name, value in found.form.cleaned_data.items():
        if not value or name == "sort":
            continue
        field = found.form.fields[name]
        words = dict(getattr(field, "choices", ())).get(value, value)
        query = request.GET.copy()
        query.pop(name, None)
        query.pop("page", None)
        chips.append({"label": field.label, "words": words, "href": f"/bodies/?{query.urlencode()}"})
    return chips


class BodiesFile(Page):
    """``/bodies.csv``, ``.json``, ``.atom``: the same list."""

    def get(self, request, ending):
        bodies = listing.filtered(BodyFilter, request, listing.bodies(request.clocks)).qs
        if ending == "atom":
            entries = (
                {**_told(body), "updated": body.last_decision or body.recorded_at} for body in bodies[:100]
            )
            return atom_response(
                title="Concordat: bodies",
                address=request.build_absolute_uri(),
                updated=max(
                    (body.last_decision or body.recorded_at for body in bodies[:100]), default=clock.now()
                ),
                entries=(_entry(request, told) for told in entries),
            )
        rows = [_told(body) for body in bodies]
        if ending == "json":
            return json_response({"count": len(rows), "bodies": rows})
        return csv_response("bodies", list(_COLUMNS), ([row[column] for column in _COLUMNS] for row in rows))


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


def _page(request, rows):
    try:
        number = int(request.GET.get("page") or 1)
    except ValueError as error:
        raise BadQuestion("page", str(_("Enter a page number, for example 2."))) from error
    return Paginator(rows, PER_PAGE).get_page(number)


_COLUMNS = (
    "name",
    "slug",
    "economy",
    "local_word",
    "website",
    "origin",
    "source",
    "recorded_at",
    "last_decision",
)


def _told(body: Body) -> dict:
    return {
        "name": body.shown_name,
        "slug": body.shown_slug,
        "economy": body.economy.code,
        "local_word": body.local_word,
        "website": body.website,
        "origin": body.origin,
        "source": body.source_name,
        "recorded_at": body.recorded_at,
        "last_decision": body.last_decision,
    }


def _entry(request, told: dict) -> dict:
    address = request.build_absolute_uri(f"/bodies/{told['slug']}/")
    return {
        "id": address,
        "href": address,
        "title": told["name"],
        "updated": told["updated"],
        "summary": f"{told['economy']} {told['local_word']}".strip(),
    }
