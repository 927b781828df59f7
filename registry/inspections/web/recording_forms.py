"""Forms in which facilities and inspections are written down."""

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.models import Annex, Authority, Economy, ProductClass, Sector
from registry.inspections import countries, scales
from registry.inspections.enrolling import Number
from registry.inspections.inspecting import Facts, Found
from registry.inspections.models import DUNS, FEI, LOC_ID, InspectionKind
from registry.inspections.web.document_forms import ClassFields

OTHER = "other"
MOST_ROWS = 60


def _day(label, help_text="") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class PlaceForm(forms.Form):
    """Where a facility lies. ``economies`` are those on file; other countries stand among them."""

    local_name = forms.CharField(label=_("Name in its own script"), max_length=250, required=False)
    address = forms.CharField(
        label=_("Address"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    town = forms.CharField(label=_("Town"), max_length=120, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=30, required=False)
    economy = forms.ChoiceField(label=_("Lies in"), required=False)
    is_public = forms.BooleanField(
        label=_("Everybody may know that this facility is on file"), required=False
    )

    def __init__(self, *args, economies: list[Economy], **options):
        super().__init__(*args, **options)
        self._economies = {each.code: each for each in economies}
        places = [*((each.code, each.name) for each in economies), *countries.beside(self._economies)]
        self.fields["economy"].choices = [("", _("not on file")), *sorted(places, key=lambda place: place[1])]

    def place(self) -> dict:
        """What the verbs take."""
        data = self.cleaned_data
        names = ("local_name", "address", "town", "postcode", "is_public")
        economy = self._economies.get(data["economy"])
        country = "" if economy else data["economy"]
        return {name: data[name] for name in names} | {"economy": economy, "country": country}


class FacilityForm(PlaceForm):
    """A new facility."""

    name = forms.CharField(label=_("Name"), max_length=250)
    field_order = ("name",)


class NumberForm(forms.Form):
    """One number of a facility. A row left empty counts for nothing."""

    scheme = forms.ChoiceField(
        label=_("Kind of number"),
        choices=[
            (FEI, _("FEI (FDA)")),
            (DUNS, _("D-U-N-S (Dun & Bradstreet)")),
            (LOC_ID, _("LOC ID (EMA)")),
            (OTHER, _("another one")),
        ],
    )
    value = forms.CharField(label=_("Number"), max_length=60, required=False)
    other = forms.CharField(
        label=_("What it is called, where it is another one"), max_length=40, required=False
    )
    issuer = forms.CharField(
        label=_("Who gives it out, where it is another one"), max_length=120, required=False
    )
    start = _day(_("From"), _("The first day on which it holds, where that is known."))
    end = _day(_("Until"), _("The first day on which it no longer holds."))

    def clean(self):
        """A number of another kind says what it is called."""
        said = super().clean()
        if said.get("value") and said.get("scheme") == OTHER and not said.get("other"):
            self.add_error("other", _("Enter what the number is called."))
        if not said.get("value") and (said.get("other") or said.get("issuer")):
            self.add_error("value", _("Enter the number, or empty the row."))
        return said

    def number(self) -> Number | None:
        """The number, or None for an empty row."""
        said = self.cleaned_data
        if not said.get("value"):
            return None
        scheme = said["other"] if said["scheme"] == OTHER else said["scheme"]
        return Number(scheme, said["value"], said["issuer"], said["start"], said["end"])


class RenameForm(forms.Form):
    """Another name for a facility."""

    name = forms.CharField(label=_("New name"), max_length=250)
    since = _day(_("Since"), _("The first day under the new name; empty where it is not known."))


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(
        label=_("Why, for your own record"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class FindingForm(forms.Form):
    """How many of a grade were found. A row left empty counts for nothing."""

    grade = forms.CharField(label=_("Grade, on your scale"), max_length=40, required=False)
    number = forms.IntegerField(label=_("How many"), min_value=0, max_value=32767, required=False, initial=1)
    clause = forms.CharField(label=_("Clause"), max_length=120, required=False)
    words = forms.CharField(
        label=_("What was found"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean(self):
        """A finding has a grade."""
        said = super().clean()
        if not said.get("grade") and (said.get("clause") or said.get("words")):
            self.add_error("grade", _("Enter the grade, or empty the row."))
        return said

    def found(self) -> Found | None:
        """The finding, or None for an empty row."""
        said = self.cleaned_data
        if not said.get("grade"):
            return None
        count = 1 if said.get("number") is None else said["number"]
        return Found(said["grade"], count, said["clause"], said["words"])


def _rows(form, empty: int):
    return forms.formset_factory(
        form, extra=empty, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True
    )


NumberRows = _rows(NumberForm, 1)
FindingRows = _rows(FindingForm, 2)


def number_rows(numbers) -> list[dict]:
    """Numbers on file as rows of the form."""
    known = {FEI, DUNS, LOC_ID}
    return [
        {
            "scheme": each.scheme if each.scheme in known else OTHER,
            "other": "" if each.scheme in known else each.scheme,
            "value": each.value,
            "issuer": "" if each.scheme in known else each.issuer,
            "start": each.start,
            "end": each.end,
        }
        for each in numbers
    ]


class InspectionForm(ClassFields):
    """What an authority says of its inspection; findings stand in rows of their own."""

    reference = forms.CharField(
        label=_("Your number of the inspection"),
        max_length=80,
        required=False,
        help_text=_("As in your own records."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=InspectionKind)
    began_on = _day(_("First day"))
    ended_on = _day(_("Last day"))
    product_classes = forms.MultipleChoiceField(
        label=_("Classes of products"),
        choices=ProductClass,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Partners recognise inspectorates for each class by itself."),
    )
    products = forms.CharField(
        label=_("Products"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    operations = forms.CharField(
        label=_("Operations"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    standard = forms.CharField(label=_("Standard inspected against"), max_length=250, required=False)
    sector = forms.ChoiceField(label=_("Sector"), required=False)
    scale = forms.ChoiceField(
        label=_("Scale of the outcome and the grades"),
        required=False,
        choices=[
            ("", _("none")),
            *((scale.code, scale.name) for scale in scales.SCALES.values()),
            (OTHER, _("our own words")),
        ],
        help_text=_("The outcome is kept on this scale as you give it; it is never converted."),
    )
    own_scale = forms.CharField(label=_("What your own scale is called"), max_length=30, required=False)
    outcome = forms.CharField(
        label=_("Outcome"), max_length=80, required=False, help_text=_("On that scale, for example VAI.")
    )
    next_action = forms.CharField(label=_("What follows"), max_length=300, required=False)
    source_url = forms.URLField(
        label=_("Where you have published it yourself"),
        max_length=500,
        required=False,
        assume_scheme="https",
    )
    field_order = (
        "reference",
        "kind",
        "began_on",
        "ended_on",
        "product_classes",
        "products",
        "operations",
        "standard",
        "sector",
        "scale",
        "own_scale",
        "outcome",
        "next_action",
        "source_url",
        "access_class",
        "annex",
        "named",
    )

    def __init__(
        self, *args, annexes: list[Annex], authorities: list[Authority], sectors: list[Sector], **options
    ):
        super().__init__(*args, annexes=annexes, authorities=authorities, **options)
        self._sectors = {each.code: each for each in sectors}
        self.fields["sector"].choices = [
            ("", _("not on file")),
            *((each.code, each.name) for each in sectors),
        ]
        self.fields["access_class"].label = _("Who may know of the inspection")
        self.fields["access_class"].help_text = _(
            "What was found in detail stays with your authority, unless the inspection is public."
        )

    def clean(self):
        """An own scale has a name."""
        said = super().clean()
        if said.get("scale") == OTHER and not said.get("own_scale"):
            self.add_error("own_scale", _("Enter what your scale is called."))
        return said

    def facts(self, findings: tuple[Found, ...]) -> Facts:
        """What the verbs take."""
        said = self.cleaned_data
        names = (
            "reference",
            "kind",
            "began_on",
            "ended_on",
            "products",
            "operations",
            "standard",
            "outcome",
            "next_action",
            "source_url",
        )
        chosen = self.classed()
        return Facts(
            **{name: said[name] for name in names},
            product_classes=tuple(said["product_classes"]),
            sector=self._sectors.get(said["sector"]),
            scale=said["own_scale"] if said["scale"] == OTHER else said["scale"],
            access_class=chosen["access_class"],
            annex=chosen["annex"],
            named=tuple(chosen["named"]),
            findings=findings,
        )


def shown(facts: Facts) -> dict:
    """What is on record of an inspection, as the form shows it."""
    own = bool(facts.scale) and facts.scale not in scales.SCALES
    return {
        **{name: getattr(facts, name) for name in InspectionForm.field_order if hasattr(facts, name)},
        "product_classes": list(facts.product_classes),
        "scale": OTHER if own else facts.scale,
        "own_scale": facts.scale if own else "",
        "sector": facts.sector.code if facts.sector else "",
        "annex": str(facts.annex.pk) if facts.annex else "",
        "named": [str(each.pk) for each in facts.named],
    }


def finding_rows(facts: Facts) -> list[dict]:
    """Findings on record as rows of the form."""
    return [
        {"grade": each.grade, "number": each.number, "clause": each.clause, "words": each.words}
        for each in facts.findings
    ]
