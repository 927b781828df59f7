"""Forms of the screens of members: whom to invite, which role to give for which term, why somebody leaves."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.models import Role
from portal import clock


class InviteForm(forms.Form):
    """Whom to ask, and for which roles."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("The invitation goes there. Only who reads that mail can accept it."),
    )
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=(), widget=forms.CheckboxSelectMultiple, help_text=_("One or several.")
    )

    def __init__(self, *args, by, **options):
        super().__init__(*args, **options)
        self.fields["roles"].choices = [(role.value, role_words(role, by)) for role in Role]


class GiveRoleForm(forms.Form):
    """A role and its term, the last day included."""

    role = forms.ChoiceField(label=_("Role"), choices=(), widget=forms.RadioSelect)
    start = forms.DateField(
        label=_("First day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Leave empty for today."),
    )
    last = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Leave empty for a role without an end."),
    )

    def __init__(self, *args, by, roles: list[Role], **options):
        super().__init__(*args, **options)
        self.fields["role"].choices = [(role.value, role_words(role, by)) for role in roles]

    def clean_start(self):
        """A role cannot have counted before it was given."""
        start = self.cleaned_data["start"]
        if start and start < clock.today():
            raise forms.ValidationError(_("Enter today or a later day."))
        return start

    def clean(self):
        """The last day is not before the first."""
        said = super().clean()
        start, last = said.get("start") or clock.today(), said.get("last")
        if last and last < start:
            self.add_error("last", _("Enter the first day or a later one."))
        return said

    @property
    def end(self):
        """The first day after the term; None for an open one."""
        last = self.cleaned_data["last"]
        return last and last + timedelta(days=1)


class EndForm(forms.Form):
    """Why somebody leaves."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        required=False,
        help_text=_("For the authority's own record. You may leave it empty."),
    )


def role_words(role: Role, by) -> str:
    """The role and what it is for, as one choice."""
    words = f"{role.label.capitalize()}: {role.meaning}"
    waits = role.needs_second_person and not by.is_operator
    return f"{words} ({_('waits for a second administrator')})" if waits else words
