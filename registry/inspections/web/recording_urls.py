"""Addresses of facilities and inspections."""

urlpatterns = []
