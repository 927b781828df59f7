"""Pages of documents: what is known of one, filing it, its class, and filing versions."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import View

from agreements.web.doors import Member
from portal.files.contents import StorageFailed
from portal.files.storing import BadFile
from portal.lifecycle import NotAllowed
from registry.inspections import accessing, documents, filing, policies
from registry.inspections.web.document_forms import (
    CLASSES_IN_WORDS,
    DocumentForm,
    ReclassifyForm,
    VersionForm,
    put_problems,
)
from registry.inspections.web.doors import Open

REFUSALS = (ValidationError, NotAllowed, PermissionDenied, BadFile, StorageFailed)


class DocumentPage(Open, View):
    """``/inspections/documents/<number>/``: what it is, its versions as far as the reader may see them, and who reads them."""

    http_method_names = ["get", "head", "options"]

    def get(self, request, number):
        """The page; looking at what is not public goes on record."""
        by = request.acting
        kept = documents.document(by=by, number=number)
        if kept is None:
            raise Http404
        accessing.see(by=by, document=kept.document)
        document, own = kept.document, kept.document.authority_id
        context = {
            "kept": kept,
            "document": document,
            "class_words": CLASSES_IN_WORDS[document.access_class] if kept.is_own else "",
            "may_file": kept.is_own and policies.may(by, "document.file", own),
            "may_propose": kept.is_own and policies.may(by, "release.propose", own),
            "may_ask": not kept.is_own and policies.may(by, "request.write", by.authority_id),
            "is_member": by.authority_id is not None,
            "breadcrumbs": crumbs(document)[:-1],
        }
        return render(request, "inspections/document.html", context)


class NewDocument(Member, View):
    """``/inspections/<number>/documents/new/`` and ``/facilities/<key>/documents/new/``: files a document."""

    action = "document.file"
    http_method_names = ["get", "head", "post", "options"]

    def get(self, request, form=None, status=200, **where):
        """The form."""
        facility, inspection = self._where(request, **where)
        context = {
            "form": form or _document_form(request, None, inspection),
            "facility": facility,
            "inspection": inspection,
            "cancel": (inspection or facility).get_absolute_url(),
            "breadcrumbs": _place(facility, inspection),
        }
        return render(request, "inspections/document_new.html", context, status=status)

    def post(self, request, **where):
        """File it, and go on to its first version."""
        facility, inspection = self._where(request, **where)
        form = _document_form(request, request.POST, inspection)
        if form.is_valid():
            try:
                document = filing.file_document(
                    by=request.acting, facility=facility, inspection=inspection, **form.facts()
                )
            except REFUSALS as error:
                put_problems(form, error)
            else:
                messages.success(request, _("The document is on file. Now file its first version."))
                return HttpResponseRedirect(f"{document.get_absolute_url()}versions/new/")
        return self.get(request, form=form, status=400, **where)

    def _where(self, request, number=None, key=None):
        by, inspection = request.acting, None
        if not policies.may_record(by):
            raise PermissionDenied(
                _("Only an inspectorate or a regulatory authority files official documents.")
            )
        if number is not None:
            inspection = documents.inspection(by=by, number=number)
            facility = inspection.facility if inspection else None
        else:
            facility = documents.facility(by=by, key=key)
        if facility is None:
            raise Http404
        return facility, inspection


class OwnDocument(Member):
    """The base of pages that change a document of the own authority; 404 for any other."""

    action = "document.file"
    http_method_names = ["get", "head", "post", "options"]

    def found(self, request, number) -> documents.Kept:
        """The own document, or 404."""
        kept = documents.own_document(by=request.acting, number=number)
        if kept is None:
            raise Http404
        return kept


class NewVersion(OwnDocument, View):
    """``/inspections/documents/<number>/versions/new/``: files a version."""

    def get(self, request, number, form=None, status=200):
        """The form."""
        kept = self.found(request, number)
        context = {
            "form": form or VersionForm(),
            "document": kept.document,
            "kept": kept,
            "breadcrumbs": crumbs(kept.document),
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
                put_problems(form, error)
            else:
                messages.success(
                    request, _("Filed. The file is being checked; it can be released once it is accepted.")
                )
                return HttpResponseRedirect(document.get_absolute_url())
        return self.get(request, number, form=form, status=400)


class Reclassify(OwnDocument, View):
    """``/inspections/documents/<number>/class/``: changes who may know that it exists."""

    def get(self, request, number, form=None, status=200):
        """The form."""
        kept = self.found(request, number)
        context = {
            "form": form or self._form(request, None, kept),
            "document": kept.document,
            "kept": kept,
            "breadcrumbs": crumbs(kept.document),
        }
        return render(request, "inspections/document_class.html", context, status=status)

    def post(self, request, number):
        """Change it."""
        kept = self.found(request, number)
        form = self._form(request, request.POST, kept)
        if form.is_valid():
            try:
                filing.reclassify(
                    by=request.acting,
                    document=kept.document,
                    reason=form.cleaned_data["reason"],
                    **form.classed(),
                )
            except REFUSALS as error:
                put_problems(form, error)
            else:
                messages.success(request, _("Changed. Releases stand as they are."))
                return HttpResponseRedirect(kept.document.get_absolute_url())
        return self.get(request, number, form=form, status=400)

    def _form(self, request, data, kept) -> ReclassifyForm:
        document = kept.document
        initial = {
            "access_class": document.access_class,
            "annex": str(document.annex_id or ""),
            "named": [str(each.pk) for each in kept.named],
        }
        return ReclassifyForm(data, initial=initial, **_choices(request))


def _document_form(request: HttpRequest, data, inspection) -> DocumentForm:
    initial = {"access_class": "internal"}
    if inspection is not None:
        initial = {
            "access_class": inspection.access_class,
            "annex": str(inspection.annex_id or ""),
            "sector": str(inspection.sector_id or ""),
        }
    return DocumentForm(data, initial=initial, sectors=documents.sectors(), **_choices(request))


def _choices(request: HttpRequest) -> dict:
    by = request.acting
    return {"annexes": documents.annexes(by), "authorities": documents.receivers(by)}


def _place(facility, inspection) -> list[dict]:
    found = [
        {"text": _("Inspections"), "href": "/inspections/"},
        {"text": facility.name, "href": facility.get_absolute_url()},
    ]
    if inspection is not None:
        found.append({"text": _("Inspection"), "href": inspection.get_absolute_url()})
    return found


def crumbs(document) -> list[dict]:
    """The way to a document, itself included."""
    inspection = document.inspection if document.inspection_id else None
    return [
        *_place(document.facility, inspection),
        {"text": document.title, "href": document.get_absolute_url()},
    ]
