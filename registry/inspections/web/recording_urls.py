"""Addresses of facilities and inspections."""

from django.urls import path, re_path

from registry.inspections.web import enrolment, facilities, inspections, recording

_FACILITY = "facilities/<uuid:key>/"

urlpatterns = [
    path("inspections/", inspections.InspectionsPage.as_view(), name="inspections"),
    re_path(
        r"^inspections\.(?P<ending>csv|json|atom)$",
        inspections.InspectionsFile.as_view(),
        name="inspections-file",
    ),
    path("inspections/new/", recording.NewInspection.as_view(), name="inspection-new"),
    path("inspections/<int:number>/", inspections.InspectionPage.as_view(), name="inspection"),
    path("inspections/<int:number>/edit/", recording.EditInspection.as_view(), name="inspection-edit"),
    path(
        "inspections/<int:number>/withdraw/",
        recording.WithdrawInspection.as_view(),
        name="inspection-withdraw",
    ),
    path("facilities/", facilities.FacilitiesPage.as_view(), name="facilities"),
    path("facilities/new/", enrolment.NewFacility.as_view(), name="facility-new"),
    path(_FACILITY, facilities.FacilityPage.as_view(), name="facility"),
    path(f"{_FACILITY}edit/", enrolment.EditFacility.as_view(), name="facility-edit"),
    path(f"{_FACILITY}rename/", enrolment.RenameFacility.as_view(), name="facility-rename"),
    path(f"{_FACILITY}merge/", enrolment.MergeFacility.as_view(), name="facility-merge"),
    path(f"{_FACILITY}take-apart/", enrolment.TakeApart.as_view(), name="facility-take-apart"),
]
