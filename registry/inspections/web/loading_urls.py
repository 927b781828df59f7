"""Addresses of loading inspections."""

urlpatterns = []
