"""How every decision is made: lock › check › write › audit, then the read model. The verbs stand in front of this room."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from agreements import texts as agreement_texts
from agreements.acting import Acting
from portal import clock
from portal.audit import recording
from portal.lifecycle import NotAllowed
from portal.outbox.queue import enqueue
from registry import accepted_scope, indexing, naming, policies, queueing
from registry.models import (
    Accreditation,
    Act,
    Decision,
    DecisionLine,
    Designation,
    Recognition,
    ScopeLine,
)


@dataclass(frozen=True)
class Terms:
    """What a decision says beside its act. Days are calendar days; ``until`` is the first day after its term.

    ``older_results`` is an ``OlderResults`` value; ``start_unknown`` says that the act took effect on ``effective_on`` or
    earlier.
    """

    effective_on: date
    decided_on: date | None = None
    until: date | None = None
    start_unknown: bool = False
    public_reason: str = ""
    internal_note: str = ""
    older_results: str = ""
    older_results_until: date | None = None
    citation: str = ""
    source_name: str = ""
    authority_name: str = ""


_TOLD_WITH = {
    Accreditation: ("body", "accreditation_body"),
    Designation: ("body", "authority"),
    Recognition: ("body", "authority"),
}


def lock(record):
    """The record's row, locked to the end of the transaction, with what a decision reads of it."""
    model = type(record)
    rows = model.objects.select_for_update(of=["self"], no_key=True).select_related(*_TOLD_WITH[model])
    locked = rows.get(pk=record.pk)
    if model is not Accreditation:
        # What the agreements say is in memory; joining it costs more than all the rest of this query.
        law = agreement_texts.with_annex(locked.annex_id)
        locked.annex = law.annexes[locked.annex_id]
        locked.exporting, locked.importing = (
            law.economies[locked.exporting_id],
            law.economies[locked.importing_id],
        )
    return locked


def open_record(model, *, body_id, annex_id, exporting_id, importing_id, **fields):
    """The designation or recognition of a body under an annex in one direction, locked; made with ``fields`` if new."""
    record, _made = model.objects.select_for_update(no_key=True).get_or_create(
        body_id=body_id,
        annex_id=annex_id,
        exporting_id=exporting_id,
        importing_id=importing_id,
        defaults={**fields, "recorded_at": clock.now()},
    )
    return record


def known_decisions(record) -> list[Decision]:
    """The decisions on a record that count now, in order."""
    return list(record.decisions.known().exclude(act=Act.ANNUL).in_order())


def decide(
    *,
    by: Acting,
    record,
    act: str,
    terms: Terms,
    states: dict[ScopeLine, str],
    reasons: dict[int, str] | None = None,
    decisions: list[Decision] | None = None,
) -> Decision:
    """Write one decision on a locked record, with where each line stands after it, and bring the read model up to date.

    ``reasons`` gives a line's own reason by line id; ``decisions`` are the known ones, where the caller has read them under
    the lock already. Raises NotYours or NotAllowed.
    """
    policies.check_may_decide(by, record, act)
    decisions = known_decisions(record) if decisions is None else decisions
    before = policies.state_of(decisions, terms.effective_on)
    state = policies.check_follows(record, act, decisions, terms.effective_on)
    decision = _write(by=by, record=record, act=act, state=state, terms=terms)
    _write_lines(decision, states, reasons or {})
    recording.record(
        by=by,
        target=record,
        reason=terms.public_reason,
        before={"state": before},
        after={
            "state": state,
            "decision": decision.id,
            "effective_on": terms.effective_on,
            "lines": len(states),
        },
    )
    settle(record, decision)
    queueing.follow(by=by, record=record, decision=decision)
    return decision


