"""``manage.py verify_audit``: does the audit chain hold? Prints every fault and exits with 1 when there is one."""

from django.core.management.base import BaseCommand, CommandError

from portal.audit import recording
from portal.audit.models import AuditEntry


class Command(BaseCommand):
    help = "Verify the audit chain from its first entry."

    def handle(self, *args, **options) -> None:
        faults = recording.verify()
        for fault in faults:
            self.stderr.write(f"{fault.entry_id}: {fault.words}")
        if faults:
            raise CommandError(f"The audit chain has {len(faults)} faults.", returncode=1)
        self.stdout.write(f"The audit chain holds: {AuditEntry.objects.count()} entries.")
