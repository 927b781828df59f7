"""``manage.py rebuild_search``: write the directory's search rows anew."""

from django.core.management.base import BaseCommand
from django.db import transaction

from registry import indexing


class Command(BaseCommand):
    help = (
        "Write the directory's search rows anew, for a register that was filled behind the verbs or restored."
    )

    @transaction.atomic
    def handle(self, *args, **options) -> None:
        self.stdout.write(f"{indexing.rebuild():,} search rows")
