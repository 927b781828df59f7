"""The scope of a designation: lines picked from the partner's list, pasted, or a whole sector."""

from django.http import HttpResponseRedirect
from django.utils.translation import gettext as _

from registry import checking, dossier, scoping
from registry.web import designation_forms as forms
from registry.web.designate import SectionPage


class ScopePage(SectionPage):
    """Scope lines: pick from the partner's list, paste, or take a whole sector; each is compared at once."""

    key = "scope"
    template = "registry/designate_scope.html"
    needs_direction = True

    def form(self, request, data, proposal):
        if proposal.annex is None:
            return forms.ScopeSection(data, initial={"version": proposal.version})
        return forms.ScopeSection(
            data,
            kinds=dossier.kinds_covered(proposal),
            sites=dossier.sites(proposal.body),
            sectors=dossier.sectors(proposal.annex),
            initial={"version": proposal.version},
        )

    def context(self, request, proposal):
        words = request.GET.get("q", "")[:200]
        on_list = scoping.listed_requirements(proposal.annex, proposal.importing, words)
        return {
            "compared": checking.compared_scope(proposal),
            "listed": on_list[:200],
            "listed_count": len(on_list),
            "words": words,
            "refused": getattr(self, "refused", []),
        }

    def post(self, request, number):
        proposal = self._draft(request)
        if proposal.annex is None:
            return self.get(request, number)
        form = self.form(request, request.POST, proposal)
        if not form.is_valid():
            return self.get(request, number, status=400, form=form)
        lines = scoping.lines_of(proposal.content)
        doing = request.POST.get("doing")
        if doing == "done":
            return HttpResponseRedirect(f"{proposal.get_absolute_url()}tasks/")
        if doing == "remove":
            gone = set(request.POST.getlist("remove"))
            lines = [line for number, line in enumerate(lines, start=1) if str(number) not in gone]
        else:
            added = self._added(request, proposal, form, doing)
            if not added:
                words = _("Nothing was added: choose or paste at least one line that can be used.")
                return self.get(request, number, status=400, form=form, error="" if form.errors else words)
            lines = list(dict.fromkeys([*lines, *added]))
        if len(lines) > scoping.MOST_LINES:
            words = _("A proposal takes at most %(number)s lines. Make a second one for the rest.")
            return self.get(
                request, number, status=400, form=form, error=words % {"number": scoping.MOST_LINES}
            )
        content = {"lines": [line.told() for line in lines]}
        answer = self.saved(request, proposal, form, self.key, content, stay=True)
        if self.refused and answer.status_code == 302:
            return self.get(request, number, status=200)
        return answer

    refused: tuple | list = ()

    def _added(self, request, proposal, form, doing) -> list[scoping.Line]:
        asked = form.cleaned_data
        common = {"kind": asked["kind"], "site": asked.get("site", ""), "product": asked["product"]}
        common["procedure"] = asked["procedure"]
        if doing == "paste":
            sites = {str(site).casefold(): str(site.pk) for site in dossier.sites(proposal.body)}
            added, self.refused = scoping.read_pasted(
                asked["pasted"],
                annex=proposal.annex,
                importing=proposal.importing,
                sites=sites,
                kind=asked["kind"],
                sector=asked["sector"],
            )
            return added
        if doing == "sector":
            return [scoping.Line(asked["sector"], **common)] if asked["sector"] else []
        picked = set(request.POST.getlist("pick"))
        listed = scoping.listed_requirements(proposal.annex, proposal.importing)
        chosen = [one for one in listed if one.slug in picked]
        if not asked["sector"] and any(one.sector_id is None for one in chosen):
            form.add_error(
                "sector", _("Choose the sector: a requirement you picked belongs to no one sector.")
            )
            return []
        return [
            scoping.Line(
                one.sector.code if one.sector_id else asked["sector"], requirement=one.slug, **common
            )
            for one in chosen
        ]
