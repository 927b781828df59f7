"""The verbs that say what agreements oblige: concluding them, their annexes, status, undertakings and lists.

Every verb takes the actor as ``by`` and raises PermissionDenied when the actor may not, NotAllowed when the facts do not
fit together, and ValidationError when a value is no possible one.
"""

from django.db.models import Q
from django.utils.translation import gettext as _

from agreements import announcing, policies
from agreements.acting import Acting
from agreements.models import (
    Agreement,
    AgreementParty,
    Annex,
    AnnexPeriod,
    Condition,
    Coverage,
    Economy,
    MembershipKind,
    Origin,
    Requirement,
    RequirementListing,
    Sector,
    TimeLimit,
    Undertaking,
    UnionMembership,
)
from agreements.superseding import supersede
from portal import clock, time_limits
from portal.audit import recording
from portal.lifecycle import NotAllowed
from portal.validity import days
from portal.verbs import verb


@verb
def conclude(*, by: Acting, code: str, name: str, parties: list[tuple[Economy, str]], **fields) -> Agreement:
    """Put an agreement on record. ``parties`` are (economy, side); sides tell a plurilateral text's two sides apart.

    ``fields`` are further fields of Agreement.
    """
    policies.check_may_keep_texts(by)
    agreement = _written(Agreement(code=code, name=name, **_entered(fields)))
    AgreementParty.objects.bulk_create(
        AgreementParty(agreement=agreement, economy=economy, side=side) for economy, side in parties
    )
    after = {"name": name, "parties": [economy.code for economy, _side in parties]}
    recording.record(by=by, target=agreement, target_name=code, after=after)
    return agreement


@verb
def add_annex(
    *, by: Acting, agreement: Agreement, code: str, title: str, sectors: list[Sector], **fields
) -> Annex:
    """Add a sectoral annex, or the text itself as its only annex. ``fields`` are further fields of Annex."""
    policies.check_may_keep_texts(by)
    agreement = Agreement.objects.select_for_update().get(pk=agreement.pk)
    annex = _written(Annex(agreement=agreement, code=code, title=title, **_entered(fields)))
    annex.sectors.set(sectors)
    recording.record(
        by=by,
        target=annex,
        target_name=code,
        after={"title": title, "sectors": [sector.code for sector in sectors]},
    )
    return annex


@verb
def set_status(
    *, by: Acting, annex: Annex, status: str, start, end=None, reason: str = "", **fields
) -> AnnexPeriod:
    """Say what the annex's status is over the days ``[start, end)``; None is open.

    What was known before stays readable with an earlier ``known_at``. ``fields`` are further fields of AnnexPeriod.
    """
    policies.check_may_keep_texts(by)
    annex = _locked(annex)
    before = [_said(row) for row in annex.periods.known().filter(valid__overlap=days(start, end))]
    supersede(annex.periods, start, end)
    period = _written(
        AnnexPeriod(annex=annex, status=status, valid=days(start, end), reason=reason, **_entered(fields))
    )
    recording.record(
        by=by,
        target=annex,
        target_name=annex.code,
        reason=reason,
        before={"periods": before},
        after=_said(period),
    )
    announcing.annexes_changed({annex.pk})
    return period


def _said(period: AnnexPeriod) -> dict:
    return {"status": str(period.status), **_span(period)}


@verb
def undertake(
    *,
    by: Acting,
    annex: Annex,
    importing: Economy,
    exporting: Economy,
    kind: str,
    sector: Sector | None = None,
    valid=None,
    **fields,
) -> Undertaking:
    """Put on record that ``importing`` accepts ``exporting``'s results of one kind, in one sector (None: not named).

    ``valid`` narrows the annex's own periods (see portal.validity.days). ``fields`` are further fields of Undertaking.
    Raises NotAllowed when the two do not face each other in the agreement, or the same is on record for some of the days.
    """
    policies.check_may_speak_for(by, importing)
    annex = _locked(annex)
    _check_faces(annex, importing, exporting)
    valid = valid or days()
    same = Undertaking.objects.filter(
        annex=annex, importing=importing, exporting=exporting, kind=kind, sector=sector
    )
    _check_new(same, valid)
    undertaking = _written(
        Undertaking(
            annex=annex,
            importing=importing,
            exporting=exporting,
            kind=kind,
            sector=sector,
            valid=valid,
            **_entered(fields),
        )
    )
    after = {
        "importing": importing.code,
        "exporting": exporting.code,
        "kind": str(kind),
        **_span(undertaking),
    }
    recording.record(by=by, target=undertaking, target_name=annex.code, after=after)
    announcing.annexes_changed({annex.pk})
    return undertaking


