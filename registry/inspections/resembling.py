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


def of(by: Acting, facility: Facility, numbers: Iterable[tuple[str, str]]) -> list[Resemblance]:
    """Facilities that could be the same as one on file, which has these numbers; in three queries."""
    found = to(by, name=facility.name, where=facility.place_code, numbers=numbers, but=facility.pk)
    return [one for one in found if one.facility.is_sample == facility.is_sample]


def to(
    by: Acting,
    *,
    name: str,
    where: str,
    numbers: Iterable[tuple[str, str]],
    but: int | None = None,
) -> list[Resemblance]:
    """Facilities that could be what these words and numbers mean; same numbers first, then the most alike names.

    ``where`` is the code of the economy or country in which it lies, "" where that is not on file.
    """
    visible = Facility.objects.apart().visible_to(by).exclude(pk=but)
    found: dict[int, Resemblance] = {}
    for facility, words in [*_same_numbers(visible, numbers), *_alike(visible, name, where)]:
        found.setdefault(facility.pk, Resemblance(facility, [])).reasons.append(words)
    return list(found.values())[:MOST]


def _same_numbers(visible, numbers: Iterable[tuple[str, str]]) -> list[tuple[Facility, str]]:
    wanted = set(numbers)
    if not wanted:
        return []
    rows = FacilityIdentifier.objects.select_related("facility__economy").filter(
        facility__in=visible, value__in={value for _scheme, value in wanted}
    )
    return [
        (row.facility, _("has, or had, the same number: %(number)s") % {"number": row})
        for row in rows.order_by("scheme", "value", "id")
        if (row.scheme, row.value) in wanted
    ]


def _alike(visible, name: str, where: str) -> list[tuple[Facility, str]]:
    if not name:
        return []
    how, visible = TrigramSimilarity("name", name), visible.lying_in(where)
    rows = visible.filter(name__trigram_similar=name).annotate(how=how).select_related("economy")
    rows = rows.filter(how__gte=ALIKE).order_by("-how", "id")[:MOST]
    found = [(row, _("has a name that is alike, in the same country or economy")) for row in rows]
    former = FacilityName.objects.filter(facility__in=visible, name__trigram_similar=name).annotate(how=how)
    former = former.select_related("facility__economy").filter(how__gte=ALIKE)
    return found + [
        (row.facility, _("had a name that is alike: %(name)s") % {"name": row.name})
        for row in former.order_by("-how", "id")[:MOST]
    ]
