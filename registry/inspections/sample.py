"""The sample of inspections and sharing: a made-up inspectorate gives, another receives, a third sees nothing of it."""

import io
from datetime import timedelta

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile

from agreements.models import Annex, Authority, Economy, ProductClass, Sector
from portal import clock
from registry.inspections import committing, enrolling, filing, inspecting, requesting
from registry.inspections.enrolling import Number
from registry.inspections.inspecting import Facts, Found
from registry.inspections.models import (
    FEI,
    LOC_ID,
    AccessClass,
    DocumentKind,
    Facility,
    Information,
    Inspection,
    InspectionKind,
)
from registry.sample import offices
from registry.sample.people import acting_as

ANNEX, SECTOR = "US-EU-GMP", "pharmaceutical_gmp_human"


def tell() -> None:
    """Put two facilities with their inspections on file, a promise of confidentiality, and a request on its way."""
    shared = _shared_inspection()
    _public_inspection()
    _promise()
    _request(shared)
    _report(shared)


def _annex() -> Annex:
    return Annex.objects.get(code=ANNEX)


def _facts(**facts) -> Facts:
    common = {
        "sector": Sector.objects.get(code=SECTOR),
        "product_classes": (ProductClass.HUMAN.value,),
        "standard": "EU GMP, Part I",
    }
    return Facts(**common | facts)


def _shared_inspection() -> Inspection:
    greta, day = acting_as("greta"), clock.today() - timedelta(days=120)
    facility = enrolling.enrol(
        by=greta,
        name="Werk Südstadt (sample)",
        economy=Economy.objects.get(code="DE"),
        numbers=[Number(LOC_ID, "LOC-100000001", "EMA"), Number(FEI, "3000000001", "FDA")],
        is_sample=True,
        town="Karlsruhe",
    )
    return inspecting.record(
        by=greta,
        facility=facility,
        is_sample=True,
        facts=_facts(
            reference="SAMPLE-DE-1",
            kind=InspectionKind.ROUTINE,
            began_on=day,
            ended_on=day + timedelta(days=3),
            products="Tablets, capsules",
            operations="Manufacture and primary packaging",
            scale="PIC/S",
            next_action="Next routine inspection in two years",
            access_class=AccessClass.ANNEX,
            annex=_annex(),
            findings=(Found("major", 2, "Chapter 5"), Found("other", 5)),
        ),
    )


def _public_inspection() -> None:
    nora, day = acting_as("nora"), clock.today() - timedelta(days=400)
    facility = enrolling.enrol(
        by=nora,
        name="Orchard Pharma (sample)",
        economy=Economy.objects.get(code="US"),
        numbers=[Number(FEI, "3000000002", "FDA")],
        is_public=True,
        is_sample=True,
        town="Columbus",
    )
    inspecting.record(
        by=nora,
        facility=facility,
        is_sample=True,
        facts=_facts(
            reference="SAMPLE-US-1",
            kind=InspectionKind.ROUTINE,
            ended_on=day,
            standard="21 CFR 210 and 211",
            scale="FDA",
            outcome="VAI",
            access_class=AccessClass.PUBLIC,
        ),
    )


def _promise() -> None:
    """The receiver has promised the giver; so nothing but two people of the giver stands between report and reader."""
    commitment = committing.write_down(
        by=acting_as("greta"),
        promise=committing.Promise(
            receiver=Authority.objects.get(code=offices.RECEIVER),
            information=[
                Information.CONFIDENTIAL_COMMERCIAL,
                Information.TRADE_SECRET,
                Information.PERSONAL_PRIVACY,
            ],
            sectors=[Sector.objects.get(code=SECTOR)],
            starts_on=clock.today() - timedelta(days=700),
            citation="Statement of authority and confidentiality commitment (sample)",
            is_public=True,
        ),
    )
    committing.confirm(by=acting_as("heiko"), commitment=commitment, version=commitment.version)


def _request(inspection: Inspection) -> None:
    request = requesting.ask(
        by=acting_as("nora"),
        asked=Authority.objects.get(code=offices.GIVER),
        annex=_annex(),
        facility=Facility.objects.get(pk=inspection.facility_id),
        inspection=inspection,
        purpose="To decide whether a routine inspection of our own is needed.",
    )
    requesting.acknowledge(by=acting_as("greta"), request=request, version=request.version)


def _report(inspection: Inspection) -> None:
    """The report lies in quarantine until the worker has looked into it; then Greta can propose its release."""
    greta = acting_as("greta")
    document = filing.file_document(
        by=greta,
        facility=inspection.facility,
        inspection=inspection,
        kind=DocumentKind.INSPECTION_REPORT,
        title="Inspection report, Werk Südstadt (sample)",
        issued_on=inspection.ended_on + timedelta(days=30),
        access_class=AccessClass.ANNEX,
        annex=_annex(),
        sector=inspection.sector,
        is_sample=True,
    )
    uploaded = SimpleUploadedFile("report-sample.pdf", _pdf(), content_type="application/pdf")
    filing.file_version(
        by=greta, document=document, uploaded=uploaded, information=[Information.CONFIDENTIAL_COMMERCIAL]
    )


def _pdf() -> bytes:
    """A page that says what it is."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=pdf.make_indirect(font)))
    page.obj.Contents = pdf.make_stream(
        b"BT /F1 18 Tf 72 760 Td (Inspection report - made up, for trying the portal) Tj ET"
    )
    content = io.BytesIO()
    pdf.save(content)
    return content.getvalue()
