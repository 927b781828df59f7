"""``manage.py check_search``: do the directory's search rows say what the register says?"""

from django.core.management.base import BaseCommand, CommandError

from registry import indexing

_SHOWN = 20


class Command(BaseCommand):
    help = "Name the bodies whose search row is missing or out of date, and fail if there are any."

    def handle(self, *args, **options) -> None:
        different = indexing.drift()
        if different:
            named = ", ".join(map(str, different[:_SHOWN]))
            raise CommandError(
                f"{len(different):,} bodies differ, by id: {named}{' …' if different[_SHOWN:] else ''}."
                " Run rebuild_search."
            )
        self.stdout.write("Every search row says what the register says.")
