"""Addresses of the register's API."""

from django.urls import path

from registry.api.acceptance import Acceptance
from registry.api.bodies import Bodies, BodyDetail, Changes, DesignationDetail, Designations
from registry.api.proposing import urlpatterns as proposals

urlpatterns = [
    *proposals,
    path("acceptance/", Acceptance.as_view(), name="api-acceptance"),
    path("bodies/", Bodies.as_view(), name="api-bodies"),
    path("bodies/<slug:slug>/", BodyDetail.as_view(), name="api-body"),
    path("designations/", Designations.as_view(), name="api-designations"),
    path("designations/<int:number>/", DesignationDetail.as_view(), name="api-designation"),
    path("changes/", Changes.as_view(), name="api-changes"),
]
