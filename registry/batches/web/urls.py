"""Addresses of files of bodies and designations."""

from django.urls import path, re_path

from registry.batches.web import imports

urlpatterns = [
    path("desk/imports/", imports.ImportsPage.as_view(), name="imports"),
    re_path(
        r"^desk/imports/(?P<what>template|dictionary)\.(?P<ending>csv|xlsx)$",
        imports.TemplateFile.as_view(),
        name="imports-template",
    ),
    path("desk/imports/<int:number>/", imports.ImportPage.as_view(), name="import"),
    re_path(
        r"^desk/imports/(?P<number>\d{1,9})/reasons\.(?P<ending>csv|xlsx)$",
        imports.ReasonsFile.as_view(),
        name="import-reasons",
    ),
    path("desk/imports/<int:number>/approve/", imports.ApprovePage.as_view(), name="import-approve"),
    path("desk/imports/<int:number>/take-back/", imports.TakeBackPage.as_view(), name="import-take-back"),
]
