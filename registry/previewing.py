"""What a proposal would do: it is carried out for real, looked at, and rolled back."""

from copy import copy
from dataclasses import dataclass, replace
from datetime import date

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from agreements.acting import Acting
from portal import clock
from portal.verbs import running
from registry import carrying
from registry.models import AcceptedScope, Proposal, ScopeLine, Step, Verdict

# How long a look waits for those who decide meanwhile.
_PATIENCE_MS = 1000
_LOCK_NOT_AVAILABLE = "55P03"

# Nobody's ids: what is rolled back needs no second person.
_NOBODY = frozenset({-1, -2})


@dataclass(frozen=True)
class Change:
    """A scope line whose answer changes on the day of effect: words for the line, the standing before and after."""

    line: ScopeLine
    before: str
    after: str
    verdict_before: str
    verdict_after: str


@dataclass(frozen=True)
class Preview:
    """The day of effect, what changes on it, and ``refusal``: why it cannot be carried out as it stands, if so."""

    on: date
    changes: list[Change]
    refusal: str = ""

    @property
    def ending(self) -> list[Change]:
        """Acceptances that end."""
        return [
            each
            for each in self.changes
            if each.verdict_before == Verdict.ACCEPTED and each.verdict_after != Verdict.ACCEPTED
        ]

    @property
    def beginning(self) -> list[Change]:
        """Acceptances that begin."""
        return [
            each
            for each in self.changes
            if each.verdict_after == Verdict.ACCEPTED and each.verdict_before != Verdict.ACCEPTED
        ]

    @property
    def other(self) -> list[Change]:
        """Other changes of standing."""
        told = {*map(id, self.ending), *map(id, self.beginning)}
        return [each for each in self.changes if id(each) not in told]


class _Undo(Exception):
    """Rolls the trial back."""


def preview(*, by: Acting, proposal: Proposal, refusals: tuple[type[Exception], ...]) -> Preview:
    """What would change, were the proposal decided now. ``refusals`` are the errors that are told instead of raised."""
    # What the trial makes is gone afterwards: the proposal itself must not name it.
    trial, on = copy(proposal), _day_of_effect(proposal)
    found: list[Change] = []
    try:
        with transaction.atomic():
            _wait_at_most(_PATIENCE_MS)
            before = _standings(_lines(trial), on)
            _try(by, trial)
            found = _changes(before, _standings(_lines(trial), on))
            raise _Undo
    except _Undo:
        return Preview(on, found)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
            raise
        return Preview(
            on,
            [],
            _("Others are deciding at this very moment. Load the page again to see what would change."),
        )
    except refusals as error:
        return Preview(on, [], str(error))


def _day_of_effect(proposal: Proposal) -> date:
    """The first day on which an answer may change: for a correction, the earlier of the old and the new day."""
    on = carrying.terms_of(proposal).effective_on or clock.today()
    if proposal.step == Step.ANNUL:
        return proposal.decision.effective_on
    return min(on, proposal.decision.effective_on) if proposal.step == Step.CORRECT else on


def _wait_at_most(milliseconds: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [str(milliseconds)])


def _try(by: Acting, proposal: Proposal) -> None:
    with running("registry.preview") as frame:
        carrying.carry_out(by=replace(by, hands=_NOBODY), proposal=proposal)
        # It leaves no entry of its own: it never happened.
        frame.entries = 1


def _lines(proposal: Proposal):
    record = proposal.record or (proposal.decision.record if proposal.decision_id else None)
    body_id = record.body_id if record is not None else proposal.body_id
    lines = ScopeLine.objects.filter(body_id=body_id)
    return lines.select_related("sector", "requirement", "importing", "annex")


def _standings(lines, on: date) -> dict[int, tuple[ScopeLine, str, str]]:
    by_id = {line.id: line for line in lines}
    rows = AcceptedScope.objects.filter(line__in=by_id, valid__contains=on, recorded__contains=clock.now())
    return {row.line_id: (by_id[row.line_id], row.verdict, row.get_standing_display()) for row in rows}


def _changes(before: dict, after: dict) -> list[Change]:
    found = []
    for line_id, (line, verdict, standing) in after.items():
        _line, verdict_before, standing_before = before.get(line_id, (None, "", ""))
        if (verdict_before, standing_before) != (verdict, standing):
            found.append(Change(line, standing_before, standing, verdict_before, verdict))
    return found
