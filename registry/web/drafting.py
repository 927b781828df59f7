"""Drafting a decision on a record, going on with it, and correcting one that stands on record."""

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import View

from agreements.web.doors import Member
from registry import checking, dossier, proposing
from registry.checking import ON_BODY
from registry.models import Act, Proposal, Stage, Step
from registry.policies import NotYours
from registry.proposing import Outdated
from registry.web.decision_form import ACT_WORDS, DecisionForm, kept
from registry.web.proposals import REFUSALS, ProposalView, as_text


class ProposePage(Member, View):
    """``/desk/<kind>/<number>/propose/<step>/``: a new proposal on a record, or back to the open one."""

    action = "proposal.write"
    http_method_names = ["get", "head", "post"]

    def get(self, request, kind, number, step, status=200, form=None, error=""):
        record = self._record(request, kind, number, step)
        open_one = dossier.running_proposal(request.acting, record)
        if open_one is not None:
            messages.info(request, _("There is an open proposal on this already."))
            return HttpResponseRedirect(open_one.get_absolute_url())
        form = form or self._form(None, record, kind, step)
        return render(
            request,
            "registry/decision_form.html",
            _form_context(form, record, kind, step, error),
            status=status,
        )

    def post(self, request, kind, number, step):
        record = self._record(request, kind, number, step)
        form = self._form(request.POST, record, kind, step)
        if not form.is_valid():
            return self.get(request, kind, number, step, status=400, form=form)
        field = kind.removesuffix("s")
        try:
            proposal = proposing.draft(
                by=request.acting,
                step=form.chosen_step,
                content={"decision": form.content()},
                body=record.body,
                **{field: record},
            )
        except REFUSALS as error:
            return self.get(request, kind, number, step, status=400, form=form, error=str(error))
        return HttpResponseRedirect(proposal.get_absolute_url())

    def _record(self, request, kind, number, step):
        record = dossier.record(request.acting, kind, number)
        if record is None or step not in dossier.acts_open(request.acting, record):
            raise Http404
        return record

    def _form(self, data, record, kind, step) -> DecisionForm:
        lines = [] if kind == "accreditations" else dossier.line_states(record)
        return DecisionForm(data, kind=kind, step=step, lines=lines)


def _form_context(form: DecisionForm, record, kind: str, step: str, error: str = "", **more) -> dict:
    return {
        "form": form,
        "record": record,
        "kind": kind,
        "step": step,
        "heading": ACT_WORDS.get(step) or Step(step).label,
        "limits": dossier.limits_shown(record, step),
        "error": error,
        "breadcrumbs": [
            {"text": _("Desk"), "href": "/desk/"},
            {"text": record.body.name, "href": f"/desk/{kind}/{record.pk}/"},
        ],
        **more,
    }


class EditPage(ProposalView):
    """``/desk/proposals/<number>/edit/``: go on writing a draft. Who comes second is told; nothing is overwritten."""

    action = "proposal.write"
    http_method_names = ["get", "head", "post"]

    def get(self, request, number, status=200, form=None, error="", theirs=None):
        proposal = self._draft(request)
        record, kind = _record_of(proposal)
        form = form or _edit_form(None, proposal, record, kind)
        more = {"proposal": proposal, "theirs": theirs, "theirs_words": as_text(theirs, "decision")}
        context = _form_context(form, record, kind, proposal.step, error, **more)
        return render(request, "registry/decision_form.html", context, status=status)

    def post(self, request, number):
        proposal = self._draft(request)
        record, kind = _record_of(proposal)
        form = _edit_form(request.POST, proposal, record, kind)
        if not form.is_valid():
            return self.get(request, number, status=400, form=form)
        try:
            proposing.revise(
                by=request.acting,
                proposal=proposal,
                version=form.cleaned_data["version"] or 0,
                section="decision",
                content=form.content(),
                step=form.chosen_step,
            )
        except Outdated as error:
            now = dossier.proposal(request.acting, number)
            return self.get(request, number, status=409, form=form, error=str(error), theirs=now)
        except REFUSALS as error:
            return self.get(request, number, status=400, form=form, error=str(error))
        return HttpResponseRedirect(proposal.get_absolute_url())

    def _draft(self, request) -> Proposal:
        proposal = self.found(request)
        elsewhere = (Step.DESIGNATE, Step.ACCREDIT, *ON_BODY)
        if proposal.stage != Stage.DRAFT or proposal.step in elsewhere:
            raise Http404
        return proposal


def _record_of(proposal: Proposal):
    record = proposal.record or proposal.decision.record
    return record, dossier.kind_of(record)


def _edit_form(data, proposal: Proposal, record, kind: str) -> DecisionForm:
    lines = [] if kind == "accreditations" or proposal.decision_id else dossier.line_states(record)
    initial = {**kept(proposal.content), "version": proposal.version, "outcome": proposal.step}
    act = proposal.decision.act if proposal.decision_id else ""
    return DecisionForm(
        data,
        kind=kind,
        step=proposal.step,
        lines=lines,
        initial=initial,
        corrected_act=act,
    )


class CorrectPage(Member, View):
    """``/desk/decisions/<number>/<step>/``: a further decision that corrects or annuls an earlier one."""

    action = "proposal.write"
    http_method_names = ["get", "head", "post"]

    def get(self, request, number, step, status=200, form=None, error=""):
        decision = self._decision(request, number)
        form = form or _correction_form(None, decision, step)
        context = _form_context(
            form, decision.record, dossier.kind_of(decision.record), step, error, corrected=decision
        )
        return render(request, "registry/decision_form.html", context, status=status)

    def post(self, request, number, step):
        decision = self._decision(request, number)
        form = _correction_form(request.POST, decision, step)
        if not form.is_valid():
            return self.get(request, number, step, status=400, form=form)
        try:
            proposal = proposing.draft(
                by=request.acting,
                step=step,
                content={"decision": form.content()},
                body=decision.body,
                decision=decision,
            )
        except REFUSALS as error:
            return self.get(request, number, step, status=400, form=form, error=str(error))
        return HttpResponseRedirect(proposal.get_absolute_url())

    def _decision(self, request, number):
        decision = dossier.decision_of(request.acting, number)
        if decision is None or decision.act == Act.ANNUL or hasattr(decision, "corrected_by"):
            raise Http404
        try:
            checking.check_may_propose(request.acting, Step.CORRECT, {"decision": decision})
        except NotYours as error:
            raise Http404 from error
        return decision


def _correction_form(data, decision, step: str) -> DecisionForm:
    initial = {
        "effective_on": decision.effective_on,
        "until": decision.until,
        "older_results": decision.older_results,
        "older_results_until": decision.older_results_until,
        "citation": decision.citation,
    }
    kind = dossier.kind_of(decision.record)
    return DecisionForm(data, kind=kind, step=step, initial=initial, corrected_act=decision.act)
