"""``/desk/imports/``: a file of bodies and designations is checked, made into drafts, and decided by a second person."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View

from agreements.rights import OWN
from agreements.web.doors import Deciding, Member
from portal import permissions
from portal.lifecycle import NotAllowed
from portal.tables import csv_response, xlsx_response
from registry.batches import applying, approving, checking, listing
from registry.batches.checking import LARGEST, UnderWay
from registry.batches.columns import COLUMNS, NAMES, VERSION_HEAD
from registry.batches.models import BatchStage
from registry.intake.reporting import BadFile


class FileForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV or XLSX with the template’s columns, at most 50 MB and 100,000 rows."),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
    )

    def clean_file(self):
        """Not larger than what is taken."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("The file is larger than 50 MB. Split it into several files."))
        return file


class Importing(Member, View):
    """The base: for people who work for an authority that designates."""

    action, write_action = "import.see", "import.write"
    http_method_names = ["get", "head"]

    def found(self, request, number):
        """The authority's own file of that number, or 404."""
        batch = listing.find(by=request.acting, number=int(number))
        if batch is None:
            raise Http404
        return batch

    def directions(self, request) -> list:
        """Under which texts it designates. Refuses people of an authority that designates nothing, in words."""
        found = listing.directions(request.acting)
        if not found:
            raise PermissionDenied(_("Your authority designates under no text, so it has nothing to import."))
        return found


class ImportsPage(Importing):
    """``/desk/imports/``: the template, the form, and the files so far."""

    http_method_names = ["get", "head", "post"]

    def get(self, request):
        return self._show(request, FileForm())

    def post(self, request):
        """Take the file. The worker checks it; nothing is made of it yet."""
        form = FileForm(request.POST, request.FILES)
        self.directions(request)
        if not form.is_valid():
            return self._show(request, form, status=400)
        file = form.cleaned_data["file"]
        try:
            batch = checking.upload(by=request.acting, name=file.name, content=file.read())
        except UnderWay as error:
            messages.warning(request, str(error))
            return HttpResponseRedirect(error.batch.get_absolute_url())
        except (BadFile, NotAllowed) as error:
            form.add_error("file", str(error))
            return self._show(request, form, status=400)
        return HttpResponseRedirect(batch.get_absolute_url())

    def _show(self, request, form, status=200):
        context = {
            "form": form,
            "directions": self.directions(request),
            "page": listing.own(by=request.acting, number=request.GET.get("page")),
            "columns": COLUMNS,
            "breadcrumbs": _way()[:1],
        }
        return render(request, "batches/imports.html", context, status=status)


class ImportPage(Importing):
    """``/desk/imports/<number>/``: what the check found, how far the drafts have come, what became of them."""

    http_method_names = ["get", "head", "post"]

    def get(self, request, number, status=200, error=""):
        """The file at its stage: what is said of its rows, narrowed by ``?reason=&column=``, or its drafts, by ``?show=``."""
        batch = self.found(request, number)
        has_drafts = batch.stage in (*BatchStage.applied(), BatchStage.UNDONE)
        context = {
            "batch": batch,
            "counts": batch.counts,
            "is_usable": batch.stage == BatchStage.CHECKED and not batch.counts.get("bad_rows"),
            "is_nothing_new": batch.counts.get("on_file", 0) == batch.counts.get("rows"),
            "error": error,
            "may_approve": permissions.may(request.acting, "proposal.decide", OWN)
            and request.acting.user_id not in approving.hands(batch),
            "permalink": request.build_absolute_uri(batch.get_absolute_url()),
            "breadcrumbs": _way(),
            **(_drafts(request, batch) if has_drafts else _said(request, batch)),
        }
        return render(request, "batches/import.html", context, status=status)

    def post(self, request, number):
        """Make drafts of the file, or give it up."""
        batch, doing = self.found(request, number), request.POST.get("doing")
        try:
            if doing == "apply":
                applying.apply(by=request.acting, batch=batch, declared="declared" in request.POST)
                messages.success(request, _("The drafts are being made. This page says when they are there."))
            elif doing == "drop":
                applying.drop(by=request.acting, batch=batch)
                messages.success(
                    request, _("Given up. Nothing came of the file, and its rows are forgotten.")
                )
                return HttpResponseRedirect(reverse("imports"))
            else:
                raise PermissionDenied
        except UnderWay as error:
            messages.warning(request, str(error))
            return HttpResponseRedirect(error.batch.get_absolute_url())
        except NotAllowed as error:
            return self.get(request, number, status=400, error=str(error))
        return HttpResponseRedirect(batch.get_absolute_url())


def _said(request, batch) -> dict:
    groups = listing.groups(batch)
    reason, column = request.GET.get("reason", ""), request.GET.get("column", "")
    if not any(one.reason == reason for one in groups):
        reason = ""
    columns = sorted({one.column for one in groups if one.column and (not reason or one.reason == reason)})
    if column not in columns:
        column = ""
    return {
        "groups": groups,
        "reason": reason,
        "columns": columns,
        "column": column,
        "page": listing.said(batch, reason=reason, column=column, number=request.GET.get("page")),
    }


