"""All that is on record about scope lines, loaded for many lines in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q

from agreements.texts import Texts
from registry import naming
from registry.models import Accreditation, Act, Decision, DecisionLine, Merger, ScopeLine


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


class Accredited(NamedTuple):
    """An accreditation with its events in order of effect, and whose it is."""

    accreditation: Accreditation
    naming: naming.Naming
    events: list[Event]


@dataclass(slots=True)
class LineFacts:
    """A scope line with its events in order of effect: by its designation, its recognition and its accreditations.

    ``naming`` knows what the register called its body, and whom it counted it to, at every moment.
    """

    line: ScopeLine
    naming: naming.Naming
    designating: list[Event] = field(default_factory=list)
    recognising: list[Event] = field(default_factory=list)
    accreditations: list[Accredited] = field(default_factory=list)

    @property
    def origin_id(self) -> int:
        """The economy in which the work is done: the site's, or the body's where no site is named."""
        line = self.line
        return line.site.economy_id if line.site_id else line.body.economy_id

    def accredited(self, moment: datetime) -> list[tuple[Accreditation, list[Event]]]:
        """Accreditations of whom the register took the body for at that moment, each with the events known then."""
        body, found = self.naming.at(moment).id, []
        for one in self.accreditations:
            known = [event for event in one.events if event.known(moment)]
            if known and one.naming.at(moment).id == body:
                found.append((one.accreditation, known))
        return found

    def presupposes_designation(self, moment: datetime) -> bool:
        """True when only the partner's recognition was on record by that moment, which presupposes a designation."""
        return all(event.decision.recorded_at > moment for event in self.designating)


def load(line_ids: Iterable[int], *, texts: Texts | None = None) -> list[LineFacts]:
    """Facts of the given lines, ordered by line id: three queries whatever their number, and quickly planned ones with ``texts``.

    With ``texts``, also, accreditations are left out for lines under no undertaking that asks for them: they decide nothing there.
    """
    rows = ScopeLine.objects.filter(id__in=list(line_ids)).order_by("id")
    rows = rows.select_related("body", "site", "sector", "requirement")
    if texts is None:
        lines = list(naming.told(rows, "body_id"))
        facts = {line.id: LineFacts(line, naming.of(line, line.body)) for line in lines}
    else:
        lines = list(rows)
        named = naming.of_lines(lines) if lines else {}
        facts = {line.id: LineFacts(line, named[line.id]) for line in lines}
    for row in DecisionLine.objects.filter(line_id__in=facts).select_related("decision__corrected_by"):
        decision = row.decision
        event = Event(decision, row.state, row.reason, _corrected_at(decision))
        side = facts[row.line_id].designating if decision.designation_id else facts[row.line_id].recognising
        side.append(event)
    for fact in facts.values():
        fact.designating.sort(key=_order)
        fact.recognising.sort(key=_order)
    _add_accreditations(
        [fact for fact in facts.values() if texts is None or _asks_for_them(fact.line, texts)]
    )
    return list(facts.values())


def _asks_for_them(line: ScopeLine, texts: Texts) -> bool:
    candidates = texts.candidates(
        annex_id=line.annex_id,
        importing_id=line.importing_id,
        exporting_id=line.exporting_id,
        kind=line.kind,
        sector=line.sector,
    )
    return any(fact.row.accreditation_required for fact in candidates)


def _add_accreditations(facts: list[LineFacts]) -> None:
    if not facts:
        return
    accreditations = _accreditations({body_id for fact in facts for body_id in fact.naming.ids})
    for fact in facts:
        those = {one.accreditation.id: one for each in fact.naming.ids for one in accreditations[each]}
        fact.accreditations = [
            one for _id, one in sorted(those.items()) if _bears_on(one.accreditation, fact.line)
        ]


def _order(event: Event) -> tuple:
    return event.decision.order


def _accreditations(body_ids: set[int]) -> dict[int, list[Accredited]]:
    """By the id of every body that their holders ever counted as: the accreditations of these and of all merged into them."""
    merged = Merger.objects.filter(into_id__in=body_ids).values("body_id")
    rows = Decision.objects.filter(
        Q(accreditation__body_id__in=body_ids) | Q(accreditation__body_id__in=merged)
    ).exclude(act=Act.ANNUL)
    decisions = naming.told(rows, "accreditation__body_id").select_related(
        "accreditation__sector", "accreditation__accreditation_body", "accreditation__body", "corrected_by"
    )
    held: dict[int, Accredited] = {}
    for decision in decisions:
        accreditation = decision.accreditation
        whose = naming.of(decision, accreditation.body)
        one = held.setdefault(accreditation.id, Accredited(accreditation, whose, []))
        one.events.append(Event(decision, decision.state, corrected_at=_corrected_at(decision)))
    found = defaultdict(list)
    for one in held.values():
        one.events.sort(key=_order)
        for body_id in one.naming.ids:
            found[body_id].append(one)
    return found


def _corrected_at(decision: Decision) -> datetime | None:
    correction = getattr(decision, "corrected_by", None)
    return correction.recorded_at if correction else None


def _bears_on(accreditation: Accreditation, line: ScopeLine) -> bool:
    if accreditation.site_id and line.site_id and accreditation.site_id != line.site_id:
        return False
    return accreditation.sector is None or accreditation.sector.meets(line.sector)
