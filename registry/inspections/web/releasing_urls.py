"""Addresses of documents and releases."""

from django.urls import path

from registry.inspections.web import documents, fetching, releases

_DOCUMENT = "inspections/documents/<int:number>/"
_VERSION = "inspections/documents/versions/<int:number>/"

urlpatterns = [
    path(_DOCUMENT, documents.DocumentPage.as_view(), name="document"),
    path(f"{_DOCUMENT}class/", documents.Reclassify.as_view(), name="document-class"),
    path(f"{_DOCUMENT}versions/new/", documents.NewVersion.as_view(), name="version-new"),
    path(f"{_DOCUMENT}release/", documents.NewRelease.as_view(), name="release-new"),
    path(_VERSION, fetching.PublicFile.as_view(), name="version-public"),
    path(f"{_VERSION}fetch/", fetching.AskForFile.as_view(), name="version-fetch"),
    path("inspections/<int:number>/documents/new/", documents.NewDocument.as_view(), name="document-new"),
    path(
        "facilities/<uuid:key>/documents/new/", documents.NewDocument.as_view(), name="facility-document-new"
    ),
    path("releases/", releases.ReleasesPage.as_view(), name="releases"),
    path("releases/terms/", releases.ReceptionTerms.as_view(), name="reception"),
    path("releases/fetch/<str:secret>/", fetching.FetchFile.as_view(), name="fetch"),
    path("releases/questions/<int:number>/answer/", releases.AnswerOnward.as_view(), name="onward-answer"),
    path("releases/<int:number>/", releases.ReleasePage.as_view(), name="release"),
    path("releases/<int:number>/decide/", releases.DecideRelease.as_view(), name="release-decide"),
    path("releases/<int:number>/revoke/", releases.RevokeRelease.as_view(), name="release-revoke"),
]
