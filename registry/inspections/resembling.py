"""Which facilities on file could be the same place, and why; asked behind the fence, among those that the actor may know."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.postgres.search import TrigramSimilarity
from django.utils.translation import gettext as _

from agreements.acting import Acting
from registry.inspections.models import Facility, FacilityIdentifier, FacilityName

# From this similarity of trigrams on (0 to 1) names are shown as alike.
ALIKE = 0.5
MOST = 10


@dataclass
class Resemblance:
    """A facility that could be the same, with every reason in words."""

    facility: Facility
    reasons: list[str]


def of(by: Acting, facility: Facility) -> list[Resemblance]:
    """Facilities that could be the same as one on file."""
    numbers = list(facility.identifiers.values_list("scheme", "value"))
    found = to(by, name=facility.name, economy_id=facility.economy_id, numbers=numbers, but=facility.pk)
    return [one for one in found if one.facility.is_sample == facility.is_sample]


def to(
    by: Acting,
    *,
    name: str,
    economy_id: int | None,
    numbers: Iterable[tuple[str, str]],
    but: int | None = None,
) -> list[Resemblance]:
    """Facilities that could be what these words and numbers mean; same numbers first, then the most alike names."""
    visible = Facility.objects.apart().visible_to(by).exclude(pk=but)
    reasons: dict[int, list[str]] = {}
    for facility_id, words in [*_same_numbers(visible, numbers), *_alike(visible, name, economy_id)]:
        reasons.setdefault(facility_id, []).append(words)
    known = Facility.objects.select_related("economy").in_bulk(list(reasons)[:MOST])
    return [Resemblance(known[pk], words) for pk, words in reasons.items() if pk in known]


def _same_numbers(visible, numbers: Iterable[tuple[str, str]]) -> list[tuple[int, str]]:
    wanted = set(numbers)
    if not wanted:
        return []
    rows = FacilityIdentifier.objects.filter(
        facility__in=visible, value__in={value for _scheme, value in wanted}
    )
    return [
        (row.facility_id, _("has, or had, the same number: %(number)s") % {"number": row})
        for row in rows.order_by("scheme", "value", "id")
        if (row.scheme, row.value) in wanted
    ]


def _alike(visible, name: str, economy_id: int | None) -> list[tuple[int, str]]:
    if not name:
        return []
    how = TrigramSimilarity("name", name)
    rows = visible.filter(name__trigram_similar=name, economy_id=economy_id).annotate(how=how)
    rows = rows.filter(how__gte=ALIKE).order_by("-how", "id")[:MOST]
    found = [(row.pk, _("has a name that is alike, in the same economy")) for row in rows]
    former = FacilityName.objects.filter(
        facility__in=visible.filter(economy_id=economy_id), name__trigram_similar=name
    )
    former = former.annotate(how=how).filter(how__gte=ALIKE).order_by("-how", "id")[:MOST]
    return found + [
        (row.facility_id, _("had a name that is alike: %(name)s") % {"name": row.name}) for row in former
    ]
