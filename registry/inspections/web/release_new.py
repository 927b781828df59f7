"""``/inspections/documents/<number>/release/``: look at what a release would do, then put it before a second person."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from agreements.models import Annex, Authority
from registry.inspections import documents, releasing
from registry.inspections.models import Form
from registry.inspections.web.document_forms import put_problems
from registry.inspections.web.documents import REFUSALS, OwnDocument, crumbs

EVERYBODY = "everybody"


class ReleaseForm(forms.Form):
    """Which version goes to whom, on what ground, until when."""

    version = forms.ChoiceField(label=gettext_lazy("Version"), widget=forms.RadioSelect)
    receiver = forms.ChoiceField(
        label=gettext_lazy("To whom"), error_messages={"required": gettext_lazy("Choose who is to read it.")}
    )
    annex = forms.ChoiceField(
        label=gettext_lazy("Under the annex"),
        required=False,
        help_text=gettext_lazy(
            "While it is suspended or has ended, nobody reads the version by this release. Leave it out to rest on the"
            " commitment of confidentiality alone."
        ),
    )
    legal_basis = forms.CharField(
        label=gettext_lazy("Legal basis"),
        max_length=300,
        help_text=gettext_lazy("Text and article. The receiver reads this."),
        error_messages={"required": gettext_lazy("Name the text and article on which it is released.")},
    )
    until = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Leave it empty for no end."),
        error_messages={"invalid": gettext_lazy("Give a day, for example 2026-12-31.")},
    )
    conditions = forms.CharField(
        label=gettext_lazy("Conditions"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What the receiver must observe. It is on their page, above the download."),
    )
    form = forms.ChoiceField(
        label=gettext_lazy("In which form"),
        choices=Form,
        widget=forms.RadioSelect,
        initial=Form.EXACT,
        help_text=gettext_lazy("A stamp deters; whoever has the file can take it off."),
    )

    def __init__(
        self, *args, kept: documents.Kept, receivers: list[Authority], annexes: list[Annex], asked, **options
    ):
        super().__init__(*args, **options)
        self._versions = {str(each.version.pk): each.version for each in kept.versions}
        self._receivers = {str(each.pk): each for each in receivers}
        self._annexes = {str(each.pk): each for each in annexes}
        self._asked = asked
        self.fields["version"].choices = [
            (key, _version_words(version)) for key, version in self._versions.items()
        ]
        self.fields["receiver"].choices = [
            *([] if asked else [("", _("choose"))]),
            *(
                (key, f"{each.economy.name}: {each}" if each.economy else str(each))
                for key, each in self._receivers.items()
            ),
            *([] if asked else [(EVERYBODY, _("everybody: it becomes public"))]),
        ]
        self.fields["annex"].choices = [
            ("", _("none")),
            *((key, f"{each.title} ({each.code})") for key, each in self._annexes.items()),
        ]

    def facts(self) -> dict:
        """What the verb takes."""
        said = self.cleaned_data
        return {
            "version": self._versions[said["version"]],
            "receiver": self._receivers.get(said["receiver"]),
            "annex": self._annexes.get(said["annex"]),
            "request": self._asked,
            **{name: said[name] for name in ("legal_basis", "until", "conditions", "form")},
        }


def _version_words(version) -> str:
    words = f"{version.words} ({version.stored.get_state_display()})"
    return f"{words}: {version.note}" if version.note else words


class NewRelease(OwnDocument, View):
    """First the form, then what it would do, then the proposal. ``?request=`` names the request that it answers."""

    action = "release.propose"

    def get(self, request, number, form=None, preview=None, status=200):
        """The form, and below it what it would do once that was asked."""
        kept = self.found(request, number)
        asked = self._asked(request, kept)
        context = {
            "form": form or self._form(request, None, kept, asked),
            "kept": kept,
            "document": kept.document,
            "asked": asked,
            "preview": preview,
            "breadcrumbs": crumbs(kept.document),
        }
        return render(request, "inspections/release_new.html", context, status=status)

    def post(self, request, number):
        """Look at what it would do; or propose it."""
        kept = self.found(request, number)
        form, preview = self._form(request, request.POST, kept, self._asked(request, kept)), None
        if form.is_valid():
            try:
                if request.POST.get("doing") == "propose":
                    release = releasing.propose(by=request.acting, **form.facts())
                    messages.success(request, _("Proposed. A second person of your authority decides now."))
                    return HttpResponseRedirect(release.get_absolute_url())
                preview = releasing.preview(by=request.acting, **form.facts())
                for name, words in preview.problems.items():
                    form.add_error(name, words)
            except REFUSALS as error:
                put_problems(form, error)
        return self.get(request, number, form=form, preview=preview, status=400 if form.errors else 200)

    def _form(self, request, data, kept, asked) -> ReleaseForm:
        accepted = [each.version for each in kept.versions if each.version.stored.state == "accepted"]
        initial = {"version": str(accepted[0].pk) if accepted else "", "form": Form.EXACT}
        chosen = request.GET.get("version", "")
        if chosen in {str(each.version.pk) for each in kept.versions}:
            initial["version"] = chosen
        if asked is not None:
            initial |= {
                "receiver": str(asked.asking_id),
                "annex": str(asked.annex_id),
                "legal_basis": f"{asked.annex.title} ({asked.annex.code}), {asked.number}",
            }
        by = request.acting
        receivers = [asked.asking] if asked is not None else documents.receivers(by)
        return ReleaseForm(
            data,
            initial=initial,
            kept=kept,
            receivers=receivers,
            annexes=documents.annexes(by),
            asked=asked,
        )

    def _asked(self, request, kept):
        """The request that it answers, about the same facility; 404 for one that is not for this authority."""
        number = (request.POST if request.method == "POST" else request.GET).get("request", "")
        if not number:
            return None
        asked = documents.request_to_answer(by=request.acting, number=number.replace("\x00", "")[:20])
        if asked is None or asked.facility_id != kept.document.facility_id:
            raise Http404
        return asked
