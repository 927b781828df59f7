"""How lists of the agreements floor are narrowed, the same for every outlet."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from agreements.models import Agreement, Annex, Authority, Capacity, Economy, EconomyKind, Requirement
from agreements.texts import Texts, current
from portal.pages import BadQuestion


class TextsFilterSet(FilterSet):
    """A filter set whose economies and sectors are choices taken from the texts held in memory."""

    economy_filters: tuple[str, ...] = ()
    sector_filters: tuple[str, ...] = ()

    def __init__(self, data=None, queryset=None, *, texts: Texts | None = None, **others):
        super().__init__(data, queryset, **others)
        self.texts = texts = texts or current()
        economies = sorted((economy.code, economy.name) for economy in texts.economies.values())
        sectors = [(sector.code, sector.name) for sector in texts.sectors.values()]
        for name in self.economy_filters:
            self.filters[name].extra["choices"] = sorted(economies, key=lambda choice: choice[1])
        for name in self.sector_filters:
            self.filters[name].extra["choices"] = sorted(sectors, key=lambda choice: choice[1])

    def checked(self) -> QuerySet:
        """The rows that the parameters ask for. Raises BadQuestion for a value that none of the choices has."""
        for field, errors in self.form.errors.items():
            raise BadQuestion(field, " ".join(errors))
        return self.qs


class AgreementFilters(TextsFilterSet):
    """Agreements by party, sector, words."""

    economy_filters = ("party",)
    sector_filters = ("sector",)

    party = ChoiceFilter(label=_("Party"), method="of_party", help_text="Code of a party.")
    sector = ChoiceFilter(
        label=_("Sector"), method="of_sector", help_text="Code of a sector an annex covers."
    )
    q = CharFilter(
        label=_("Words"), method="with_words", max_length=200, help_text="Words of the name or the code."
    )

    class Meta:
        model = Agreement
        fields: list[str] = []

    def of_party(self, rows, name, code):
        """Those with that party."""
        return rows.filter(party_rows__economy__code=code)

    def of_sector(self, rows, name, code):
        """Those with an annex for a sector that meets the one asked."""
        meeting = self.texts.sectors_meeting(self.texts.sector_by_code[code])
        return rows.filter(id__in=Annex.objects.covering(meeting).values("agreement_id"))

    def with_words(self, rows, name, words):
        """Those whose name or code has every word."""
        for word in words.split()[:8]:
            rows = rows.filter(Q(name__icontains=word) | Q(code__icontains=word))
        return rows


class EconomyFilters(TextsFilterSet):
    """Economies by kind and words."""

    kind = ChoiceFilter(choices=EconomyKind, help_text="Country, customs territory or union.")
    q = CharFilter(field_name="name", lookup_expr="icontains", max_length=200, help_text="Part of the name.")

    class Meta:
        model = Economy
        fields: list[str] = []


class AuthorityFilters(TextsFilterSet):
    """Authorities by economy, capacity and words."""

    economy_filters = ("economy",)

    economy = ChoiceFilter(field_name="economy__code", help_text="Code of the authority's economy.")
    capacity = ChoiceFilter(choices=Capacity, method="in_capacity", help_text="What the authority acts as.")
    q = CharFilter(method="with_words", max_length=200, help_text="Words of the name or the acronym.")

    class Meta:
        model = Authority
        fields: list[str] = []

    def in_capacity(self, rows, name, capacity):
        """Those that act in the capacity."""
        return rows.filter(capacities__contains=[capacity])

    def with_words(self, rows, name, words):
        """Those whose name or acronym has every word."""
        for word in words.split()[:8]:
            rows = rows.filter(Q(name__icontains=word) | Q(acronym__icontains=word))
        return rows


class RequirementFilters(TextsFilterSet):
    """Requirements by economy, sector and words."""

    economy_filters = ("economy",)
    sector_filters = ("sector",)

    economy = ChoiceFilter(field_name="economy__code", help_text="Code of the economy that sets it.")
    sector = ChoiceFilter(method="of_sector", help_text="Code of a sector.")
    q = CharFilter(method="with_words", max_length=200, help_text="Words of the reference or the title.")

    class Meta:
        model = Requirement
        fields: list[str] = []

    def of_sector(self, rows, name, code):
        """Those of a sector that meets the one asked."""
        return rows.filter(sector_id__in=self.texts.sectors_meeting(self.texts.sector_by_code[code]))

    def with_words(self, rows, name, words):
        """Those whose reference or title has every word."""
        for word in words.split()[:8]:
            rows = rows.filter(Q(reference__icontains=word) | Q(title__icontains=word))
        return rows
