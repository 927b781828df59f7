from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Files that people hand in: kept under names of their own, never under an address."""

    name = "portal.files"
    label = "files"
    default_auto_field = "django.db.models.BigAutoField"
