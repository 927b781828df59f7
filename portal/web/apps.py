"""Makes the template library `concordat` known to Django."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The frame of the browser pages."""

    name = "portal.web"
    label = "web"