def _check_faces(annex: Annex, importing: Economy, exporting: Economy) -> None:
    sides = dict(annex.agreement.party_rows.values_list("economy_id", "side"))
    for economy in (importing, exporting):
        if economy.pk not in sides:
            raise NotAllowed(_("%(economy)s is not a party of this agreement.") % {"economy": economy.name})
    if importing == exporting or (sides[importing.pk] and sides[importing.pk] == sides[exporting.pk]):
        raise NotAllowed(_("The two parties stand on the same side of this agreement."))


@verb
def list_requirement(
    *, by: Acting, annex: Annex, importing: Economy, requirement: Requirement, valid=None, **fields
) -> RequirementListing:
    """Put a requirement on the importing party's list under an annex. ``fields`` are further fields of the listing.

    Raises NotAllowed when it is on the list already for some of the days.
    """
    policies.check_may_speak_for(by, importing)
    annex = _locked(annex)
    valid = valid or days()
    same = RequirementListing.objects.filter(annex=annex, importing=importing, requirement=requirement)
    _check_new(same, valid)
    listing = _written(
        RequirementListing(
            annex=annex, importing=importing, requirement=requirement, valid=valid, **_entered(fields)
        )
    )
    after = {"importing": importing.code, "requirement": str(requirement), **_span(listing)}
    recording.record(by=by, target=listing, target_name=annex.code, after=after)
    announcing.annexes_changed({annex.pk})
    return listing


@verb
def delist_requirement(*, by: Acting, listing: RequirementListing, on, reason: str = "") -> None:
    """Take a requirement off a list from the day ``on``.

    Raises NotAllowed when the listing has been replaced meanwhile, or has ended by that day.
    """
    policies.check_may_speak_for(by, listing.importing)
    annex = _locked(listing.annex)
    before = _end(listing, on)
    recording.record(
        by=by, target=listing, target_name=annex.code, reason=reason, before=before, after={"to": str(on)}
    )
    announcing.annexes_changed({annex.pk})


@verb
def admit(
    *, by: Acting, union: Economy, member: Economy, valid, kind: str = MembershipKind.MEMBER, **fields
) -> UnionMembership:
    """Put on record that an economy belongs to a union over some days. ``fields`` are further fields of the membership.

    Raises NotAllowed when a membership is on record already for some of the days.
    """
    policies.check_may_keep_texts(by)
    union = Economy.objects.select_for_update().get(pk=union.pk)
    _check_new(UnionMembership.objects.filter(union=union, member=member), valid)
    membership = _written(
        UnionMembership(union=union, member=member, kind=kind, valid=valid, **_entered(fields))
    )
    after = {"union": union.code, "member": member.code, "kind": str(kind), **_span(membership)}
    recording.record(by=by, target=membership, after=after)
    announcing.annexes_changed(_annexes_of(union))
    return membership


@verb
def end_membership(*, by: Acting, membership: UnionMembership, on, reason: str = "") -> None:
    """Let a membership end: ``on`` is the first day on which it no longer holds.

    Raises NotAllowed when the row has been replaced meanwhile, or has ended by that day.
    """
    policies.check_may_keep_texts(by)
    before = _end(membership, on)
    recording.record(by=by, target=membership, reason=reason, before=before, after={"to": str(on)})
    announcing.annexes_changed(_annexes_of(membership.union))


@verb
def add_condition(
    *,
    by: Acting,
    annex: Annex,
    text: str,
    kind: str = Condition.Kind.CONDITION,
    importing: Economy | None = None,
    result_kind: str = "",
    valid=None,
    **fields,
) -> Condition:
    """Put a condition, exclusion or explanation beside an annex. ``fields`` are further fields of Condition."""
    if importing is None:
        policies.check_may_keep_texts(by)
    else:
        policies.check_may_speak_for(by, importing)
    annex = _locked(annex)
    valid = valid or days()
    _check_new(Condition.objects.filter(annex=annex, text=text), valid)
    condition = _written(
        Condition(
            annex=annex,
            text=text,
            kind=kind,
            importing=importing,
            result_kind=result_kind,
            valid=valid,
            **_entered(fields),
        )
    )
    recording.record(
        by=by, target=condition, target_name=annex.code, after={"text": text, **_span(condition)}
    )
    return condition


