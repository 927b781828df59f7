"""One filter of inspections for screen, file and API alike, and one of facilities."""

from datetime import date

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from agreements.filters import TextsFilterSet
from agreements.models import AnnexAuthority, Authority, ProductClass
from registry.filters import LastFirst
from registry.inspections import countries, scales
from registry.inspections.models import (
    Document,
    DocumentKind,
    Facility,
    FacilityIdentifier,
    FacilityName,
    Inspection,
    InspectionKind,
)
from registry.inspections.policies import INSPECTING

FIRST_YEAR, LAST_YEAR = 1900, 2200
MOST_WORDS = 8
MOST_IDS = 5_000
OUTCOMES = tuple(
    (f"{scale.code}:{value}", f"{scale.code}: {value}")
    for scale in scales.SCALES.values()
    for value, _meaning in scale.outcomes
)


def _inspectorates(request):
    named = AnnexAuthority.objects.filter(capacity__in=INSPECTING)
    inspecting = Q(capacities__overlap=list(INSPECTING)) | Q(pk__in=named.values("authority"))
    return Authority.objects.filter(inspecting).order_by("name")


class PlacesFilterSet(TextsFilterSet):
    """One whose places are the economies on file and every other country."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for name in self.economy_filters:
            known = self.filters[name].extra["choices"]
            beside = countries.beside(code for code, _name in known)
            self.filters[name].extra["choices"] = sorted([*known, *beside], key=lambda choice: choice[1])


def _lying_in(found: PlacesFilterSet, code: str) -> Q:
    """Facilities in the economy or country of that code; of a union, in those that belong to it on the asked day."""
    economy = found.texts.economy_by_code.get(code)
    return Q(country=code) if economy is None else Q(country=code) | Q(economy__in=_within(found, economy.pk))


def _within(found: PlacesFilterSet, wanted: int) -> list[int]:
    law, clocks = found.texts, found.request.clocks
    members = list(law.memberships)
    return [
        wanted,
        *(each for each in members if wanted in law.parties_of(each, clocks.on, clocks.asked_at)),
    ]


class YearsForm(forms.Form):
    """Refuses years that end before they begin."""

    def clean(self):
        asked = super().clean()
        first, last = asked.get("year_from"), asked.get("year_to")
        if first and last and last < first:
            self.add_error("year_to", _("Enter a year that is not before “From the year”."))
        return asked


def named(word: str):
    """Facilities of which the word stands in a name, a former name or a number."""
    former = FacilityName.objects.filter(facility=OuterRef("pk"), name__icontains=word)
    numbers = FacilityIdentifier.objects.filter(facility=OuterRef("pk"), value__icontains=word)
    names = Q(name__icontains=word) | Q(local_name__icontains=word)
    return Facility.objects.filter(names | Q(Exists(former)) | Q(Exists(numbers)))


def words_of(text: str) -> list[str]:
    """The words that are looked for."""
    return text.replace("\x00", "").split()[:MOST_WORDS]


def _with_merged(word: str, request):
    """Facilities of which the word stands in a name or number, and those that are the same place as such, as ids or rows.

    Names and numbers of the other one count where everybody may know it, or the reader's own authority entered it. The ids
    are asked first: planned as one, the conditions cost seconds (measured with 40,000 facilities).
    """
    by = getattr(request, "by", None)
    rows = list(named(word).values_list("pk", "merged_into", "is_public", "entered_by")[: MOST_IDS + 1])
    if len(rows) > MOST_IDS:
        return named(word)
    told = [
        row for row in rows if row[2] or (by is not None and by.authority_id and row[3] == by.authority_id)
    ]
    ids = {pk for pk, _into, _public, _by in rows}
    ids |= {into for _pk, into, _public, _by in told if into}
    ids |= set(Facility.objects.filter(merged_into__in=[row[0] for row in told]).values_list("pk", flat=True))
    return ids


class InspectionFilter(PlacesFilterSet):
    """Which inspections: words, where, by whom, of what kind, with which outcome, for what, and in which years."""

    economy_filters = ("economy",)

    q = django_filters.CharFilter(method="worded", label=_("Facility, number or reference"), max_length=200)
    economy = django_filters.ChoiceFilter(
        method="lying_in", label=_("Facility lies in"), empty_label=_("anywhere")
    )
    authority = django_filters.ModelChoiceFilter(
        queryset=_inspectorates, to_field_name="code", label=_("Inspected by"), empty_label=_("any authority")
    )
    kind = django_filters.ChoiceFilter(
        choices=InspectionKind.choices, label=_("Kind"), empty_label=_("any kind")
    )
    outcome = django_filters.ChoiceFilter(
        choices=OUTCOMES, method="with_outcome", label=_("Outcome, on its own scale"), empty_label=_("any")
    )
    product_class = django_filters.ChoiceFilter(
        choices=ProductClass.choices, method="of_class", label=_("Products"), empty_label=_("any")
    )
    year_from = django_filters.NumberFilter(
        method="from_year", label=_("From the year"), min_value=FIRST_YEAR, max_value=LAST_YEAR
    )
    year_to = django_filters.NumberFilter(
        method="to_year", label=_("To the year"), min_value=FIRST_YEAR, max_value=LAST_YEAR
    )
    facility = django_filters.UUIDFilter(method="at", widget=forms.HiddenInput)
    sort = LastFirst(
        fields=(("ended_on", "day"), ("facility__name", "facility"), ("authority__name", "authority")),
        field_labels={
            "ended_on": _("Last day"),
            "facility__name": _("Facility"),
            "authority__name": _("Authority"),
        },
        label=_("Sorted by"),
        empty_label=_("newest first"),
    )

    class Meta:
        model = Inspection
        form = YearsForm
        fields: list[str] = []

    def worded(self, rows, _name, words):
        """Every word stands in a name or number of the facility, or in the inspection's own number."""
        for word in words_of(words):
            rows = rows.filter(
                Q(reference__icontains=word) | Q(facility__in=_with_merged(word, self.request))
            )
        return rows

    def lying_in(self, rows, _name, code):
        """Those in the economy or country, or in one that belongs to that union."""
        return rows.filter(facility__in=Facility.objects.filter(_lying_in(self, code)))

    def with_outcome(self, rows, _name, value):
        """Scale and value together: the same letters on another scale mean another thing."""
        scale, _colon, outcome = value.partition(":")
        return rows.filter(scale=scale, outcome=outcome)

    def of_class(self, rows, _name, value):
        """Those in which products of the class were looked at."""
        return rows.filter(product_classes__contains=[value])

    def from_year(self, rows, _name, year):
        """Those whose last known day is in that year or later."""
        first = date(int(year), 1, 1)
        return rows.filter(Q(ended_on__gte=first) | Q(ended_on=None, began_on__gte=first))

    def to_year(self, rows, _name, year):
        """Those whose last known day is in that year or earlier."""
        last = date(int(year), 12, 31)
        return rows.filter(Q(ended_on__lte=last) | Q(ended_on=None, began_on__lte=last))

    def at(self, rows, _name, key):
        """Those at one facility, and at those merged into it."""
        return rows.filter(Q(facility__key=key) | Q(facility__merged_into__key=key))


