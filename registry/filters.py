"""One filter for screen, file and API alike."""

import django_filters
from django import forms
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from agreements.filters import TextsFilterSet
from agreements.models import Origin
from registry.models import (
    AcceptedScope,
    Act,
    Body,
    Decision,
    Designation,
    Proposal,
    Stage,
    Standing,
    Step,
    Verdict,
)

ORIGINS = (("real", _("real")), ("sample", _("sample")))


class LastFirst(django_filters.OrderingFilter):
    """An order in which rows without a value come last, and equal ones stand in a fixed order."""

    def filter(self, rows, value):
        """The rows in the order asked."""
        if not value:
            return rows
        terms = [self.get_ordering_value(each) for each in value]
        fields = [
            F(term[1:]).desc(nulls_last=True) if term.startswith("-") else F(term).asc(nulls_last=True)
            for term in terms
        ]
        return rows.order_by(*fields, "id")


class BodyFilter(TextsFilterSet):
    """Which bodies: words, where, for what, accepted by whom and how they stand, on the day and as known then."""

    economy_filters = ("economy", "accepted_by")
    sector_filters = ("sector",)

    q = django_filters.CharFilter(method="worded", label=_("Words"), max_length=200)
    economy = django_filters.ChoiceFilter(
        field_name="economy__code", label=_("Established in"), empty_label=_("anywhere")
    )
    sector = django_filters.ChoiceFilter(method="standing_rows", label=_("Sector"), empty_label=_("any"))
    accepted_by = django_filters.ChoiceFilter(
        method="standing_rows", label=_("Accepted by"), empty_label=_("any partner or none")
    )
    standing = django_filters.ChoiceFilter(
        choices=Standing.choices, method="standing_rows", label=_("Standing"), empty_label=_("any")
    )
    origin = django_filters.ChoiceFilter(
        choices=ORIGINS, method="of_origin", label=_("Origin"), empty_label=_("real and sample")
    )
    sort = LastFirst(
        fields=(("shown_name", "name"), ("last_decision", "decision")),
        field_labels={"shown_name": _("Name"), "last_decision": _("Last decision")},
        label=_("Sorted by"),
    )

    class Meta:
        model = Body
        fields = ["q", "economy", "sector", "accepted_by", "standing", "origin", "sort"]

    def worded(self, bodies, _name, words):
        """Every word stands in a name or a number."""
        return bodies.worded(words.replace("\x00", ""))

    def of_origin(self, bodies, _name, origin):
        """Fictional bodies, or all others."""
        sample = Q(origin=Origin.SAMPLE)
        return bodies.filter(sample if origin == "sample" else ~sample)

    def standing_rows(self, bodies, _name, _value):
        """All three conditions must hold of one and the same scope line.

        With a standing, ``accepted_by`` names the partner that the body faces in that standing.
        """
        clocks, asked = self.request.clocks, self.form.cleaned_data
        day, moment = clocks.on, clocks.asked_at
        rows = AcceptedScope.objects.filter(
            body=OuterRef("pk"), valid__contains=day, recorded__contains=moment
        )
        if asked.get("sector"):
            sector = self.texts.sector_by_code[asked["sector"]]
            rows = rows.filter(sector_id__in=self.texts.sectors_meeting(sector))
        if asked.get("accepted_by"):
            partner = self.texts.economy_by_code[asked["accepted_by"]]
            rows = rows.filter(importing_id__in=list(self.texts.parties_of(partner.id, day, moment)))
        if asked.get("standing"):
            rows = rows.filter(standing=asked["standing"])
        elif asked.get("accepted_by"):
            rows = rows.filter(verdict=Verdict.ACCEPTED)
        return bodies.filter(Exists(rows))


class ChangeForm(forms.Form):
    """Refuses a range that ends before it begins."""

    def clean(self):
        asked = super().clean()
        first, last = asked.get("recorded_from"), asked.get("recorded_to")
        if first and last and last < first:
            self.add_error("recorded_to", _("Enter a day that is not before “Recorded from”."))
        return asked


class ChangeFilter(TextsFilterSet):
    """Which decisions: by economy on either side, act, and day of recording."""

    economy_filters = ("economy",)

    economy = django_filters.ChoiceFilter(
        method="of_economy", label=_("Economy on either side"), empty_label=_("any")
    )
    act = django_filters.ChoiceFilter(choices=Act.choices, label=_("Act"), empty_label=_("any"))
    recorded_from = django_filters.DateFilter(
        field_name="recorded_at", lookup_expr="date__gte", label=_("Recorded from")
    )
    recorded_to = django_filters.DateFilter(
        field_name="recorded_at", lookup_expr="date__lte", label=_("Recorded to")
    )

    class Meta:
        model = Decision
        form = ChangeForm
        fields = ["economy", "act", "recorded_from", "recorded_to"]

    def of_economy(self, decisions, _name, code):
        """Those of the economy's bodies, and those facing it."""
        economy = self.texts.economy_by_code[code]
        return decisions.filter(
            Q(designation__exporting=economy)
            | Q(designation__importing=economy)
            | Q(recognition__exporting=economy)
            | Q(recognition__importing=economy)
            | Q(accreditation__body__economy=economy)
        )


class DesignationFilter(django_filters.FilterSet):
    """Which designations."""

    body = django_filters.CharFilter(method="of_body", label=_("Body"))
    annex = django_filters.CharFilter(field_name="annex__code", label=_("Annex"))
    exporting = django_filters.CharFilter(
        field_name="exporting__code", lookup_expr="iexact", label=_("Exporting")
    )
    importing = django_filters.CharFilter(
        field_name="importing__code", lookup_expr="iexact", label=_("Importing")
    )

    class Meta:
        model = Designation
        fields = ["body", "annex", "exporting", "importing"]

    def of_body(self, designations, _name, slug):
        """Those of the body that has or had this address, and of all merged into it at the asked moment."""
        return designations.filter(body__in=Body.objects.under(slug, self.request.clocks.known_at))


class ProposalFilter(django_filters.FilterSet):
    """Which proposals: where they stand, and what they would do."""

    stage = django_filters.ChoiceFilter(choices=Stage.choices, label=_("Stage"))
    step = django_filters.ChoiceFilter(choices=Step.choices, label=_("Step"))

    class Meta:
        model = Proposal
        fields = ["stage", "step"]
