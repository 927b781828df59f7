"""``manage.py make_world``: fill an empty register with made bodies, for measuring and trying out."""

import os
import time

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from agreements.acting import operator
from portal.lifecycle import NotAllowed
from registry.world import law, making


class Command(BaseCommand):
    help = "Fill a register without bodies with made ones, the same for the same seed. Every name is marked (sample)."

    def add_arguments(self, parser):
        parser.add_argument("--bodies", type=int, default=1000, help="How many, 1 to 100000.")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--processes", type=int, default=os.cpu_count() or 1, help="How many think it up at once."
        )

    def handle(self, *args, bodies, seed, processes, **options):
        if not 1 <= bodies <= 100_000:
            raise CommandError("Ask for 1 to 100000 bodies.")
        by, start = operator("make_world"), time.monotonic()

        def progress(done: int) -> None:
            what = f"{done:,} of {bodies:,} bodies" if done else "checking and indexing"
            self.stdout.write(f"  {time.monotonic() - start:4.0f} s  {what}")
            self.stdout.flush()

        try:
            with transaction.atomic():
                making.check_ready()
                requirements = law.list_requirements(by=by)
                counts = making.make(by=by, bodies=bodies, seed=seed, processes=processes, progress=progress)
        except NotAllowed as words:
            raise CommandError(str(words)) from words
        told = ", ".join(f"{number:,} {what}" for what, number in counts.items())
        self.stdout.write(f"{requirements:,} requirements, {told}")
        self.stdout.write(f"Made in {time.monotonic() - start:.0f} s.")
