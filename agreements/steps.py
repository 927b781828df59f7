"""The steps of the chain that the text itself decides, each with outcome, period and source; and how a chain decides."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import AnnexStatus, MembershipKind, ResultKind
from agreements.texts import Fact, Texts
from portal import partial_dates


class Outcome(models.TextChoices):
    """How a step of the chain comes out. NOTE tells without deciding."""

    MET = "met", gettext_lazy("met")
    NOT_MET = "not_met", gettext_lazy("not met")
    UNKNOWN = "not_on_file", gettext_lazy("not on file")
    NOTE = "note", gettext_lazy("note")


@dataclass(frozen=True, slots=True)
class Step:
    """One link of the chain: what was asked, how it came out, over which days ([start, end)), on what authority.

    ``standing`` is the code that names the answer when this step decides it.
    """

    step: str
    outcome: str
    sentence: str
    standing: str = ""
    start: date | None = None
    end: date | None = None
    citation: str = ""
    sources: tuple[str, ...] = ()
    evidence_year: int | None = None

    @property
    def label(self) -> str:
        """The step's name for a reader."""
        return str(STEP_LABELS[self.step])

    def told(self) -> dict:
        """The step as pages, files and the API tell it."""
        return {
            "step": self.step,
            "label": self.label,
            "outcome": str(self.outcome),
            "sentence": self.sentence,
            "from": self.start,
            "to": self.end,
            "citation": self.citation,
            "sources": list(self.sources),
            "source_url": self.sources[0] if self.sources else "",
            "evidence_year": self.evidence_year,
        }


STEP_LABELS = {
    "annex_in_force": gettext_lazy("Agreement and annex in force"),
    "undertaking_covers": gettext_lazy("Covers these parties and this kind of result"),
    "authority_recognised": gettext_lazy("Inspectorate recognised"),
    "requirement_listed": gettext_lazy("Requirement on the list"),
    "located_in_exporting_party": gettext_lazy("Located in the exporting party"),
    "designated": gettext_lazy("Designated by its own authority"),
    "recognised": gettext_lazy("Recognised by the partner"),
    "accredited": gettext_lazy("Accredited where the text asks for it"),
    "third_party": gettext_lazy("Third party where the text asks for it"),
    "result_date": gettext_lazy("Date of the result"),
    "scope_asked": gettext_lazy("Scope as asked"),
}


@dataclass(frozen=True)
class Answer:
    """A verdict with its chain. ``standing`` is the code of the step that decides it."""

    verdict: str
    standing: str
    chain: list[Step] = field(default_factory=list)

    @property
    def told(self) -> list[dict]:
        """The chain as pages, files and the API tell it."""
        return [step.told() for step in self.chain]

    @property
    def deciding(self) -> Step | None:
        """The step that decides a verdict other than accepted."""
        return next((step for step in self.chain if step.standing == self.standing), None)


def decide(chain: list[Step], *, accepted_standing: str) -> Answer:
    """The verdict of a chain: a step not met decides before one not on file; else accepted."""
    for outcome, verdict in ((Outcome.NOT_MET, "not_accepted"), (Outcome.UNKNOWN, "cannot_be_told")):
        for step in chain:
            if step.outcome == outcome:
                return Answer(verdict, step.standing, chain)
    return Answer("accepted", accepted_standing, chain)


def annex_step(annex_id: int, texts: Texts, day: date, moment: datetime) -> Step:
    """Was the annex in force, or provisionally applied, on that day? (Vienna Convention, articles 24 and 25.)"""
    annex = texts.annexes[annex_id]
    known = [fact for fact in texts.periods[annex_id] if fact.known(moment)]
    name = annex.title if annex.agreement.code == annex.code else f"{annex.title}, {annex.agreement.code}"
    period = next((fact for fact in known if fact.true_on(day)), None)
    if period is None:
        later = next((fact for fact in known if fact.start and fact.start > day), None)
        return Step(
            "annex_in_force",
            Outcome.NOT_MET,
            _not_yet(name, later),
            "annex_not_in_force",
            end=later.start if later else None,
            citation=annex.citation,
            sources=tuple(annex.sources),
        )
    outcome, standing = _ANNEX_OUTCOMES[period.row.status]
    return Step(
        "annex_in_force",
        outcome,
        _annex_sentence(name, annex, period),
        standing,
        period.start,
        period.end,
        annex.citation or annex.agreement.citation,
        tuple(period.row.sources or annex.sources),
        period.row.evidence_year,
    )


_ANNEX_OUTCOMES = {
    AnnexStatus.IN_FORCE: (Outcome.MET, ""),
    AnnexStatus.PROVISIONALLY_APPLIED: (Outcome.MET, ""),
    AnnexStatus.UNKNOWN: (Outcome.UNKNOWN, "annex_status_unknown"),
    AnnexStatus.SUSPENDED: (Outcome.NOT_MET, "annex_suspended"),
    AnnexStatus.LAPSED: (Outcome.NOT_MET, "annex_not_in_force"),
    AnnexStatus.TERMINATED: (Outcome.NOT_MET, "annex_not_in_force"),
}


