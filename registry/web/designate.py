"""Designating a body, section by section: a task list, saved at any step, checked before it is submitted."""

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import View

from agreements.web.doors import Member
from portal.files.storing import BadFile
from portal.lifecycle import NotAllowed
from registry import attaching, checking, dossier, proposing
from registry.models import Proposal, Stage, Step
from registry.policies import NotYours
from registry.proposing import Outdated
from registry.web import contact_rows
from registry.web import designation_forms as forms
from registry.web.proposals import SECTIONS, ProposalView, as_text, remarks, told


class StartPage(Member, View):
    """``/desk/designate/``: opens a new proposal."""

    action = "proposal.write"
    http_method_names = ["get", "head", "post"]

    def get(self, request, status=200, error=""):
        context = {
            "directions": dossier.directions(request.acting),
            "sections": SECTIONS.values(),
            "error": error,
            "breadcrumbs": [{"text": _("Desk"), "href": "/desk/"}],
        }
        return render(request, "registry/designate_start.html", context, status=status)

    def post(self, request):
        try:
            proposal = proposing.draft(by=request.acting, step=Step.DESIGNATE)
        except NotYours as error:
            return self.get(request, status=400, error=str(error))
        return HttpResponseRedirect(f"{proposal.get_absolute_url()}tasks/")


class TasksPage(ProposalView):
    """``/desk/proposals/<number>/tasks/``: the sections, how far each is, and what is missing."""

    http_method_names = ["get", "head"]

    def get(self, request, number):
        proposal = self.found(request)
        if proposal.step != Step.DESIGNATE:
            raise Http404
        if proposal.stage != Stage.DRAFT:
            return HttpResponseRedirect(proposal.get_absolute_url())
        problems = checking.problems(request.acting, proposal)
        context = {
            "proposal": proposal,
            "tasks": [_task(proposal, key, problems) for key in SECTIONS],
            "remarks": remarks(proposal),
            "ready": not problems,
            "may_write": self.may_write(request),
            "breadcrumbs": [{"text": _("Desk"), "href": "/desk/"}],
        }
        return render(request, "registry/designate_tasks.html", context)


def _task(proposal: Proposal, key: str, problems) -> dict:
    own = [problem for problem in problems if problem.section == key]
    begun = bool(proposal.content.get(key)) or (key == "documents" and bool(dossier.attachments(proposal)))
    if own:
        state = "in_progress" if begun else "not_started"
    else:
        state = "complete" if begun or key == "documents" else "not_started"
    return {
        "key": key,
        "words": SECTIONS[key],
        "href": f"{proposal.get_absolute_url()}{key}/",
        "state": state,
        "problems": own if begun else [],
        "remarks": [remark for remark in proposal.remarks.all() if remark.field == key],
    }


class SectionPage(ProposalView):
    """The base of a section's page. Subclasses name ``key`` and ``template``, and make the form and its context."""

    action = "proposal.write"
    http_method_names = ["get", "head", "post"]
    key = ""
    template = "registry/designate_section.html"
    needs_direction = False

    def get(self, request, number, status=200, form=None, error="", theirs=None):
        proposal = self._draft(request)
        if self.needs_direction and proposal.annex is None:
            messages.info(request, _("Choose the text and the partner first."))
            return HttpResponseRedirect(f"{proposal.get_absolute_url()}partner/")
        form = form or self.form(request, None, proposal)
        context = {
            "proposal": proposal,
            "form": form,
            "heading": SECTIONS[self.key],
            "error": error,
            "theirs": theirs,
            "theirs_words": as_text(theirs, self.key),
            "remarks": [remark for remark in remarks(proposal) if remark.field == self.key],
            "breadcrumbs": [
                {"text": _("Desk"), "href": "/desk/"},
                {"text": _("Designation"), "href": f"{proposal.get_absolute_url()}tasks/"},
            ],
            **self.context(request, proposal),
        }
        return render(request, self.template, context, status=status)

    def post(self, request, number):
        proposal = self._draft(request)
        form = self.form(request, request.POST, proposal)
        if not form.is_valid():
            return self.get(request, number, status=400, form=form)
        return self.saved(request, proposal, form, self.key, form.content(), **self.records(form, proposal))

    def saved(self, request, proposal, form, section, content, *, stay=False, **about):
        """Save a section and go on; when somebody else saved first, show both and change nothing."""
        try:
            proposing.revise(
                by=request.acting,
                proposal=proposal,
                version=form.cleaned_data["version"],
                section=section,
                content=content,
                **about,
            )
        except Outdated as error:
            now = dossier.proposal(request.acting, proposal.pk)
            return self.get(request, proposal.pk, status=409, form=form, error=str(error), theirs=now)
        except (NotAllowed, NotYours) as error:
            return self.get(request, proposal.pk, status=400, form=form, error=str(error))
        if stay:
            return HttpResponseRedirect(request.get_full_path())
        messages.success(request, _("Saved: %(section)s.") % {"section": SECTIONS[section]})
        return HttpResponseRedirect(f"{proposal.get_absolute_url()}tasks/")

    def form(self, request, data, proposal):
        """The section's form, bound to what was posted or filled with what is kept."""
        raise NotImplementedError

    def context(self, request, proposal) -> dict:
        """What the template shows besides the form."""
        return {}

    def records(self, form, proposal) -> dict:
        """Which records of the proposal the section sets."""
        return {}

    def kept(self, proposal: Proposal) -> dict:
        """What the proposal keeps of the section, and its version."""
        return {**proposal.content.get(self.key, {}), "version": proposal.version}

    def _draft(self, request) -> Proposal:
        proposal = self.found(request)
        if proposal.step != Step.DESIGNATE or proposal.stage != Stage.DRAFT:
            raise Http404
        return proposal


