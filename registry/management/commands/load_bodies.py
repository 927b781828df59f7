"""``manage.py load_bodies``: load files of public registers."""

from datetime import date

from django.core.management.base import BaseCommand, CommandError

from agreements.acting import operator
from registry.importing import load_file
from registry.intake.reporting import BadFile, Report

_HEADINGS = {
    "rejected": "Rejected",
    "doubtful": "In doubt",
    "merged": "Merged",
    "repaired": "Repaired",
    "noted": "Noted",
}


class Command(BaseCommand):
    """Load files of public registers, each as a whole or not at all."""

    help = "Load bodies, schedules and requirements from files of public registers; the content tells the format."

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--check", action="store_true", help="Print the report and change nothing.")
        parser.add_argument(
            "--as-of",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="The day whose state the files show.",
        )

    def handle(self, *args, files, check, as_of, **options):
        failed = []
        for path in files:
            try:
                self._tell(load_file(operator("load_bodies"), path, check=check, as_of=as_of), check)
            except BadFile as error:
                failed.append(path)
                self.stderr.write(f"{path}: {error} Nothing of it was loaded.")
        if failed:
            raise CommandError(f"{len(failed)} of {len(files)} files could not be loaded.")

    def _tell(self, report: Report, check: bool) -> None:
        self.stdout.write(f"{report.name} ({report.format})")
        if report.unchanged:
            self.stdout.write("  loaded before; nothing has changed")
            return
        day = f", as of {report.as_of:%Y-%m-%d}" if report.as_of else ""
        self.stdout.write(f"  {report.rows} rows{day}{'; checked only, nothing changed' if check else ''}")
        for kind, heading in _HEADINGS.items():
            remarks = report.of(kind)
            if remarks:
                self.stdout.write(f"  {heading}:")
            for remark in remarks:
                self.stdout.write(f"    {remark}")
        self.stdout.write("  Summary:")
        for what, number in sorted(report.counts.items()):
            self.stdout.write(f"    {number} {what}")
