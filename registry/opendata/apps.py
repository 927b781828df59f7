from django.apps import AppConfig


class OpenDataConfig(AppConfig):
    """The whole public register as files, made every night, and an empty register filled from them."""

    name = "registry.opendata"
    label = "opendata"
    default_auto_field = "django.db.models.BigAutoField"