def correct(
    *, by: Acting, decision: Decision, terms: Terms, states: dict[ScopeLine, str], annul: bool = False
) -> Decision:
    """Write the decision that takes the place of a wrong one, or annuls it. Raises NotYours or NotAllowed."""
    record = lock(decision.record)
    policies.check_may_decide(by, record, decision.act)
    if Decision.objects.filter(corrects=decision).exists():
        raise NotAllowed(_("This decision has been corrected already. Correct the correction instead."))
    act, state = (Act.ANNUL, "") if annul else (decision.act, decision.state)
    written = _write(by=by, record=record, act=act, state=state, terms=terms, corrects=decision)
    reasons = {} if annul else dict(decision.lines.values_list("line_id", "reason"))
    _write_lines(written, states, reasons)
    recording.record(
        by=by,
        target=record,
        reason=terms.public_reason,
        before={"decision": decision.id, "effective_on": decision.effective_on, "state": decision.state},
        after={"decision": written.id, "effective_on": written.effective_on, "state": state},
    )
    settle(record, written)
    queueing.follow(by=by, record=record, decision=written)
    return written


def terms_of(decision: Decision, **changes) -> Terms:
    """The terms of a decision on record, with changes: what a correction starts from."""
    fields = {name: getattr(decision, name) for name in Terms.__dataclass_fields__}
    return replace(Terms(**fields), **changes)


def with_running_term(decisions: list[Decision], terms: Terms) -> Terms:
    """The terms of a restoration: the term that ran before the suspension goes on, unless they give a new one."""
    return replace(terms, until=terms.until or policies.term_of(decisions, terms.effective_on))


def lines_in(record, on: date, *states: str, decisions: list[Decision] | None = None) -> list[ScopeLine]:
    """The record's lines that stand in one of the states on a day, by the decisions that count now."""
    known = known_decisions(record) if decisions is None else decisions
    in_effect = {decision.id: decision for decision in known if decision.effective_on <= on}
    rows = DecisionLine.objects.filter(decision__in=list(in_effect)).select_related("line")
    last: dict[int, str] = {}
    lines = {}
    for row in sorted(rows, key=lambda row: in_effect[row.decision_id].order):
        last[row.line_id], lines[row.line_id] = row.state, row.line
    return [lines[line_id] for line_id, state in last.items() if state in states]


def settle(record, decision: Decision) -> None:
    """Bring the read model up to date and have the two answers compared once the transaction is through."""
    if isinstance(record, Accreditation):
        lines = ScopeLine.objects.filter(body_id__in=naming.one_with([record.body_id]))
    else:
        lines = record.lines.all()
    line_ids = accepted_scope.refresh(lines)
    indexing.refresh(naming.one_with([record.body_id]))
    enqueue(task="registry.compare_answers", key=str(decision.id), payload={"lines": line_ids[:50]})


def _write(*, by: Acting, record, act, state, terms: Terms, corrects: Decision | None = None) -> Decision:
    field = "accreditation" if isinstance(record, Accreditation) else type(record).__name__.lower()
    owner = policies.owner_of(record, act)
    fields = {name: getattr(terms, name) for name in Terms.__dataclass_fields__}
    fields["authority_name"] = terms.authority_name or (owner.name if owner else "")
    return Decision.objects.create(
        **{field: record},
        **fields,
        act=act,
        state=state,
        recorded_at=clock.now(),
        actor=by.actor,
        corrects=corrects,
        place=(corrects.place or corrects.id) if corrects else None,
    )


def _write_lines(decision: Decision, states: dict[ScopeLine, str], reasons: dict[int, str]) -> None:
    DecisionLine.objects.bulk_create(
        DecisionLine(decision=decision, line=line, state=state, reason=reasons.get(line.id, ""))
        for line, state in states.items()
    )


def on_lines(
    *, by: Acting, record, act: str, terms: Terms, among: Iterable[str], after: str, lines=None, reasons=None
) -> Decision:
    """Decide on those of the record's lines that stand in ``among``; ``lines`` narrows them. Raises NotAllowed if none."""
    record = lock(record)
    known = known_decisions(record)
    if act == Act.RESTORE:
        terms = with_running_term(known, terms)
    affected = lines_in(record, terms.effective_on, *among, decisions=known)
    if lines is not None:
        wanted = {line.id for line in lines}
        affected = [line for line in affected if line.id in wanted]
    policies.check_follows(record, act, known, terms.effective_on)
    # A term runs out also where every line was taken out of the scope before.
    if not affected and act != Act.EXPIRE:
        raise NotAllowed(_("No scope line is in a state that this decision could change."))
    return decide(
        by=by,
        record=record,
        act=act,
        terms=terms,
        states=dict.fromkeys(affected, after),
        reasons=reasons,
        decisions=known,
    )
