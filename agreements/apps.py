from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    """Economies, authorities, agreements and what they oblige."""

    name = "agreements"
    default_auto_field = "django.db.models.BigAutoField"
