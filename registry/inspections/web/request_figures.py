"""``/requests/figures/``: how many requests, how many of them in time, and how many inspections they saved.

For members, about the pairs of their own authority. The public sees none of it: that one authority asks another about a
facility is confidential, and where two have exchanged few requests a number would tell.
"""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from agreements.web.doors import Member
from portal.pictures import Bars, Measure
from registry.inspections import figuring


class FiguresPage(Member, View):
    """The figures, as pictures with a table beside each."""

    http_method_names = ["get", "head", "options"]
    action = "inspection.see"

    def get(self, request):
        """The page."""
        told = figuring.figures(by=request.acting)
        context = {
            "told": told,
            "by_year": Bars(
                [
                    Measure(
                        str(year),
                        figures.asked,
                        ngettext("%(number)s request", "%(number)s requests", figures.asked)
                        % {"number": figures.asked},
                    )
                    for year, figures in told.years
                ]
            ),
            "in_time": Bars(
                [
                    Measure(
                        f"{asking} → {asked}",
                        figures.share_in_time,
                        _("%(share)s%% in time") % {"share": figures.share_in_time},
                    )
                    for asking, asked, figures in told.pairs
                    if figures.share_in_time is not None
                ],
                full=100,
            ),
            "breadcrumbs": [{"text": _("Requests"), "href": "/requests/"}],
        }
        return render(request, "inspections/request_figures.html", context)
