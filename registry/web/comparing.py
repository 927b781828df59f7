"""``/bodies/<slug>/compare/``: two dates of one body side by side."""

from django import forms
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from agreements import texts as agreement_texts
from portal.pages import Page
from portal.tables import json_response
from registry import comparing, listing


class CompareForm(forms.Form):
    """The two dates, each with the moment of the register's knowledge. It draws what was typed; `comparing` decides."""

    a = forms.CharField(label=_("First date"), required=False, help_text=_("For example 2020-06-01"))
    known_a = forms.CharField(
        label=_("First: as the register stood on"),
        required=False,
        help_text=_("Leave empty for today’s knowledge"),
    )
    b = forms.CharField(label=_("Second date"), required=False, help_text=_("For example 2024-06-01"))
    known_b = forms.CharField(
        label=_("Second: as the register stood on"),
        required=False,
        help_text=_("Leave empty for today’s knowledge"),
    )


class ComparePage(Page):
    """The body on both days, for each partner and scope line, and what changed in words."""

    def get(self, request, slug):
        sides = comparing.read_sides(request.GET)
        comparison = comparing.compare(slug, sides, agreement_texts.current())
        if comparison is None:
            return _elsewhere(request, slug, sides, "/")
        shown = {"a": sides[0].on, "b": sides[1].on}
        context = {
            "comparison": comparison,
            "rows": [(row, _sides_of(row)) for row in comparison.lines],
            "sides": list(zip(sides, comparison.portraits, strict=True)),
            "form": _form({**request.GET.dict(), **{name: day.isoformat() for name, day in shown.items()}}),
            "downloads": [
                {
                    "text": "JSON",
                    "href": f"/bodies/{slug}/compare.json?{request.GET.urlencode()}",
                    "type": "application/json",
                }
            ],
            "breadcrumbs": _breadcrumbs(comparison.body.shown_name, slug),
        }
        return render(request, "registry/compare.html", context)

    def bad_question(self, request, field, message):
        """The form with the words beside the field."""
        slug = request.resolver_match.kwargs["slug"]
        form = _form(request.GET)
        if field not in form.fields:
            return super().bad_question(request, field, message)
        form.add_error(field, message)
        context = {"form": form, "breadcrumbs": _breadcrumbs(_("The body"), slug)}
        return render(request, "registry/compare.html", context, status=400)


class CompareFile(Page):
    """``/bodies/<slug>/compare.json``: the same as data."""

    def get(self, request, slug):
        sides = comparing.read_sides(request.GET)
        comparison = comparing.compare(slug, sides, agreement_texts.current())
        if comparison is None:
            return _elsewhere(request, slug, sides, ".json")
        return json_response(comparing.told(comparison))


def _sides_of(row) -> list[tuple]:
    return [(answer, comparing.standing_words(answer)) for answer in (row.first, row.second)]


def _form(data) -> CompareForm:
    form = CompareForm({name: value.replace("\x00", "")[:60] for name, value in data.items()})
    form.is_valid()
    return form


def _breadcrumbs(name, slug: str) -> list[dict]:
    return [{"text": _("Bodies"), "href": "/bodies/"}, {"text": name, "href": f"/bodies/{slug}/"}]


def _elsewhere(request, slug: str, sides, ending: str):
    """To the body that this address belongs to now, if any."""
    found = listing.elsewhere(slug, sides[1])
    if found is None:
        raise Http404
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return HttpResponseRedirect(f"/bodies/{found.slug}/compare{ending}{query}")
