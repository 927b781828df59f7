"""Addresses of commitments and alerts."""

urlpatterns = []
