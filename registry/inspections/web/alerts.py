"""``/alerts/``: rapid alerts sent and received."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from agreements.web.doors import Deciding, Member
from portal.audit import recording
from portal.lifecycle import NotAllowed
from registry.inspections import alert_reach, alerting, alerts
from registry.inspections.alerting import CLASS_III, LONGEST, ReachChanged
from registry.inspections.models import AlertClass
from registry.inspections.web.matrix import may

_REFUSALS = (NotAllowed, PermissionDenied)
_SIDES = ((alerts.RECEIVED, gettext_lazy("Received")), (alerts.SENT, gettext_lazy("Sent")))
_STAGES = {
    alerts.RECEIVED: (
        (alerts.ALL, gettext_lazy("All")),
        (alerts.OPEN, gettext_lazy("To acknowledge")),
        (alerts.ACKNOWLEDGED, gettext_lazy("Acknowledged")),
    ),
    alerts.SENT: (
        (alerts.ALL, gettext_lazy("All")),
        (alerts.OPEN, gettext_lazy("Open")),
        (alerts.CLOSED, gettext_lazy("Closed")),
    ),
}


class AlertsPage(Member, View):
    """``/alerts/``: those of the authority acted for, received (``?side=sent``: sent), narrowed by ``?stage=``."""

    http_method_names = ["get", "head", "options"]
    action = "inspection.see"

    def get(self, request):
        """One page of them."""
        side = _among(request.GET.get("side"), dict(_SIDES), alerts.RECEIVED)
        stage = _among(request.GET.get("stage"), dict(_STAGES[side]), alerts.ALL)
        context = {
            "page": alerts.page(by=request.acting, side=side, stage=stage, number=request.GET.get("page")),
            "side": side,
            "stage": stage,
            "sides": [
                {"text": text, "href": f"/alerts/?side={name}", "current": name == side}
                for name, text in _SIDES
            ],
            "stages": [
                {"text": text, "href": f"/alerts/?side={side}&stage={name}", "current": name == stage}
                for name, text in _STAGES[side]
            ],
            "may_send": may(request.acting, "alert.send"),
            "breadcrumbs": [_desk()],
        }
        return render(request, "inspections/alerts.html", context)


class Reached(forms.ModelMultipleChoiceField):
    """Authorities with their economies."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, authority):
        """The economy first."""
        return f"{authority.economy.name}: {authority}" if authority.economy else str(authority)