def _not_yet(name: str, later: Fact | None) -> str:
    if later is None:
        return _("%(annex)s was not in force.") % {"annex": name}
    return _("%(annex)s was not in force yet; its record begins on %(day)s.") % {
        "annex": name,
        "day": say(later.start),
    }


def _annex_sentence(name: str, annex, period: Fact) -> str:
    row = period.row
    values = {
        "annex": name,
        "status": row.get_status_display(),
        "since": _since(period),
        "until": say(period.end),
    }
    if row.status == AnnexStatus.UNKNOWN:
        sentence = _("Whether %(annex)s was in force on this day is not known from the sources.") % values
    elif row.start_is_evidence:
        sentence = (
            _("%(annex)s is %(status)s, by %(since)s at the latest; the sources do not give its start.")
            % values
        )
    elif period.start is None:
        sentence = _("%(annex)s: %(status)s.") % values
    else:
        sentence = _("%(annex)s: %(status)s since %(since)s.") % values
    if period.end is not None and row.status != AnnexStatus.UNKNOWN:
        sentence += " " + _("Until %(until)s.") % values
    operational = annex.operational or annex.agreement.operational
    if operational and row.status in AnnexStatus.applying():
        sentence += " " + _("Operational from %(since)s.") % {"since": say_partial(operational)}
    if row.evidence_year and row.status in AnnexStatus.applying():
        sentence += " " + _("Newest source: %(year)s.") % {"year": row.evidence_year}
    return f"{sentence} {row.reason}".strip()


def undertaking_step(candidates: list[Fact], kind: str, texts: Texts, day: date, moment: datetime) -> Step:
    """Does one of the undertakings cover the parties and this kind of result ("" for any) on that day?"""
    known = [fact for fact in candidates if fact.known(moment)]
    covering = [fact for fact in known if fact.true_on(day)]
    fact = min(covering, key=lambda fact: (not fact.row.verified, fact.row.sector_id is None), default=None)
    if fact is None:
        later = next((fact for fact in known if fact.start and fact.start > day), None)
        sentence = _("The text does not oblige the partner to accept this kind of result.")
        if later is not None:
            sentence = _("The undertaking begins on %(day)s.") % {"day": say(later.start)}
        return Step("undertaking_covers", Outcome.NOT_MET, sentence, "no_undertaking")
    undertaking = fact.row
    values = {
        "importing": texts.economies[undertaking.importing_id].name,
        "exporting": texts.economies[undertaking.exporting_id].name,
        "kind": ResultKind(kind).label if kind else _("results"),
    }
    if not undertaking.verified:
        sentence = _(
            "Whether %(importing)s already accepted %(kind)s from %(exporting)s under this text is not verified."
        )
        sentence, outcome, standing = sentence % values, Outcome.UNKNOWN, "undertaking_unverified"
    elif undertaking.sector_id is None:
        sentence = (
            _("%(importing)s accepts %(kind)s from %(exporting)s; the source does not name the sectors.")
            % values
        )
        outcome, standing = Outcome.UNKNOWN, "sector_not_named"
    else:
        values["sector"] = texts.sectors[undertaking.sector_id].name
        sentence = _("%(importing)s accepts %(kind)s from %(exporting)s for %(sector)s.") % values
        outcome, standing = Outcome.MET, ""
    return Step(
        "undertaking_covers",
        outcome,
        sentence,
        standing,
        fact.start,
        fact.end,
        undertaking.citation,
        tuple(undertaking.sources),
        undertaking.evidence_year,
    )


def membership_step(memberships: list[Fact], party_id: int, economy_id: int, texts: Texts, day: date) -> Step:
    """Does the economy count as the party on that day? ``memberships`` are those known of the economy in that party."""
    party, economy = texts.economies[party_id].name, texts.economies[economy_id].name
    values = {"economy": economy, "party": party}
    if party_id == economy_id:
        return Step("located_in_exporting_party", Outcome.MET, _("Located in %(economy)s.") % values)
    fact = next((fact for fact in memberships if fact.true_on(day)), None)
    if fact is None:
        sentence = _("%(economy)s does not count as %(party)s on this day.") % values
        return Step("located_in_exporting_party", Outcome.NOT_MET, sentence, "outside_the_party")
    row = fact.row
    if row.verified and row.kind == MembershipKind.MEMBER:
        sentence = _("%(economy)s is a member of %(party)s: a body there counts as the union's.") % values
        outcome, standing = Outcome.MET, ""
    else:
        sentence = _("Whether %(economy)s counts as %(party)s on this day is unverified.") % values
        outcome, standing = Outcome.UNKNOWN, "membership_unverified"
    return Step(
        "located_in_exporting_party",
        outcome,
        sentence,
        standing,
        fact.start,
        fact.end,
        row.citation,
        tuple(row.sources),
    )


def _since(period: Fact) -> str:
    return say_partial(period.row.since) if period.row.since else say(period.start)


def say(day: date | None) -> str:
    """A day in words; "" for an open bound."""
    return date_format(day, "j F Y") if day else ""


def say_partial(partial: str) -> str:
    """A partial date in words, as precise as it is."""
    day = partial_dates.earliest(partial)
    return date_format(day, {4: "Y", 7: "F Y"}.get(len(partial), "j F Y"))
