"""``manage.py verify_audit``: does the audit chain hold? Prints every fault and exits with 1 when there is one.

The last line is the head, as COUNT:HASH. Kept elsewhere and given later as ``--expect``, it shows a database that was set
back to an older state.
"""

from django.core.management.base import BaseCommand, CommandError

from portal.audit import recording


class Command(BaseCommand):
    help = "Verify the audit chain from its first entry to its head."

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--expect", metavar="COUNT:HASH", help="A head kept elsewhere; it must lie inside the chain."
        )

    def handle(self, *args, expect=None, **options) -> None:
        faults = recording.verify(_read(expect) if expect else None)
        for fault in faults:
            self.stderr.write(f"{fault.entry_id or 'head'}: {fault.words}")
        head = recording.head()
        if faults:
            told = f"The head says {head} (last id {head.last_id})." if head else "There is no head."
            raise CommandError(f"The audit chain has {len(faults)} faults. {told}", returncode=1)
        self.stdout.write(f"The audit chain holds: {head.entries} entries, the last one is {head.last_id}.")
        self.stdout.write(f"Head, to be kept elsewhere: {head}")


def _read(text: str) -> tuple[int, str]:
    count, _colon, last_hash = text.strip().partition(":")
    if not (count.isascii() and count.isdigit() and len(last_hash) in (0, 64)):
        raise CommandError("--expect takes a head as this command prints it: COUNT:HASH.", returncode=2)
    return int(count), last_hash.lower()
