"""All that is on record about scope lines, loaded for many lines in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from registry import naming
from registry.models import Accreditation, Act, Decision, DecisionLine, ScopeLine


@dataclass(frozen=True, slots=True)
class Event:
    """A decision as it bears on one line (or on one accreditation)."""

    decision: Decision
    state: str
    reason: str = ""
    corrected_at: datetime | None = None

    def known(self, moment: datetime) -> bool:
        """True when it is on record at that moment and not corrected by then."""
        return self.decision.recorded_at <= moment and (
            self.corrected_at is None or moment < self.corrected_at
        )


@dataclass(slots=True)
class LineFacts:
    """A scope line with its events in order of effect: by its designation, its recognition and its accreditations.

    ``naming`` knows what the register called its body, and whom it counted it to, at every moment.
    """

    line: ScopeLine
    naming: naming.Naming
    designating: list[Event] = field(default_factory=list)
    recognising: list[Event] = field(default_factory=list)
    accreditations: list[tuple[Accreditation, list[Event]]] = field(default_factory=list)

    @property
    def origin_id(self) -> int:
        """The economy in which the work is done: the site's, or the body's where no site is named."""
        line = self.line
        return line.site.economy_id if line.site_id else line.body.economy_id

    def presupposes_designation(self, moment: datetime) -> bool:
        """True when only the partner's recognition was on record by that moment, which presupposes a designation."""
        return all(event.decision.recorded_at > moment for event in self.designating)


def load(line_ids: Iterable[int]) -> list[LineFacts]:
    """Facts of the given lines, ordered by line id: three queries whatever their number."""
    lines = list(
        naming.told(ScopeLine.objects.filter(id__in=list(line_ids)), "body_id")
        .select_related("body", "site", "sector", "requirement")
        .order_by("id")
    )
    facts = {line.id: LineFacts(line, naming.of(line, line.body)) for line in lines}
    for row in DecisionLine.objects.filter(line_id__in=facts).select_related("decision__corrected_by"):
        decision = row.decision
        event = Event(decision, row.state, row.reason, _corrected_at(decision))
        side = facts[row.line_id].designating if decision.designation_id else facts[row.line_id].recognising
        side.append(event)
    accreditations = _accreditations({line.body_id for line in lines})
    for fact in facts.values():
        fact.designating.sort(key=_order)
        fact.recognising.sort(key=_order)
        fact.accreditations = [
            pair for pair in accreditations[fact.line.body_id] if _bears_on(pair[0], fact.line)
        ]
    return list(facts.values())


def _order(event: Event) -> tuple:
    return event.decision.order


def _accreditations(body_ids: set[int]) -> dict[int, list[tuple[Accreditation, list[Event]]]]:
    decisions = (
        Decision.objects.filter(accreditation__body_id__in=body_ids)
        .exclude(act=Act.ANNUL)
        .select_related("accreditation__sector", "accreditation__accreditation_body", "corrected_by")
    )
    events = defaultdict(list)
    for decision in decisions:
        events[decision.accreditation].append(
            Event(decision, decision.state, corrected_at=_corrected_at(decision))
        )
    found = defaultdict(list)
    for accreditation in sorted(events, key=lambda accreditation: accreditation.id):
        found[accreditation.body_id].append((accreditation, sorted(events[accreditation], key=_order)))
    return found


def _corrected_at(decision: Decision) -> datetime | None:
    correction = getattr(decision, "corrected_by", None)
    return correction.recorded_at if correction else None


def _bears_on(accreditation: Accreditation, line: ScopeLine) -> bool:
    if accreditation.site_id and line.site_id and accreditation.site_id != line.site_id:
        return False
    return accreditation.sector is None or accreditation.sector.meets(line.sector)
