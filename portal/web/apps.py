"""Makes the template library `concordat` known to Django."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The frame of the browser pages."""

    name = "portal.web"
    label = "web"

    def ready(self) -> None:
        from portal import pages
        from portal.web import framing

        pages.framed_by(framing.word)
