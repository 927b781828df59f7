"""``manage.py load_catalogue``: bring the reference catalogue up to date."""

from django.core.management.base import BaseCommand, CommandError

from agreements.acting import operator
from agreements.catalogue.loading import bring_up_to_date
from agreements.catalogue.reading import BadData


class Command(BaseCommand):
    """Load the shipped catalogue; does nothing when it is loaded already."""

    help = (
        "Load the reference catalogue that ships with this version. Does nothing when it is loaded already."
    )

    def handle(self, *args, **options):
        try:
            edition = bring_up_to_date(by=operator("load_catalogue"))
        except BadData as error:
            raise CommandError(str(error)) from error
        if edition is None:
            self.stdout.write("The catalogue is up to date; nothing has changed.")
            return
        self.stdout.write(f"Catalogue edition {edition.digest[:12]} loaded.")
        for label, counts in edition.summary.items():
            words = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in counts.items())
            self.stdout.write(f"  {label.partition('.')[2]}: {words}")
