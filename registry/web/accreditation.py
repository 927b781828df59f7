"""Putting an accreditation on record by itself: by the accreditation body, or for one that does not use the portal."""

from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import View

from agreements.web.doors import Member
from registry import dossier, proposing
from registry.models import Stage, Step
from registry.proposing import Outdated
from registry.web.designation_forms import NewAccreditation
from registry.web.proposals import REFUSALS, as_text


class NewPage(Member, View):
    """``/desk/accreditations/new/``: finds the body, takes number, standard, scope and term; also edits such a draft."""

    action = "proposal.write"
    http_method_names = ["get", "head", "post"]

    def get(self, request, status=200, form=None, error="", theirs=None):
        proposal = self._proposal(request)
        form = form or self._form(request, None, proposal)
        context = {
            "form": form,
            "words": form.words,
            "found": form.found,
            "proposal": proposal,
            "error": error,
            "theirs": theirs,
            "theirs_words": as_text(theirs, "accreditation"),
            "breadcrumbs": [
                {"text": _("Desk"), "href": "/desk/"},
                {"text": _("Accreditations"), "href": "/desk/accreditations/"},
            ],
        }
        return render(request, "registry/accredit.html", context, status=status)

    def post(self, request):
        proposal = self._proposal(request)
        form = self._form(request, request.POST, proposal)
        if not form.is_valid():
            return self.get(request, status=400, form=form)
        try:
            saved = self._saved(request, proposal, form)
        except Outdated as error:
            now = dossier.proposal(request.acting, proposal.pk)
            return self.get(request, status=409, form=form, error=str(error), theirs=now)
        except REFUSALS as error:
            return self.get(request, status=400, form=form, error=str(error))
        return HttpResponseRedirect(saved.get_absolute_url())

    def _saved(self, request, proposal, form):
        asked, body = form.content(), form.found[form.cleaned_data["body"]]
        del asked["body"]
        words = asked.pop("public_reason")
        decision = {"effective_on": asked["start"], "public_reason": words}
        if proposal is None:
            content = {"accreditation": asked, "decision": decision}
            return proposing.draft(by=request.acting, step=Step.ACCREDIT, content=content, body=body)
        return proposing.revise(
            by=request.acting,
            proposal=proposal,
            version=form.cleaned_data["version"] or 0,
            section="accreditation",
            content=asked,
            body=body,
            further={"decision": decision},
        )

    def _form(self, request, data, proposal) -> NewAccreditation:
        words = (data or request.GET).get("q", "") or (proposal.body.name if proposal else "")
        found = dossier.bodies_for_accreditation(request.acting, words) if words.strip() else []
        initial = {}
        if proposal is not None:
            initial = {**proposal.content.get("accreditation", {}), **proposal.content.get("decision", {})}
            initial |= {"version": proposal.version, "body": str(proposal.body_id)}
        form = NewAccreditation(data, found=found, bodies=dossier.givers(request.acting), initial=initial)
        form.found, form.words = {str(body.pk): body for body in found}, words
        return form

    def _proposal(self, request):
        if not dossier.may_accredit(request.acting):
            raise Http404
        number = (request.POST if request.method == "POST" else request.GET).get("proposal", "")
        if not number:
            return None
        proposal = (
            dossier.proposal(request.acting, int(number)) if number.isascii() and number.isdigit() else None
        )
        if proposal is None or proposal.step != Step.ACCREDIT or proposal.stage != Stage.DRAFT:
            raise Http404
        return proposal
