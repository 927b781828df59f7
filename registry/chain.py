"""The readable answer: walk the chain for one scope line, on one day, as known at one moment."""

from datetime import UTC, date, datetime, time

from django.utils.translation import gettext as _

from agreements import steps
from agreements.steps import Answer, Outcome, Step
from agreements.texts import Texts
from registry.line_facts import Event, LineFacts
from registry.models import OlderResults, Standing, State


def answer(facts: LineFacts, *, on: date, moment: datetime, texts: Texts) -> Answer:
    """Whether a result made on that day counts, with every step and the reason."""
    line = facts.line
    candidates = texts.candidates(
        annex_id=line.annex_id,
        importing_id=line.importing_id,
        exporting_id=line.exporting_id,
        kind=line.kind,
        sector=line.sector,
    )
    covering = [fact.row for fact in candidates if fact.known(moment) and fact.true_on(on)]
    chain = [
        steps.annex_step(line.annex_id, texts, on, moment),
        steps.undertaking_step(candidates, line.kind, texts, on, moment),
        _requirement(line, texts, on, moment),
        _location(facts, texts, on, moment),
        _designated(facts, texts, on, moment),
        _recognised(facts, texts, on, moment),
        _accredited(facts, covering, on, moment),
        _third_party(facts, covering, moment),
        _result_date(facts, on, moment),
    ]
    return steps.decide(chain, accepted_standing=Standing.RECOGNISED)


def _requirement(line, texts: Texts, on: date, moment: datetime) -> Step:
    if line.requirement_id is None:
        return Step("requirement_listed", Outcome.NOTE, _("The scope is on file only as its sector."))
    listings = [fact for fact in texts.listings[(line.annex_id, line.importing_id)] if fact.known(moment)]
    if not listings:
        sentence = _("The list of requirements under this text is not on file.")
        return Step("requirement_listed", Outcome.UNKNOWN, sentence, Standing.REQUIREMENT_LIST_NOT_ON_FILE)
    values = {"requirement": str(line.requirement)}
    for fact in listings:
        if fact.row.requirement_id == line.requirement_id and fact.true_on(on):
            sentence = _("%(requirement)s is on the partner's list.") % values
            return Step(
                "requirement_listed",
                Outcome.MET,
                sentence,
                "",
                fact.start,
                fact.end,
                fact.row.citation,
                tuple(fact.row.sources),
                fact.row.evidence_year,
            )
    sentence = _("%(requirement)s is not on the partner's list on this day.") % values
    return Step("requirement_listed", Outcome.NOT_MET, sentence, Standing.REQUIREMENT_NOT_LISTED)


def _location(facts: LineFacts, texts: Texts, on: date, moment: datetime) -> Step:
    party_id = facts.line.exporting_id
    memberships = [
        fact
        for fact in texts.memberships[facts.origin_id]
        if fact.row.union_id == party_id and fact.known(moment)
    ]
    return steps.membership_step(memberships, party_id, facts.origin_id, texts, on)


_DESIGNATION_ENDED = {
    State.SUSPENDED: Standing.DESIGNATION_SUSPENDED,
    State.WITHDRAWN: Standing.DESIGNATION_WITHDRAWN,
    State.EXPIRED: Standing.DESIGNATION_EXPIRED,
}

_RECOGNITION_ENDED = {
    State.AWAITING: Standing.AWAITING_RECOGNITION,
    State.REFUSED: Standing.REFUSED,
    State.CONTESTED: Standing.CONTESTED,
    State.SUSPENDED: Standing.SUSPENDED,
    State.WITHDRAWN: Standing.WITHDRAWN,
    State.EXPIRED: Standing.EXPIRED,
}


def _designated(facts: LineFacts, texts: Texts, on: date, moment: datetime) -> Step:
    known = [event for event in facts.designating if event.known(moment)]
    if not known:
        if facts.presupposes_designation(moment):
            sentence = _("No designation is on file; the partner's recognition presupposes one.")
            return Step("designated", Outcome.NOTE, sentence)
        return Step("designated", Outcome.NOT_MET, _("Not designated."), Standing.NOT_DESIGNATED)
    state, event, end = state_on(known, on)
    if event is None:
        first = known[0].decision
        if first.start_unknown:
            sentence = _("Designated by %(day)s at the latest; since when is not on file.") % _day(
                first.effective_on
            )
            return Step(
                "designated", Outcome.UNKNOWN, sentence, Standing.DESIGNATION_UNDATED, end=first.effective_on
            )
        sentence = _("Designated only from %(day)s.") % _day(first.effective_on)
        return Step("designated", Outcome.NOT_MET, sentence, Standing.NOT_DESIGNATED, end=first.effective_on)
    standing = _DESIGNATION_ENDED.get(state, "")
    outcome = Outcome.NOT_MET if standing else Outcome.MET
    return _side_step(
        "designated", outcome, standing, state, event, end, texts.economies[facts.line.exporting_id]
    )


def _recognised(facts: LineFacts, texts: Texts, on: date, moment: datetime) -> Step:
    known = [event for event in facts.recognising if event.known(moment)]
    partner = texts.economies[facts.line.importing_id]
    if not known:
        sentence = _("Whether %(partner)s recognised it is not on file.") % {"partner": partner.name}
        return Step("recognised", Outcome.UNKNOWN, sentence, Standing.RECOGNITION_NOT_ON_FILE)
    state, event, end = state_on(known, on)
    if event is None:
        first = known[0].decision
        if first.start_unknown:
            sentence = _("Recognised by %(day)s at the latest; since when is not on file.") % _day(
                first.effective_on
            )
            return Step(
                "recognised", Outcome.UNKNOWN, sentence, Standing.RECOGNITION_UNDATED, end=first.effective_on
            )
        sentence = _("%(partner)s had not been told yet.") % {"partner": partner.name}
        return Step(
            "recognised", Outcome.NOT_MET, sentence, Standing.AWAITING_RECOGNITION, end=first.effective_on
        )
    standing = _RECOGNITION_ENDED.get(state, "")
    outcome = Outcome.NOT_MET if standing else Outcome.MET
    return _side_step("recognised", outcome, standing, state, event, end, partner)


