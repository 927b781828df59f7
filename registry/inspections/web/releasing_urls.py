"""Addresses of documents and releases."""

urlpatterns = []
