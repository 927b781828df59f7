"""May this body's result be relied on? One body, one partner, one scope, one day: one headline, by the chain of the finder."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from agreements import acceptance, portraying
from agreements.acceptance import Question, UndertakingAnswer
from agreements.models import Annex, Coverage, Economy, Sector
from agreements.steps import Answer, say
from agreements.texts import Texts
from portal.audit import recording
from portal.clocks import Clocks
from registry import chain, finding, line_facts, outcomes
from registry.line_facts import Event, LineFacts
from registry.models import (
    AcceptedScope,
    Body,
    FormerName,
    Identifier,
    Merger,
    OlderResults,
    Site,
    Standing,
    State,
    Verdict,
)
from registry.outcomes import Outcome

MOST_TO_CHOOSE = 20
MOST_LINES = 25
NOTIFIED_BODY = "notified body number"


@dataclass(frozen=True)
class Inquiry:
    """What is asked about a body: by whom its result is to be accepted, for what, made on which day, as known when.

    ``clocks.known_at`` is never None: whoever asks without it asks as of this moment.
    """

    importing: Economy
    clocks: Clocks
    kind: str = ""
    sector: Sector | None = None
    requirement: object | None = None

    def of(self, exporting: Economy) -> Question:
        """The finder's question for bodies of that economy."""
        return Question(
            self.importing, exporting, self.clocks, self.kind, self.sector, requirement=self.requirement
        )


@dataclass(frozen=True)
class FoundLine:
    """A scope line of the body that bears on the question, and how it stands."""

    facts: LineFacts
    answer: Answer
    annex: Annex
    site: str = ""

    @property
    def line(self):
        return self.facts.line

    @property
    def reason(self) -> str:
        """Why, in one sentence: the deciding step's, or for an accepted result who recognises it."""
        deciding = self.answer.deciding or next(
            step for step in self.answer.chain if step.step == "recognised"
        )
        return deciding.sentence


@dataclass(frozen=True)
class Verification:
    """One answer: its headline, the line that gives it (None where none bears on the question), and what it rests on.

    ``body`` is None when nothing is on file under what was typed. ``lines`` are all that bear on the question, the one of the
    headline first.
    """

    inquiry: Inquiry
    body: Body | None
    outcome: Outcome
    verdict: str
    lines: list[FoundLine] = field(default_factory=list)
    older_results: str = ""
    undertakings: list[UndertakingAnswer] = field(default_factory=list)
    coverage: list[Coverage] = field(default_factory=list)
    version: int = 0

    @property
    def headline_line(self) -> FoundLine | None:
        return self.lines[0] if self.lines else None

    @property
    def standing(self) -> str:
        """The code of the step that decides, or of the headline where no line bears on the question."""
        return str(self.lines[0].answer.standing if self.lines else self.outcome)

    @property
    def reason(self) -> str:
        return self.lines[0].reason if self.lines else str(outcomes.WITHOUT_LINE[self.outcome].reason)

    @property
    def meaning(self) -> str:
        """What follows from a headline that a reader could take for more than it says; "" else."""
        return "" if self.lines else str(outcomes.WITHOUT_LINE[self.outcome].meaning)


@dataclass(frozen=True)
class Named:
    """The bodies that a text names. ``exactly`` says that it is an address, a number or a whole name of each, not a part of one."""

    bodies: list[Body]
    exactly: bool

    @property
    def is_clear(self) -> bool:
        """Whether nobody has to choose: exactly one body, or none at all."""
        return not self.bodies or (self.exactly and len(self.bodies) == 1)


