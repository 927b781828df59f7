"""Addresses of documents and releases."""

from django.urls import path

from registry.inspections.web import documents, downloading, release_new, release_page, releases

urlpatterns = [
    path("inspections/<int:number>/documents/new/", documents.NewDocument.as_view(), name="document-new"),
    path(
        "facilities/<uuid:key>/documents/new/",
        documents.NewDocument.as_view(),
        name="facility-document-new",
    ),
    path("inspections/documents/<int:number>/", documents.DocumentPage.as_view(), name="document"),
    path("inspections/documents/<int:number>/class/", documents.Reclassify.as_view(), name="document-class"),
    path(
        "inspections/documents/<int:number>/versions/new/", documents.NewVersion.as_view(), name="version-new"
    ),
    path("inspections/documents/<int:number>/release/", release_new.NewRelease.as_view(), name="release-new"),
    path(
        "inspections/documents/<int:number>/<int:version>/",
        downloading.VersionFile.as_view(),
        name="version-file",
    ),
    path("releases/", releases.ReleasesPage.as_view(), name="releases"),
    path("releases/taking/", releases.Demand.as_view(), name="releases-taking"),
    path("releases/fetch/<str:secret>/", downloading.Fetch.as_view(), name="release-fetch"),
    path("releases/<int:number>/", release_page.ReleasePage.as_view(), name="release"),
    path("releases/<int:number>/decide/", release_page.DecidePage.as_view(), name="release-decide"),
    path("releases/<int:number>/drop/", release_page.DropPage.as_view(), name="release-drop"),
    path("releases/<int:number>/revoke/", release_page.RevokePage.as_view(), name="release-revoke"),
    path("releases/<int:number>/pass-on/", release_page.PassOnPage.as_view(), name="release-pass-on"),
    path(
        "releases/<int:number>/answer/<int:question>/",
        release_page.AnswerPage.as_view(),
        name="release-answer",
    ),
]
