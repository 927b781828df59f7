"""A facility put on file, corrected, renamed, merged with another one and taken apart again."""

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from registry.inspections import describing, enrolling, policies
from registry.inspections.enrolling import NumberTaken, Outdated
from registry.inspections.models import Facility
from registry.inspections.web import rows
from registry.inspections.web.document_forms import put_problems
from registry.inspections.web.recording import REFUSALS, Recording
from registry.inspections.web.recording_forms import (
    FacilityForm,
    NumberRows,
    PlaceForm,
    ReasonForm,
    RenameForm,
    number_rows,
)


class NewFacility(Recording):
    """``/facilities/new/``: puts a facility on file, once it is clear that it is not there yet.

    ``?then=inspection`` goes on to the form of an inspection.
    """

    def get(self, request, form=None, numbers=None, status=200, **more):
        name = request.GET.get("name", "").replace("\x00", "").strip()[:250]
        context = {
            "form": form or FacilityForm(initial={"name": name}, economies=describing.economies()),
            "rows": numbers or NumberRows(prefix="number"),
            "heading": _("Put a facility on file"),
            "button": _("Put it on file"),
            "cancel": "/facilities/",
            "breadcrumbs": _crumbs(),
            **more,
        }
        return render(request, "inspections/facility_form.html", context, status=status)

    def post(self, request):
        """Put it on file; where others look like it, ask first."""
        form = FacilityForm(request.POST, economies=describing.economies())
        numbers = NumberRows(request.POST, prefix="number")
        if "more" in request.POST:
            return self.get(request, form, rows.with_more(NumberRows, request.POST, "number"))
        if not (form.is_valid() and numbers.is_valid()):
            return self.get(request, form, numbers, 400)
        by, place, typed = request.acting, form.place(), _numbers(numbers)
        name = form.cleaned_data["name"]
        if "none_of_these" not in request.POST:
            alike = describing.resembling_to(
                by=by, name=name, where=form.cleaned_data["economy"], numbers=typed
            )
            if alike:
                return self.get(request, form, numbers, alike=alike)
        try:
            facility = enrolling.enrol(by=by, name=name, numbers=typed, **place)
        except REFUSALS as error:
            put_problems(form, error)
            return self.get(request, form, numbers, 400, taken=_taken(error))
        messages.success(request, _("The facility is on file."))
        if request.GET.get("then") == "inspection":
            return HttpResponseRedirect(f"{reverse('inspection-new')}?facility={facility.key}")
        return HttpResponseRedirect(facility.get_absolute_url())


class KeptFacility(Recording):
    """The base of pages that change a facility which the own authority put on file: 404 for any other."""

    def found(self, request, key) -> Facility:
        """The facility."""
        facility = describing.facility(by=request.acting, key=key)
        if facility is None or not policies.keeps(request.acting, facility):
            raise Http404
        return facility


class EditFacility(KeptFacility):
    """``/facilities/<key>/edit/``: corrects address and numbers."""

    def get(self, request, key, form=None, numbers=None, status=200, **more):
        facility = self.found(request, key)
        on_file = describing.numbers(facility)
        context = {
            "facility": facility,
            "version": facility.version,
            "form": form or PlaceForm(initial=_place(facility), economies=describing.economies()),
            "rows": numbers or NumberRows(prefix="number", initial=number_rows(on_file)),
            "heading": _("Correct address and numbers"),
            "button": _("Save"),
            "cancel": facility.get_absolute_url(),
            "breadcrumbs": _crumbs(facility),
            **more,
        }
        return render(request, "inspections/facility_form.html", context, status=status)

    def post(self, request, key):
        """Save it; where a colleague saved first, both are shown and nothing typed is lost."""
        facility = self.found(request, key)
        form = PlaceForm(request.POST, economies=describing.economies())
        numbers = NumberRows(request.POST, prefix="number")
        if "more" in request.POST:
            return self.get(request, key, form, rows.with_more(NumberRows, request.POST, "number"))
        if not (form.is_valid() and numbers.is_valid()):
            return self.get(request, key, form, numbers, 400)
        try:
            enrolling.revise(
                by=request.acting,
                facility=facility,
                version=rows.version(request),
                numbers=_numbers(numbers),
                **form.place(),
            )
        except Outdated as error:
            put_problems(form, error)
            return self.get(request, key, form, numbers, 409, saved=_in_words(facility))
        except REFUSALS as error:
            put_problems(form, error)
            return self.get(request, key, form, numbers, 400, taken=_taken(error))
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(facility.get_absolute_url())


