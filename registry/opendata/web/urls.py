"""Addresses of the open data. A file's address is its day and its name, and never changes."""

from django.urls import path, re_path

from registry.opendata.web import pages

_DAY = r"(?P<day>\d{4}-\d{2}-\d{2})"
_NAME = r"(?P<name>[A-Za-z0-9_][A-Za-z0-9_.-]{0,99})"

urlpatterns = [
    path("data/", pages.DataPage.as_view(), name="data"),
    path("data/dictionary/", pages.DictionaryPage.as_view(), name="data-dictionary"),
    re_path(rf"^data/latest/{_NAME}$", pages.LatestFile.as_view(), name="data-latest"),
    re_path(rf"^data/{_DAY}/$", pages.DumpPage.as_view(), name="data-dump"),
    re_path(rf"^data/{_DAY}/{_NAME}$", pages.DumpFile.as_view(), name="data-file"),
]
