"""``/inspections/load/``: a file of the authority's own inspections is checked, then loaded, and undone if need be."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from agreements.competence import authority_of
from agreements.web.doors import Member
from portal.lifecycle import NotAllowed
from portal.tables import csv_response, xlsx_response
from registry.inspections import batches, importing, policies, progress
from registry.inspections.importing import LoadedBefore
from registry.inspections.intake.columns import COLUMNS
from registry.inspections.intake.tables import BY_UPLOAD
from registry.inspections.models import BatchStage, RowOutcome
from registry.intake.reporting import BadFile

LARGEST = 10 * 1024 * 1024


class FileForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV or XLSX with the template’s columns, at most 10 MB and 5,000 rows."),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
    )

    def clean_file(self):
        """Not empty, and not larger than what is read at once."""
        file = self.cleaned_data["file"]
        if not file.size:
            raise forms.ValidationError(_("The file is empty. Choose another one."))
        if file.size > LARGEST:
            raise forms.ValidationError(_("The file is larger than 10 MB. Split it into several files."))
        return file


class Loading(Member, View):
    """The base: for people who record inspections, of an authority that inspects."""

    action = "inspection.record"
    http_method_names = ["get", "head"]

    def get_batch(self, request, number):
        """The authority's own file of that number, or 404."""
        batch = batches.find(by=request.acting, number=int(number))
        if batch is None:
            raise Http404
        return batch

    def check_inspects(self, request) -> None:
        """Refuses people of an authority that inspects nothing, in words."""
        if not policies.may_record(request.acting):
            raise PermissionDenied(_("Your authority inspects nothing, so it has no inspections to load."))


class LoadPage(Loading):
    """``/inspections/load/``: the form, and the files so far."""

    http_method_names = ["get", "head", "post"]

    def get(self, request):
        """The form, and one page of the authority's files."""
        self.check_inspects(request)
        return self._show(request, FileForm())

    def post(self, request):
        """Check the file, all rows at once. Nothing is loaded yet."""
        self.check_inspects(request)
        form = FileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._show(request, form, status=400)
        file = form.cleaned_data["file"]
        try:
            table = importing.table_in(file.name, file.read(), BY_UPLOAD)
            batch = importing.check(by=request.acting, authority=authority_of(request.acting), table=table)
        except LoadedBefore as error:
            messages.warning(request, str(error))
            return HttpResponseRedirect(error.batch.get_absolute_url())
        except (BadFile, NotAllowed) as error:
            form.add_error("file", str(error))
            return self._show(request, form, status=400)
        return HttpResponseRedirect(batch.get_absolute_url())

    def _show(self, request, form, status=200):
        context = {
            "form": form,
            "page": batches.own(by=request.acting, number=request.GET.get("page")),
            "columns": COLUMNS,
            "breadcrumbs": _way()[:1],
        }
        return render(request, "inspections/load.html", context, status=status)


