"""What of the register is public as data: table by table, column by column. What is not named here is never written.

A new model or field fails a test until it is named here, as public or as withheld. The order is that in which the tables can be
loaded: what a row refers to stands before it.
"""

from agreements.models import (
    Agreement,
    AgreementParty,
    Annex,
    AnnexAuthority,
    AnnexPeriod,
    Authority,
    AuthorityRecognition,
    CatalogueEdition,
    Condition,
    Coverage,
    DocumentAsked,
    Economy,
    Invitation,
    Membership,
    Requirement,
    RequirementListing,
    RoleGrant,
    Sector,
    TimeLimit,
    Undertaking,
    UnionMembership,
    UnverifiedCandidate,
)
from registry.models import (
    AcceptedScope,
    Accreditation,
    Attachment,
    Body,
    Contact,
    Decision,
    DecisionLine,
    Designation,
    FormerName,
    HomeAppointment,
    Identifier,
    JointDecision,
    LoadedFile,
    Merger,
    Message,
    Proposal,
    Recognition,
    Remark,
    Representative,
    ScopeLine,
    SearchRow,
    Signature,
    Site,
    WorkItem,
)
from registry.opendata.shaping import Table

_SOURCED = ("sources", "citation", "evidence_year", "verified", "origin", "note")
_DATED = ("valid", "recorded")
_DIRECTION = (
    "id", "body", "annex", "exporting", "importing", "origin", "source_name", "recorded_at",
)  # fmt: skip

_PLACES = (
    Table("economies", Economy, ("id", "code", "name", "local_name", "aliases", "kind")),
    Table("union_memberships", UnionMembership, ("id", "union", "member", "kind", *_DATED, *_SOURCED)),
    Table("sectors", Sector, ("id", "code", "name", "aliases", "covers")),
    Table(
        "authorities",
        Authority,
        (
            "id", "code", "name", "acronym", "former_names", "economy", "capacities", "is_private", "name_in_source",
            "successor", "website", *_SOURCED,
        ),
    ),
    Table(
        "requirements",
        Requirement,
        ("id", "slug", "economy", "reference", "edition", "title", "kind", "sector", *_SOURCED),
    ),
)  # fmt: skip

_TEXTS = (
    Table(
        "agreements",
        Agreement,
        (
            "id", "code", "name", "form", "parties_kind", "parent", "signed", "entry_into_force", "operational",
            "described_status", *_SOURCED,
        ),
    ),
    Table(
        "agreement_replacements",
        Agreement.replaced_by.through,
        ("id", "from_agreement", "to_agreement"),
        words="An agreement and another one that replaced it.",
    ),
    Table("agreement_parties", AgreementParty, ("id", "agreement", "economy", "side")),
    Table(
        "annexes",
        Annex,
        (
            "id", "agreement", "code", "title", "sectors_known", "signed", "entry_into_force", "operational", *_SOURCED,
        ),
    ),
    Table("annex_sectors", Annex.sectors.through, ("id", "annex", "sector"), words="An annex is for a sector."),
    Table(
        "annex_periods",
        AnnexPeriod,
        ("id", "annex", "status", "start_is_evidence", "since", "reason", *_DATED, *_SOURCED),
    ),
    Table(
        "annex_authorities",
        AnnexAuthority,
        ("id", "annex", "economy", "authority", "capacity", "remark", "origin"),
    ),
    Table(
        "authority_recognitions",
        AuthorityRecognition,
        (
            "id", "annex", "importing", "authority", "product_class", "status", "since", "not_before", *_DATED, *_SOURCED,
        ),
    ),
    Table(
        "undertakings",
        Undertaking,
        (
            "id", "annex", "importing", "exporting", "kind", "sector", "phase", "accreditation_required",
            "third_party_only", *_DATED, *_SOURCED,
        ),
    ),
    Table(
        "requirement_listings",
        RequirementListing,
        ("id", "annex", "importing", "requirement", *_DATED, *_SOURCED),
    ),
    Table(
        "conditions",
        Condition,
        ("id", "annex", "importing", "result_kind", "kind", "text", *_DATED, *_SOURCED),
    ),
    Table(
        "time_limits",
        TimeLimit,
        (
            "id", "key", "value", "unit", "is_minimum", "runs", "meaning", "ends_on_working_day", "superseded",
            "economies", *_SOURCED,
        ),
    ),
    Table(
        "time_limit_annexes",
        TimeLimit.annexes.through,
        ("id", "timelimit", "annex"),
        words="A time limit stands in an annex.",
    ),
    Table(
        "documents_asked",
        DocumentAsked,
        ("id", "key", "name", "hint", "is_required", "exporting", "importing", "kinds", *_SOURCED),
    ),
    Table(
        "document_annexes",
        DocumentAsked.annexes.through,
        ("id", "documentasked", "annex"),
        words="A document is asked for under an annex.",
    ),
    Table("unverified_candidates", UnverifiedCandidate, ("id", "name", "why", "sources")),
    Table(
        "coverage",
        Coverage,
        ("id", "economy", "side", "source_name", "as_of", "loaded_at", "statement"),
    ),
    Table("catalogue_editions", CatalogueEdition, ("id", "digest", "loaded_at", "summary")),
)  # fmt: skip

