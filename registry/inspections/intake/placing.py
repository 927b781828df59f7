"""Which facility a row speaks of: by its numbers; by its name alone where neither the row nor the facility has one."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Case, Q, When
from django.db.models.functions import Coalesce, Upper
from django.utils.translation import gettext as _

from agreements.acting import Acting
from portal import clock
from registry.inspections.intake.columns import NUMBERS
from registry.inspections.models import Facility, FacilityIdentifier

_COLUMNS = {scheme: column for column, scheme in NUMBERS.items()}


class Unclear(ValueError):
    """The row's numbers belong to two facilities. ``column`` names the one that does not fit."""

    def __init__(self, column: str, words: str):
        super().__init__(words)
        self.column = column


@dataclass
class Place:
    """A facility on file, or one that is yet to be put there (``facility`` is None) with what its first row says of it.

    ``numbers`` are all that it has, by scheme and value; ``added`` those that a row brought.
    """

    facts: dict
    facility: Facility | None = None
    numbers: set[tuple[str, str]] = field(default_factory=set)
    added: set[tuple[str, str]] = field(default_factory=set)

    @property
    def is_new(self) -> bool:
        """True until the facility is on file."""
        return self.facility is None

    def is_kept_by(self, authority_id: int) -> bool:
        """Whether what is on file about it is the authority's to change."""
        return self.facility is None or self.facility.entered_by_id == authority_id


class Places:
    """The facilities that a file's rows speak of. ``of`` is asked row by row: a later one may mean an earlier one's."""

    def __init__(self, authority_id: int, rows: Iterable[dict]):
        self.authority_id = authority_id
        self._by_number: dict[tuple[str, str], Place] = {}
        self._by_name: dict[tuple, Place] = {}
        self._by_id: dict[int, Place] = {}
        rows = list(rows)
        self._read_numbers({pair for facts in rows for pair in numbers_of(facts)})
        self._read_names({facts["facility"] for facts in rows if not numbers_of(facts)})

    def of(self, facts: dict) -> Place:
        """The row's facility. Raises Unclear."""
        numbers = numbers_of(facts)
        found = {id(place): place for pair in numbers if (place := self._by_number.get(pair))}
        if len(found) > 1:
            raise Unclear(
                _COLUMNS[numbers[-1][0]], _("is the number of another facility than the row's other number")
            )
        if numbers:
            place = next(iter(found.values()), None) or Place(facts)
        else:
            place = self._by_name.setdefault(_named(facts), Place(facts))
        return self.join(place, facts)

    def join(self, place: Place, facts: dict) -> Place:
        """The same place, with the row's numbers."""
        numbers = numbers_of(facts)
        place.added |= {pair for pair in numbers if pair not in place.numbers}
        place.numbers |= set(numbers)
        self._by_number |= dict.fromkeys(numbers, place)
        return place

    def knows_number(self, facts: dict) -> bool:
        """Whether one of the row's numbers is on file, or stands in an earlier row."""
        return any(pair in self._by_number for pair in numbers_of(facts))

    def standing_for(self, facility: Facility) -> Place:
        """The place of a facility that is on file."""
        return self._by_id.setdefault(facility.pk, Place({}, facility))

    def new(self) -> list[Place]:
        """Those that are yet to be put on file, in the order in which rows named them."""
        places = [*self._by_number.values(), *self._by_name.values()]
        return list({id(place): place for place in places if place.is_new}.values())

    def _read_numbers(self, numbers: set[tuple[str, str]]) -> None:
        """All numbers of the facilities that have one of these today; of two with the same number, the authority's own counts."""
        known = Facility.objects.visible_to(_member_of(self.authority_id))
        rows = FacilityIdentifier.objects.filter(scheme__in=NUMBERS.values(), valid__contains=clock.today())
        held = rows.filter(value__in={value for _scheme, value in numbers}).values("facility")
        rows = rows.filter(facility__in=known.filter(pk__in=held)).select_related("facility__merged_into")
        for row in rows.order_by(Case(When(kept_by=self.authority_id, then=1), default=0), "-id"):
            place = self.standing_for(row.facility.merged_into or row.facility)
            place.numbers.add((row.scheme, row.value))
            self._by_number[row.scheme, row.value] = place

    def _read_names(self, names: set[str]) -> None:
        rows = Facility.objects.apart().visible_to(_member_of(self.authority_id)).filter(identifiers=None)
        wanted = {name.upper() for name in names}
        found = rows.annotate(in_capitals=Upper("name")).filter(
            Q(in_capitals__in=wanted) | Q(former_names__name__in=names)
        )
        found = found.annotate(where=Coalesce("economy__code", "country")).prefetch_related("former_names")
        for facility in found.order_by("id").distinct():
            for name in [facility.name, *(former.name for former in facility.former_names.all())]:
                key = (name.casefold(), facility.where, facility.town.casefold())
                self._by_name.setdefault(key, self.standing_for(facility))


def numbers_of(facts: dict) -> list[tuple[str, str]]:
    """The row's numbers of the facility, by scheme and value."""
    return [(scheme, facts[column]) for column, scheme in NUMBERS.items() if facts.get(column)]


def _named(facts: dict) -> tuple:
    return (facts["facility"].casefold(), facts.get("economy") or "", (facts.get("town") or "").casefold())


def _member_of(authority_id: int) -> Acting:
    return Acting(actor="", authority_id=authority_id)
