"""Addresses of the API, version 1, and its documentation."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from agreements.api import reading as agreements
from portal.api.docs import DocsPage, Root
from registry.api import reading as registry

urlpatterns = [
    path("api/docs/", DocsPage.as_view(), name="api-docs"),
    path("api/v1/", Root.as_view(), name="api-root"),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/v1/acceptance/", registry.Acceptance.as_view(), name="api-acceptance"),
    path("api/v1/agreements/", agreements.Agreements.as_view(), name="api-agreements"),
    path("api/v1/agreements/<str:code>/", agreements.OneAgreement.as_view(), name="api-agreement"),
    path("api/v1/economies/", agreements.Economies.as_view(), name="api-economies"),
    path("api/v1/economies/<str:code>/", agreements.OneEconomy.as_view(), name="api-economy"),
    path("api/v1/authorities/", agreements.Authorities.as_view(), name="api-authorities"),
    path("api/v1/authorities/<str:code>/", agreements.OneAuthority.as_view(), name="api-authority"),
    path("api/v1/requirements/", agreements.Requirements.as_view(), name="api-requirements"),
    path("api/v1/requirements/<str:slug>/", agreements.OneRequirement.as_view(), name="api-requirement"),
    path("api/v1/bodies/", registry.Bodies.as_view(), name="api-bodies"),
    path("api/v1/bodies/<str:slug>/", registry.OneBody.as_view(), name="api-body"),
    path("api/v1/designations/", registry.Designations.as_view(), name="api-designations"),
    path("api/v1/designations/<int:number>/", registry.OneDesignation.as_view(), name="api-designation"),
    path("api/v1/changes/", registry.Changes.as_view(), name="api-changes"),
]
