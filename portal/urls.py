"""All addresses of the portal. Each package keeps its own list; this file only puts them together."""

from django.urls import path

from portal.health import urlpatterns as health

urlpatterns = [*health]
