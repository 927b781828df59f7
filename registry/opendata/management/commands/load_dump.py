"""``manage.py load_dump``: fill an empty register from a dump of another one."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from agreements.acting import operator
from portal import signatures
from registry.opendata import loading
from registry.opendata.unpacking import BadDump, Package


class Command(BaseCommand):
    help = (
        "Fill an empty register from a dump (a folder, or the zip archive). Signature and hashes are checked first; without "
        "--trust-key only what this register signed itself is loaded."
    )

    def add_arguments(self, parser):
        parser.add_argument("dump", metavar="FOLDER_OR_ZIP")
        parser.add_argument(
            "--trust-key",
            type=Path,
            metavar="FILE",
            help="The public key (PEM) of the register that made it.",
        )

    def handle(self, *args, dump, trust_key, **options) -> None:
        try:
            counts = loading.load(
                by=operator("load_dump"), package=Package(dump), trusted=self._trusted(trust_key)
            )
        except BadDump as error:
            raise CommandError(f"{error} Nothing was loaded.") from error
        for name, number in counts.items():
            self.stdout.write(f"  {number} {name.replace('_', ' ')}")
        self.stdout.write(f"{sum(counts.values())} rows loaded.")

    def _trusted(self, trust_key: Path | None) -> list[bytes]:
        if trust_key is None:
            return [key.pem for key in signatures.published_keys()]
        try:
            return [trust_key.read_bytes()]
        except OSError as error:
            raise CommandError(f"{trust_key}: the key cannot be read ({error.strerror}).") from error
