"""Load the fictional sample register."""

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from registry.inspections import sample as inspections
from registry.models import Body
from registry.sample import people, stories


class Command(BaseCommand):
    """`load_sample`: all stories or none; with --if-empty only into a register without bodies.

    The people of the sample come with it, except in production.
    """

    help = "Load the fictional sample register, every name marked (sample)."

    def add_arguments(self, parser):
        parser.add_argument(
            "--if-empty", action="store_true", help="Do nothing when there is any body on file."
        )

    def handle(self, *, if_empty: bool, **options):
        self._load(if_empty)
        people.write_sign_ins()

    def _load(self, if_empty: bool) -> None:
        if Body.objects.exists():
            if if_empty:
                self.stdout.write("The register has bodies; the sample is left out.")
                return
            if Body.objects.filter(origin="sample").exists():
                self.stdout.write("The sample register is loaded already.")
                return
        with transaction.atomic():
            count = stories.tell_all()
            if not settings.PRODUCTION:
                people.let_in()
                inspections.tell()
        self.stdout.write(f"Sample register loaded: {count} fictional bodies, every name marked (sample).")
