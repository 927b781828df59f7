"""The rows that lists and single pages of the agreements floor show, each in a fixed number of queries."""

from dataclasses import dataclass

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import F, Q, QuerySet
from django.db.models.functions import JSONObject

from agreements.models import (
    Agreement,
    Annex,
    AnnexAuthority,
    Authority,
    AuthorityRecognition,
    Condition,
    Coverage,
    Economy,
    Requirement,
    RequirementListing,
    TimeLimit,
)
from portal.clocks import Clocks


@dataclass(frozen=True)
class AgreementRecord:
    """An agreement with all that stands under it, but for what the texts in memory say."""

    agreement: Agreement
    annexes: list[Annex]
    conditions: list[Condition]
    time_limits: list[TimeLimit]
    authorities: list[AnnexAuthority]


def agreements() -> QuerySet:
    """Agreements with ``parties`` (code, name, side) and ``annex_ids``."""
    party = JSONObject(
        code=F("party_rows__economy__code"), name=F("party_rows__economy__name"), side=F("party_rows__side")
    )
    return Agreement.objects.select_related("parent").annotate(
        parties=ArrayAgg(party, filter=Q(party_rows__isnull=False), distinct=True, default=[]),
        replaced_by_codes=ArrayAgg(
            "replaced_by__code", filter=Q(replaced_by__isnull=False), distinct=True, default=[]
        ),
    )


def agreement_record(code: str, clocks: Clocks) -> AgreementRecord | None:
    """The agreement of that code as known at the moment asked; None when there is none."""
    agreement = agreements().filter(code=code).first()
    if agreement is None:
        return None
    return AgreementRecord(
        agreement,
        list(
            agreement.annexes.annotate(
                sector_codes=ArrayAgg(
                    "sectors__code", filter=Q(sectors__isnull=False), distinct=True, default=[]
                )
            )
        ),
        list(
            Condition.objects.known(clocks.asked_at)
            .filter(annex__agreement=agreement)
            .select_related("importing")
        ),
        list(
            TimeLimit.objects.filter(annexes__agreement=agreement).annotate(
                annex_codes=ArrayAgg("annexes__code", distinct=True)
            )
        ),
        list(
            AnnexAuthority.objects.filter(annex__agreement=agreement).select_related("authority", "economy")
        ),
    )


def economies() -> QuerySet:
    """All economies."""
    return Economy.objects.all()


def authorities() -> QuerySet:
    """All authorities, with their economy."""
    return Authority.objects.select_related("economy", "successor")


def authority_roles(authority: Authority) -> list[AnnexAuthority]:
    """Under which annexes the authority acts, and as what."""
    return list(
        AnnexAuthority.objects.filter(authority=authority).select_related("annex__agreement", "economy")
    )


def authority_recognitions(authority: Authority, clocks: Clocks) -> list[AuthorityRecognition]:
    """Which partners recognise the authority as an inspectorate, as known at the moment asked."""
    rows = AuthorityRecognition.objects.known(clocks.asked_at).filter(authority=authority)
    return list(rows.select_related("annex", "importing"))


def coverage_of(economy: Economy) -> list[Coverage]:
    """How complete the register is for an economy."""
    return list(economy.coverage.all())


def requirements() -> QuerySet:
    """All requirements, with economy and sector."""
    return Requirement.objects.select_related("economy", "sector")


def listings_of(requirement: Requirement, clocks: Clocks) -> list[RequirementListing]:
    """On which partners' lists the requirement stands, as known at the moment asked."""
    rows = RequirementListing.objects.known(clocks.asked_at).filter(requirement=requirement)
    return list(rows.select_related("annex", "importing"))
