"""One filter for screen, file and API alike."""

import django_filters
from django import forms
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agreements.filters import TextsFilterSet
from registry.models import Act, Body, Decision, Designation, Proposal, Stage, Step


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
