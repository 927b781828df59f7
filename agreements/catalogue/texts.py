"""Agreements, annexes and what they oblige, as rows."""

from collections.abc import Iterator

from agreements.catalogue.periods import Known, Period, periods_of
from agreements.catalogue.places import Places, sourced
from agreements.catalogue.reading import Row, names, rows
from agreements.catalogue.settling import Settling
from agreements.models import (
    Agreement,
    AgreementParty,
    Annex,
    AnnexAuthority,
    AnnexPeriod,
    AnnexStatus,
    Capacity,
    Condition,
    Origin,
    RequirementListing,
    ResultKind,
    Undertaking,
)
from portal.validity import days


class Texts:
    """Agreements and annexes by code, with the file rows they came from."""

    def __init__(self, places: Places):
        self.places = places
        self.agreements: dict[str, Agreement] = {}
        self.annexes: dict[str, Annex] = {}
        self.sides: dict[str, dict] = {}
        self.annex_rows: list[tuple[Row, Annex, Row]] = []


def load(settling: Settling, places: Places) -> Texts:
    """Bring agreements, their parties and annexes, and everything that hangs on these up to date."""
    texts = Texts(places)
    read = [row for name in names("agreements/*.json") for row in rows(name, label="code")]
    _agreements(settling, texts, read)
    _parties(settling, texts, read)
    _annexes(settling, texts, read)
    _facts(settling, texts)
    for row in read:
        row.done()
    for row, _annex, _above in texts.annex_rows:
        row.done()
    return texts


def _agreements(settling: Settling, texts: Texts, read: list[Row]) -> None:
    top = [row for row in read if not row.get("parent", "")]
    texts.agreements = settling.keep(Agreement, ("code",), [_agreement(row, None) for row in top])
    below = [row for row in read if row.get("parent", "")]
    texts.agreements |= settling.keep(
        Agreement, ("code",), [_agreement(row, row.one("parent", texts.agreements)) for row in below]
    )
    replaced = {
        texts.agreements[row.get("code")].pk: {
            one.pk for one in row.many("replaced_by", texts.agreements, [])
        }
        for row in read
    }
    settling.link(
        Agreement.replaced_by.through, "from_agreement_id", "to_agreement_id", replaced, prune=False
    )


def _agreement(row: Row, parent: Agreement | None) -> Agreement:
    return row.checked(
        Agreement(
            code=row.get("code"),
            name=row.get("name"),
            form=row.choice("form", Agreement.Form, Agreement.Form.AGREEMENT.value),
            parties_kind=row.choice("parties_kind", Agreement.Parties, Agreement.Parties.BILATERAL.value),
            parent=parent,
            signed=row.partial("signed"),
            entry_into_force=row.partial("entry_into_force"),
            operational=row.partial("operational"),
            described_status=row.get("described_status", ""),
            **sourced(row),
        )
    )


def _parties(settling: Settling, texts: Texts, read: list[Row]) -> None:
    """Parties are a list of codes, or an object from code to side."""
    wanted = []
    for row in read:
        agreement, listed = texts.agreements[row.get("code")], row.get("parties")
        sides = listed if isinstance(listed, dict) else dict.fromkeys(listed, "")
        texts.sides[agreement.code] = {
            row.named("parties", code, texts.places.economies): side for code, side in sides.items()
        }
        wanted += [
            AgreementParty(agreement=agreement, economy=economy, side=side)
            for economy, side in texts.sides[agreement.code].items()
        ]
    settling.keep(
        AgreementParty,
        ("agreement", "economy"),
        wanted,
        prune=AgreementParty.objects.filter(agreement__in=texts.agreements.values()),
    )


def _annexes(settling: Settling, texts: Texts, read: list[Row]) -> None:
    wanted, sectors = [], {}
    for above in read:
        agreement = texts.agreements[above.get("code")]
        for row in above.inner("annexes", "annex"):
            row.label = str(row.get("code"))
            annex = _annex(row, agreement)
            sectors[annex.code] = {one.pk for one in row.many("sectors", texts.places.sectors, [])}
            wanted.append(annex)
            texts.annex_rows.append((row, annex, above))
    texts.annexes = settling.keep(Annex, ("code",), wanted)
    links = {annex.pk: sectors[code] for code, annex in texts.annexes.items()}
    settling.link(Annex.sectors.through, "annex_id", "sector_id", links)


def _annex(row: Row, agreement: Agreement) -> Annex:
    return row.checked(
        Annex(
            agreement=agreement,
            code=row.get("code"),
            title=row.get("title"),
            sectors_known=row.get("sectors_known", True),
            signed=row.partial("signed", agreement.signed),
            entry_into_force=row.partial("entry_into_force", agreement.entry_into_force),
            operational=row.partial("operational", agreement.operational),
            **sourced(row, agreement),
        )
    )


def _facts(settling: Settling, texts: Texts) -> None:
    periods, undertakings, listings, conditions, authorities = [], [], [], [], []
    for row, annex, above in texts.annex_rows:
        periods += _periods(row, annex, above)
        undertakings += _undertakings(row, annex, texts)
        listings += _listings(row, annex, texts.places)
        conditions += _conditions(row, annex, texts.places)
        authorities += _annex_authorities(row, annex, above, texts.places)
    settling.settle(AnnexPeriod, ("annex",), periods)
    settling.settle(Undertaking, ("annex", "importing", "exporting", "kind", "sector"), undertakings)
    settling.settle(RequirementListing, ("annex", "importing", "requirement"), listings)
    settling.settle(Condition, ("annex", "text"), conditions)
    settling.keep(
        AnnexAuthority,
        ("annex", "economy", "authority", "capacity"),
        authorities,
        prune=AnnexAuthority.objects.filter(origin=Origin.CATALOGUE),
    )


