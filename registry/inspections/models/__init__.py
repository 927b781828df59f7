"""The nouns of inspections and of sharing."""

from registry.inspections.models.alert import Alert, AlertClass, AlertReceiver
from registry.inspections.models.batch import BatchStage, LoadBatch, LoadRow, RowOutcome
from registry.inspections.models.classified import AccessClass
from registry.inspections.models.commitment import Commitment, Information
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
from registry.inspections.models.release import Form, Onward, OnwardStage, Release, ReleaseStage
from registry.inspections.models.request import ReportRequest, RequestMessage, RequestStage, Wanted

__all__ = [
    "DUNS",
    "FEI",
    "ISSUERS",
    "LOC_ID",
    "AccessClass",
    "Alert",
    "AlertClass",
    "AlertReceiver",
    "BatchStage",
    "Commitment",
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
    "Release",
    "ReleaseStage",
    "ReportRequest",
    "RequestMessage",
    "RequestStage",
    "RowOutcome",
    "Version",
    "Wanted",
]
