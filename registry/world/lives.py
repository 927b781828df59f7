"""Ten years in the life of a designation and its recognition: the decisions that the verbs would have left behind."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from registry.models import Act, OlderResults, State
from registry.world.words import REASONS

# A made world has its own present, so that it is the same whenever it is made.
FIRST, LAST = date(2016, 7, 1), date(2026, 6, 30)


@dataclass(slots=True, eq=False)
class Told:
    """A decision as ``registry.stretches`` and ``registry.chain`` read it; the fields are the model's."""

    id: int
    act: str
    state: str
    effective_on: date
    recorded_at: datetime
    until: date | None = None
    start_unknown: bool = False
    decided_on: date | None = None
    public_reason: str = ""
    older_results: str = ""
    older_results_until: date | None = None
    corrects: "Told | None" = None
    corrected_at: datetime | None = None
    place: int | None = None
    lines: dict = field(default_factory=dict)
    reasons: dict = field(default_factory=dict)

    @property
    def order(self) -> tuple:
        """Where it stands among the decisions on its record."""
        return self.effective_on, self.place or self.id


class Side:
    """One of the two records: its decisions, and where each line stands on it."""

    def __init__(self):
        self.decisions: list[Told] = []
        self.standing: dict = {}

    def lines_in(self, *states: str) -> list:
        """The lines that stand in one of the states."""
        return [line for line, state in self.standing.items() if state in states]