class AlertForm(forms.Form):
    """What is wrong with which product, and what to do."""

    grade = forms.ChoiceField(
        label=gettext_lazy("Class of the defect"),
        choices=[
            *((code, capfirst(label)) for code, label in AlertClass.choices),
            (CLASS_III, gettext_lazy("Class III: does not go through alerts")),
        ],
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Class I goes to all parties at once, whether or not the product went there; class II to the parties that got the batch."
        ),
    )
    product = forms.CharField(
        label=gettext_lazy("Product"),
        max_length=250,
        help_text=gettext_lazy("Name, strength and form, as on the pack."),
    )
    batches = forms.CharField(
        label=gettext_lazy("Batches"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Numbers and expiry dates, one a line."),
    )
    facility_words = forms.CharField(
        label=gettext_lazy("Facility where it was made"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Part of its name, or its number. Leave empty where it is not known."),
    )
    facility = forms.ChoiceField(
        label=gettext_lazy("Which of these"), required=False, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=gettext_lazy("What is wrong"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 5})
    )
    to_do = forms.CharField(
        label=gettext_lazy("What the receivers should do"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    receivers = Reached(
        label=gettext_lazy("For class II: who got the batch"),
        queryset=None,
        required=False,
        help_text=gettext_lazy("Class I goes to all of them; nothing need be chosen."),
    )

    def __init__(self, data=None, *, by, reach, **options):
        super().__init__(data, **options)
        self.reach = reach
        said = data or self.initial
        self.found = alerts.found_for(
            by=by, words=said.get("facility_words", "")[:200], key=said.get("facility", "")[:40]
        )
        self.fields["facility"].choices = [
            ("", _("none of them")),
            *((str(each.key), _place(each)) for each in self.found),
        ]
        self.fields["receivers"].queryset = alert_reach.as_rows(reach)

    def clean(self):
        """The class rules, and a facility that is one."""
        said = super().clean()
        grade = said.get("grade")
        if said.get("facility_words") and not said.get("facility"):
            self.add_error("facility_words" if not self.found else "facility", self._which())
        if not grade:
            return said
        try:
            alerting.check_class(grade)
        except NotAllowed as error:
            self.add_error("grade", str(error))
            return said
        if "receivers" in said:
            try:
                alerting.check_receivers(grade, self.reach, {each.pk for each in self.going_to(said)})
            except NotAllowed as error:
                self.add_error("receivers", str(error))
        return said

    def _which(self) -> str:
        if not self.found:
            return _("No facility on file that you may know of matches. Use fewer words, or leave it empty.")
        return _("Choose which of these it is, or empty the field above.")

    def going_to(self, said=None) -> list:
        """Who gets it, by the class."""
        said = self.cleaned_data if said is None else said
        return self.reach.reached if said["grade"] == AlertClass.CLASS_I else list(said["receivers"])

    def chosen_facility(self):
        """The facility, if one was chosen."""
        wanted = self.cleaned_data["facility"]
        return next((each for each in self.found if str(each.key) == wanted), None)


class NewAlert(Deciding, View):
    """``/alerts/new/``: first the agreement (``?agreement=``), then what it says, then a look at who gets it, then it is sent."""

    http_method_names = ["get", "head", "post", "options"]
    action = "alert.send"

    def get(self, request):
        """The choice of the agreement, or the form."""
        with recording.one_reading():
            return self._begun(request)

    def _begun(self, request):
        choices = alert_reach.agreements(request.acting)
        agreement = _agreement(choices, request.GET.get("agreement", ""))
        if agreement is None:
            context = {"agreements": choices, "facility": _key(request), "breadcrumbs": _way_back()}
            return render(request, "inspections/alert_agreements.html", context)
        initial = {"facility": _key(request)}
        return self._show(
            request, agreement, lambda reach: AlertForm(by=request.acting, reach=reach, initial=initial)
        )

    def post(self, request):
        """Show who gets it; or, from there, send it."""
        agreement = _agreement(alert_reach.agreements(request.acting), request.POST.get("agreement", ""))
        if agreement is None:
            raise Http404
        reach = alert_reach.of(request.acting, agreement)
        form = AlertForm(_typed(request), by=request.acting, reach=reach)
        if "again" in request.POST or not form.is_valid():
            return self._show(request, agreement, lambda _reach: form)
        if "send" not in request.POST:
            return self._review(request, agreement, form)
        seen = set(request.POST.getlist("seen"))
        if seen != {str(each.pk) for each in form.going_to()}:
            return self._review(request, agreement, form, error=_CHANGED, status=409)
        said = {name: form.cleaned_data[name] for name in ("grade", "product", "batches", "words", "to_do")}
        try:
            alert = alerting.send(
                by=request.acting,
                agreement=agreement,
                facility=form.chosen_facility(),
                receivers=form.going_to(),
                **said,
            )
        except ReachChanged as error:
            return self._review(request, agreement, form, error=str(error), status=409)
        except _REFUSALS as error:
            form.add_error(None, str(error))
            return self._show(request, agreement, lambda _reach: form)
        messages.success(request, _("Sent. Everybody who receives it has been told."))
        return redirect(alert)

    def _show(self, request, agreement, make):
        reach = alert_reach.of(request.acting, agreement)
        form = make(reach)
        context = {"form": form, "agreement": agreement, "reach": reach, "breadcrumbs": _way_back()}
        return render(request, "inspections/alert_new.html", context, status=400 if form.errors else 200)

    def _review(self, request, agreement, form, error="", status=200):
        said = form.cleaned_data
        kept = [
            *(
                (name, said[name])
                for name in ("grade", "product", "batches", "facility_words", "facility", "words", "to_do")
            ),
            *(("receivers", each.pk) for each in said["receivers"]),
        ]
        context = {
            "agreement": agreement,
            "said": said,
            "grade_label": AlertClass(said["grade"]).label,
            "facility": form.chosen_facility(),
            "receivers": form.going_to(),
            "reach": form.reach,
            "kept": [(name, value) for name, value in kept if value],
            "error": error,
            "breadcrumbs": _way_back(),
        }
        return render(request, "inspections/alert_review.html", context, status=status)


_CHANGED = gettext_lazy("Who receives it has changed since you looked. Look again before you send it.")


class _OneAlert(Member):
    """Finds an alert that the authority acted for sent or received."""

    def told(self, number: int) -> alerts.Told:
        """The alert, or 404."""
        found = alerts.told(by=self.request.acting, number=number)
        if found is None:
            raise Http404
        return found


class AlertPage(_OneAlert, View):
    """``/alerts/<id>/``: what it says, who has acknowledged it, what was said since, and what can be done."""

    http_method_names = ["get", "head", "options"]
    action = "inspection.see"

    def get(self, request, number, status=200, error="", doing="", typed=""):
        """The page."""
        told = self.told(number)
        by = request.acting
        may_send = told.is_sender and may(by, "alert.send")
        may_answer = told.own is not None and may(by, "alert.acknowledge")
        is_new = may_answer and told.own.acknowledged_at is None
        context = {
            "told": told,
            "alert": told.alert,
            "may_acknowledge": is_new,
            "may_write": may_send or (may_answer and not is_new),
            "may_close": may_send and told.alert.closed_at is None,
            "error": error,
            "doing": doing,
            "typed": typed,
            "breadcrumbs": _way_back(),
        }
        return render(request, "inspections/alert.html", context, status=status)


class _ActOnAlert(_OneAlert, View):
    """An act with words on one alert; refused, its page says why and keeps the words."""

    http_method_names = ["post"]
    act = None
    doing = ""
    done = gettext_lazy("Done.")

    def post(self, request, number):
        """Do it."""
        told = self.told(number)
        words = request.POST.get("words", "").replace("\x00", "")
        try:
            type(self).act(by=request.acting, alert=told.alert, words=words)
        except NotAllowed as error:
            return AlertPage.get(self, request, number, 400, str(error), self.doing, words[:LONGEST])
        messages.success(request, self.done)
        return redirect(told.alert)


class AcknowledgeAlert(_ActOnAlert):
    """``/alerts/<id>/acknowledge/``: says what was done."""

    action = "alert.acknowledge"
    act, doing = staticmethod(alerting.acknowledge), "acknowledge"
    done = gettext_lazy("Acknowledged. The sender has been told.")


class WriteOnAlert(Deciding, _ActOnAlert):
    """``/alerts/<id>/write/``: a message of the sender to all, or of a receiver to the sender."""

    action = "inspection.see"
    act, doing = staticmethod(alerting.write), "write"
    done = gettext_lazy("Sent.")


class CloseAlert(Deciding, _ActOnAlert):
    """``/alerts/<id>/close/``: the sender says how the matter was settled."""

    action = "alert.send"
    act, doing = staticmethod(alerting.close), "close"
    done = gettext_lazy("Closed. The receivers have been told.")


def _agreement(choices: list, code: str):
    return next((each for each in choices if each.code == code), None)


def _key(request) -> str:
    return request.GET.get("facility", "").replace("\x00", "")[:40]


def _place(facility) -> str:
    parts = [facility.name, facility.town, facility.lies_in]
    return ", ".join(part for part in parts if part)


def _among(value: str | None, known: dict, otherwise: str) -> str:
    return value if value in known else otherwise


def _typed(request):
    data = request.POST.copy()
    for name, values in data.lists():
        data.setlist(name, [value.replace("\x00", "") for value in values])
    return data


def _desk() -> dict:
    return {"text": _("Desk"), "href": "/desk/"}


def _way_back() -> list[dict]:
    return [_desk(), {"text": _("Rapid alerts"), "href": "/alerts/"}]
