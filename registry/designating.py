"""What a designating authority does: designate, notify, suspend, restore, restrict, withdraw, renew; and expiry."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from agreements.acting import Acting
from agreements.models import Annex, Authority, Economy, Origin, Requirement, Sector
from portal import clock
from portal.lifecycle import NotAllowed
from portal.verbs import verb
from registry import deciding
from registry.deciding import Terms
from registry.models import Act, Body, Decision, Designation, Recognition, ScopeLine, Site, State

_BEFORE_THE_PARTNER = (State.AWAITING, State.RECOGNISED, State.CONTESTED, State.SUSPENDED)


@dataclass(frozen=True)
class Scope:
    """One line of a scope: what, of which kind ("" when the source does not say), at which site."""

    sector: Sector
    kind: str = ""
    requirement: Requirement | None = None
    site: Site | None = None
    product: str = ""
    procedure: str = ""


def place_lines(record, scopes: list[Scope], *, field: str) -> list[ScopeLine]:
    """The scope lines of a record for these scopes, made where they do not exist yet, tied to the record by ``field``."""
    lines = []
    for scope in scopes:
        line, _made = ScopeLine.objects.get_or_create(
            body_id=record.body_id,
            annex_id=record.annex_id,
            exporting_id=record.exporting_id,
            importing_id=record.importing_id,
            site=scope.site,
            sector=scope.sector,
            kind=scope.kind,
            requirement=scope.requirement,
            product=scope.product,
            procedure=scope.procedure,
            defaults={field: record, "recorded_at": clock.now()},
        )
        if getattr(line, f"{field}_id") is None:
            setattr(line, field, record)
            line.save(update_fields=[field])
        lines.append(line)
    return lines


@verb
def designate(
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
) -> Designation:
    """Designate a body to the partner for these scope lines, or for further ones. Raises NotYours or NotAllowed."""
    designation = deciding.open_record(
        Designation,
        body_id=body.id,
        annex_id=annex.id,
        exporting_id=exporting.id,
        importing_id=importing.id,
        authority=authority,
        origin=origin,
        source_name=source_name,
    )
    lines = place_lines(designation, scopes, field="designation")
    deciding.decide(
        by=by,
        record=designation,
        act=Act.DESIGNATE,
        terms=terms,
        states=dict.fromkeys(lines, State.DESIGNATED),
    )
    return designation


@verb
def notify(*, by: Acting, designation: Designation, regulator: Authority | None, terms: Terms) -> Recognition:
    """Put a designation before the partner, with the lines designated on that day of which the partner does not know yet.

    Opens the recognition; for a body that is before the partner already, further lines come before it, and lines once
    refused, withdrawn or expired again. Raises NotAllowed when there is none.
    """
    designation = deciding.lock(designation)
    recognition = deciding.open_record(
        Recognition,
        body_id=designation.body_id,
        annex_id=designation.annex_id,
        exporting_id=designation.exporting_id,
        importing_id=designation.importing_id,
        designation=designation,
        authority=regulator,
        origin=designation.origin,
        source_name=designation.source_name,
    )
    if recognition.designation_id is None:
        # The partner's list showed the body before its designation came on file.
        recognition.designation = designation
        recognition.save(update_fields=["designation"])
    known = {line.id for line in deciding.lines_in(recognition, terms.effective_on, *_BEFORE_THE_PARTNER)}
    designated = deciding.lines_in(designation, terms.effective_on, State.DESIGNATED)
    lines = [line for line in designated if line.id not in known]
    if not lines:
        raise NotAllowed(_("Every line designated on that day is before the partner already."))
    ScopeLine.objects.filter(id__in=[line.id for line in lines], recognition=None).update(
        recognition=recognition
    )
    deciding.decide(
        by=by, record=recognition, act=Act.NOTIFY, terms=terms, states=dict.fromkeys(lines, State.AWAITING)
    )
    return recognition


@verb
def suspend(*, by: Acting, designation: Designation, terms: Terms, lines=None) -> Decision:
    """For a time the designation, or those lines of it, does not count."""
    return deciding.on_lines(
        by=by,
        record=designation,
        act=Act.SUSPEND,
        terms=terms,
        among=[State.DESIGNATED],
        after=State.SUSPENDED,
        lines=lines,
    )


@verb
def restore(*, by: Acting, designation: Designation, terms: Terms, lines=None) -> Decision:
    """End a suspension (ISO/IEC 17000:2020, 8.5)."""
    return deciding.on_lines(
        by=by,
        record=designation,
        act=Act.RESTORE,
        terms=terms,
        among=[State.SUSPENDED],
        after=State.DESIGNATED,
        lines=lines,
    )


@verb
def restrict(*, by: Acting, designation: Designation, terms: Terms, lines, reasons=None) -> Decision:
    """Take these lines out of the scope; the designation lives on for the others."""
    return deciding.on_lines(
        by=by,
        record=designation,
        act=Act.RESTRICT,
        terms=terms,
        among=[State.DESIGNATED],
        after=State.WITHDRAWN,
        lines=lines,
        reasons=reasons,
    )


@verb
def withdraw(*, by: Acting, designation: Designation, terms: Terms) -> Decision:
    """End the designation; ``terms.older_results`` rules on results made before."""
    return deciding.on_lines(
        by=by,
        record=designation,
        act=Act.WITHDRAW,
        terms=terms,
        among=[State.DESIGNATED, State.SUSPENDED],
        after=State.WITHDRAWN,
    )


@verb
def renew(*, by: Acting, designation: Designation, terms: Terms) -> Decision:
    """Give the designation a new term, also after it ran out."""
    return deciding.on_lines(
        by=by,
        record=designation,
        act=Act.RENEW,
        terms=terms,
        among=[State.DESIGNATED, State.EXPIRED],
        after=State.DESIGNATED,
    )


@verb
def expire(*, by: Acting, designation: Designation, terms: Terms) -> Decision:
    """Put on record that the term has run out (ISO/IEC 17000:2020, 8.4)."""
    return deciding.on_lines(
        by=by,
        record=designation,
        act=Act.EXPIRE,
        terms=terms,
        among=[State.DESIGNATED, State.SUSPENDED],
        after=State.EXPIRED,
    )
