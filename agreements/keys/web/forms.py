"""The form in which a key is asked for."""

from datetime import timedelta

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from agreements.keys.giving import LONGEST_DAYS
from portal import clock, permissions


def _scopes() -> list[tuple[str, str]]:
    return [(rule.action, capfirst(str(rule.words))) for rule in permissions.for_keys()]


def _last_day():
    return clock.today() + timedelta(days=LONGEST_DAYS)


class KeyForm(forms.Form):
    """What the program is, what it may do, and until when."""

    name = forms.CharField(
        label=_("Name of the program"),
        max_length=80,
        help_text=_("What it does stands on record under this name."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=_scopes,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose none for a program that only reads what everybody may, with a higher limit."),
    )
    last_day = forms.DateField(
        label=_("Last day"),
        initial=_last_day,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("A year away at most. Make another key before it ends."),
    )

    def clean_name(self):
        """One line, as it stands in records."""
        return " ".join(self.cleaned_data["name"].split())

    def clean_last_day(self):
        """A day on which the key would be taken."""
        day = self.cleaned_data["last_day"]
        if not clock.today() <= day <= _last_day():
            raise forms.ValidationError(_("Choose a last day from today on, at most a year away."))
        return day
