"""Forms for documents and their versions."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from agreements.models import Annex, Authority, Sector
from portal.files.models import LARGEST_REPORT
from portal.files.receiving import KINDS
from registry.inspections.models import AccessClass, DocumentKind, Information

_DAY = forms.DateInput(attrs={"type": "date"})
_NOT_A_DAY = {"invalid": _("Give a day, for example 2026-12-31.")}
CLASSES_IN_WORDS = {
    AccessClass.PUBLIC: _("everybody may know that it exists"),
    AccessClass.ANNEX: _("the regulators and inspectorates of the parties to one annex, while it applies"),
    AccessClass.NAMED: _("the authorities that you name"),
    AccessClass.INTERNAL: _("your own authority alone"),
}


def put_problems(form: forms.Form, error: Exception) -> None:
    """Put what a verb refuses at the fields it names, or above the form."""
    if isinstance(error, ValidationError) and hasattr(error, "error_dict"):
        for name, words in error.message_dict.items():
            for each in words:
                form.add_error(name if name in form.fields else None, each)
    elif isinstance(error, ValidationError):
        form.add_error(None, error.messages)
    else:
        form.add_error(None, str(error))


class ClassFields(forms.Form):
    """Who may know that a document exists."""

    access_class = forms.ChoiceField(
        label=_("Who may know that it exists"),
        widget=forms.RadioSelect,
        help_text=_("Nobody reads it by this alone: each version is released to each reader by two people."),
        error_messages={"required": _("Choose who may know of it.")},
    )
    annex = forms.ChoiceField(label=_("Under which annex, if under one"), required=False)
    named = forms.MultipleChoiceField(
        label=_("Which authorities, if you name them"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, annexes: list[Annex], authorities: list[Authority], **options):
        super().__init__(*args, **options)
        self._annexes = {str(annex.pk): annex for annex in annexes}
        self._authorities = {str(each.pk): each for each in authorities}
        self.fields["access_class"].choices = [
            (each.value, f"{each.label}: {CLASSES_IN_WORDS[each]}") for each in AccessClass
        ]
        self.fields["annex"].choices = [
            ("", _("none")),
            *((key, f"{annex.title} ({annex.code})") for key, annex in self._annexes.items()),
        ]
        self.fields["named"].choices = [
            (key, f"{each.economy.name}: {each}" if each.economy else str(each))
            for key, each in self._authorities.items()
        ]

    def classed(self) -> dict:
        """The class with its annex and authorities, as the verbs take them."""
        said = self.cleaned_data
        return {
            "access_class": said["access_class"],
            "annex": self._annexes.get(said["annex"]),
            "named": [self._authorities[key] for key in said["named"]],
        }


class DocumentForm(ClassFields):
    """A new document."""

    kind = forms.ChoiceField(label=_("Kind"), choices=DocumentKind)
    title = forms.CharField(
        label=_("Title"), max_length=250, error_messages={"required": _("Give it a title.")}
    )
    number = forms.CharField(
        label=_("Number"), max_length=80, required=False, help_text=_("As your authority counts it.")
    )
    issued_on = forms.DateField(label=_("Issued on"), required=False, widget=_DAY, error_messages=_NOT_A_DAY)
    valid_until = forms.DateField(
        label=_("Last day of validity"),
        required=False,
        widget=_DAY,
        help_text=_("For a certificate or an authorisation."),
        error_messages=_NOT_A_DAY,
    )
    external_url = forms.URLField(
        label=_("Where you have published it"), max_length=500, required=False, assume_scheme="https"
    )
    sector = forms.ChoiceField(
        label=_("Sector"),
        required=False,
        help_text=_(
            "Commitments of confidentiality are given by sector: without one, only those for all sectors cover it."
        ),
    )
    field_order = (
        "kind",
        "title",
        "number",
        "issued_on",
        "valid_until",
        "external_url",
        "sector",
        "access_class",
        "annex",
        "named",
    )

    def __init__(self, *args, sectors: list[Sector], **options):
        super().__init__(*args, **options)
        self._sectors = {str(each.pk): each for each in sectors}
        self.fields["sector"].choices = [
            ("", _("none")),
            *((key, each.name) for key, each in self._sectors.items()),
        ]

    def facts(self) -> dict:
        """The document's fields."""
        names = ("kind", "title", "number", "issued_on", "valid_until", "external_url")
        facts = {name: self.cleaned_data[name] for name in names}
        return facts | {"sector": self._sectors.get(self.cleaned_data["sector"])} | self.classed()


class ReclassifyForm(ClassFields):
    """Another class for a document on file."""

    reason = forms.CharField(label=_("Why, for your own record"), max_length=300)


class VersionForm(forms.Form):
    """A file for a document."""

    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ",".join(f".{ending}" for ending in KINDS)}),
        help_text=_(
            "PDF, PNG, JPEG, DOCX or XLSX, up to %(size)s MB. It is checked before anybody can read it; what you file is"
            " never changed."
        )
        % {"size": LARGEST_REPORT // 1024**2},
        error_messages={
            "required": _("Choose the file."),
            "empty": _("The file is empty. Choose another one."),
        },
    )
    redacted = forms.BooleanField(
        label=_("This is a redacted version"),
        required=False,
        help_text=_("It stands beside the full one, with its own numbers."),
    )
    note = forms.CharField(
        label=_("What is left out, or why it is issued anew"),
        max_length=300,
        required=False,
        help_text=_("Whoever it is released to reads this."),
    )
    information = forms.MultipleChoiceField(
        label=_("Information in it that is not public"),
        choices=Information,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "A receiver must have promised to keep each of these. With none of them it may be released to everybody."
        ),
    )
    language = forms.CharField(
        label=_("Language"),
        max_length=3,
        required=False,
        validators=[RegexValidator(r"^[a-z]{2,3}$", _("Give two or three letters, such as en or ja."))],
        help_text=_("Two or three letters (ISO 639), such as en or ja."),
    )
