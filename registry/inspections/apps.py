from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    """Facilities, inspections and the reports that authorities share."""

    name = "registry.inspections"
    label = "inspections"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from registry.inspections import rights

        rights.register()