class BatchPage(Loading):
    """``/inspections/load/<number>/``: what the check found, how far it has come, what it became."""

    http_method_names = ["get", "head", "post"]

    def get(self, request, number, status=200, error=""):
        """The file at its stage, with the rows that matter there or those asked for by ``?show=``."""
        batch = self.get_batch(request, number)
        rejected = batch.counts.get(RowOutcome.REJECTED, 0)
        there = [show for show in batches.SHOWS if _count(batch, show)]
        show = request.GET.get("show", "")
        if show not in there:
            show = there[0] if there else batches.SHOWS[0]
        context = {
            "batch": batch,
            "rejected": rejected,
            "is_usable": batch.stage == BatchStage.CHECKED and not rejected,
            "works": batch.counts.get(RowOutcome.NEW, 0) + batch.counts.get(RowOutcome.CHANGED, 0),
            "done": progress.done(batch.pk) if batch.stage == BatchStage.WAITING else None,
            "show": show,
            "shows": [
                {
                    "text": _SHOWN[each],
                    "href": f"?show={each}",
                    "count": _count(batch, each),
                    "current": each == show,
                }
                for each in there
            ],
            "page": batches.lines(by=request.acting, batch=batch, show=show, number=request.GET.get("page")),
            "permalink": request.build_absolute_uri(batch.get_absolute_url()),
            "error": error,
            "breadcrumbs": _way(),
        }
        return render(request, "inspections/load_batch.html", context, status=status)

    def post(self, request, number):
        """Load the file, or give it up."""
        batch, doing = self.get_batch(request, number), request.POST.get("doing")
        try:
            if doing == "load":
                importing.confirm(by=request.acting, batch=batch)
                messages.success(request, _("The file is being loaded. This page says when it is done."))
            elif doing == "drop":
                importing.drop(by=request.acting, batch=batch)
                messages.success(
                    request, _("Given up. Nothing of the file was loaded, and its rows are forgotten.")
                )
                return HttpResponseRedirect(reverse("inspections-load"))
            else:
                raise PermissionDenied
        except LoadedBefore as error:
            messages.warning(request, str(error))
            return HttpResponseRedirect(error.batch.get_absolute_url())
        except NotAllowed as error:
            return self.get(request, number, status=400, error=str(error))
        return HttpResponseRedirect(batch.get_absolute_url())


class UndoPage(Loading):
    """``/inspections/load/<number>/undo/``: asks before a loaded file is taken back."""

    http_method_names = ["get", "head", "post"]

    def get(self, request, number, status=200, error=""):
        """What undoing means."""
        batch = self.get_batch(request, number)
        context = {"batch": batch, "error": error, "breadcrumbs": _way(batch)}
        return render(request, "inspections/load_undo.html", context, status=status)

    def post(self, request, number):
        """Undo it."""
        batch = self.get_batch(request, number)
        try:
            importing.undo(by=request.acting, batch=batch)
        except NotAllowed as error:
            return self.get(request, number, status=400, error=str(error))
        messages.success(request, _("Undone. What the file brought is taken back."))
        return HttpResponseRedirect(batch.get_absolute_url())


class ReasonsFile(Loading):
    """``/inspections/load/<number>/reasons.csv`` or ``.xlsx``: the same file with a column that says what is wrong."""

    def get(self, request, number, ending):
        """The file."""
        batch = self.get_batch(request, number)
        head, rows = batches.with_reasons(by=request.acting, batch=batch)
        if ending == "csv":
            return csv_response(f"inspections-{batch.pk}-reasons", head, rows)
        return xlsx_response(f"inspections-{batch.pk}-reasons", {"Inspections": [head, *rows]})


class TemplateFile(Loading):
    """``/inspections/load/template.csv``, ``.xlsx`` and ``dictionary``: made from the columns that the reader knows."""

    def get(self, request, what, ending):
        """The heading alone, or what each column means; the workbook has both."""
        self.check_inspects(request)
        names = [column.name for column in COLUMNS]
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
            content = (names, []) if what == "template" else (head, told)
            return csv_response(f"inspections-{what}", *content)
        sheets = {_("Inspections"): [names], _("Data dictionary"): [head, *told]}
        return xlsx_response(
            f"inspections-{what}", sheets if what == "template" else dict(reversed(sheets.items()))
        )


_SHOWN = {
    "problems": gettext_lazy("Cannot be read"),
    "remarks": gettext_lazy("With a remark"),
    RowOutcome.NEW.value: gettext_lazy("New"),
    RowOutcome.CHANGED.value: gettext_lazy("Changed"),
    RowOutcome.UNCHANGED.value: gettext_lazy("Unchanged"),
}


def _count(batch, show: str) -> int:
    """How many rows are in a list."""
    counted = {"problems": RowOutcome.REJECTED.value, "remarks": "told"}
    return batch.counts.get(counted.get(show, show), 0)


def _way(batch=None) -> list[dict]:
    way = [
        {"text": _("Inspections"), "href": "/inspections/"},
        {"text": _("Load from a file"), "href": reverse("inspections-load")},
    ]
    return [*way, {"text": batch.name, "href": batch.get_absolute_url()}] if batch else way