_SHOWN = {
    "": gettext_lazy("All"),
    "ready": gettext_lazy("Awaiting the second person"),
    "lacking": gettext_lazy("Lacking something"),
    "failed": gettext_lazy("Could not be decided"),
    "elsewhere": gettext_lazy("Changed or dropped since"),
    "decided": gettext_lazy("Decided"),
}


def _drafts(request, batch) -> dict:
    summaries = listing.summaries(batch)
    total = listing.total(summaries)
    show = request.GET.get("show", "")
    if not total.get(show):
        show = ""
    made = total["parts"] - total["planned"]
    return {
        "summaries": summaries,
        "total": total,
        "made": made,
        "done": total["decided"] + total["failed"],
        "show": show,
        "shows": [
            {
                "text": text,
                "href": f"?show={each}" if each else batch.get_absolute_url(),
                "count": total[each or "parts"],
                "current": each == show,
            }
            for each, text in _SHOWN.items()
            if total[each or "parts"]
        ],
        "page": listing.parts(batch, show=show, number=request.GET.get("page")),
    }


class ApprovePage(Deciding, Importing):
    """``/desk/imports/<number>/approve/``: the second person looks at what will change, and decides on all or on one partner's."""

    action = write_action = "proposal.decide"
    http_method_names = ["get", "head", "post"]

    def get(self, request, number, status=200, error=""):
        """What will change, by text and partner."""
        batch = self.found(request, number)
        if batch.stage != BatchStage.AWAITING:
            return HttpResponseRedirect(batch.get_absolute_url())
        summaries = listing.summaries(batch)
        context = {
            "batch": batch,
            "summaries": [one for one in summaries if one.counts["ready"]],
            "total": listing.total(summaries),
            "is_own_hand": request.acting.user_id in approving.hands(batch),
            "error": error,
            "breadcrumbs": _way(batch),
        }
        return render(request, "batches/approve.html", context, status=status)

    def post(self, request, number):
        """Decide."""
        batch = self.found(request, number)
        try:
            count = approving.approve(
                by=request.acting, batch=batch, direction=request.POST.get("direction", "")
            )
        except (NotAllowed, PermissionDenied) as error:
            return self.get(request, number, status=400, error=str(error))
        words = ngettext("%(count)s draft is being decided.", "%(count)s drafts are being decided.", count)
        messages.success(request, words % {"count": count})
        return HttpResponseRedirect(batch.get_absolute_url())


class TakeBackPage(Importing):
    """``/desk/imports/<number>/take-back/``: asks before the drafts of a file are taken back."""

    http_method_names = ["get", "head", "post"]

    def get(self, request, number, status=200, error=""):
        """What it means."""
        batch = self.found(request, number)
        context = {"batch": batch, "total": listing.total(listing.summaries(batch)), "error": error}
        return render(
            request, "batches/take_back.html", {**context, "breadcrumbs": _way(batch)}, status=status
        )

    def post(self, request, number):
        """Take them back."""
        batch = self.found(request, number)
        try:
            applying.take_back(by=request.acting, batch=batch)
        except NotAllowed as error:
            return self.get(request, number, status=400, error=str(error))
        messages.success(request, _("Taken back. What was not decided is gone."))
        return HttpResponseRedirect(batch.get_absolute_url())


class ReasonsFile(Importing):
    """``/desk/imports/<number>/reasons.csv`` or ``.xlsx``: the same file with a column that says what is wrong."""

    def get(self, request, number, ending):
        """The file."""
        batch = self.found(request, number)
        head, rows = listing.with_reasons(batch)
        name = f"import-{batch.pk}-reasons"
        if ending == "csv":
            return csv_response(name, head, rows)
        return xlsx_response(name, {"Bodies": _headed(head, rows)})


def _headed(head, rows):
    yield head
    yield from rows


class TemplateFile(Importing):
    """``/desk/imports/template.csv``, ``.xlsx`` and ``dictionary``: made from the columns that the reader knows."""

    def get(self, request, what, ending):
        """The heading alone, or what each column means; the workbook has both."""
        self.directions(request)
        names = [*NAMES, VERSION_HEAD]
        told = [
            [
                column.name,
                _("yes") if column.required else _("no"),
                str(column.meaning),
                str(column.form),
                column.example,
            ]
            for column in COLUMNS
        ]
        head = [_("column"), _("required"), _("meaning"), _("how it is written"), _("example")]
        if ending == "csv":
            return csv_response(f"bodies-{what}", *((names, []) if what == "template" else (head, told)))
        sheets = {_("Bodies"): [names], _("Data dictionary"): [head, *told]}
        return xlsx_response(
            f"bodies-{what}", sheets if what == "template" else dict(reversed(sheets.items()))
        )


def _way(batch=None) -> list[dict]:
    way = [{"text": _("Desk"), "href": "/desk/"}, {"text": _("Import"), "href": reverse("imports")}]
    return [*way, {"text": batch.name, "href": batch.get_absolute_url()}] if batch else way
