from django.apps import AppConfig


class BatchesConfig(AppConfig):
    """Bodies and designations that an authority brings in one file: checked, drafted, decided, or taken back."""

    name = "registry.batches"
    label = "batches"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from registry.batches import rights

        rights.register()
