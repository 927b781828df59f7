from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    """Facilities, inspections and the reports that authorities share."""

    name = "registry.inspections"
    label = "inspections"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from portal.files import checked
        from registry.inspections import filing, rights

        rights.register()
        checked.tell_me(filing.follow_checks)