def bodies_named(text: str, moment: datetime) -> Named:
    """The bodies on file at that moment that the text names, by the name shown then, at most MOST_TO_CHOOSE and one more.

    By address, current or given up; else by number; else by words of a name, also a former one or one in the body's own script.
    A body merged into another at that moment counts as that one.
    """
    shown = Body.objects.known(moment).apart(moment).shown(moment).with_particulars(moment)
    shown = shown.order_by("shown_name", "id")
    found = list(shown.filter(id__in=_addressed(text.lower(), moment)))
    if found:
        return Named([body for body in found if body.slug == text.lower()] or found, True)
    found = list(shown.filter(id__in=_numbered(text, moment))[: MOST_TO_CHOOSE + 1])
    if found:
        return Named(found, True)
    found = list(shown.worded(text)[: MOST_TO_CHOOSE + 1])
    whole = [body for body in found if text.casefold() in _names(body)]
    return Named(whole or found, bool(whole))


def _addressed(slug: str, moment: datetime):
    mergers = Merger.objects.known(moment)
    return (
        Body.objects.filter(slug=slug)
        .values("id")
        .union(
            FormerName.objects.filter(slug=slug).values("body_id"),
            mergers.filter(body__slug=slug).values("into_id"),
            mergers.filter(body__former_names__slug=slug).values("into_id"),
        )
    )


def _numbered(text: str, moment: datetime):
    """By number. Products and certificates carry that of a notified body behind CE or NB."""
    prefix, _space, digits = text.upper().partition(" ")
    value = Q(value__in={text, text.upper(), text.lower()})
    if prefix in ("CE", "NB") and digits.isdecimal():
        value |= Q(value=digits, scheme=NOTIFIED_BODY)
    bodies = Identifier.objects.filter(value, recorded__contains=moment).values("body_id")
    return bodies.union(Merger.objects.known(moment).filter(body_id__in=bodies).values("into_id"))


def _names(body: Body) -> set[str]:
    names = [body.shown_name, body.shown_local_name]
    for row in body.former_name_rows:
        names += [row["name"], row["local_name"]]
    return {name.casefold() for name in names if name}


def verify(inquiry: Inquiry, body: Body | None, texts: Texts) -> Verification:
    """The answer about the body (read by ``bodies_named``), or about one that is not on file. Six queries at most."""
    version = recording.as_of(inquiry.clocks.asked_at)
    if body is None:
        coverage = _coverage(inquiry.importing, None)
        return Verification(
            inquiry,
            None,
            Outcome.NOT_IN_REGISTER,
            Verdict.CANNOT_BE_TOLD,
            coverage=coverage,
            version=version,
        )
    exporting = texts.economies[body.economy_id]
    lines = _lines(inquiry, body, texts)
    coverage = _coverage(inquiry.importing, exporting)
    if lines:
        first = lines[0].answer
        return Verification(
            inquiry,
            body,
            outcomes.OUTCOME_OF[first.standing],
            first.verdict,
            lines,
            _older_results(lines[0], inquiry, texts),
            coverage=coverage,
            version=version,
        )
    outcome, undertakings = _without_line(inquiry, exporting, texts)
    return Verification(
        inquiry,
        body,
        outcome,
        Verdict.CANNOT_BE_TOLD,
        undertakings=undertakings,
        coverage=coverage,
        version=version,
    )


def _without_line(inquiry: Inquiry, exporting: Economy, texts: Texts) -> tuple[Outcome, list]:
    day, moment = inquiry.clocks.on, inquiry.clocks.asked_at
    if inquiry.importing.id in texts.parties_of(exporting.id, day, moment):
        return Outcome.AT_HOME, []
    undertakings = acceptance.undertakings_for(inquiry.of(exporting), texts)
    return (Outcome.NOT_ON_FILE_FOR_THIS if undertakings else Outcome.NO_TEXT), undertakings


def _lines(inquiry: Inquiry, body: Body, texts: Texts) -> list[FoundLine]:
    """The body's lines that bear on the question, each with its chain, the one that gives the headline first.

    Among equals, one that names the requirement asked goes before one that is on file only as its sector.
    """
    day, moment = inquiry.clocks.on, inquiry.clocks.asked_at
    ids = list(_rows(inquiry, body, texts).values_list("line_id", flat=True))
    question = inquiry.of(texts.economies[body.economy_id])
    found = []
    for facts in line_facts.load(ids) if ids else []:
        answer = chain.answer(facts, on=day, moment=moment, texts=texts)
        answer = finding.for_question(answer, facts.line, question)
        found.append(
            FoundLine(facts, answer, texts.annexes[facts.line.annex_id], _site(facts.line.site, texts))
        )
    return sorted(found, key=_rank)


