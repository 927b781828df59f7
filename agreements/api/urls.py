"""Addresses of the agreements floor's API."""

from django.urls import path

from agreements.api.agreement import AgreementDetail, Agreements
from agreements.api.places import (
    Authorities,
    AuthorityDetail,
    Economies,
    EconomyDetail,
    RequirementDetail,
    Requirements,
)

urlpatterns = [
    path("agreements/", Agreements.as_view(), name="api-agreements"),
    path("agreements/<slug:code>/", AgreementDetail.as_view(), name="api-agreement"),
    path("economies/", Economies.as_view(), name="api-economies"),
    path("economies/<slug:code>/", EconomyDetail.as_view(), name="api-economy"),
    path("authorities/", Authorities.as_view(), name="api-authorities"),
    path("authorities/<slug:code>/", AuthorityDetail.as_view(), name="api-authority"),
    path("requirements/", Requirements.as_view(), name="api-requirements"),
    path("requirements/<slug:slug>/", RequirementDetail.as_view(), name="api-requirement"),
]
