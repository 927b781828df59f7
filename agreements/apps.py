from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    """Economies, authorities, agreements and what they oblige."""

    name = "agreements"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from agreements import joining_by_identity, membership_notices
        from portal.accounts import welcoming

        membership_notices.open_gates()
        welcoming.let_in_by(joining_by_identity.accept)
