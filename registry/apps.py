from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Bodies, their designations and recognitions, and whose results are accepted."""

    name = "registry"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from agreements import announcing, joining
        from portal.notices import calendars
        from registry import accepted_scope, desking, readers, representing

        announcing.tell_me(accepted_scope.refresh_annexes)
        joining.on_acceptance(
            representing.PURPOSE,
            representing.follow_invitation,
            words=representing.words_of,
            home=representing.HOME,
        )
        readers.register()
        calendars.source(desking.deadlines_of)
