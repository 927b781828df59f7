"""The form in which a decision on a record is drafted: days, reasons, lines, and the rule for older results."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal import clock
from registry.models import Act, OlderResults, Step

ENDING = (Step.SUSPEND, Step.WITHDRAW)
OF_PARTNERS = (Step.RECOGNISE, Step.RECOGNISE_IN_PART, Step.REFUSE, Step.CONTEST)
WITH_TERM = (Step.RENEW, Step.RECOGNISE, Step.RECOGNISE_IN_PART, Step.RESTORE)
ON_LINES = (Step.SUSPEND, Step.RESTORE, Step.RESTRICT)

OLDER_RESULTS = (
    (
        OlderResults.AS_THE_TEXT_SAYS,
        _(
            "As the agreement says: results made before stay accepted unless a regulator decides otherwise (21 CFR 26.68)"
        ),
    ),
    (OlderResults.STAY_ACCEPTED, _("Stay accepted: results made before that day count as before")),
    (
        OlderResults.REFUSED,
        _(
            "Are no longer accepted: for health, safety, environment or non-fulfilment; say why in the public reason"
        ),
    ),
    (
        OlderResults.UNTIL,
        _(
            "Are accepted when submitted before a day (as the FCC ruled in 2016 for unaccredited laboratories)"
        ),
    ),
)

OUTCOMES = (
    (Step.RECOGNISE, _("Recognise the whole scope")),
    (
        Step.RECOGNISE_IN_PART,
        _("Recognise in part: choose line by line below, with a reason for each refused line"),
    ),
    (Step.REFUSE, _("Refuse the whole scope, on documented evidence (21 CFR 26.136)")),
    (
        Step.CONTEST,
        _("Contest: object in writing with reasons; the body may refute or correct (21 CFR 26.67)"),
    ),
)


def day_field(label, help_text="", *, required: bool = False) -> forms.DateField:
    """A day typed as 2026-12-01."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text or _("For example 2026-12-01"),
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        widget=forms.DateInput(
            format="%Y-%m-%d",
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "c-input--width-10"},
        ),
        error_messages={"invalid": _("Enter a day as year-month-day, for example 2026-12-01.")},
    )


