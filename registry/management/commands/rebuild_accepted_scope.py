"""``manage.py rebuild_accepted_scope``: make the finder's read model anew from the decisions."""

from django.core.management.base import BaseCommand
from django.db import transaction

from registry import accepted_scope


class Command(BaseCommand):
    help = "Make the finder's read model anew from the decisions. In a sound register nothing is added or removed."

    @transaction.atomic
    def handle(self, *args, **options) -> None:
        counts = accepted_scope.rebuild()
        self.stdout.write(", ".join(f"{counts.get(word, 0)} {word}" for word in ("kept", "added", "removed")))
