"""An agreement, an economy: all that the catalogue says of it, over the asked clocks, for pages and API alike."""

from collections import defaultdict
from dataclasses import dataclass, field

from agreements.holding import held
from agreements.models import (
    Agreement,
    Annex,
    AnnexAuthority,
    AnnexPeriod,
    Authority,
    AuthorityRecognition,
    CatalogueEdition,
    Condition,
    Coverage,
    Economy,
    RequirementListing,
    Undertaking,
    UnionMembership,
    UnverifiedCandidate,
)
from portal.clocks import Clocks


@dataclass
class AnnexPortrait:
    """One annex with its facts, as known at the asked moment; ``status`` is the period of the asked day or None."""

    annex: Annex
    periods: list[AnnexPeriod] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    undertakings: list[Undertaking] = field(default_factory=list)
    listings: list[RequirementListing] = field(default_factory=list)
    authority_recognitions: list[AuthorityRecognition] = field(default_factory=list)
    authorities: list[AnnexAuthority] = field(default_factory=list)
    status: AnnexPeriod | None = None


@held
def agreements(clocks: Clocks) -> list[tuple[Agreement, list[AnnexPortrait]]]:
    """Every agreement with its annexes and their status on the asked day, in four queries."""
    annexes: dict[int, list[AnnexPortrait]] = defaultdict(list)
    periods = {row.annex_id: row for row in AnnexPeriod.objects.known(clocks.known_at).in_force(clocks.on)}
    for annex in Annex.objects.order_by("code").prefetch_related("sectors"):
        annexes[annex.agreement_id].append(AnnexPortrait(annex, status=periods.get(annex.id)))
    rows = Agreement.objects.order_by("code").prefetch_related("party_rows__economy")
    return [(agreement, annexes[agreement.id]) for agreement in rows]


@held
def annexes_of(agreement: Agreement, clocks: Clocks) -> list[AnnexPortrait]:
    """The agreement's annexes with everything known of them at the asked moment."""
    rows = agreement.annexes.order_by("code").prefetch_related("sectors", "time_limits")
    portraits = {annex.id: AnnexPortrait(annex) for annex in rows}
    for name, facts in _facts(list(portraits), clocks).items():
        for row in facts:
            getattr(portraits[row.annex_id], name).append(row)
    for portrait in portraits.values():
        portrait.status = next((row for row in portrait.periods if _on(row, clocks)), None)
    return list(portraits.values())


def _facts(annex_ids: list[int], clocks: Clocks) -> dict:
    def known(model):
        return model.objects.known(clocks.known_at).filter(annex_id__in=annex_ids)

    return {
        "periods": known(AnnexPeriod).order_by("valid"),
        "conditions": known(Condition).select_related("importing"),
        "undertakings": known(Undertaking)
        .select_related("importing", "exporting", "sector")
        .order_by("importing__name", "exporting__name", "kind", "sector__name", "valid"),
        "listings": known(RequirementListing).select_related("importing", "requirement"),
        "authority_recognitions": known(AuthorityRecognition).select_related(
            "importing", "authority__economy"
        ),
        "authorities": AnnexAuthority.objects.filter(annex_id__in=annex_ids).select_related(
            "authority", "economy"
        ),
    }


def _on(row, clocks: Clocks) -> bool:
    lower, upper = row.valid.lower, row.valid.upper
    return (lower is None or lower <= clocks.on) and (upper is None or clocks.on < upper)


@dataclass(frozen=True)
class EconomyPortrait:
    """Whom an economy accepts and who accepts it, on the asked day; as itself and as a member of unions."""

    economy: Economy
    memberships: list[UnionMembership]
    accepts: list[Undertaking]
    accepted_by: list[Undertaking]
    statuses: dict[int, AnnexPeriod]


@held
def economy_portrait(economy: Economy, clocks: Clocks) -> EconomyPortrait:
    """The economy's undertakings in both directions, with the status of each annex on the asked day."""
    memberships = list(
        UnionMembership.objects.known(clocks.known_at)
        .filter(member=economy)
        .select_related("union")
        .order_by("union__name", "valid")
    )
    parties = [economy.id, *(row.union_id for row in memberships if _on(row, clocks))]
    undertakings = (
        Undertaking.objects.known(clocks.known_at)
        .in_force(clocks.on)
        .select_related("annex__agreement", "importing", "exporting", "sector")
    )
    accepts = list(
        undertakings.filter(importing__in=parties).order_by("exporting__name", "annex__code", "kind")
    )
    accepted = list(
        undertakings.filter(exporting__in=parties).order_by("importing__name", "annex__code", "kind")
    )
    annex_ids = {row.annex_id for row in [*accepts, *accepted]}
    periods = AnnexPeriod.objects.known(clocks.known_at).in_force(clocks.on).filter(annex_id__in=annex_ids)
    return EconomyPortrait(economy, memberships, accepts, accepted, {row.annex_id: row for row in periods})


@held
def agreement(code: str) -> Agreement | None:
    """The agreement of that code with what its page shows beside the annexes."""
    rows = Agreement.objects.select_related("parent").prefetch_related(
        "party_rows__economy", "replaced_by", "replaces", "implementations"
    )
    return rows.filter(code=code).first()


def address_of(code: str) -> str | None:
    """Where a code leads that is written otherwise, or is an annex's."""
    annex = Annex.objects.select_related("agreement").filter(code__iexact=code).first()
    row = Agreement.objects.filter(code__iexact=code).first()
    found = row or annex
    return found.get_absolute_url() if found else None


@held
def economies() -> list[Economy]:
    """All economies by name."""
    return list(Economy.objects.order_by("name"))


@held
def candidates() -> list[UnverifiedCandidate]:
    """What is said to exist, without a sufficient source."""
    return list(UnverifiedCandidate.objects.order_by("name"))


@held
def coverage(economy: Economy | None = None) -> list[Coverage]:
    """How complete the register is, for one economy or for all."""
    rows = Coverage.objects.select_related("economy").order_by("economy__name", "side")
    return list(rows if economy is None else rows.filter(economy=economy))


@held
def authorities(economy: Economy) -> list[Authority]:
    """The economy's authorities by name."""
    return list(economy.authorities.order_by("name"))


@held
def editions(clocks: Clocks) -> list[CatalogueEdition]:
    """Catalogue editions loaded by the asked moment."""
    return list(CatalogueEdition.known(clocks.known_at))