class RenameFacility(KeptFacility):
    """``/facilities/<key>/rename/``: gives it a new name, and keeps the old one."""

    def get(self, request, key, form=None, status=200):
        facility = self.found(request, key)
        context = {
            "facility": facility,
            "version": facility.version,
            "form": form or RenameForm(),
            "heading": _("Rename a facility"),
            "lede": _("The old name stays on file as a former one, and is still found."),
            "button": _("Rename it"),
            "breadcrumbs": _crumbs(facility),
        }
        return render(request, "inspections/facility_act.html", context, status=status)

    def post(self, request, key):
        """Rename it."""
        facility, form = self.found(request, key), RenameForm(request.POST)
        if form.is_valid():
            try:
                enrolling.rename(
                    by=request.acting, facility=facility, version=rows.version(request), **form.cleaned_data
                )
            except REFUSALS as error:
                put_problems(form, error)
                return self.get(request, key, form, 409 if isinstance(error, Outdated) else 400)
            messages.success(request, _("Renamed."))
            return HttpResponseRedirect(facility.get_absolute_url())
        return self.get(request, key, form, 400)


class MergeFacility(KeptFacility):
    """``/facilities/<key>/merge/``: finds the facility that stays; with ``?into=`` shows both and merges."""

    def get(self, request, key, form=None, status=200):
        facility, into = self.found(request, key), self._into(request)
        words = request.GET.get("q", "").replace("\x00", "").strip()[:200]
        context = {
            "facility": facility,
            "into": into,
            "facts": _side_by_side(facility, into) if into else [],
            "form": form or ReasonForm(),
            "words": words,
            "found": [one for one in describing.find(by=request.acting, words=words) if one != facility]
            if words
            else [],
            "breadcrumbs": _crumbs(facility),
        }
        return render(request, "inspections/facility_merge.html", context, status=status)

    def post(self, request, key):
        """Merge them."""
        facility, into, form = self.found(request, key), self._into(request), ReasonForm(request.POST)
        if into is None:
            raise Http404
        if form.is_valid():
            try:
                enrolling.merge(by=request.acting, facility=facility, into=into, **form.cleaned_data)
            except REFUSALS as error:
                put_problems(form, error)
                return self.get(request, key, form, 400)
            messages.success(request, _("Merged. The old address leads here; they can be taken apart again."))
            return HttpResponseRedirect(into.get_absolute_url())
        return self.get(request, key, form, 400)

    def _into(self, request) -> Facility | None:
        """The facility in ``?into=``, None where none is asked for, or 404."""
        wanted = request.GET.get("into", "")
        into = describing.facility(by=request.acting, key=wanted) if wanted else None
        if wanted and into is None:
            raise Http404
        return into


class TakeApart(KeptFacility):
    """``/facilities/<key>/take-apart/``: lets a merged facility stand for itself again."""

    def get(self, request, key, form=None, status=200):
        facility = self.found(request, key)
        if facility.merged_into_id is None:
            return HttpResponseRedirect(facility.get_absolute_url())
        context = {
            "facility": facility,
            "form": form or ReasonForm(),
            "heading": _("Take two facilities apart"),
            "lede": _("Each stands for itself again, with its own numbers, inspections and documents."),
            "button": _("Take them apart"),
            "breadcrumbs": _crumbs(facility),
        }
        return render(request, "inspections/facility_act.html", context, status=status)

    def post(self, request, key):
        """Take them apart."""
        facility, form = self.found(request, key), ReasonForm(request.POST)
        if form.is_valid():
            try:
                enrolling.take_apart(by=request.acting, facility=facility, **form.cleaned_data)
            except REFUSALS as error:
                put_problems(form, error)
                return self.get(request, key, form, 400)
            messages.success(request, _("Taken apart."))
            return HttpResponseRedirect(facility.get_absolute_url())
        return self.get(request, key, form, 400)


def _numbers(formset) -> list:
    return [number for number in (row.number() for row in formset.forms) if number is not None]


def _taken(error: Exception) -> Facility | None:
    return error.facility if isinstance(error, NumberTaken) else None


def _place(facility: Facility) -> dict:
    fields = {name: getattr(facility, name) for name in (*enrolling.PLACE, "is_public")}
    return {**fields, "economy": facility.place_code}


def _in_words(facility: Facility) -> list[tuple[str, str]]:
    numbers = ", ".join(f"{one.scheme} {one.value}" for one in describing.numbers(facility))
    place = (facility.local_name, facility.address, facility.postcode, facility.town)
    told = [
        (_("Name"), facility.name),
        (_("Address"), ", ".join(filter(None, place))),
        (_("Lies in"), facility.lies_in),
        (_("Numbers"), numbers),
    ]
    return [(label, value) for label, value in told if value]


def _side_by_side(one: Facility, other: Facility) -> list[tuple[str, str, str]]:
    first, second = dict(_in_words(one)), dict(_in_words(other))
    labels = list(dict.fromkeys([*first, *second]))
    return [(label, first.get(label, "–"), second.get(label, "–")) for label in labels]


def _crumbs(facility: Facility | None = None) -> list[dict]:
    crumbs = [{"text": _("Facilities"), "href": "/facilities/"}]
    return [*crumbs, {"text": facility.name, "href": facility.get_absolute_url()}] if facility else crumbs
