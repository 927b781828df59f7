"""``manage.py make_dump``: make today's dump of the public register, unless there is one."""

from django.core.management.base import BaseCommand, CommandError

from agreements.acting import operator
from portal.files.storage import StorageFailed
from registry.opendata import making


class Command(BaseCommand):
    help = "Make today's dump of the public register for /data/, unless there is one, and remove old ones."

    def handle(self, *args, **options) -> None:
        try:
            dump = making.make_todays(by=operator("make_dump"))
        except (making.BeingMade, StorageFailed) as error:
            raise CommandError(str(error)) from error
        if dump is None:
            self.stdout.write("Today's dump is there already.")
            return
        rows = sum(table["rows"] for table in dump.tables)
        self.stdout.write(f"{dump.day}: {len(dump.files)} files, {rows} rows, {dump.size} bytes")
