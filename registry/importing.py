"""Loading a file of a public register: the format is told by the content; all of a file is loaded, or nothing."""

import hashlib
from datetime import date

from django.db import DataError, transaction

from agreements import texts
from agreements.acting import Acting
from agreements.models import Economy
from portal import clock
from portal.audit import recording
from portal.verbs import verb
from registry.intake import notified_bodies, ukmcab_bodies, ukmcab_requirements, ukmcab_schedules
from registry.intake.reading import Source
from registry.intake.reporting import BadFile, Report
from registry.models import LoadedFile

FORMATS = (ukmcab_bodies, ukmcab_schedules, notified_bodies, ukmcab_requirements)


def load_file(by: Acting, path, check: bool = False, as_of: date | None = None) -> Report:
    """Load one file and report on it. With ``check`` the report is the same and nothing stays changed.

    Raises BadFile, with nothing changed, when the file as a whole cannot be read.
    """
    source = Source(path)
    form = format_of(source)
    report = Report(source.path.name, form.FORMAT)
    digest = hashlib.sha256(source.content).hexdigest()
    if LoadedFile.objects.filter(format=form.FORMAT, sha256=digest).exists():
        report.unchanged = True
        return report
    report.as_of = as_of or form.as_of(source)
    try:
        with transaction.atomic():
            load_rows(by=by, form=form, source=source, report=report, digest=digest)
            transaction.set_rollback(check)
    except DataError as error:
        raise BadFile(f"A value does not fit the register: {str(error).splitlines()[0]}.") from error
    finally:
        # What the agreements say is held in memory; what was rolled back must not stay there.
        texts.forget()
    return report


def format_of(source: Source):
    """The module that reads the file. Raises BadFile when none does, or a column is missing."""
    form = next((one for one in FORMATS if one.recognises(source)), None)
    if form is None:
        raise BadFile("The file is in none of the known formats.")
    missing = form.COLUMNS - source.heads
    if missing:
        raise BadFile(f"The file lacks the column {', '.join(sorted(missing))}.")
    if not Economy.objects.exists():
        raise BadFile("The reference catalogue is not loaded; run load_catalogue first.")
    return form


@verb
def load_rows(*, by: Acting, form, source: Source, report: Report, digest: str) -> LoadedFile:
    """Bring the rows of a file to the register and note the file as loaded."""
    form.load(by=by, source=source, report=report)
    loaded = LoadedFile.objects.create(
        format=form.FORMAT,
        name=report.name,
        sha256=digest,
        as_of=report.as_of,
        loaded_at=clock.now(),
        rows=report.rows,
        report=report.as_json(),
    )
    recording.record(by=by, target=loaded, target_name=report.name, after=dict(report.counts))
    return loaded
