from django.apps import AppConfig
from django.db.models.signals import post_migrate

from portal import granting


class AuditConfig(AppConfig):
    """The record of who did what: append-only, hash-chained, without foreign keys."""

    name = "portal.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """After the migrations of all apps, give the application's role its rights, once."""
        post_migrate.connect(granting.give, sender=self, dispatch_uid="rights of the application's role")
