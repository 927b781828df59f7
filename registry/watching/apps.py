from django.apps import AppConfig


class WatchingConfig(AppConfig):
    """Watches of lists, bodies, requirements and what partners accept."""

    name = "registry.watching"
    label = "watching"
    default_auto_field = "django.db.models.BigAutoField"
