"""A mistake is corrected by a further decision, never by an edit: the old answer stays what ``known_at`` before returns."""

from agreements.acting import Acting
from portal.verbs import verb
from registry import deciding
from registry.models import Decision


@verb
def correct(*, by: Acting, decision: Decision, reason: str, **changes) -> Decision:
    """Put right the terms of a decision (``effective_on``, ``until``, ``public_reason``, …); act and lines stay.

    ``reason`` says publicly what was wrong. Raises NotYours, NotAllowed, or TypeError for a field that terms do not have.
    """
    terms = deciding.terms_of(decision, public_reason=reason, **changes)
    states = {row.line: row.state for row in decision.lines.select_related("line")}
    return deciding.correct(by=by, decision=decision, terms=terms, states=states)


@verb
def annul(*, by: Acting, decision: Decision, reason: str) -> Decision:
    """Take back a decision that was never made. Raises NotYours or NotAllowed."""
    terms = deciding.Terms(effective_on=decision.effective_on, public_reason=reason)
    return deciding.correct(by=by, decision=decision, terms=terms, states={}, annul=True)
