"""Addresses of loading inspections."""

from django.urls import path, re_path

from registry.inspections.web import loading

urlpatterns = [
    path("inspections/load/", loading.LoadPage.as_view(), name="inspections-load"),
    re_path(
        r"^inspections/load/(?P<what>template|dictionary)\.(?P<ending>csv|xlsx)$",
        loading.TemplateFile.as_view(),
        name="inspections-load-template",
    ),
    path("inspections/load/<int:number>/", loading.BatchPage.as_view(), name="inspections-load-batch"),
    re_path(
        r"^inspections/load/(?P<number>\d{1,9})/reasons\.(?P<ending>csv|xlsx)$",
        loading.ReasonsFile.as_view(),
        name="inspections-load-reasons",
    ),
    path("inspections/load/<int:number>/undo/", loading.UndoPage.as_view(), name="inspections-load-undo"),
]
