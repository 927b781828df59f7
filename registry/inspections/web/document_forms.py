"""Forms for documents, their versions and their release."""

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.models import Annex, Authority
from portal.files.models import LARGEST_REPORT
from registry.inspections.models import AccessClass, DocumentKind, Form, Information, Version

EVERYBODY = "everybody"
_DAY = forms.DateInput(attrs={"type": "date"})


def problems_into(form: forms.Form, error) -> None:
    """Put what a verb refuses at the fields it names, or above the form."""
    told = getattr(error, "error_dict", None)
    for name, words in (error.message_dict if told else {"": [_words(error)]}).items():
        for each in words:
            form.add_error(name if name in form.fields else None, each)


def _words(error) -> str:
    return " ".join(error.messages) if hasattr(error, "messages") else str(error)


class ClassFields(forms.Form):
    """Who may know that a document exists."""

    access_class = forms.ChoiceField(
        label=_("Who may know that it exists"),
        choices=AccessClass,
        widget=forms.RadioSelect,
        help_text=_("Nobody reads it by this alone: each version is released to each reader."),
    )
    annex = forms.ChoiceField(label=_("Annex, where it is shared under one"), required=False)
    named = forms.MultipleChoiceField(
        label=_("Authorities, where they are named"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, annexes: list[Annex], authorities: list[Authority], **options):
        super().__init__(*args, **options)
        self._annexes = {annex.code: annex for annex in annexes}
        self._authorities = {str(authority.pk): authority for authority in authorities}
        self.fields["annex"].choices = [("", _("none")), *((each.code, str(each)) for each in annexes)]
        self.fields["named"].choices = [(str(each.pk), each.name) for each in authorities]

    def chosen(self) -> dict:
        """The class with its annex and authorities, as the verbs take them."""
        data = self.cleaned_data
        return {
            "access_class": data["access_class"],
            "annex": self._annexes.get(data["annex"]),
            "named": [self._authorities[number] for number in data["named"]],
        }


class DocumentForm(ClassFields):
    """A new document."""

    kind = forms.ChoiceField(label=_("Kind"), choices=DocumentKind)
    title = forms.CharField(label=_("Title"), max_length=250)
    number = forms.CharField(
        label=_("Number"), max_length=80, required=False, help_text=_("As your authority counts it.")
    )
    issued_on = forms.DateField(label=_("Issued on"), required=False, widget=_DAY)
    valid_until = forms.DateField(
        label=_("Valid until"), required=False, widget=_DAY, help_text=_("The last day, for a certificate.")
    )
    field_order = ("kind", "title", "number", "issued_on", "valid_until", "access_class", "annex", "named")

    def facts(self) -> dict:
        """The document's fields."""
        names = ("kind", "title", "number", "issued_on", "valid_until")
        return {name: self.cleaned_data[name] for name in names} | self.chosen()


class ReclassifyForm(ClassFields):
    """Another class for a document on file."""

    reason = forms.CharField(label=_("Why, for your own record"), max_length=300)


class VersionForm(forms.Form):
    """A file for a document."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "PDF, PNG, JPEG, DOCX or XLSX, up to %(size)s MB. It is checked before anybody can read it."
        )
        % {"size": LARGEST_REPORT // 1024**2},
    )
    redacted = forms.BooleanField(label=_("This is a redacted version, beside the full one"), required=False)
    note = forms.CharField(
        label=_("Note"),
        max_length=300,
        required=False,
        help_text=_("What is left out, or why it was issued anew."),
    )
    information = forms.MultipleChoiceField(
        label=_("Information in it that is not public"),
        choices=Information,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A receiver must have promised to keep each of these classes."),
    )
    language = forms.CharField(
        label=_("Language"), max_length=10, required=False, help_text=_("Such as en or ja.")
    )


class ReleaseForm(forms.Form):
    """To whom a version is released, and on what ground."""

    version = forms.ChoiceField(label=_("Version"))
    receiver = forms.ChoiceField(label=_("Receiver"))
    annex = forms.ChoiceField(
        label=_("Under the annex"),
        required=False,
        help_text=_("While it does not apply, nobody reads the version."),
    )
    legal_basis = forms.CharField(
        label=_("Legal basis"), max_length=300, help_text=_("Article and text, as the receiver will see it.")
    )
    until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=_DAY,
        help_text=_("The last day of access; empty for an open end."),
    )
    conditions = forms.CharField(
        label=_("Conditions"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )
    form = forms.ChoiceField(
        label=_("In which form"), choices=Form, widget=forms.RadioSelect, initial=Form.EXACT
    )

    def __init__(
        self, *args, versions: list[Version], receivers: list[Authority], annexes: list[Annex], **options
    ):
        super().__init__(*args, **options)
        self._versions = {str(each.pk): each for each in versions}
        self._receivers = {str(each.pk): each for each in receivers}
        self._annexes = {each.code: each for each in annexes}
        self.fields["version"].choices = [(number, each.words) for number, each in self._versions.items()]
        self.fields["receiver"].choices = [
            *((number, each.name) for number, each in self._receivers.items()),
            (EVERYBODY, _("everybody (it becomes public)")),
        ]
        self.fields["annex"].choices = [("", _("none")), *((each.code, str(each)) for each in annexes)]

    def facts(self) -> dict:
        """The release's facts, as the verb takes them."""
        data = self.cleaned_data
        return {
            "version": self._versions[data["version"]],
            "receiver": self._receivers.get(data["receiver"]),
            "annex": self._annexes.get(data["annex"]),
            **{name: data[name] for name in ("legal_basis", "until", "conditions", "form")},
        }


__all__ = [
    "EVERYBODY",
    "DocumentForm",
    "ReclassifyForm",
    "ReleaseForm",
    "VersionForm",
    "problems_into",
]
