"""Pages of documents and their versions."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import View

from agreements.rights import OWN
from agreements.web.doors import Member
from portal import permissions
from portal.files.storing import BadFile, StorageFailed
from portal.lifecycle import NotAllowed
from registry.inspections import accessing, documents, filing, releasing
from registry.inspections.models import Form
from registry.inspections.web.document_forms import (
    DocumentForm,
    ReclassifyForm,
    ReleaseForm,
    VersionForm,
    problems_into,
)
from registry.inspections.web.doors import Open

REFUSALS = (ValidationError, NotAllowed, PermissionDenied, BadFile, StorageFailed)


class DocumentPage(Open):
    """``/inspections/documents/<number>/``: what it is, its versions as far as the reader may see them, who reads them."""

    http_method_names = ["get", "head"]

    def get(self, request, number):
        by = request.acting
        kept = documents.document(by=by, number=number)
        if kept is None:
            raise Http404
        if by.user_id is not None and by.authority_id is not None:
            accessing.seen(by=by, document=kept.document)
        context = {
            "kept": kept,
            "document": kept.document,
            "may_file": kept.is_own and permissions.may(by, "document.file", OWN),
            "may_propose": kept.is_own and permissions.may(by, "release.propose", OWN),
            "may_ask": by.authority_id is not None
            and not kept.is_own
            and permissions.may(by, "request.write", OWN),
            "may_download": by.authority_id is not None and permissions.may(by, "document.download", OWN),
            "breadcrumbs": _crumbs(kept.document),
        }
        return render(request, "inspections/document.html", context)


class NewDocument(Member, View):
    """``/inspections/<number>/documents/new/`` and ``/facilities/<key>/documents/new/``."""

    action = "document.file"
    http_method_names = ["get", "head", "post"]

    def get(self, request, form=None, status=200, **where):
        facility, inspection = self._where(request, **where)
        form = form or _document_form(request, None, inspection)
        context = {
            "form": form,
            "facility": facility,
            "inspection": inspection,
            "heading": _("File a document"),
            "breadcrumbs": [{"text": facility.name, "href": facility.get_absolute_url()}],
        }
        return render(request, "inspections/document_new.html", context, status=status)

    def post(self, request, **where):
        """File it, and go on to its first version."""
        facility, inspection = self._where(request, **where)
        form = _document_form(request, request.POST, inspection)
        if form.is_valid():
            try:
                document = filing.file_document(
                    by=request.acting,
                    facility=facility,
                    inspection=inspection,
                    sector=inspection.sector if inspection else None,
                    **form.facts(),
                )
            except REFUSALS as error:
                problems_into(form, error)
            else:
                messages.success(request, _("The document is on file. Now put its file to it."))
                return HttpResponseRedirect(f"{document.get_absolute_url()}versions/new/")
        return self.get(request, form=form, status=400, **where)

    def _where(self, request, number=None, key=None):
        by = request.acting
        if number is not None:
            inspection = documents.inspection(by=by, number=number)
            facility = inspection.facility if inspection else None
        else:
            inspection, facility = None, documents.facility(by=by, key=key)
        if facility is None:
            raise Http404
        return facility, inspection


class OwnDocument(Member, View):
    """The base of pages that change a document of the own authority."""

    action = "document.file"
    http_method_names = ["get", "head", "post"]

    def found(self, request, number) -> documents.Kept:
        """The own document, or 404."""
        kept = documents.document(by=request.acting, number=number)
        if kept is None or not kept.is_own:
            raise Http404
        return kept


class NewVersion(OwnDocument):
    """``/inspections/documents/<number>/versions/new/``: puts a file to the document."""

    def get(self, request, number, form=None, status=200):
        document = self.found(request, number).document
        context = {
            "form": form or VersionForm(),
            "document": document,
            "heading": _("Put a file to the document"),
            "breadcrumbs": [
                *_crumbs(document),
                {"text": document.title, "href": document.get_absolute_url()},
            ],
        }
        return render(request, "inspections/version_new.html", context, status=status)

    def post(self, request, number):
        """Take the file into quarantine."""
        document = self.found(request, number).document
        form = VersionForm(request.POST, request.FILES)
        if form.is_valid():
            facts = dict(form.cleaned_data)
            try:
                filing.file_version(by=request.acting, document=document, uploaded=facts.pop("file"), **facts)
            except (BadFile, StorageFailed) as error:
                form.add_error("file", str(error))
            except REFUSALS as error:
                problems_into(form, error)
            else:
                messages.success(
                    request, _("The file is being checked. It can be released once it is accepted.")
                )
                return HttpResponseRedirect(document.get_absolute_url())
        return self.get(request, number, form=form, status=400)


class Reclassify(OwnDocument):
    """``/inspections/documents/<number>/class/``: changes who may know that it exists."""

    def get(self, request, number, form=None, status=200):
        document = self.found(request, number).document
        context = {
            "form": form or self._form(request, None, document),
            "document": document,
            "heading": _("Who may know that it exists"),
            "breadcrumbs": [
                *_crumbs(document),
                {"text": document.title, "href": document.get_absolute_url()},
            ],
        }
        return render(request, "inspections/document_class.html", context, status=status)

    def post(self, request, number):
        document = self.found(request, number).document
        form = self._form(request, request.POST, document)
        if form.is_valid():
            try:
                filing.reclassify(
                    by=request.acting, document=document, reason=form.cleaned_data["reason"], **form.chosen()
                )
            except REFUSALS as error:
                problems_into(form, error)
            else:
                messages.success(request, _("Changed. What was released before stands as it is."))
                return HttpResponseRedirect(document.get_absolute_url())
        return self.get(request, number, form=form, status=400)

    def _form(self, request, data, document) -> ReclassifyForm:
        initial = {
            "access_class": document.access_class,
            "annex": document.annex.code if document.annex else "",
        }
        return ReclassifyForm(data, initial=initial, **_choices(request))


class NewRelease(OwnDocument):
    """``/inspections/documents/<number>/release/``: proposes a release; ``?request=`` names the request it answers."""

    action = "release.propose"

    def get(self, request, number, form=None, status=200):
        kept = self.found(request, number)
        asked = self._request(request)
        form = form or self._form(request, None, kept, asked)
        context = {
            "form": form,
            "document": kept.document,
            "asked": asked,
            "heading": _("Propose a release"),
            "gates": self._gates(form, kept),
            "breadcrumbs": [
                *_crumbs(kept.document),
                {"text": kept.document.title, "href": kept.document.get_absolute_url()},
            ],
        }
        return render(request, "inspections/release_new.html", context, status=status)

    def post(self, request, number):
        """Look at what it would do ("check"), or put it before the second person."""
        kept = self.found(request, number)
        asked = self._request(request)
        form = self._form(request, request.POST, kept, asked)
        if form.is_valid() and request.POST.get("doing") != "check":
            try:
                release = releasing.propose(by=request.acting, request=asked, **form.facts())
            except REFUSALS as error:
                problems_into(form, error)
            else:
                messages.success(request, _("Proposed. A second person of your authority now decides."))
                return HttpResponseRedirect(f"/releases/{release.pk}/")
        return self.get(request, number, form=form, status=400 if form.errors else 200)

    def _form(self, request, data, kept, asked) -> ReleaseForm:
        own = documents.annexes(request.acting)
        initial = {"form": Form.EXACT}
        if asked is not None:
            initial |= {"receiver": str(asked.asking_id), "annex": asked.annex.code}
            initial["legal_basis"] = f"{asked.annex}, {asked.number}"
        receivers = [asked.asking] if asked is not None else documents.receivers(request.acting)
        form = ReleaseForm(
            data,
            initial=initial,
            versions=[shown.version for shown in kept.versions],
            receivers=receivers,
            annexes=own,
        )
        if asked is not None:
            form.fields["receiver"].choices = form.fields["receiver"].choices[:1]
        return form

    def _gates(self, form: ReleaseForm, kept) -> list[accessing.Gate]:
        """What would stand between the chosen receiver and the version, once both are chosen."""
        if not form.is_bound or form.errors:
            return []
        facts = form.facts()
        return documents.gates(
            by=self.request.acting, **{name: facts[name] for name in ("version", "receiver", "annex")}
        )

    def _request(self, request):
        number = (request.POST if request.method == "POST" else request.GET).get("request", "")[:20]
        if not number:
            return None
        asked = documents.request(by=request.acting, number=number)
        if asked is None or asked.asked_id != request.acting.authority_id:
            raise Http404
        return asked


def _document_form(request: HttpRequest, data, inspection) -> DocumentForm:
    initial = {"access_class": "internal"}
    if inspection is not None:
        initial = {
            "access_class": inspection.access_class,
            "annex": inspection.annex.code if inspection.annex else "",
            "title": _("Inspection report, %(facility)s") % {"facility": inspection.facility.name},
        }
    return DocumentForm(data, initial=initial, **_choices(request))


def _choices(request: HttpRequest) -> dict:
    by = request.acting
    return {"annexes": documents.annexes(by), "authorities": documents.receivers(by)}


def _crumbs(document) -> list[dict]:
    crumbs = [
        {"text": _("Inspections"), "href": "/inspections/"},
        {"text": document.facility.name, "href": document.facility.get_absolute_url()},
    ]
    if document.inspection_id:
        crumbs.append({"text": _("Inspection"), "href": f"/inspections/{document.inspection_id}/"})
    return crumbs
