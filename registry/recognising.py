"""What the partner's regulator does: recognise, in whole or in part, refuse, contest, suspend, restore, withdraw."""

from agreements.acting import Acting
from agreements.models import Annex, Authority, Economy, Origin
from portal.verbs import verb
from registry import deciding
from registry.deciding import Terms
from registry.designating import Scope, place_lines
from registry.models import Act, Body, Decision, Recognition, State

_OPEN = [State.AWAITING, State.CONTESTED, State.RECOGNISED, State.REFUSED]


@verb
def list_body(
    *,
    by: Acting,
    body: Body,
    annex: Annex,
    exporting: Economy,
    importing: Economy,
    authority: Authority | None,
    scopes: list[Scope],
    terms: Terms,
    origin: str = Origin.REGISTER_ROW,
    source_name: str = "",
) -> Recognition:
    """Recognise a body whose designation is not on file: the partner's own list shows it, and presupposes one."""
    recognition = deciding.open_record(
        Recognition,
        body_id=body.id,
        annex_id=annex.id,
        exporting_id=exporting.id,
        importing_id=importing.id,
        authority=authority,
        origin=origin,
        source_name=source_name,
    )
    lines = place_lines(recognition, scopes, field="recognition")
    deciding.decide(
        by=by,
        record=recognition,
        act=Act.RECOGNISE,
        terms=terms,
        states=dict.fromkeys(lines, State.RECOGNISED),
    )
    return recognition


@verb
def recognise(*, by: Acting, recognition: Recognition, terms: Terms) -> Decision:
    """Recognise the whole scope put before the partner."""
    return deciding.on_lines(
        by=by, record=recognition, act=Act.RECOGNISE, terms=terms, among=_OPEN, after=State.RECOGNISED
    )


@verb
def recognise_in_part(
    *, by: Acting, recognition: Recognition, terms: Terms, lines, reasons: dict[int, str]
) -> Decision:
    """Recognise these lines and refuse the others; ``reasons`` says why, by line id, for every refused line.

    Raises ValueError when a refused line has no reason (21 CFR 26.136 asks for documented evidence).
    """
    recognition = deciding.lock(recognition)
    wanted = {line.id for line in lines}
    states = {
        line: State.RECOGNISED if line.id in wanted else State.REFUSED
        for line in deciding.lines_in(recognition, terms.effective_on, *_OPEN)
    }
    missing = [line for line, state in states.items() if state == State.REFUSED and not reasons.get(line.id)]
    if missing:
        raise ValueError("A refused line needs its reason")
    return deciding.decide(
        by=by, record=recognition, act=Act.RECOGNISE_IN_PART, terms=terms, states=states, reasons=reasons
    )


@verb
def refuse(*, by: Acting, recognition: Recognition, terms: Terms) -> Decision:
    """Refuse the whole scope."""
    return deciding.on_lines(
        by=by,
        record=recognition,
        act=Act.REFUSE,
        terms=terms,
        among=[State.AWAITING, State.CONTESTED],
        after=State.REFUSED,
    )


@verb
def contest(*, by: Acting, recognition: Recognition, terms: Terms) -> Decision:
    """Object to the body in writing with reasons (21 CFR 26.67). Raises ValueError without a public reason."""
    if not terms.public_reason:
        raise ValueError("A contestation states its reasons")
    return deciding.on_lines(
        by=by,
        record=recognition,
        act=Act.CONTEST,
        terms=terms,
        among=[State.AWAITING, State.RECOGNISED],
        after=State.CONTESTED,
    )


@verb
def suspend(*, by: Acting, recognition: Recognition, terms: Terms, lines=None) -> Decision:
    """For a time results do not count; ``terms.older_results`` rules on those made before."""
    return deciding.on_lines(
        by=by,
        record=recognition,
        act=Act.SUSPEND,
        terms=terms,
        among=[State.RECOGNISED, State.CONTESTED],
        after=State.SUSPENDED,
        lines=lines,
    )


@verb
def restore(*, by: Acting, recognition: Recognition, terms: Terms, lines=None) -> Decision:
    """End a suspension or settle a contestation in the body's favour."""
    return deciding.on_lines(
        by=by,
        record=recognition,
        act=Act.RESTORE,
        terms=terms,
        among=[State.SUSPENDED, State.CONTESTED],
        after=State.RECOGNISED,
        lines=lines,
    )


@verb
def restrict(*, by: Acting, recognition: Recognition, terms: Terms, lines, reasons=None) -> Decision:
    """Take these lines out of what is recognised; the others stay."""
    return deciding.on_lines(
        by=by,
        record=recognition,
        act=Act.RESTRICT,
        terms=terms,
        among=[State.RECOGNISED],
        after=State.WITHDRAWN,
        lines=lines,
        reasons=reasons,
    )


@verb
def withdraw(*, by: Acting, recognition: Recognition, terms: Terms) -> Decision:
    """End the recognition; ``terms.older_results`` rules on results made before (21 CFR 26.68)."""
    return deciding.on_lines(
        by=by,
        record=recognition,
        act=Act.WITHDRAW,
        terms=terms,
        among=[State.RECOGNISED, State.SUSPENDED, State.CONTESTED],
        after=State.WITHDRAWN,
    )


@verb
def renew(*, by: Acting, recognition: Recognition, terms: Terms) -> Decision:
    """Give the recognition a new term, also after it ran out."""
    return deciding.on_lines(
        by=by,
        record=recognition,
        act=Act.RENEW,
        terms=terms,
        among=[State.RECOGNISED, State.EXPIRED],
        after=State.RECOGNISED,
    )


@verb
def expire(*, by: Acting, recognition: Recognition, terms: Terms) -> Decision:
    """Put on record that the term has run out."""
    return deciding.on_lines(
        by=by,
        record=recognition,
        act=Act.EXPIRE,
        terms=terms,
        among=[State.RECOGNISED, State.SUSPENDED],
        after=State.EXPIRED,
    )