class BodyPage(SectionPage):
    """Which body: found by words, or a new one."""

    key = "body"
    template = "registry/designate_body.html"

    def form(self, request, data, proposal):
        words = (data or request.GET).get("q", "") or (proposal.body.name if proposal.body_id else "")
        economies = dossier.party_members(request.acting)
        found = dossier.bodies_worded(words, [each.pk for each in economies]) if words.strip() else []
        initial = {**self.kept(proposal), "existing": str(proposal.body_id or "")}
        form = forms.BodySection(data, found=found, economies=economies, initial=initial)
        form.found, form.words = {str(body.pk): body for body in found}, words
        return form

    def records(self, form, proposal):
        return {"body": form.found.get(form.cleaned_data["existing"])}


class PartnerPage(SectionPage):
    """Under which text and to whom."""

    key = "partner"

    def form(self, request, data, proposal):
        directions = dossier.directions(request.acting)
        by_value = {each.value: each for each in directions}
        held = f"{proposal.annex_id}:{proposal.exporting_id}:{proposal.importing_id}"
        chosen = by_value.get((data or {}).get("direction") or held)
        regulators = dossier.regulators(chosen) if chosen else []
        initial = {**self.kept(proposal), "direction": held}
        form = forms.PartnerSection(data, directions=directions, regulators=regulators, initial=initial)
        form.by_value = by_value
        return form

    def records(self, form, proposal):
        chosen = form.by_value[form.cleaned_data["direction"]]
        return {"annex": chosen.annex, "exporting": chosen.exporting, "importing": chosen.importing}


class AccreditationPage(SectionPage):
    """The accreditation, and what its scope names."""

    key = "accreditation"

    def form(self, request, data, proposal):
        return forms.AccreditationSection(
            data, bodies=dossier.accreditation_bodies(), initial=self.kept(proposal)
        )


class ContactsPage(SectionPage):
    """Whom to reach, and whether the public may see it."""

    key = "contacts"
    template = "registry/designate_contacts.html"

    def form(self, request, data, proposal):
        return forms.Section(data, initial={"version": proposal.version})

    def context(self, request, proposal):
        if not hasattr(self, "rows"):
            held = proposal.content.get("contacts", {}).get("contacts")
            self.rows = contact_rows.showing(held or dossier.contacts(request.acting, proposal.body))
        return {"rows": self.rows}

    def post(self, request, number):
        proposal = self._draft(request)
        form = self.form(request, request.POST, proposal)
        if "more" in request.POST:
            self.rows = contact_rows.with_more(request.POST)
            return self.get(request, number, form=form)
        self.rows = contact_rows.typed(request.POST)
        if not (form.is_valid() and self.rows.is_valid()):
            return self.get(request, number, status=400, form=form)
        return self.saved(request, proposal, form, self.key, self.rows.content())


class DocumentsPage(SectionPage):
    """The documents that the partner asks for: which ones, which are there, upload and take away."""

    key = "documents"
    template = "registry/designate_documents.html"

    def form(self, request, data, proposal):
        asked = checking.documents_asked(proposal)
        return forms.UploadForm(data, request.FILES or None if data else None, asked=asked)

    def context(self, request, proposal):
        there = dossier.attachments(proposal)
        return {
            "asked": [
                {"document": document, "files": [one for one in there if one.purpose == document.key]}
                for document in checking.documents_asked(proposal)
            ],
            "there": there,
        }

    def post(self, request, number):
        proposal = self._draft(request)
        if remove := request.POST.get("remove"):
            attachment = next((one for one in dossier.attachments(proposal) if str(one.pk) == remove), None)
            if attachment is None:
                raise Http404
            attaching.detach(by=request.acting, attachment=attachment)
            return HttpResponseRedirect(request.path)
        form = self.form(request, request.POST, proposal)
        if not form.is_valid():
            return self.get(request, number, status=400, form=form)
        try:
            attaching.attach(
                by=request.acting,
                proposal=proposal,
                purpose=form.cleaned_data["purpose"],
                uploaded=form.cleaned_data["file"],
            )
        except (BadFile, NotAllowed) as error:
            form.add_error("file", str(error))
            return self.get(request, number, status=400, form=form)
        messages.success(request, _("Added."))
        return HttpResponseRedirect(request.path)


class DeclarationPage(SectionPage):
    """From when, until when, and the declaration."""

    key = "declaration"

    def form(self, request, data, proposal):
        return forms.DeclarationSection(data, initial=self.kept(proposal))


class AnswersPage(ProposalView):
    """``/desk/proposals/<number>/check/``: all answers on one page, and the button that submits them."""

    http_method_names = ["get", "head"]

    def get(self, request, number):
        proposal = self.found(request)
        if proposal.step != Step.DESIGNATE:
            raise Http404
        return render(request, "registry/designate_check.html", told(request, proposal))