def state_on(known: list[Event], on: date) -> tuple[str, Event | None, date | None]:
    """The state that the last decision in effect on the day gives, that decision, and the first day on which it changes.

    ``known`` is in order of effect. The state is "" and the decision None before the first one.
    """
    current = next((event for event in reversed(known) if event.decision.effective_on <= on), None)
    if current is None:
        return "", None, known[0].decision.effective_on
    following = next(
        (event.decision.effective_on for event in known if event.decision.effective_on > on), None
    )
    until = current.decision.until
    if until is not None and until <= on and current.state in State.standing():
        return State.EXPIRED, current, following
    ends = [day for day in (following, until) if day is not None and day > on]
    return current.state, current, min(ends, default=None)


def _side_step(step, outcome, standing, state, event: Event, end, economy) -> Step:
    decision = event.decision
    start = decision.until if state == State.EXPIRED and decision.until else decision.effective_on
    values = {
        "state": State(state).label,
        "who": decision.authority_name or economy.name,
        "day": steps.say(start),
    }
    if decision.start_unknown and state != State.EXPIRED:
        sentence = _("%(who)s: %(state)s, by %(day)s at the latest.") % values
    else:
        sentence = _("%(who)s: %(state)s since %(day)s.") % values
    if end is not None:
        sentence += " " + _("Until %(day)s.") % _day(end)
    reason = event.reason or decision.public_reason
    if reason:
        sentence += f" {reason}"
    return Step(step, outcome, sentence, standing, start, end, decision.citation or decision.source_name)


def _accredited(facts: LineFacts, covering: list, on: date, moment: datetime) -> Step:
    required = any(undertaking.accreditation_required for undertaking in covering)
    states = [(accreditation, *state_on(known, on)) for accreditation, known in facts.accredited(moment)]
    for accreditation, state, event, end in states:
        if state == State.ACCREDITED:
            start = event.decision.effective_on
            return Step(
                "accredited", Outcome.MET if required else Outcome.NOTE, str(accreditation), "", start, end
            )
    if not required:
        return Step("accredited", Outcome.NOTE, _("The text on file does not ask for accreditation."))
    if not states:
        sentence = _("The text asks for accreditation; none is on file.")
        return Step("accredited", Outcome.UNKNOWN, sentence, Standing.ACCREDITATION_NOT_ON_FILE)
    suspended = any(state == State.SUSPENDED for _accreditation, state, _event, _end in states)
    if suspended:
        sentence = _("The accreditation is suspended on this day.")
        return Step("accredited", Outcome.NOT_MET, sentence, Standing.ACCREDITATION_SUSPENDED)
    sentence = _("The accreditation on file does not cover this day.")
    return Step("accredited", Outcome.NOT_MET, sentence, Standing.ACCREDITATION_ENDED)


def _third_party(facts: LineFacts, covering: list, moment: datetime) -> Step:
    if not any(undertaking.third_party_only for undertaking in covering):
        return Step("third_party", Outcome.NOTE, _("The text on file does not ask for a third party."))
    is_third_party = facts.naming.at(moment).is_third_party
    if is_third_party is None:
        sentence = _("The text takes third-party bodies only; whether this is one is not on file.")
        return Step("third_party", Outcome.UNKNOWN, sentence, Standing.THIRD_PARTY_NOT_ON_FILE)
    if is_third_party:
        return Step("third_party", Outcome.MET, _("A third-party body, as the text demands."))
    sentence = _("The text takes third-party bodies only; this one belongs to a manufacturer.")
    return Step("third_party", Outcome.NOT_MET, sentence, Standing.NOT_THIRD_PARTY)


def _result_date(facts: LineFacts, on: date, moment: datetime) -> Step:
    """Results made before a withdrawal stay accepted unless a regulator decided otherwise (21 CFR 26.68)."""
    later = [
        event
        for event in facts.designating + facts.recognising
        if event.known(moment)
        and event.decision.effective_on > on
        and event.state in (State.SUSPENDED, State.WITHDRAWN)
    ]
    for event in later:
        decision = event.decision
        if decision.older_results == OlderResults.REFUSED or (
            decision.older_results == OlderResults.UNTIL and moment >= midnight(decision.older_results_until)
        ):
            sentence = _("The decision effective on %(day)s ended acceptance of older results too.")
            return Step(
                "result_date",
                Outcome.NOT_MET,
                sentence % _day(decision.effective_on),
                Standing.OLDER_RESULTS_REFUSED,
                citation=decision.citation,
            )
    if later:
        sentence = _("%(state)s on %(day)s; results made before stay accepted.") % {
            "state": State(later[0].state).label.capitalize(),
            **_day(later[0].decision.effective_on),
        }
        return Step("result_date", Outcome.MET, sentence, citation=later[0].decision.citation)
    return Step("result_date", Outcome.MET, _("Inside all the dates above."))


def midnight(day: date) -> datetime:
    """The first moment of a day, UTC."""
    return datetime.combine(day, time(0), tzinfo=UTC)


def _day(day: date) -> dict[str, str]:
    return {"day": steps.say(day)}
