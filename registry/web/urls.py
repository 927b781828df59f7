"""Addresses of the registry's pages."""

from django.urls import path, re_path

from registry.web import bodies, changes, comparing, finder

urlpatterns = [
    path("", finder.FinderPage.as_view(), name="finder"),
    path("accepted/", finder.AcceptedPage.as_view(), name="accepted"),
    re_path(r"^accepted\.(?P<ending>csv|json)$", finder.AcceptedFile.as_view(), name="accepted-file"),
    path("suggest/", finder.SuggestPage.as_view(), name="suggest"),
    path("bodies/", bodies.BodiesPage.as_view(), name="bodies"),
    re_path(r"^bodies\.(?P<ending>csv|json|atom)$", bodies.BodiesFile.as_view(), name="bodies-file"),
    path("bodies/<slug:slug>/", bodies.BodyPage.as_view(), name="body"),
    path("bodies/<slug:slug>/compare/", comparing.ComparePage.as_view(), name="compare"),
    path("bodies/<slug:slug>/compare.json", comparing.CompareFile.as_view(), name="compare-file"),
    path("changes/", changes.ChangesPage.as_view(), name="changes"),
    re_path(r"^changes\.(?P<ending>csv|json|atom)$", changes.ChangesFile.as_view(), name="changes-file"),
]
