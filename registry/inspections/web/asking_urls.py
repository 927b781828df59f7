"""Addresses of requests."""

from django.urls import path, re_path

from registry.inspections.web import request_answers, request_figures, request_new, request_page, requests

_REQUEST = r"^requests/(?P<number>R-\d{4}-\d{4,18})/"

urlpatterns = [
    path("requests/", requests.RequestsPage.as_view(), name="requests"),
    path("requests.csv", requests.RequestsFile.as_view(), name="requests-file"),
    path("requests/new/", request_new.NewRequest.as_view(), name="request-new"),
    path("requests/figures/", request_figures.FiguresPage.as_view(), name="request-figures"),
    re_path(rf"{_REQUEST}$", request_page.RequestPage.as_view(), name="request"),
    re_path(rf"{_REQUEST}agree/$", request_answers.AgreePage.as_view(), name="request-agree"),
    re_path(rf"{_REQUEST}refuse/$", request_answers.RefusePage.as_view(), name="request-refuse"),
    re_path(rf"{_REQUEST}withdraw/$", request_answers.WithdrawPage.as_view(), name="request-withdraw"),
]
