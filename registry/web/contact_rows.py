"""Contacts as rows of a form: those on record, two empty ones, and more on demand; without a script."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

EMPTY_ROWS = 2
MOST_ROWS = 40
FIELDS = ("name", "role", "email", "phone", "is_public")


class ContactForm(forms.Form):
    """One contact. A row left empty counts for nothing."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=160, required=False)
    role = forms.CharField(label=gettext_lazy("Role"), max_length=120, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254, required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=60, required=False)
    is_public = forms.BooleanField(label=gettext_lazy("The public may see this contact"), required=False)

    def clean(self):
        """A contact has a name and can be reached."""
        said = super().clean()
        if self.is_empty:
            return said
        if not said.get("name") and "name" not in self.errors:
            self.add_error("name", _("Enter the name, or empty the whole row to leave this contact out."))
        if not (said.get("email") or said.get("phone")) and not {"email", "phone"} & set(self.errors):
            self.add_error("email", _("Enter an e-mail address or a phone number."))
        return said

    @property
    def is_empty(self) -> bool:
        """True where nothing was typed."""
        return not any(self.data.get(self.add_prefix(name), "").strip() for name in FIELDS[:-1])


class Rows(forms.BaseFormSet):
    """All rows together: at least one contact. A proposal keeps them in its section ``contacts``."""

    section = "contacts"

    def clean(self):
        """Refuses an empty list."""
        super().clean()
        if not any(self.errors) and not self.said:
            raise forms.ValidationError(_("Enter at least one contact."))

    @property
    def said(self) -> list[dict]:
        """The contacts that were typed, as proposals keep them."""
        return [
            {name: form.cleaned_data[name] for name in FIELDS} for form in self.forms if not form.is_empty
        ]

    def content(self) -> dict:
        """Typed contacts as a proposal keeps them."""
        return {"contacts": self.said}


_Rows = forms.formset_factory(
    ContactForm, formset=Rows, extra=EMPTY_ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True
)


def showing(contacts: list[dict]) -> Rows:
    """The rows with these contacts and two empty ones."""
    return _Rows(initial=contacts, prefix="contact")


def typed(data) -> Rows:
    """The rows as they were sent."""
    return _Rows(data, prefix="contact")


def with_more(data) -> Rows:
    """The rows as they were typed, complete or not, and two more empty ones."""
    sent = typed(data)
    sent.is_valid()
    rows = [{name: form[name].value() for name in FIELDS} for form in sent.forms if not form.is_empty]
    return showing(rows)


def of_contacts(contacts) -> list[dict]:
    """Contacts on record as rows."""
    return [{name: getattr(contact, name) for name in FIELDS} for contact in contacts]