class Life:
    """Tells a story about one designation and its recognition, decision by decision, until the world's present.

    ``loaded_at`` is the moment at which a register was loaded that told of everything until then; None: as it happened.
    """

    def __init__(self, random: Random, first: date, loaded_at: datetime | None, next_id: Callable[[], int]):
        self.random, self.day, self.loaded_at, self._next_id = random, first, loaded_at, next_id
        self.designation, self.recognition = Side(), Side()
        self._recorded: datetime | None = None
        self.undated = loaded_at is not None and random.random() < 0.1

    def wait(self, least: int, most: int) -> None:
        """Let days go by."""
        self.day += timedelta(days=self.random.randint(least, most))

    def told_at(self) -> datetime:
        """When the register learned of what takes effect today."""
        if self.loaded_at is not None and self.day <= self.loaded_at.date():
            found = self.loaded_at
        else:
            found = moment(self.random, min(self.day + timedelta(days=self.random.randrange(15)), LAST))
        if self._recorded is not None and found < self._recorded:
            found = self._recorded + timedelta(minutes=1)
        self._recorded = found
        return found

    def decide(
        self, side: Side, act: str, state: str, lines: Iterable, after: str | None = None, **terms
    ) -> Told | None:
        """Write a decision of today on these lines; None when there are none, or today is after the world's present."""
        states = dict.fromkeys(lines, after or state)
        if self.day > LAST or not states:
            return None
        decided = self.day - timedelta(days=self.random.randrange(20)) if self.random.random() < 0.5 else None
        told = Told(
            self._next_id(), act, state, self.day, self.told_at(), decided_on=decided, lines=states, **terms
        )
        side.decisions.append(told)
        side.standing.update(states)
        return told

    def reason(self, act: str) -> str:
        """A public reason for an act."""
        return self.random.choice(REASONS[act])

    # What a designating authority does.

    def designate(self, lines: list, until: date | None = None) -> None:
        """Designate these lines."""
        told = self.decide(self.designation, Act.DESIGNATE, State.DESIGNATED, lines, until=until)
        if told is not None:
            told.start_unknown = self.undated

    def notify(self) -> None:
        """Put before the partner what it does not know of yet."""
        state = State.RECOGNISED if self.recognition.lines_in(State.RECOGNISED) else State.AWAITING
        lines = [
            line
            for line in self.designation.lines_in(State.DESIGNATED)
            if line not in self.recognition.standing
        ]
        self.decide(self.recognition, Act.NOTIFY, state, lines, State.AWAITING)

    # What a regulator does.

    def recognise(self, until: date | None = None) -> Told | None:
        """Recognise all that is before the partner."""
        lines = self.recognition.lines_in(State.AWAITING, State.CONTESTED, State.RECOGNISED, State.REFUSED)
        return self.decide(self.recognition, Act.RECOGNISE, State.RECOGNISED, lines, until=until)

    def recognise_in_part(self) -> None:
        """Recognise most lines and refuse the rest, each with its reason."""
        lines = self.recognition.lines_in(State.AWAITING)
        told = self.decide(self.recognition, Act.RECOGNISE_IN_PART, State.RECOGNISED, lines)
        if told is not None:
            for line in lines[1:]:
                if self.random.random() < 0.35:
                    told.lines[line], told.reasons[line] = State.REFUSED, self.reason("refuse")
            self.recognition.standing.update(told.lines)

    def object_to(self, act: str, state: str, *among: str) -> None:
        """Refuse or contest, with a reason."""
        reason = self.reason(act)
        self.decide(self.recognition, act, state, self.recognition.lines_in(*among), public_reason=reason)

    # What both do to what is theirs.

    def suspend(self, side: Side) -> Told | None:
        """For a time nothing on that side counts."""
        lines = side.lines_in(State.DESIGNATED, State.RECOGNISED)
        return self.decide(
            side,
            Act.SUSPEND,
            State.SUSPENDED,
            lines,
            public_reason=self.reason("suspend"),
            **self._older(0.2),
        )

    def restore(self, side: Side) -> None:
        """End a suspension."""
        self.decide(side, Act.RESTORE, self._good(side), side.lines_in(State.SUSPENDED))

    def restrict(self, side: Side) -> None:
        """Take the last line out of the scope, where there are several."""
        lines = side.lines_in(self._good(side))
        if len(lines) > 1:
            reason = self.reason("restrict")
            self.decide(
                side, Act.RESTRICT, self._good(side), lines[-1:], State.WITHDRAWN, public_reason=reason
            )

    def withdraw(self, side: Side) -> None:
        """End it for good."""
        lines = side.lines_in(self._good(side), State.SUSPENDED)
        self.decide(
            side,
            Act.WITHDRAW,
            State.WITHDRAWN,
            lines,
            public_reason=self.reason("withdraw"),
            **self._older(0.5),
        )

    def renew(self, side: Side, until: date | None) -> None:
        """Give it a new term."""
        lines = side.lines_in(self._good(side), State.EXPIRED)
        self.decide(side, Act.RENEW, self._good(side), lines, until=until)

    def expire(self, side: Side) -> None:
        """Put on record that the term has run out."""
        self.decide(side, Act.EXPIRE, State.EXPIRED, side.lines_in(self._good(side), State.SUSPENDED))

    def correct(self, side: Side, told: Told | None, *, annul: bool = False) -> None:
        """Weeks later: the last decision named the wrong day, or was never made."""
        if told is None or self.day > LAST:
            return
        act, state = (Act.ANNUL, "") if annul else (told.act, told.state)
        day = told.effective_on if annul else told.effective_on + timedelta(days=self.random.randint(1, 9))
        until = None if annul else told.until
        further = Told(
            self._next_id(), act, state, day, self._after(told), until=until, decided_on=None if annul else told.decided_on,
            public_reason=self.reason("annul" if annul else "correct"), corrects=told, place=told.place or told.id,
            lines={} if annul else dict(told.lines), reasons={} if annul else dict(told.reasons),
        )  # fmt: skip
        told.corrected_at = further.recorded_at
        side.decisions.append(further)
        if annul:
            side.standing.update(dict.fromkeys(told.lines, self._good(side)))

    def _after(self, told: Told) -> datetime:
        found = min(self.told_at() + timedelta(days=self.random.randint(5, 60)), moment(self.random, LAST))
        self._recorded = max(found, told.recorded_at + timedelta(minutes=1))
        return self._recorded

    def _good(self, side: Side) -> str:
        return State.DESIGNATED if side is self.designation else State.RECOGNISED

    def _older(self, share: float) -> dict:
        """Sometimes a rule on results made before."""
        if self.random.random() > share:
            return {}
        rule = self.random.choice((OlderResults.STAY_ACCEPTED, OlderResults.REFUSED, OlderResults.UNTIL))
        until = self.day + timedelta(days=180) if rule == OlderResults.UNTIL else None
        return {"older_results": rule, "older_results_until": until}


def moment(random: Random, day: date) -> datetime:
    """Some second of a working day, UTC."""
    return datetime.combine(day, time(7), tzinfo=UTC) + timedelta(seconds=random.randrange(36_000))
