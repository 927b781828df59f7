"""Addresses of inspections in the API."""

from django.urls import path

from registry.inspections.api.answering_requests import urlpatterns as answering
from registry.inspections.api.documents import urlpatterns as documents
from registry.inspections.api.inspections import InspectionDetail, Inspections
from registry.inspections.api.requests import urlpatterns as requests

urlpatterns = [
    *documents,
    *requests,
    *answering,
    path("inspections/", Inspections.as_view(), name="api-inspections"),
    path("inspections/<int:number>/", InspectionDetail.as_view(), name="api-inspection"),
]
