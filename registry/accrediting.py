"""What an accreditation body tells: accredited, suspended, restored, renewed, withdrawn; and expiry."""

from agreements.acting import Acting
from agreements.models import Authority, Origin, Sector
from portal import clock
from portal.verbs import verb
from registry import deciding
from registry.deciding import Terms
from registry.models import Accreditation, Act, Body, Decision, Site


@verb
def accredit(
    *,
    by: Acting,
    body: Body,
    accreditation_body: Authority,
    terms: Terms,
    reference: str = "",
    standard: str = "",
    sector: Sector | None = None,
    site: Site | None = None,
    covers: list[str] | None = None,
    origin: str = Origin.REGISTER_ROW,
) -> Accreditation:
    """Put an accreditation of a body on record; ``covers`` is its scope as it words it. Raises NotYours or NotAllowed."""
    accreditation, _made = Accreditation.objects.select_for_update().get_or_create(
        body=body,
        accreditation_body=accreditation_body,
        reference=reference,
        standard=standard,
        site=site,
        defaults={"sector": sector, "covers": covers or [], "origin": origin, "recorded_at": clock.now()},
    )
    deciding.decide(by=by, record=accreditation, act=Act.ACCREDIT, terms=terms, states={})
    return accreditation


def _decide(by: Acting, accreditation: Accreditation, act: str, terms: Terms) -> Decision:
    return deciding.decide(by=by, record=deciding.lock(accreditation), act=act, terms=terms, states={})


@verb
def suspend(*, by: Acting, accreditation: Accreditation, terms: Terms) -> Decision:
    """For a time the accreditation does not stand."""
    return _decide(by, accreditation, Act.SUSPEND, terms)


@verb
def restore(*, by: Acting, accreditation: Accreditation, terms: Terms) -> Decision:
    """End a suspension."""
    accreditation = deciding.lock(accreditation)
    known = deciding.known_decisions(accreditation)
    return _decide(by, accreditation, Act.RESTORE, deciding.with_running_term(known, terms))


@verb
def renew(*, by: Acting, accreditation: Accreditation, terms: Terms) -> Decision:
    """Give the accreditation a new term."""
    return _decide(by, accreditation, Act.RENEW, terms)


@verb
def withdraw(*, by: Acting, accreditation: Accreditation, terms: Terms) -> Decision:
    """End the accreditation by decision."""
    return _decide(by, accreditation, Act.WITHDRAW, terms)


@verb
def expire(*, by: Acting, accreditation: Accreditation, terms: Terms) -> Decision:
    """Put on record that the term has run out."""
    return _decide(by, accreditation, Act.EXPIRE, terms)