@verb
def limit(
    *,
    by: Acting,
    annex: Annex,
    key: str,
    value: int,
    unit: str,
    runs: str,
    meaning: str,
    citation: str,
    sources: list[str] | None = None,
    ends_on_working_day: bool = False,
) -> TimeLimit:
    """Put a time limit of an annex on record, or replace what was entered before for the same ``key``.

    ``key`` says what it limits, as in the catalogue. ``ends_on_working_day`` is for a text which itself says that an end on a
    day that is not worked moves. Raises NotAllowed without the article that sets it, or for no possible length.
    """
    policies.check_may_keep_texts(by)
    annex = _locked(annex)
    if not citation.strip():
        raise NotAllowed(_("Name the text and the article that set this limit."))
    try:
        is_length = value > 0 and time_limits.last_day(clock.today(), value, unit)
    except ValueError:
        is_length = False
    if not is_length:
        raise NotAllowed(_("Give the limit as a number and a unit, up to 100 years."))
    key = TimeLimit.key_under(annex, key)
    row = TimeLimit.objects.select_for_update().filter(key=key).first() or TimeLimit(key=key)
    before = {"limit": str(row), "citation": row.citation} if row.pk else {}
    said = {"value": value, "unit": unit, "runs": runs, "meaning": meaning, "citation": citation.strip()}
    said |= {"sources": sources or [], "ends_on_working_day": ends_on_working_day}
    for name, word in _entered(said).items():
        setattr(row, name, word)
    _written(row)
    row.annexes.set([annex])
    after = {"limit": str(row), "citation": row.citation}
    recording.record(by=by, target=row, target_name=f"{annex.code}: {key}", before=before, after=after)
    return row


@verb
def replace(*, by: Acting, agreement: Agreement, successor: Agreement, reason: str = "") -> None:
    """Say that an agreement is replaced by another. The status of its annexes is a matter of its own.

    Raises NotAllowed when the successor is the agreement itself.
    """
    policies.check_may_keep_texts(by)
    agreement = Agreement.objects.select_for_update().get(pk=agreement.pk)
    if agreement == successor:
        raise NotAllowed(_("An agreement cannot replace itself."))
    before = sorted(agreement.replaced_by.values_list("code", flat=True))
    agreement.replaced_by.add(successor)
    recording.record(
        by=by,
        target=agreement,
        target_name=agreement.code,
        reason=reason,
        before={"replaced_by": before},
        after={"replaced_by": sorted({*before, successor.code})},
    )


@verb
def state_coverage(
    *, by: Acting, economy: Economy, side: str, source_name: str, statement: str, as_of=None
) -> Coverage:
    """Say how complete the register is for an economy's designations or recognitions, and from whose list."""
    policies.check_may_speak_for(by, economy)
    coverage, _created = Coverage.objects.select_for_update().update_or_create(
        economy=economy,
        side=side,
        source_name=source_name,
        defaults={"as_of": as_of, "loaded_at": clock.now(), "statement": statement},
    )
    after = {"as_of": str(as_of or ""), "statement": statement}
    recording.record(by=by, target=coverage, target_name=f"{economy.code}: {source_name}", after=after)
    return coverage


def _locked(annex: Annex) -> Annex:
    return Annex.objects.select_for_update(of=("self",)).select_related("agreement").get(pk=annex.pk)


def _entered(fields: dict) -> dict:
    return {"origin": Origin.ENTERED, **fields}


def _written(row):
    row.full_clean(validate_constraints=False)
    row.save()
    return row


def _span(row) -> dict:
    return {"from": str(row.valid.lower or ""), "to": str(row.valid.upper or "")}


def _check_new(same, valid) -> None:
    if same.known().filter(valid__overlap=valid).exists():
        raise NotAllowed(_("This is on record already for some of these days."))


def _end(row, on) -> dict:
    rows = type(row).objects.filter(pk=row.pk)
    if not rows.known().filter(valid__overlap=days(on)).exists():
        raise NotAllowed(_("This is not on record for that day or any later one."))
    supersede(rows, on)
    return _span(row)


def _annexes_of(union: Economy) -> set[int]:
    parties = Q(agreement__party_rows__economy=union)
    return set(Annex.objects.filter(parties).values_list("pk", flat=True))