def _site(site: Site | None, texts: Texts) -> str:
    """The location in words, without a query for its economy."""
    if site is None:
        return ""
    return site.name or ", ".join(part for part in (site.town, texts.economies[site.economy_id].name) if part)


def _rank(found: FoundLine) -> tuple:
    answer, line = found.answer, found.line
    return (
        *outcomes.rank(answer.verdict, answer.standing),
        line.requirement_id is None,
        not line.kind,
        line.id,
    )


def _rows(inquiry: Inquiry, body: Body, texts: Texts):
    """The stretches of the read model that the finder would show of the body, whatever economy is asked for."""
    day, moment = inquiry.clocks.on, inquiry.clocks.asked_at
    rows = AcceptedScope.objects.filter(
        body=body,
        importing_id__in=list(texts.parties_of(inquiry.importing.id, day, moment)),
        valid__contains=day,
        recorded__contains=moment,
    )
    sector = inquiry.sector or (inquiry.requirement and inquiry.requirement.sector)
    if sector is not None:
        rows = rows.filter(sector_id__in=texts.sectors_meeting(sector))
    if inquiry.kind:
        rows = rows.filter(kind__in=[inquiry.kind, ""])
    if inquiry.requirement is not None:
        rows = rows.filter(Q(requirement=inquiry.requirement) | Q(requirement=None))
    return rows


_ENDED = {
    Standing.SUSPENDED: "recognising",
    Standing.WITHDRAWN: "recognising",
    Standing.DESIGNATION_SUSPENDED: "designating",
    Standing.DESIGNATION_WITHDRAWN: "designating",
}


def _older_results(found: FoundLine, inquiry: Inquiry, texts: Texts) -> str:
    """What holds for results made before the suspension or withdrawal that decides; "" when that is not the question.

    Asked of the chain for the day before it, so that both always say the same (21 CFR 26.68).
    """
    side = _ENDED.get(found.answer.standing)
    if side is None:
        return ""
    day, moment = inquiry.clocks.on, inquiry.clocks.asked_at
    known = [event for event in getattr(found.facts, side) if event.known(moment)]
    decision = _beginning(known, chain.state_on(known, day)[0], day).decision
    before = decision.effective_on - timedelta(days=1)
    answer = finding.for_question(
        chain.answer(found.facts, on=before, moment=moment, texts=texts),
        found.line,
        inquiry.of(inquiry.importing),
    )
    values = {"day": say(decision.effective_on)}
    if answer.standing == Standing.OLDER_RESULTS_REFUSED:
        return _("Results made before %(day)s are no longer accepted either.") % values
    if answer.verdict != Verdict.ACCEPTED:
        return _("For a result made before %(day)s, ask with its own date.") % values
    if decision.older_results == OlderResults.UNTIL:
        values["until"] = say(decision.older_results_until)
        return (
            _("Results made before %(day)s are accepted when they are submitted before %(until)s.") % values
        )
    return _("Results made before %(day)s stay accepted.") % values


def _beginning(known: list[Event], state: State, day) -> Event:
    """With which decision the state of that day began: one that only repeats it does not count."""
    begun = [event for event in known if event.decision.effective_on <= day]
    first = begun[-1]
    for event in reversed(begun):
        if event.state != state:
            break
        first = event
    return first


def _coverage(importing: Economy, exporting: Economy | None) -> list[Coverage]:
    """What the register holds of the exporting side's designations and the importing side's recognitions; held in memory."""
    return [
        row
        for row in portraying.coverage()
        if (row.economy_id == importing.id and row.side == Coverage.Side.RECOGNITIONS)
        or (exporting and row.economy_id == exporting.id and row.side == Coverage.Side.DESIGNATIONS)
    ]
