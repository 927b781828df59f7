"""Which authorities there are, with their codes."""

from django.core.management.base import BaseCommand

from agreements import belonging


class Command(BaseCommand):
    """Prints one authority a line: code, economy, people, capacities, name."""

    help = "List authorities: code, economy, how many people belong to it, capacities, name."

    def add_arguments(self, parser) -> None:
        parser.add_argument("words", nargs="*", help="Each must be in the name, the code or the economy.")

    def handle(self, *, words: list[str], **options) -> None:
        for row in belonging.authorities(" ".join(words)):
            economy = row.economy.code if row.economy else "-"
            self.stdout.write(
                f"{row.code}\t{economy}\t{row.people}\t{', '.join(row.capacities) or '-'}\t{row.name}"
            )
