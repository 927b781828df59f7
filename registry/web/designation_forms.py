"""The forms of a designation, one per section. They keep what was typed; ``registry.checking`` says what is missing."""

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.models import ResultKind
from registry.web.decision_form import day_field

THIRD_PARTY = (
    ("", _("not stated")),
    ("yes", _("yes")),
    ("no", _("no: it works for a manufacturer it belongs to")),
)


class Section(forms.Form):
    """A section of a proposal: remembers which version it was shown from."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def content(self) -> dict:
        """What the proposal keeps of it."""
        return {
            name: value.isoformat() if hasattr(value, "isoformat") else value
            for name, value in self.cleaned_data.items()
            if name != "version"
        }


class BodySection(Section):
    """An existing body, or a new one with its first site."""

    existing = forms.ChoiceField(
        label=_("Bodies on the register that match"), required=False, widget=forms.RadioSelect
    )
    name = forms.CharField(label=_("Name of a new body"), max_length=300, required=False)
    local_name = forms.CharField(label=_("Name in its own script"), max_length=300, required=False)
    economy = forms.ChoiceField(label=_("Established in"), required=False)
    is_third_party = forms.ChoiceField(label=_("A third party?"), choices=THIRD_PARTY, required=False)
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https", max_length=300)
    site_name = forms.CharField(label=_("Name of the site"), max_length=200, required=False)
    address = forms.CharField(
        label=_("Street address"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    town = forms.CharField(label=_("Town"), max_length=120, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=30, required=False)

    def __init__(self, data=None, *, found=(), economies=(), initial=None):
        super().__init__(data, initial=initial)
        self.fields["existing"].choices = [
            *((str(body.pk), f"{body.name}, {body.economy.name}") for body in found),
            ("", _("None of these: a new body, entered below")),
        ]
        self.fields["economy"].choices = [(economy.code, economy.name) for economy in economies]

    def clean(self):
        asked = super().clean()
        if not asked.get("existing") and not asked.get("name"):
            self.add_error("name", _("Choose a body above, or enter the name of a new one."))
        return asked


class PartnerSection(Section):
    """Under which text, to which partner, and who decides there."""

    direction = forms.ChoiceField(label=_("Text and partner"), widget=forms.RadioSelect)
    regulator = forms.ChoiceField(
        label=_("Who decides at the partner"),
        required=False,
        help_text=_("Leave this open where the partner sorts it out itself."),
    )

    def __init__(self, data=None, *, directions=(), regulators=(), initial=None):
        super().__init__(data, initial=initial)
        self.fields["direction"].choices = [
            (each.value, f"{each.importing.name}: {each.annex.title} ({each.annex.code})")
            for each in directions
        ]
        self.fields["regulator"].choices = [
            ("", _("whoever is competent there")),
            *((authority.code, str(authority)) for authority in regulators),
        ]
        if not regulators:
            del self.fields["regulator"]


class ScopeSection(Section):
    """Adds lines: picked from the partner's list, pasted, or a whole sector."""

    kind = forms.ChoiceField(label=_("Kind of result"), choices=ResultKind.choices)
    site = forms.ChoiceField(label=_("At the site"), required=False)
    product = forms.CharField(label=_("Product or group, as worded"), max_length=300, required=False)
    procedure = forms.CharField(label=_("Procedure or module, as worded"), max_length=300, required=False)
    sector = forms.ChoiceField(
        label=_("Sector"), required=False, help_text=_("Used where a requirement belongs to no one sector.")
    )
    pasted = forms.CharField(
        label=_("Paste many lines"),
        required=False,
        max_length=200_000,
        help_text=_(
            "One line each: reference; kind; sector; product; procedure; site. All after the reference may be left out. "
            "Cells from a spreadsheet work too."
        ),
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, data=None, *, kinds=(), sites=(), sectors=(), initial=None):
        super().__init__(data, initial=initial)
        self.fields["kind"].choices = [(kind, ResultKind(kind).label) for kind in kinds] or ResultKind.choices
        self.fields["site"].choices = [
            ("", _("all sites of the body")),
            *((str(s.pk), str(s)) for s in sites),
        ]
        chosen = [] if len(sectors) == 1 else [("", _("Choose"))]
        self.fields["sector"].choices = [*chosen, *((s.code, s.name) for s in sectors)]
        if not sites:
            del self.fields["site"]


