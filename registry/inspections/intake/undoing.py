"""What it takes to undo a file, and whether something stands in the way."""

from django.db.models import F, Q

from portal import clock
from registry.inspections.intake.comparing import Meaning
from registry.inspections.intake.parsed import Parsed
from registry.inspections.intake.writing import Writer
from registry.inspections.models import (
    AccessClass,
    Document,
    Facility,
    Inspection,
    LoadBatch,
    LoadRow,
    ReportRequest,
    RowOutcome,
    Version,
)

SHOWN = 5


class Undoing:
    """The rows of a loaded file that did something, with their inspections as they are now."""

    def __init__(self, batch: LoadBatch):
        rows = batch.lines.filter(outcome__in=[RowOutcome.NEW, RowOutcome.CHANGED])
        self.lines: list[LoadRow] = list(rows.select_related("inspection").order_by("number"))
        self.new = [line.inspection_id for line in self.lines if line.outcome == RowOutcome.NEW]

    def built_on(self) -> list[str]:
        """References of inspections on which something was built, or that were changed since; a few of them."""
        used = self._used()
        found = [
            line.inspection.reference
            for line in self.lines
            if line.inspection_id in used
            or line.inspection.version != line.version
            or line.inspection.withdrawn_at is not None
        ]
        return [*found[:SHOWN], "…"] if len(found) > SHOWN else found

    def _used(self) -> set[int]:
        requests = ReportRequest.objects.filter(
            Q(inspection__in=self.new) | Q(document__inspection__in=self.new)
        )
        used = {pk for pair in requests.values_list("inspection", "document__inspection") for pk in pair}
        used |= set(
            Version.objects.filter(document__inspection__in=self.new).values_list(
                "document__inspection", flat=True
            )
        )
        brought = {
            (line.inspection_id, one["kind"], one["number"])
            for line in self.lines
            for one in line.facts.get("documents", [])
        }
        documents = Document.objects.filter(inspection__in=self.new)
        return used | {
            pk
            for pk, kind, number in documents.values_list("inspection", "kind", "number")
            if (pk, kind, number) not in brought
        }

    def run(self, writer: Writer) -> bool:
        """Do it. True when it changes what the public is told."""
        inspections = Inspection.objects.filter(pk__in=self.new)
        was_public = inspections.filter(access_class=AccessClass.PUBLIC).exists()
        inspections.update(withdrawn_at=clock.now(), version=F("version") + 1)
        Document.objects.filter(inspection__in=self.new).update(access_class=AccessClass.INTERNAL)
        for line in self.lines:
            if line.outcome == RowOutcome.CHANGED:
                was_public |= self._set_back(writer, line)
        self._hide_facilities()
        return was_public

    def _set_back(self, writer: Writer, line: LoadRow) -> bool:
        public = {line.inspection.access_class, line.before.get("access")}
        meaning = Meaning(Parsed(line.number, [], line.facts), line.outcome, None, line.inspection)
        writer.change(meaning, line.before)
        return AccessClass.PUBLIC in public

    def _hide_facilities(self) -> None:
        """Facilities that the file put on file, and of which nothing else is told, are no longer told of either."""
        made = [line.facility_made_id for line in self.lines if line.facility_made_id]
        standing = Inspection.objects.filter(facility__in=made, withdrawn_at=None).values("facility")
        Facility.objects.filter(pk__in=made).exclude(pk__in=standing).update(is_public=False)