def _words(label, help_text="", *, rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        help_text=help_text,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class DecisionForm(forms.Form):
    """Drafts one decision on a record of ``kind``; for a correction ``corrected_act`` is the act of the decision corrected. ``lines`` are the record's lines (LineState); what is typed is kept, complete or not."""

    outcome = forms.ChoiceField(label=_("Your decision"), choices=OUTCOMES, widget=forms.RadioSelect)
    effective_on = day_field(_("Takes effect on"), _("The first day, for example 2026-12-01"), required=True)
    until = day_field(_("Valid until"), _("The first day after the term; empty: no end"))
    public_reason = _words(_("Reason, as the public will read it"))
    internal_note = _words(_("Note for your own authority"), _("Nobody else sees it."), rows=2)
    older_results = forms.ChoiceField(
        label=_("Results made before that day"),
        choices=OLDER_RESULTS,
        widget=forms.RadioSelect,
        required=False,
    )
    older_results_until = day_field(_("Older results are accepted when submitted before"))
    citation = forms.CharField(
        label=_("Article or text relied on"),
        required=False,
        max_length=300,
        help_text=_("For example 21 CFR 26.67"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data=None,
        *,
        kind: str,
        step: str,
        lines=(),
        initial=None,
        corrected_act: str = "",
    ):
        super().__init__(data, initial={"effective_on": clock.today(), **(initial or {})})
        self.step, self.lines = step, list(lines)
        self.chooses_outcome = kind == "recognitions" and step in OF_PARTNERS
        if not self.chooses_outcome:
            del self.fields["outcome"]
        # 21 CFR 26.68 rules on results of designated bodies; an accreditation suspended or withdrawn ends none of them.
        if kind == "accreditations" or (corrected_act or step) not in ENDING:
            del self.fields["older_results"], self.fields["older_results_until"]
        if step not in WITH_TERM and not self.chooses_outcome and step != Step.CORRECT:
            del self.fields["until"]
        if step == Step.ANNUL:
            del self.fields["effective_on"], self.fields["citation"]

    @property
    def by_line(self) -> bool:
        """True where the decision may be made line by line."""
        return bool(self.lines) and (self.chooses_outcome or self.step in ON_LINES)

    @property
    def line_rows(self) -> list[dict]:
        """Each line with the names of its controls and what was chosen for it."""
        said = self.said()
        return [
            {
                "state": state,
                "chosen": state.line.pk in said["lines"],
                "refused": state.line.pk in said["refused"],
                "reason": said["reasons"].get(str(state.line.pk), ""),
                "error": self.line_errors.get(state.line.pk, ""),
            }
            for state in self.lines
        ]

    @property
    def line_errors(self) -> dict[int, str]:
        """What is wrong with a line, by its id."""
        return getattr(self, "_line_errors", {})

    def said(self) -> dict:
        """The chosen lines, the refused ones and their reasons, as posted or as kept."""
        if not self.is_bound:
            kept = self.initial
            return {
                "lines": list(kept.get("lines", [])),
                "refused": list(kept.get("refused", [])),
                "reasons": dict(kept.get("reasons", {})),
            }
        ids = [state.line.pk for state in self.lines]
        if self.chooses_outcome:
            chosen = [pk for pk in ids if self.data.get(f"line-{pk}") == "recognise"]
            refused = [pk for pk in ids if self.data.get(f"line-{pk}") == "refuse"]
        else:
            chosen, refused = [pk for pk in ids if self.data.get(f"line-{pk}")], []
        reasons = {str(pk): self.data.get(f"reason-{pk}", "").strip()[:500] for pk in ids}
        return {
            "lines": chosen,
            "refused": refused,
            "reasons": {pk: words for pk, words in reasons.items() if words},
        }

    def clean(self):
        asked = super().clean()
        said, outcome = self.said(), asked.get("outcome")
        if outcome == Step.RECOGNISE_IN_PART:
            self._line_errors = {
                pk: _("Say why this line is refused.")
                for pk in said["refused"]
                if not said["reasons"].get(str(pk))
            }
            if self._line_errors:
                self.add_error(None, _("Every refused line needs its reason (21 CFR 26.136)."))
            if not said["lines"] or not said["refused"]:
                self.add_error("outcome", _("Choose “recognise” for some lines and “refuse” for the others."))
        if outcome in (Step.CONTEST, Step.REFUSE) and not asked.get("public_reason"):
            self.add_error("public_reason", _("State your reasons."))
        if self.step == Step.RESTRICT and not said["lines"]:
            self.add_error(None, _("Choose the lines to take out of the scope."))
        return asked

    def content(self) -> dict:
        """What a proposal keeps."""
        fields = {
            name: value.isoformat() if hasattr(value, "isoformat") else value
            for name, value in self.cleaned_data.items()
            if name not in ("version", "outcome") and (value not in (None, "") or name == "older_results")
        }
        said = self.said()
        if not self.chooses_outcome:
            said["refused"], said["reasons"] = [], said["reasons"] if self.step == Step.RESTRICT else {}
        elif self.cleaned_data["outcome"] != Step.RECOGNISE_IN_PART:
            said = {"lines": [], "refused": [], "reasons": {}}
        return {**fields, **said}

    @property
    def chosen_step(self) -> str:
        """The step the proposal gets."""
        return self.cleaned_data["outcome"] if self.chooses_outcome else self.step


def kept(content: dict) -> dict:
    """What a proposal keeps, as the form's initial values."""
    return dict(content.get("decision", {}))


ACT_WORDS = {
    Act.SUSPEND: _("Suspend"),
    Act.RESTORE: _("Restore"),
    Act.RESTRICT: _("Restrict the scope"),
    Act.WITHDRAW: _("Withdraw"),
    Act.RENEW: _("Renew"),
    Act.NOTIFY: _("Notify to the partner again"),
    Act.RECOGNISE: _("Decide on the designation"),
}
