"""``manage.py rotate_file_keys``: lock the key of every file with the first key of FILE_KEYS. ``--check`` only counts."""

from dataclasses import dataclass

from django.core.management.base import BaseCommand, CommandError

from portal.files import rotating
from portal.files.keys import ring


@dataclass(frozen=True)
class _Operator:
    actor: str = "rotate_file_keys"
    authority_code: str | None = None


class Command(BaseCommand):
    help = "Lock the key of every file with the first key of FILE_KEYS. Contents are not touched."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--check", action="store_true", help="Only count; change nothing.")

    def handle(self, *args, check: bool, **options) -> None:
        for name, files in rotating.counted().items():
            self.stdout.write(
                f"{files:>9,} files locked with {name}{'' if name in ring() else ' (not in FILE_KEYS)'}"
            )
        try:
            rotating.check()
            outstanding = rotating.outstanding()
            if check:
                self.stdout.write(f"{outstanding:,} to be locked with {ring().current}.")
            elif outstanding:
                self.stdout.write(
                    f"{rotating.rotate(by=_Operator()):,} files are now locked with {ring().current}."
                )
            else:
                self.stdout.write(f"Nothing to do: every file is locked with {ring().current}.")
        except rotating.CannotRotate as words:
            raise CommandError(str(words)) from None
