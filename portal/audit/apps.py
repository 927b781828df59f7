from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The record of who did what: append-only, hash-chained, without foreign keys."""

    name = "portal.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