def _periods(row: Row, annex: Annex, above: Row) -> Iterator[AnnexPeriod]:
    written = list(row.inner("periods", "period"))
    applied = row.part("applied")
    known = Known(
        signed=annex.signed,
        entry_into_force=annex.entry_into_force,
        status=row.get("status", above.get("status")),
        evidence_year=annex.evidence_year,
        described_status=annex.agreement.described_status,
        applied=applied.partial("since") if applied else "",
        applied_reason=applied.get("reason") if applied else "",
        applied_or_before=applied.get("or_before", False) if applied else False,
        not_before=row.partial("not_before", above.partial("not_before")),
    )
    if written:
        for one in written:
            yield _written_period(one, annex)
        return
    origin = sourced(applied, annex) if applied else sourced(Row({}, row.file, row.label), annex)
    if applied:
        applied.done()
    try:
        found = periods_of(known)
    except ValueError as error:
        raise row.bad("status", str(error)) from error
    for period in found:
        yield row.checked(_period(period, annex, origin))


def _written_period(row: Row, annex: Annex) -> AnnexPeriod:
    valid = row.days()
    period = Period(
        status=row.choice("status", AnnexStatus),
        start=valid.lower,
        end=valid.upper,
        since=row.partial("since"),
        reason=row.get("reason", ""),
        start_is_evidence=row.get("start_is_evidence", False),
    )
    made = row.checked(_period(period, annex, sourced(row, annex)))
    row.done()
    return made


def _period(period: Period, annex: Annex, origin: dict) -> AnnexPeriod:
    return AnnexPeriod(
        annex=annex,
        status=str(period.status),
        valid=days(period.start, period.end),
        since=period.since,
        reason=period.reason,
        start_is_evidence=period.start_is_evidence,
        **origin,
    )


def _undertakings(row: Row, annex: Annex, texts: Texts) -> Iterator[Undertaking]:
    """One row of the file stands for every kind, sector and ordered pair of facing parties that it does not narrow."""
    places, sides = texts.places, texts.sides[annex.agreement.code]
    for one in row.inner("undertakings", "undertaking"):
        importing, exporting = (
            one.one("importing", places.economies, None),
            one.one("exporting", places.economies, None),
        )
        for field, economy in (("importing", importing), ("exporting", exporting)):
            if economy is not None and economy not in sides:
                raise one.bad(field, f"{economy.code} is no party of {annex.agreement.code}")
        pairs = [
            pair
            for pair in _facing(sides)
            if (importing is None or pair[0] == importing) and (exporting is None or pair[1] == exporting)
        ]
        sectors = (
            one.many("sectors", places.sectors, None) or row.many("sectors", places.sectors, None) or [None]
        )
        phases, valid = one.get("phases", {}), one.days()
        common = {
            "accreditation_required": one.get("accreditation_required", False),
            "third_party_only": one.get("third_party_only", False),
            **sourced(one, annex),
        }
        for kind in one.get("kinds"):
            one.named("kinds", kind, dict.fromkeys(ResultKind.values))
            for to, of in pairs:
                for sector in sectors:
                    yield one.checked(
                        Undertaking(
                            annex=annex,
                            importing=to,
                            exporting=of,
                            kind=kind,
                            sector=sector,
                            valid=valid,
                            phase=phases.get(kind, ""),
                            **common,
                        )
                    )
        one.done()


def _facing(sides: dict) -> Iterator[tuple]:
    """Ordered pairs of parties, but for two on one side of a plurilateral text."""
    for importing, one in sides.items():
        for exporting, other in sides.items():
            if importing != exporting and not (one and one == other):
                yield importing, exporting


def _listings(row: Row, annex: Annex, places: Places) -> Iterator[RequirementListing]:
    for one in row.inner("listings", "listing"):
        importing, valid, origin = one.one("importing", places.economies), one.days(), sourced(one, annex)
        for requirement in one.many("requirements", places.requirements):
            yield RequirementListing(
                annex=annex, importing=importing, requirement=requirement, valid=valid, **origin
            )
        one.done()


def _conditions(row: Row, annex: Annex, places: Places) -> Iterator[Condition]:
    for one in row.inner("conditions", "condition"):
        condition = Condition(
            annex=annex,
            importing=one.one("importing", places.economies, None),
            result_kind=one.choice("result_kind", ResultKind, ""),
            kind=one.choice("kind", Condition.Kind, Condition.Kind.CONDITION.value),
            text=one.get("text"),
            valid=one.days(),
            **sourced(one, annex),
        )
        one.done()
        yield one.checked(condition)


def _annex_authorities(row: Row, annex: Annex, above: Row, places: Places) -> Iterator[AnnexAuthority]:
    """An annex names its own authorities, or has those of the agreement."""
    source = row if row.get("authorities", None) is not None else above
    for one in source.inner("authorities", "authority"):
        authority = one.one("authority", places.authorities)
        yield one.checked(
            AnnexAuthority(
                annex=annex,
                economy=authority.economy,
                authority=authority,
                capacity=one.choice("capacity", Capacity),
                remark=one.get("remark", ""),
            )
        )
        one.done()
    above.get("authorities", None)
