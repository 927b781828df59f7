"""The answers once more, as simply as can be, from the rows that nobody edits: decisions, former names, mergers."""

from datetime import UTC, date, datetime, time

from registry.models import Body, Decision, DecisionLine, FormerName, Merger, ScopeLine


class Identities:
    """Who each body was at a moment, by the names and mergers on file."""

    def __init__(self):
        self.bodies = {body.id: body for body in Body.objects.all()}
        self.renamings = list(FormerName.objects.exclude(renamed_at=None).order_by("renamed_at", "id"))
        self.mergers = list(Merger.objects.all())

    def at(self, body_id: int, moment: datetime) -> tuple[int, str, str]:
        """Id, name and address of the body, or of the one that it was merged into at the moment."""
        for merger in self.mergers:
            begun = merger.body_id == body_id and merger.recorded.lower <= moment
            if begun and (merger.recorded.upper is None or moment < merger.recorded.upper):
                return self.at(merger.into_id, moment)
        for renaming in self.renamings:
            if renaming.body_id == body_id and renaming.renamed_at > moment:
                return body_id, renaming.name, renaming.slug
        return body_id, self.bodies[body_id].name, self.bodies[body_id].slug


class Answers:
    """Verdict and standing of lines under texts that are in force and ask for nothing but both sides' decisions."""

    def __init__(self):
        self.decisions = list(Decision.objects.all())
        self.lines = list(ScopeLine.objects.select_related("sector", "importing"))
        self.states = {}
        for row in DecisionLine.objects.all():
            self.states.setdefault(row.line_id, {})[row.decision_id] = row.state

    def at(self, line: ScopeLine, on: date, moment: datetime) -> tuple[str, str]:
        """What the register answers for a result made on the day, asked at the moment."""
        about = [decision for decision in self.decisions if decision.id in self.states.get(line.id, {})]
        written = [decision for decision in about if decision.recorded_at <= moment]
        corrected = {d.corrects_id for d in self.decisions if d.recorded_at <= moment and d.corrects_id}
        known = [decision for decision in written if decision.id not in corrected]
        at_home = self._side([d for d in known if d.designation_id], line, on, "designation_")
        if not any(decision.designation_id for decision in written):
            at_home = ""
        abroad = self._side([d for d in known if d.recognition_id], line, on, "")
        older = "older_results_refused" if self._refuses_older(known, line, on, moment) else ""
        found = [standing for standing in (at_home, abroad, older) if standing]
        refused = [standing for standing in found if standing not in _CANNOT_BE_TOLD]
        if refused:
            return "not_accepted", refused[0]
        return ("cannot_be_told", found[0]) if found else ("accepted", "recognised")

    def _side(self, decisions: list[Decision], line: ScopeLine, on: date, prefix: str) -> str:
        """How one side's decisions stand in the way; "" where they do not."""
        decisions.sort(key=lambda decision: (decision.effective_on, decision.place or decision.id))
        if not decisions:
            return "not_designated" if prefix else "designated_recognition_not_on_file"
        taken_effect = [decision for decision in decisions if decision.effective_on <= on]
        if not taken_effect:
            if decisions[0].start_unknown:
                return "designation_undated" if prefix else "recognition_undated"
            return "not_designated" if prefix else "awaiting_recognition"
        last = taken_effect[-1]
        state = self.states[line.id][last.id]
        if state in ("designated", "recognised"):
            return f"{prefix}expired" if last.until and last.until <= on else ""
        return state if state == "awaiting_recognition" else f"{prefix}{state}"

    def _refuses_older(self, decisions, line: ScopeLine, on: date, moment: datetime) -> bool:
        """True when a later suspension or withdrawal reaches back to results made on the day."""
        for decision in decisions:
            ends = self.states[line.id][decision.id] in ("suspended", "withdrawn")
            if not ends or decision.effective_on <= on:
                continue
            if decision.older_results == "refused":
                return True
            until = decision.older_results_until
            if until and moment >= datetime.combine(until, time(0), tzinfo=UTC):
                return True
        return False


_CANNOT_BE_TOLD = ("designated_recognition_not_on_file", "designation_undated", "recognition_undated")
