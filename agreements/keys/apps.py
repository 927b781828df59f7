from django.apps import AppConfig


class KeysConfig(AppConfig):
    """Keys of authorities for the API."""

    name = "agreements.keys"
    label = "keys"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from agreements.keys import rights

        rights.register()
