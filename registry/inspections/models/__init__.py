"""The nouns of inspections and of sharing."""

from registry.inspections.models.alert import Alert, AlertClass, AlertMessage, AlertReceiver
from registry.inspections.models.batch import BatchStage, LoadBatch, LoadRow, RowOutcome
from registry.inspections.models.classified import AccessClass
from registry.inspections.models.commitment import Commitment, CommitmentState, Information
from registry.inspections.models.document import Document, DocumentKind, Version
from registry.inspections.models.facility import (
    DUNS,
    FEI,
    ISSUERS,
    LOC_ID,
    Facility,
    FacilityIdentifier,
    FacilityName,
)
from registry.inspections.models.inspection import Finding, Inspection, InspectionKind
from registry.inspections.models.reception import Reception
from registry.inspections.models.release import Form, Onward, OnwardStage, Release, ReleaseStage
from registry.inspections.models.request import (
    ReportRequest,
    RequestAct,
    RequestMessage,
    RequestStage,
    Wanted,
)

__all__ = [
    "DUNS",
    "FEI",
    "ISSUERS",
    "LOC_ID",
    "AccessClass",
    "Alert",
    "AlertClass",
    "AlertMessage",
    "AlertReceiver",
    "BatchStage",
    "Commitment",
    "CommitmentState",
    "Document",
    "DocumentKind",
    "Facility",
    "FacilityIdentifier",
    "FacilityName",
    "Finding",
    "Form",
    "Information",
    "Inspection",
    "InspectionKind",
    "LoadBatch",
    "LoadRow",
    "Onward",
    "OnwardStage",
    "Reception",
    "Release",
    "ReleaseStage",
    "ReportRequest",
    "RequestAct",
    "RequestMessage",
    "RequestStage",
    "RowOutcome",
    "Version",
    "Wanted",
]