_REGISTER = (
    Table(
        "bodies",
        Body,
        (
            "id", "slug", "name", "local_name", "economy", "local_word", "website", "is_third_party", "origin",
            "source_name", "recorded_at",
        ),
    ),
    Table(
        "former_names",
        FormerName,
        (
            "id", "body", "name", "local_name", "slug", "until", "renamed_at", "source_name", "recorded_at",
        ),
    ),
    Table("mergers", Merger, ("id", "body", "into", "recorded", "reason")),
    Table(
        "sites",
        Site,
        (
            "id", "body", "name", "address", "town", "postcode", "economy", "is_registered_office", "left_on", "moved_to",
            "recorded_at",
        ),
    ),
    Table("identifiers", Identifier, ("id", "body", "scheme", "value", "issuer", "is_former", *_DATED)),
    Table(
        "home_appointments",
        HomeAppointment,
        (
            "id", "body", "market", "sector", "area", "requirement", "detail", "is_provisional", "status", "source_name",
            *_DATED,
        ),
    ),
    Table(
        "accreditations",
        Accreditation,
        (
            "id", "body", "site", "accreditation_body", "reference", "standard", "sector", "covers", "origin",
            "recorded_at",
        ),
    ),
    Table("designations", Designation, (*_DIRECTION, "authority")),
    Table("recognitions", Recognition, (*_DIRECTION, "designation", "authority")),
    Table(
        "scope_lines",
        ScopeLine,
        (
            "id", "designation", "recognition", "body", "annex", "exporting", "importing", "site", "sector", "kind",
            "requirement", "product", "procedure", "recorded_at",
        ),
    ),
    Table(
        "decisions",
        Decision,
        (
            "id", "designation", "recognition", "accreditation", "act", "state", "decided_on", "effective_on",
            "start_unknown", "until", "recorded_at", "authority_name", "public_reason", "older_results",
            "older_results_until", "citation", "source_name", "place", "corrects",
        ),
        withheld={"actor": "not published", "internal_note": ""},
    ),
    Table("decision_lines", DecisionLine, ("id", "decision", "line", "state", "reason")),
    Table(
        "accepted_scope",
        AcceptedScope,
        (
            "id", "line", "undertaking", "annex", "importing", "exporting", "origin", "body", "body_name", "site", "sector",
            "kind", "requirement", *_DATED, "verdict", "standing",
        ),
    ),
)  # fmt: skip

TABLES = (*_PLACES, *_TEXTS, *_REGISTER)
BY_NAME = {table.name: table for table in TABLES}

_PEOPLE = "People and their rights."
_WORK = "The work inside and between authorities: drafts, questions, files, what awaits whom."
WITHHELD_MODELS = {
    Invitation: _PEOPLE,
    Membership: _PEOPLE,
    RoleGrant: _PEOPLE,
    Representative: _PEOPLE,
    Contact: "Ways to reach a body name people; what is public of them stands on its page.",
    Attachment: _WORK,
    JointDecision: _WORK,
    JointDecision.recognitions.through: _WORK,
    Message: _WORK,
    Proposal: _WORK,
    Remark: _WORK,
    Signature: _WORK,
    WorkItem: _WORK,
    SearchRow: "What the directory searches, made from the tables that are published.",
    LoadedFile: "How this register was filled, with rows as they stood in files; what was taken from them is published.",
}
# Rooms of their own, of which nothing is in the dump.
WITHHELD_APPS = {
    "inspections": "Inspections and reports have readers and rules of their own, and are read where those are checked.",
    "batches": _WORK,
    "keys": "Keys of programs, and what they were answered.",
    "watching": "Who is told of what: addresses of people.",
    "opendata": "The list of dumps is the page that lists them.",
}