class AccreditationSection(Section):
    """The accreditation that shows the body's competence, with the scope it names."""

    none = forms.BooleanField(
        label=_("The body is not accredited, and the text does not ask for it"), required=False
    )
    accreditation_body = forms.ChoiceField(label=_("Accreditation body"), required=False)
    reference = forms.CharField(label=_("Certificate or schedule number"), max_length=80, required=False)
    standard = forms.CharField(
        label=_("Standard"), max_length=80, required=False, help_text=_("For example ISO/IEC 17025:2017")
    )
    start = day_field(_("Accredited since"))
    until = day_field(_("Valid until"), _("The first day on which it is no longer valid"))
    covers = forms.CharField(
        label=_("What its scope names"),
        required=False,
        max_length=100_000,
        help_text=_(
            "One reference a line, with the edition, as the certificate words it. Empty: the scope is not compared."
        ),
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, data=None, *, bodies=(), initial=None):
        super().__init__(data, initial=initial)
        self.fields["accreditation_body"].choices = [("", _("Choose")), *((b.code, str(b)) for b in bodies)]

    def clean(self):
        asked = super().clean()
        if asked.get("none"):
            return asked
        if not asked.get("accreditation_body"):
            self.add_error(
                "accreditation_body", _("Choose the accreditation body, or say that there is none.")
            )
        elif not asked.get("start"):
            self.add_error("start", _("Enter since when the body is accredited."))
        start, until = asked.get("start"), asked.get("until")
        if start and until and until <= start:
            self.add_error("until", _("Enter a day after the first day."))
        return asked


class NewAccreditation(AccreditationSection):
    """An accreditation of a body on the register, put on record by itself."""

    body = forms.ChoiceField(label=_("Body"), widget=forms.RadioSelect)
    public_reason = forms.CharField(
        label=_("Words for the public"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = ["body"]

    def __init__(self, data=None, *, found=(), bodies=(), initial=None):
        super().__init__(data, bodies=bodies, initial=initial)
        del self.fields["none"]
        self.fields["version"].required = False
        self.fields["body"].choices = [(str(body.pk), f"{body.name}, {body.economy.name}") for body in found]


class UploadForm(forms.Form):
    """One document: a PDF, PNG or JPEG of at most 10 MiB."""

    purpose = forms.ChoiceField(label=_("Which document"))
    file = forms.FileField(label=_("File"), help_text=_("PDF, PNG or JPEG, at most 10 MiB."))

    def __init__(self, data=None, files=None, *, asked=()):
        super().__init__(data, files)
        self.fields["purpose"].choices = [
            *((document.key, document.name) for document in asked),
            ("accreditation_certificate", _("Certificate of accreditation")),
            ("other", _("Another document")),
        ]
        names = dict(reversed(self.fields["purpose"].choices))
        self.fields["purpose"].choices = [
            (key, names[key]) for key in dict.fromkeys(dict(self.fields["purpose"].choices))
        ]


class DeclarationSection(Section):
    """The terms of the designation, and the declaration that it rests on."""

    effective_on = day_field(_("Designated from"), _("The first day, for example 2026-12-01"), required=True)
    until = day_field(_("Designated until"), _("The first day after the term; empty: no end"))
    public_reason = forms.CharField(
        label=_("Words for the public"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    internal_note = forms.CharField(
        label=_("Note for your own authority"),
        help_text=_("Nobody else sees it."),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    declared = forms.BooleanField(
        label=_(
            "I declare that the body meets the designation criteria of the text, that each scope line is on the partner's "
            "list and within the body's competence, and that the documents are complete."
        ),
        error_messages={"required": _("Make the declaration to go on.")},
    )
