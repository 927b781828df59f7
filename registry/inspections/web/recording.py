"""An inspection written down: first its facility, then what is said of it; corrected, and taken back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import View

from agreements.acting import acting_of
from agreements.rights import OWN
from agreements.web.doors import Member
from portal import permissions
from portal.lifecycle import NotAllowed
from registry.inspections import describing, documents, inspecting, policies
from registry.inspections.enrolling import Outdated
from registry.inspections.models import Inspection
from registry.inspections.web import rows
from registry.inspections.web.document_forms import put_problems
from registry.inspections.web.recording_forms import (
    FindingRows,
    InspectionForm,
    ReasonForm,
    finding_rows,
    shown,
)

REFUSALS = (ValueError, NotAllowed, PermissionDenied)


class Recording(Member, View):
    """The base: a worker of an authority that inspects; other authorities are told that they have none to record."""

    action = policies.RECORD
    http_method_names = ["get", "head", "post"]

    def enter(self, request, *args, **kwargs):
        """What nobody at an authority that inspects nothing may do is refused before anything is looked for."""
        by = acting_of(request)
        if (
            by.authority_id is not None
            and permissions.may(by, policies.RECORD, OWN)
            and not policies.may_record(by)
        ):
            raise PermissionDenied(_("Your authority inspects nothing, so it has no inspections to record."))
        return super().enter(request, *args, **kwargs)


class NewInspection(Recording):
    """``/inspections/new/``: finds the facility; with ``?facility=`` the form."""

    def get(self, request, form=None, findings=None, status=200):
        key = request.GET.get("facility", "")
        if not key:
            return self._find(request)
        facility = describing.facility(by=request.acting, key=key)
        if facility is None or facility.merged_into_id:
            raise Http404
        context = {
            "facility": facility,
            "form": form or _form(request, None, {"access_class": "internal", "kind": "routine"}),
            "rows": findings or FindingRows(prefix="finding"),
            "heading": _("Record an inspection"),
            "cancel": facility.get_absolute_url(),
            "breadcrumbs": [
                {"text": _("Inspections"), "href": "/inspections/"},
                {"text": facility.name, "href": facility.get_absolute_url()},
            ],
        }
        return render(request, "inspections/inspection_form.html", context, status=status)

    def post(self, request):
        """Record it, or show the form again with all that was typed."""
        facility = describing.facility(by=request.acting, key=request.GET.get("facility", ""))
        if facility is None:
            raise Http404
        form, findings = _typed(request)
        if "more" in request.POST:
            return self.get(request, form, rows.with_more(FindingRows, request.POST, "finding"))
        if form.is_valid() and findings.is_valid():
            try:
                inspection = inspecting.record(
                    by=request.acting, facility=facility, facts=form.facts(_found(findings))
                )
            except REFUSALS as error:
                put_problems(form, error)
                return self.get(request, form, findings, 400)
            messages.success(request, _("The inspection is on record."))
            return HttpResponseRedirect(inspection.get_absolute_url())
        return self.get(request, form, findings, 400)

    def _find(self, request):
        words = request.GET.get("q", "").replace("\x00", "").strip()[:200]
        context = {
            "words": words,
            "found": describing.find(by=request.acting, words=words) if words else [],
            "heading": _("Record an inspection"),
            "breadcrumbs": [{"text": _("Inspections"), "href": "/inspections/"}],
        }
        return render(request, "inspections/inspection_where.html", context)


class OwnInspection(Recording):
    """The base of pages that change an inspection of the own authority: 404 for any other."""

    def found(self, request, number) -> Inspection:
        """The own inspection that has not been taken back."""
        inspection = documents.inspection(by=request.acting, number=number)
        if inspection is None or not policies.may_change(request.acting, inspection):
            raise Http404
        return inspection


class EditInspection(OwnInspection):
    """``/inspections/<number>/edit/``: corrects it, unless a colleague was first."""

    def get(self, request, number, form=None, findings=None, status=200, outdated=False):
        inspection = self.found(request, number)
        facts = describing.facts(by=request.acting, inspection=inspection)
        context = {
            "inspection": inspection,
            "facility": inspection.facility,
            "version": inspection.version,
            "form": form or _form(request, None, shown(facts), facts),
            "rows": findings or FindingRows(prefix="finding", initial=finding_rows(facts)),
            "saved": describing.in_words(facts) if outdated else None,
            "heading": _("Correct an inspection"),
            "cancel": inspection.get_absolute_url(),
            "breadcrumbs": _crumbs(inspection),
        }
        return render(request, "inspections/inspection_form.html", context, status=status)

    def post(self, request, number):
        """Save it; where a colleague saved first, both are shown and nothing typed is lost."""
        inspection = self.found(request, number)
        facts = describing.facts(by=request.acting, inspection=inspection)
        form, findings = _typed(request, facts)
        if "more" in request.POST:
            return self.get(request, number, form, rows.with_more(FindingRows, request.POST, "finding"))
        if not (form.is_valid() and findings.is_valid()):
            return self.get(request, number, form, findings, 400)
        try:
            inspecting.revise(
                by=request.acting,
                inspection=inspection,
                version=rows.version(request),
                facts=form.facts(_found(findings)),
            )
        except Outdated as error:
            put_problems(form, error)
            return self.get(request, number, form, findings, 409, outdated=True)
        except REFUSALS as error:
            put_problems(form, error)
            return self.get(request, number, form, findings, 400)
        messages.success(request, _("Saved. What was said before stays in its history."))
        return HttpResponseRedirect(inspection.get_absolute_url())


class WithdrawInspection(OwnInspection):
    """``/inspections/<number>/withdraw/``: takes it back, after a look at what that means."""

    def get(self, request, number, form=None, status=200):
        inspection = self.found(request, number)
        context = {
            "inspection": inspection,
            "form": form or ReasonForm(),
            "breadcrumbs": _crumbs(inspection),
        }
        return render(request, "inspections/inspection_withdraw.html", context, status=status)

    def post(self, request, number):
        """Take it back."""
        inspection, form = self.found(request, number), ReasonForm(request.POST)
        if not form.is_valid():
            return self.get(request, number, form, 400)
        try:
            inspecting.take_back(by=request.acting, inspection=inspection, reason=form.cleaned_data["reason"])
        except REFUSALS as error:
            put_problems(form, error)
            return self.get(request, number, form, 400)
        messages.success(request, _("Taken back. Others are told that, and nothing else."))
        return HttpResponseRedirect(inspection.get_absolute_url())


def _form(request, data, initial=None, facts=None) -> InspectionForm:
    return InspectionForm(data, initial=initial, **describing.choices(by=request.acting, facts=facts))


def _typed(request, facts=None) -> tuple:
    return _form(request, request.POST, facts=facts), FindingRows(request.POST, prefix="finding")


def _found(findings) -> tuple:
    return tuple(filter(None, (row.found() for row in findings.forms)))


def _crumbs(inspection: Inspection) -> list[dict]:
    return [
        {"text": _("Inspections"), "href": "/inspections/"},
        {"text": str(inspection), "href": inspection.get_absolute_url()},
    ]
