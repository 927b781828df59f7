"""The nouns of the agreements floor."""

from agreements.models.agreement import Agreement, AgreementParty, Annex, AnnexPeriod, AnnexStatus, TimeLimit
from agreements.models.authority import (
    AnnexAuthority,
    Authority,
    AuthorityRecognition,
    Capacity,
    ProductClass,
)
from agreements.models.catalogue import CatalogueEdition, Coverage, UnverifiedCandidate
from agreements.models.document import DocumentAsked
from agreements.models.economy import Economy, EconomyKind, MembershipKind, UnionMembership
from agreements.models.membership import Invitation, Membership, Role, RoleGrant
from agreements.models.requirement import Requirement, Sector
from agreements.models.source import Origin
from agreements.models.undertaking import Condition, RequirementListing, ResultKind, Undertaking

__all__ = [
    "Agreement",
    "AgreementParty",
    "Annex",
    "AnnexAuthority",
    "AnnexPeriod",
    "AnnexStatus",
    "Authority",
    "AuthorityRecognition",
    "Capacity",
    "CatalogueEdition",
    "Condition",
    "Coverage",
    "DocumentAsked",
    "Economy",
    "EconomyKind",
    "Invitation",
    "Membership",
    "MembershipKind",
    "Origin",
    "ProductClass",
    "Requirement",
    "RequirementListing",
    "ResultKind",
    "Role",
    "RoleGrant",
    "Sector",
    "TimeLimit",
    "Undertaking",
    "UnionMembership",
    "UnverifiedCandidate",
]