class FacilityFilter(PlacesFilterSet):
    """Which facilities: words and where."""

    economy_filters = ("economy",)

    q = django_filters.CharFilter(method="worded", label=_("Name or number"), max_length=200)
    economy = django_filters.ChoiceFilter(method="lying_in", label=_("Lies in"), empty_label=_("anywhere"))

    class Meta:
        model = Facility
        fields: list[str] = []

    def worded(self, rows, _name, words):
        """Every word stands in a name, a former name or a number, also of one merged into it."""
        for word in words_of(words):
            rows = rows.filter(pk__in=_with_merged(word, self.request))
        return rows

    def lying_in(self, rows, _name, code):
        """Those in the economy or country, or in one that belongs to that union."""
        return rows.filter(_lying_in(self, code))


class DocumentFilter(django_filters.FilterSet):
    """Which documents: of what kind, by whom, about which facility or inspection."""

    kind = django_filters.ChoiceFilter(choices=DocumentKind.choices, label=_("Kind"))
    authority = django_filters.CharFilter(field_name="authority__code", label=_("Authority"), max_length=80)
    facility = django_filters.UUIDFilter(field_name="facility__key", label=_("Facility"))
    inspection = django_filters.NumberFilter(
        field_name="inspection", label=_("Inspection"), min_value=1, max_value=2**63 - 1
    )

    class Meta:
        model = Document
        fields = ["kind", "authority", "facility", "inspection"]
