"""Addresses of inspections in the API."""

from django.urls import path

from registry.inspections.api.inspections import InspectionDetail, Inspections

urlpatterns = [
    path("inspections/", Inspections.as_view(), name="api-inspections"),
    path("inspections/<int:number>/", InspectionDetail.as_view(), name="api-inspection"),
]
