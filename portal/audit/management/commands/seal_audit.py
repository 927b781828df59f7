"""``manage.py seal_audit --reason …``: seal the head of the audit chain with the present SECRET_KEY."""

from dataclasses import dataclass

from django.core.management.base import BaseCommand

from portal.audit import sealing


@dataclass(frozen=True)
class _Operator:
    actor: str = "seal_audit"
    authority_code: str | None = None


class Command(BaseCommand):
    help = "Seal the audit chain's head anew: after SECRET_KEY was changed, or a fault was looked into."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--reason", required=True, help="Why; it becomes part of the record.")

    def handle(self, *args, reason: str, **options) -> None:
        self.stdout.write(
            f"Sealed. Head, to be kept elsewhere: {sealing.seal(by=_Operator(), reason=reason)}"
        )
