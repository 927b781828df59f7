"""``manage.py load_inspections``: load files of inspections."""

from dataclasses import replace
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from agreements.acting import Acting, operator
from agreements.models import Authority
from registry.inspections import importing
from registry.inspections.importing import LoadedBefore
from registry.inspections.intake import form_483s
from registry.inspections.intake.tables import BY_COMMAND
from registry.inspections.models import LoadBatch, RowOutcome
from registry.intake.reporting import BadFile

_HEADINGS = {"rejected": "Rejected", "repaired": "Repaired", "noted": "Noted"}
_COUNTS = {
    "new": "inspections new",
    "changed": "inspections changed",
    "unchanged": "inspections unchanged",
    "rejected": "rows rejected",
    "facilities": "facilities enrolled",
    "facilities_by_name": "of them known by their name alone",
    "renamed": "facilities renamed",
    "repaired": "cells repaired",
    "noted": "rows with a note",
}


class Command(BaseCommand):
    """Load files of inspections, each as a whole or not at all."""

    help = (
        "Load inspections from FDA's list of Form 483s or from the portal's own template; the content tells the format. "
        "A file with a row that cannot be read is not loaded."
    )

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--check", action="store_true", help="Print the report and change nothing.")
        parser.add_argument(
            "--authority",
            default=form_483s.AUTHORITY,
            metavar="CODE",
            help="Whose inspections they are (default: %(default)s, for FDA's list).",
        )

    def handle(self, *args, files, check, authority, **options):
        acting = self._acting_for(authority)
        failed = [path for path in files if not self._load(acting, path, check)]
        if failed:
            raise CommandError(f"{len(failed)} of {len(files)} files could not be loaded.")

    def _acting_for(self, code: str) -> tuple[Acting, Authority]:
        authority = Authority.objects.filter(code=code).first()
        if authority is None:
            raise CommandError(f"No authority on file has the code {code}.")
        by = replace(
            operator("load_inspections"),
            authority_code=authority.code,
            authority_id=authority.pk,
            economy_id=authority.economy_id,
        )
        return by, authority

    def _load(self, acting: tuple[Acting, Authority], path: str, check: bool) -> bool:
        by, authority = acting
        try:
            content = _read(path)
            batch = importing.load_content(
                by=by,
                authority=authority,
                name=Path(path).name,
                content=content,
                budget=BY_COMMAND,
                only_check=check,
            )
        except LoadedBefore:
            self.stdout.write(f"{Path(path).name}\n  loaded before; nothing has changed")
            return True
        except BadFile as error:
            self.stderr.write(f"{path}: {error} Nothing of it was loaded.")
            return False
        self._tell(batch, check)
        return not batch.counts.get(RowOutcome.REJECTED)

    def _tell(self, batch: LoadBatch, check: bool) -> None:
        self.stdout.write(f"{batch.name} ({batch.form})")
        rejected = batch.counts.get(RowOutcome.REJECTED)
        ending = "; checked only, nothing changed" if check else "; nothing loaded" if rejected else ""
        self.stdout.write(f"  {batch.counts['rows']} rows of {batch.authority.code}{ending}")
        remarks = [(line.number, one) for line in batch.told for one in line.remarks]
        remarks += [(one["row"], one) for one in batch.remarks]
        for kind, heading in _HEADINGS.items():
            told = [(number, one) for number, one in remarks if one["kind"] == kind]
            if told:
                self.stdout.write(f"  {heading}:")
            for number, one in told:
                self.stdout.write(f"    row {number}, {one['column']} “{one['value']}”: {one['reason']}")
        self.stdout.write("  Summary:")
        for what, words in _COUNTS.items():
            if batch.counts.get(what):
                self.stdout.write(f"    {batch.counts[what]} {words}")


def _read(path: str) -> bytes:
    try:
        if Path(path).stat().st_size > BY_COMMAND.unpacked:
            raise BadFile("The file is too large.")
        return Path(path).read_bytes()
    except OSError as error:
        raise BadFile(f"The file cannot be read: {error.strerror}.") from error
