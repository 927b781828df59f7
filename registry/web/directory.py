"""``/bodies/``: the directory, as a page and as files of the same question."""

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal import clock
from portal.pages import BadQuestion, Page
from portal.tables import atom_response, csv_response, json_stream, xlsx_response
from registry import exporting, searching
from registry.directory.counting import Facet
from registry.directory.listed import Listed
from registry.searching import Found

PER_PAGE = 25
OPEN_CHOICES = 6
MOST_IN_FEED = 100
# A workbook is made whole before it is sent, at some ten thousand rows a second.
MOST_IN_WORKBOOK = 20_000
_MARKS = ("after", "before", "cursor", "page")
_FILES = (
    ("CSV", "csv", "text/csv"),
    ("XLSX", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("JSON", "json", "application/json"),
    ("Atom", "atom", "application/atom+xml"),
)


class DirectoryPage(Page):
    """The bodies that the question finds, what else could be chosen, and how many there would be."""

    def get(self, request):
        """The page of the list that is asked for."""
        found = searching.search(searching.read(request.GET, request.clocks), size=PER_PAGE)
        context = {
            "found": found,
            "rows": [_drawn(request, one) for one in found.rows],
            "facets": [_facet(facet) for facet in found.facets if facet.choices],
            "open_facets": set(found.question.chosen) | {"economy", "accepted_by", "standing"},
            "kept": _kept(request, found),
            "sorts": _sorts(found),
            "chips": _chips(request, found),
            "meant": [(words, _with(request, q=words)) for words in found.meant],
            "pages": {
                "first": _with(request) if found.previous else "",
                "previous": _with(request, before=found.previous) if found.previous else "",
                "next": _with(request, after=found.next) if found.next else "",
            },
            "filters_active": not found.question.is_open,
            "clear_href": f"/bodies/?{request.clocks.query}" if request.clocks.query else "/bodies/",
            "downloads": [
                {"text": text, "href": _with(request, path=f"/bodies.{ending}"), "type": kind}
                for text, ending, kind in _FILES
            ],
        }
        return render(request, "registry/directory.html", context)


# Hundreds of choices a page: a template for each would cost more than all the rest.
_CHOICE = (
    '<div class="c-checkboxes__item"><input class="c-checkboxes__input" type="checkbox" id="{0}-{1}" name="{0}" value="{2}"{3}>'
    '<label class="c-label c-checkboxes__label" for="{0}-{1}">{4} <span class="c-facet__count">{5}</span></label></div>'
)


def _facet(facet: Facet) -> dict:
    """A group with its choices drawn: the first ones, and how many more with those."""
    drawn = [
        format_html(
            _CHOICE,
            facet.name,
            number,
            choice.code,
            mark_safe(" checked") if choice.chosen else "",
            choice.label,
            choice.count,
        )
        for number, choice in enumerate(facet.choices, start=1)
    ]
    first, rest = drawn[:OPEN_CHOICES], drawn[OPEN_CHOICES:]
    return {
        "of": facet,
        "first": SafeString("".join(first)),
        "rest": SafeString("".join(rest)),
        "more": len(rest),
    }


def _kept(request, found: Found) -> list[tuple[str, list[str]]]:
    """What the form does not ask itself."""
    asked = {"q", "sort", *_MARKS, *(facet.name for facet in found.facets if facet.choices)}
    return [(name, values) for name, values in request.GET.lists() if name not in asked]


def _drawn(request, one: Listed) -> str:
    """The row as it is shown; what is shown without a date is kept with the row."""
    kept = request.clocks.is_default
    language = get_language() or ""
    if kept and language in one.drawn:
        return one.drawn[language]
    context = {"one": one, "clocks": request.clocks, "address": f"/bodies/{one.row.slug}/"}
    drawn = render_to_string("registry/directory_row.html", context)
    if kept:
        one.drawn[language] = drawn
    return drawn


def _with(request, path: str = "/bodies/", **changed: str) -> str:
    """The address of the list with these parameters changed, from its first page on."""
    query = request.GET.copy()
    for name in (*_MARKS, *changed):
        query.pop(name, None)
    for name, value in changed.items():
        query[name] = value
    return f"{path}?{query.urlencode()}" if query else path


def _chips(request, found: Found) -> list[dict]:
    """What narrows the list, each with the address of the list without it."""
    chips = []
    if found.question.words:
        query = _without(request, "q", None)
        chips.append({"label": _("Words"), "words": found.question.words, "href": query})
    for group, label, code, words in found.chosen():
        chips.append({"label": label, "words": words, "href": _without(request, group, code)})
    return chips


def _without(request, name: str, value: str | None) -> str:
    query = request.GET.copy()
    for mark in _MARKS:
        query.pop(mark, None)
    left = [each for each in query.getlist(name) if value is not None and each.strip() != value]
    query.setlist(name, left)
    if not left:
        del query[name]
    return f"/bodies/?{query.urlencode()}" if query else "/bodies/"


def _sorts(found: Found) -> list[tuple[str, str]]:
    words = {
        "relevance": _("Best match"),
        "name": _("Name, A to Z"),
        "-name": _("Name, Z to A"),
        "-decision": _("Last decision, newest first"),
        "decision": _("Last decision, oldest first"),
    }
    return [(sort, words[sort]) for sort in words if sort != "relevance" or found.question.words]


class DirectoryFile(Page):
    """``/bodies.csv``, ``.xlsx``, ``.json``, ``.atom``: all bodies of the same question."""

    def get(self, request, ending):
        question = searching.read(request.GET, request.clocks)
        if ending == "atom":
            return _feed(request, question)
        found = searching.every(question)
        if ending == "json":
            return json_stream({"count": len(found.ids)}, "bodies", exporting.rows(found))
        if ending == "xlsx":
            return _workbook(found)
        if found.shown is not None:
            return csv_response("bodies", list(exporting.COLUMNS), exporting.cells(exporting.rows(found)))
        return StreamingHttpResponse(
            exporting.csv(found),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="bodies.csv"'},
        )


def _workbook(found: searching.Everything) -> HttpResponse:
    if len(found.ids) > MOST_IN_WORKBOOK:
        raise BadQuestion(
            "",
            _(
                "A workbook holds at most %(most)s of these %(count)s bodies. Narrow the list, or take the CSV file."
            )
            % {"most": f"{MOST_IN_WORKBOOK:,}", "count": f"{len(found.ids):,}"},
        )
    rows = exporting.cells(exporting.rows(found))
    return xlsx_response("bodies", {_("Bodies"): [list(exporting.COLUMNS), *rows]})


def _feed(request, question: searching.Question) -> HttpResponse:
    """The bodies about which something was decided last."""
    newest = searching.Question(question.clocks, question.words, question.chosen, "-decision")
    found = searching.search(newest, size=MOST_IN_FEED, counted=False)
    entries = [_entry(request, one) for one in found.rows]
    return atom_response(
        title="Concordat: bodies",
        address=request.build_absolute_uri(),
        updated=max((entry["updated"] for entry in entries), default=clock.now()),
        entries=entries,
    )


def _entry(request, one: Listed) -> dict:
    address = request.build_absolute_uri(f"/bodies/{one.row.slug}/")
    return {
        "id": address,
        "href": address,
        "title": one.row.name,
        "updated": one.row.last_decision or one.row.recorded_at,
        "summary": f"{one.economy.code} {one.row.local_word}".strip(),
    }
