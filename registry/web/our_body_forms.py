"""The small forms in which a proposal about a body itself is written."""

from datetime import date

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry import looking_after
from registry.models import Step
from registry.web.decision_form import day_field

_REASON = gettext_lazy("Reason, as the public will read it")


class StepForm(forms.Form):
    """What one proposal says; ``content`` is what the proposal keeps of it, in its section ``decision``."""

    section = "decision"

    def __init__(self, data=None, *, body, initial=None):
        super().__init__(data, initial=initial)
        self.body = body

    def content(self) -> dict:
        """Typed values as a proposal keeps them."""
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in self.cleaned_data.items()
            if value not in (None, "")
        }

    def shown(self, content: dict) -> list[tuple[str, str]]:
        """Label and value of what a proposal keeps, for a reader."""
        return [(field.label, str(content[name])) for name, field in self.fields.items() if content.get(name)]


def _reason(required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=_REASON,
        required=required,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("State the reason, as the public will read it.")},
    )


class RenameForm(StepForm):
    """A new name from a day on."""

    name = forms.CharField(label=gettext_lazy("New name"), max_length=300)
    local_name = forms.CharField(label=gettext_lazy("Name in its own script"), max_length=300, required=False)
    effective_on = day_field(gettext_lazy("From which day"), required=True)
    public_reason = _reason()

    def clean_name(self):
        """The name of a fictional body says so."""
        name = self.cleaned_data["name"]
        if self.body.is_sample and not name.endswith("(sample)"):
            raise forms.ValidationError(_("The name of a fictional body ends with “(sample)”."))
        return name


class MergeForm(StepForm):
    """The body that stays, and why the two are one."""

    into = forms.IntegerField(widget=forms.HiddenInput)
    public_reason = _reason(required=True)

    def clean_into(self):
        """One that could be the same."""
        number = self.cleaned_data["into"]
        if looking_after.other(self.body, pk=number) is None:
            raise forms.ValidationError(_("Choose the body that stays."))
        return number

    def content(self):
        """With the name of the other body, for whoever decides."""
        return {
            **super().content(),
            "into_name": looking_after.other(self.body, pk=self.cleaned_data["into"]).name,
        }

    def shown(self, content):
        """With the name of the other body."""
        other = looking_after.other(self.body, pk=content.get("into") or 0)
        rows = [(_("Stays"), other.name)] if other else []
        return [*rows, (str(_REASON), content.get("public_reason", ""))]


class SeparateForm(StepForm):
    """Why the two are not one body."""

    public_reason = _reason(required=True)


class MoveSiteForm(StepForm):
    """Which location the body leaves, where it goes, and when."""

    site = forms.TypedChoiceField(
        label=gettext_lazy("Location that it leaves"), coerce=int, widget=forms.RadioSelect
    )
    name = forms.CharField(label=gettext_lazy("Name of the new location"), max_length=200, required=False)
    address = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    town = forms.CharField(label=gettext_lazy("Town"), max_length=120)
    postcode = forms.CharField(label=gettext_lazy("Postcode"), max_length=30, required=False)
    effective_on = day_field(gettext_lazy("First day at the new location"), required=True)
    public_reason = _reason()

    def __init__(self, data=None, *, body, initial=None):
        super().__init__(data, body=body, initial=initial)
        self.fields["site"].choices = [(site.pk, _site_words(site)) for site in looking_after.sites(body)]

    def content(self):
        """With the location in words, for whoever decides."""
        words = dict(self.fields["site"].choices)
        return {**super().content(), "site_name": words[self.cleaned_data["site"]]}

    def shown(self, content):
        """With the location in words."""
        words = dict(self.fields["site"].choices)
        return super().shown({**content, "site": words.get(content.get("site"), "")})


def _site_words(site) -> str:
    parts = (site.name, site.address.replace("\n", ", "), site.town, site.postcode, site.economy.name)
    return ", ".join(part for part in parts if part)


FORMS = {
    Step.RENAME: RenameForm,
    Step.MERGE: MergeForm,
    Step.SEPARATE: SeparateForm,
    Step.MOVE_SITE: MoveSiteForm,
}
