"""Economies: whom each accepts, who accepts it, and who acts for it."""

from dataclasses import dataclass, field

from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from agreements import portraying, telling, texts
from agreements.models import Capacity, Economy, ResultKind
from agreements.portraying import EconomyPortrait
from portal.clocks import Clocks
from portal.pages import Page
from portal.tables import csv_response, json_response


class EconomiesPage(Page):
    """``/economies/``: all economies that take part in an agreement on file."""

    def get(self, request):
        context = {
            "economies": portraying.economies(),
            "downloads": [
                {"text": "CSV", "href": "/economies.csv"},
                {"text": "JSON", "href": "/economies.json"},
            ],
        }
        return render(request, "agreements/economies.html", context)


class EconomiesFile(Page):
    """``/economies.csv`` and ``.json``."""

    def get(self, request, ending):
        rows = [telling.economy(row) for row in portraying.economies()]
        if ending == "json":
            return json_response({"economies": rows})
        header = ["code", "name", "local_name", "kind"]
        return csv_response("economies", header, ([row[name] or "" for name in header] for row in rows))


class EconomyPage(Page):
    """``/economies/<code>/``."""

    def get(self, request, code):
        economy = _economy(code)
        if economy.code != code:
            query = f"?{request.GET.urlencode()}" if request.GET else ""
            return HttpResponseRedirect(f"{economy.get_absolute_url()}{query}")
        portrait = portraying.economy_portrait(economy, request.clocks)
        context = {
            "economy": economy,
            "portrait": portrait,
            "accepts": dealings(portrait, portrait.accepts, "exporting"),
            "accepted_by": dealings(portrait, portrait.accepted_by, "importing"),
            "authorities": _by_capacity(economy),
            "body_count": economy.bodies.known(request.clocks.known_at).count(),
            "coverage": portraying.coverage(economy),
            "breadcrumbs": [{"text": _("Economies"), "href": "/economies/"}],
            "downloads": _downloads(economy, request.clocks),
        }
        return render(request, "agreements/economy.html", context)


class EconomyFile(Page):
    """``/economies/<code>.csv`` and ``.json``: both directions on the asked day."""

    def get(self, request, code, ending):
        economy, clocks = _economy(code), request.clocks
        told = telling.economy_whole(portraying.economy_portrait(economy, clocks))
        if ending == "json":
            return json_response({"on": clocks.on, "known_at": clocks.known_at, **told})
        rows = (
            [clocks.on, clocks.known_at or "", direction, *(row[name] or "" for name in _COLUMNS)]
            for direction in ("accepts", "accepted_by")
            for row in told[direction]
        )
        return csv_response(f"economy-{economy.code}", ["on", "known_at", "direction", *_COLUMNS], rows)


_COLUMNS = ("partner", "annex", "kind", "sector", "annex_status")


@dataclass
class Dealing:
    """What is accepted to or from one partner under one annex. ``through`` is the union in whose name."""

    partner: Economy
    annex: object
    through: Economy | None
    status: str
    kinds: set[str] = field(default_factory=set)
    sectors: set[str] = field(default_factory=set)

    @property
    def kind_words(self) -> list[str]:
        """The kinds of result, in words."""
        return sorted(str(ResultKind(kind).label) for kind in self.kinds)

    @property
    def sector_words(self) -> list[str]:
        """The sectors' names; none where the source names none."""
        return sorted(self.sectors)


def dealings(portrait: EconomyPortrait, undertakings: list, partner_side: str) -> list[Dealing]:
    """Undertakings by partner and annex, partners in the order of their names."""
    own_side = "importing" if partner_side == "exporting" else "exporting"
    found: dict[tuple, Dealing] = {}
    for row in undertakings:
        partner, own = getattr(row, partner_side), getattr(row, own_side)
        period = portrait.statuses.get(row.annex_id)
        through = own if own.id != portrait.economy.id else None
        dealing = found.setdefault(
            (partner.id, row.annex_id, own.id),
            Dealing(partner, row.annex, through, period.status if period else "not_in_force"),
        )
        dealing.kinds.add(row.kind)
        if row.sector:
            dealing.sectors.add(row.sector.name)
    return sorted(found.values(), key=lambda dealing: (dealing.partner.name, dealing.annex.code))


def _economy(code: str) -> Economy:
    economy = texts.current().economy_by_code.get(code.upper())
    if economy is None:
        raise Http404
    return economy


def _by_capacity(economy: Economy) -> list[tuple[str, list]]:
    """The economy's authorities under each capacity they act in."""
    authorities = portraying.authorities(economy)
    groups = (
        (label, [row for row in authorities if code in row.capacities]) for code, label in Capacity.choices
    )
    return [(label, rows) for label, rows in groups if rows]


def _downloads(economy: Economy, clocks: Clocks) -> list[dict]:
    query = f"?{clocks.query}" if clocks.query else ""
    return [
        {"text": text, "href": f"/economies/{economy.code}.{ending}{query}"}
        for text, ending in (("CSV", "csv"), ("JSON", "json"))
    ]
