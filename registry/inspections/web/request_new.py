"""``/requests/new/``: ask for a document, for the report of an inspection, or for a new inspection of a facility."""

from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from agreements.web.doors import Member
from portal.lifecycle import NotAllowed
from registry.inspections import citing, following, requesting, targets
from registry.inspections.models import DocumentKind, Wanted

_NAMES = ("document", "inspection", "facility", "asked")


def _capitalised(choices) -> list[tuple[str, str]]:
    """As a choice stands alone, in the reader's language."""
    return [(code, capfirst(words)) for code, words in choices.choices]


class RequestForm(forms.Form):
    """What is asked for, under which text, and what for."""

    annex = forms.TypedChoiceField(
        label=gettext_lazy("Under which text"),
        coerce=int,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Those that apply today between the two authorities. The limits of each are below."
        ),
        error_messages={"required": gettext_lazy("Choose the text that obliges the other authority.")},
    )
    wanted = forms.ChoiceField(
        label=gettext_lazy("What you need"),
        choices=lambda: _capitalised(Wanted),
        widget=forms.RadioSelect,
        initial=Wanted.EXISTING,
        error_messages={"required": gettext_lazy("Choose what you need.")},
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Which documents"),
        choices=lambda: _capitalised(DocumentKind),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Choose none to leave it to the authority that is asked."),
    )
    pre_approval = forms.BooleanField(
        label=gettext_lazy("It is for a product that awaits approval"),
        required=False,
        help_text=gettext_lazy("Other limits may hold then."),
    )
    purpose = forms.CharField(
        label=gettext_lazy("What it is needed for"),
        max_length=following.LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("The other authority reads this. Notices and mails do not repeat it."),
        error_messages={"required": gettext_lazy("Say what it is needed for.")},
    )

    def __init__(self, *args, target: targets.Target, offer: targets.Offer, **options):
        super().__init__(*args, **options)
        self.fields["annex"].choices = [
            (ground.annex.pk, f"{ground.annex.title} ({ground.annex.code})")
            for ground, _told in offer.citable
        ]
        if len(offer.citable) == 1:
            self.fields["annex"].initial = offer.citable[0][0].annex.pk
        if target.document:
            del self.fields["wanted"], self.fields["kinds"]


class NewRequest(Member, View):
    """First whom to ask, where that is open; then the form, or what is missing between the two authorities."""

    http_method_names = ["get", "head", "post", "options"]
    action = "request.write"

    def get(self, request):
        """The form, the choice of whom to ask, or where to begin."""
        if not any(request.GET.get(name) for name in _NAMES[:3]):
            return render(request, "inspections/request_start.html", {"breadcrumbs": _way_back()})
        target = self._target(request.GET)
        if target.asked is None:
            return self._whom(request, target)
        offer = targets.offer(by=request.acting, target=target)
        return self._show(request, target, offer, RequestForm(target=target, offer=offer))

    def post(self, request):
        """Send the request, or say what is wrong with it."""
        target = self._target(request.POST)
        if target.asked is None:
            raise Http404
        offer = targets.offer(by=request.acting, target=target)
        form = RequestForm(request.POST, target=target, offer=offer)
        if form.is_valid():
            said = dict(form.cleaned_data)
            chosen = said.pop("annex")
            annex = next(ground.annex for ground, _told in offer.citable if ground.annex.pk == chosen)
            try:
                sent = requesting.ask(
                    by=request.acting,
                    asked=target.asked,
                    annex=annex,
                    facility=target.facility,
                    inspection=target.inspection,
                    document=target.document,
                    **said,
                )
            except (NotAllowed, ValueError) as error:
                form.add_error(None, str(error))
            else:
                messages.success(
                    request,
                    _("Sent. %(who)s has been told, and its limit runs.") % {"who": target.asked.name},
                )
                return redirect(sent)
        return self._show(request, target, offer, form, status=400)

    def _target(self, data) -> targets.Target:
        named = {name: data.get(name, "").replace("\x00", "")[:80] for name in _NAMES}
        target = targets.target_of(by=self.request.acting, **named)
        if target is None:
            raise Http404
        return target

    def _whom(self, request: HttpRequest, target: targets.Target) -> HttpResponse:
        context = {
            "target": target,
            "authorities": [
                (each, f"?{urlencode({**target.query, 'asked': each.code})}")
                for each in citing.askable(request.acting, near=target.facility.economy)
            ],
            "breadcrumbs": _way_back(),
        }
        return render(request, "inspections/request_whom.html", context)

    def _show(self, request, target, offer, form, status: int = 200) -> HttpResponse:
        if target.asked.pk == request.acting.authority_id and request.method == "POST":
            raise PermissionDenied(_("This is your own authority’s: nobody needs to be asked for it."))
        context = {
            "target": target,
            "is_own": target.asked.pk == request.acting.authority_id,
            "offer": offer,
            "form": form,
            "breadcrumbs": _way_back(),
        }
        return render(request, "inspections/request_new.html", context, status=status)


def _way_back() -> list[dict]:
    return [{"text": _("Requests"), "href": "/requests/"}]
