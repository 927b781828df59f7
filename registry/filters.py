"""One filter for screen, file and API alike."""

import django_filters
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from agreements.models import Economy, Origin, Sector
from registry.models import AcceptedScope, Act, Body, Decision, Designation, Standing


class BodyFilter(django_filters.FilterSet):
    """Which bodies: words, where, for what, accepted by whom and how they stand, on the day and as known then."""

    q = django_filters.CharFilter(method="worded", label=_("Words"), max_length=200)
    economy = django_filters.ModelChoiceFilter(
        queryset=Economy.objects.all(), to_field_name="code", label=_("Established in")
    )
    sector = django_filters.ModelChoiceFilter(
        queryset=Sector.objects.all(), to_field_name="code", method="standing_rows", label=_("Sector")
    )
    accepted_by = django_filters.ModelChoiceFilter(
        queryset=Economy.objects.all(), to_field_name="code", method="standing_rows", label=_("Facing the partner")
    )
    standing = django_filters.ChoiceFilter(choices=Standing.choices, method="standing_rows", label=_("Standing"))
    origin = django_filters.ChoiceFilter(choices=Origin.choices, label=_("Origin"))
    sort = django_filters.OrderingFilter(
        fields=(("name", "name"), ("last_decision", "decision")),
        field_labels={"name": _("Name"), "last_decision": _("Last decision")},
        label=_("Sorted by"),
    )

    class Meta:
        model = Body
        fields = ["q", "economy", "sector", "accepted_by", "standing", "origin", "sort"]

    def worded(self, bodies, _name, words):
        return bodies.worded(words.replace("\x00", ""))

    def standing_rows(self, bodies, _name, _value):
        """All three conditions must hold of one and the same scope line."""
        clocks = self.request.clocks
        rows = AcceptedScope.objects.filter(
            body=OuterRef("pk"), valid__contains=clocks.on, recorded__contains=clocks.asked_at
        )
        asked = self.form.cleaned_data
        if asked.get("sector"):
            rows = rows.filter(sector=asked["sector"])
        if asked.get("accepted_by"):
            rows = rows.filter(importing=asked["accepted_by"])
        if asked.get("standing"):
            rows = rows.filter(standing=asked["standing"])
        return bodies.filter(Exists(rows))


class ChangeFilter(django_filters.FilterSet):
    """Which decisions: by economy on either side, act, and day of recording."""

    economy = django_filters.ModelChoiceFilter(
        queryset=Economy.objects.all(), to_field_name="code", method="of_economy", label=_("Economy on either side")
    )
    act = django_filters.ChoiceFilter(choices=Act.choices, label=_("Act"))
    recorded_from = django_filters.DateFilter(
        field_name="recorded_at", lookup_expr="date__gte", label=_("Recorded from")
    )
    recorded_to = django_filters.DateFilter(field_name="recorded_at", lookup_expr="date__lte", label=_("Recorded to"))

    class Meta:
        model = Decision
        fields = ["economy", "act", "recorded_from", "recorded_to"]

    def of_economy(self, decisions, _name, economy):
        return decisions.filter(
            Q(designation__exporting=economy)
            | Q(designation__importing=economy)
            | Q(recognition__exporting=economy)
            | Q(recognition__importing=economy)
            | Q(accreditation__body__economy=economy)
        )


class DesignationFilter(django_filters.FilterSet):
    """Which designations."""

    body = django_filters.CharFilter(field_name="body__slug", label=_("Body"))
    annex = django_filters.CharFilter(field_name="annex__code", label=_("Annex"))
    exporting = django_filters.CharFilter(field_name="exporting__code", lookup_expr="iexact", label=_("Exporting"))
    importing = django_filters.CharFilter(field_name="importing__code", lookup_expr="iexact", label=_("Importing"))

    class Meta:
        model = Designation
        fields = ["body", "annex", "exporting", "importing"]
