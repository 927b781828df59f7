"""``manage.py write_data_dictionary``: write docs/data-dictionary.md from what the models say."""

from django.conf import settings
from django.core.management.base import BaseCommand

from registry.opendata import dictionary


class Command(BaseCommand):
    help = "Write docs/data-dictionary.md from what the models say."

    def handle(self, *args, **options) -> None:
        (settings.BASE_DIR / "docs" / "data-dictionary.md").write_text(dictionary.page(), encoding="utf-8")
