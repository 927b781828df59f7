from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Bodies, their designations and recognitions, and whose results are accepted."""

    name = "registry"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from agreements import announcing
        from registry import accepted_scope

        announcing.tell_me(accepted_scope.refresh_annexes)
