"""``schedules.csv`` of the UK register: one row per schedule, with the agreement in the free-text label."""

from collections import defaultdict
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from agreements import concluding
from agreements.acting import Acting
from agreements.models import Coverage, Economy
from portal.lifecycle import NotAllowed
from registry.intake import home_areas, mutual, repairing, ukmcab
from registry.intake.agreed import AgreedRow, Placer, Unplaceable
from registry.intake.home_areas import HomeArea
from registry.intake.matching import Matcher, Named, key
from registry.intake.reading import Source
from registry.intake.reporting import Report

FORMAT = "ukmcab_schedules"
COLUMNS = {"Name", "CABNumber", "FileName", "Label", "LegislativeArea"}


def recognises(source: Source) -> bool:
    """True when the file has this format's leading columns."""
    return not source.is_json and {"Name", "CABNumber"} <= source.heads


def as_of(source: Source) -> date:
    """The day whose state the file shows."""
    return ukmcab.day_of_schedules(source)


def load(*, by: Acting, source: Source, report: Report) -> None:
    """Bring every row to the register; a row that cannot be placed is told."""
    rows = source.lines()
    report.rows = len(rows)
    Schedules(by=by, source=source, report=report).load(rows)
    state_coverage(by=by, report=report, words=f"{len(rows)} schedules")


def state_coverage(*, by: Acting, report: Report, words: str) -> None:
    """Say how far the register goes for the UK, on both sides."""
    home, day = ukmcab.home(), report.as_of
    what = {
        Coverage.Side.DESIGNATIONS: "bodies designated for a partner, where the label of a schedule names the agreement",
        Coverage.Side.RECOGNITIONS: "bodies of partners that the register shows as approved under an agreement",
    }
    for side, statement in what.items():
        concluding.state_coverage(
            by=by,
            economy=home,
            side=side,
            source_name=f"{ukmcab.REGISTER}: {report.format}",
            as_of=day,
            statement=f"{ukmcab.REGISTER}, {words}, as of {day:%Y-%m-%d}: {statement}.",
        )


class Schedules:
    """One reading of the file."""

    def __init__(self, *, by: Acting, source: Source, report: Report):
        self.by, self.report, self.home = by, report, ukmcab.home()
        self.matcher = Matcher(by=by, report=report, source_name=ukmcab.REGISTER)
        self.placer = Placer(by, report, self.home, report.as_of, ukmcab.REGISTER)
        versions = sorted(source.sister("cabs.json"), key=lambda one: one.get("Status") == "Published")
        self.versions = {key(repairing.text(one.get("Name"))): one for one in versions}

    def load(self, rows: list[tuple[int, dict]]) -> None:
        """All rows: body by body, so that a body's economy is told by all that its rows say."""
        bodies: dict[str, list] = defaultdict(list)
        for row, cells in rows:
            read = self._read(row, cells)
            if read is not None:
                bodies[key(read[0].name)].append(read)
        for group in bodies.values():
            self._load_body(group)

    def _read(self, row: int, cells: dict):
        name = repairing.cell(self.report, row, "Name", cells["Name"])
        area = repairing.cell(self.report, row, "LegislativeArea", cells["LegislativeArea"])
        if not name or not area:
            self._reject(row, "LegislativeArea" if name else "Name", "", "is blank")
            return None
        try:
            numbers, former = repairing.number_cell(self.report, row, "CABNumber", cells["CABNumber"])
        except repairing.BadNumber as error:
            self._reject(row, "CABNumber", cells["CABNumber"], f"“{error}” is no number of this register")
            return None
        named = Named(row, name, self.home, ukmcab.SCHEME, numbers, former)
        label = repairing.cell(self.report, row, "Label", cells["Label"])
        return named, area, label, mutual.read(label)

    def _load_body(self, group: list) -> None:
        economy = self._economy(group)
        if economy is None:
            for named, _area, label, _said in group:
                self._doubt(named.row, label, f"where {named.name} is established cannot be told")
            return
        version = self.versions.get(key(group[0][0].name), {})
        status = "historical" if version.get("Status") == "Historical" else "appointed"
        body, areas = None, defaultdict(list)
        for named, area, label, said in group:
            named.economy = economy
            named.local_word = ", ".join(version.get("BodyTypes") or [])
            named.website = repairing.text(version.get("Website"))
            body = self.matcher.place(named)
            if said is None:
                areas[area].append((named.row, label))
            else:
                self._place(body, AgreedRow(named.row, label, area, said))
        for area, labels in areas.items():
            detail = "\n".join(dict.fromkeys(label for _row, label in labels))
            home_areas.appoint(
                by=self.by,
                report=self.report,
                body=body,
                market=self.home,
                source_name=ukmcab.REGISTER,
                area=HomeArea(labels[0][0], area, detail, status=status),
            )

    def _economy(self, group: list) -> Economy | None:
        """Where the body is established: the register's own word, else what is on file, the name, the label, else the UK.

        A label that contradicts the name is then in doubt. None when the catalogue lacks the economy.
        """
        named = group[0][0]
        version = self.versions.get(key(named.name), {})
        country = version.get("RegisteredOfficeLocation") or version.get("Country")
        if country:
            return ukmcab.economy_named(country)
        body = self.matcher.find(named.scheme, named.numbers, named.name)
        if body is not None:
            return body.economy
        told = mutual.established(named.name)
        if told and told != self.home.code:
            words = f"its name tells that it is established in {told}"
            self.report.note("noted", named.row, "Name", named.name, words)
        labelled = [
            said.partners[0] for *_cells, said in group if said and said.partner_body and said.partners
        ]
        code = told or next(iter(labelled), self.home.code)
        return Economy.objects.filter(code=code).first()

    def _place(self, body, row: AgreedRow) -> None:
        abroad = body.economy.code != self.home.code
        if row.said.partner_body != abroad:
            self._doubt(
                row.row, row.label, f"the label does not fit {body.name}, established in {body.economy.name}"
            )
            return
        place_row(self.placer, body, row)

    def _doubt(self, row: int, label: str, why: str) -> None:
        self.report.note("doubtful", row, "Label", label, f"{why}; not loaded")
        self.report.counts["rows in doubt"] += 1

    def _reject(self, row: int, column: str, value: str, reason: str) -> None:
        self.report.note("rejected", row, column, value, reason)
        self.report.counts["rows rejected"] += 1


def place_row(placer: Placer, body, row: AgreedRow) -> None:
    """Place a row that names an agreement; one that does not fit what is on file is rejected, and alone."""
    try:
        with transaction.atomic():
            placer.place(body, row)
    except (Unplaceable, NotAllowed, ValidationError) as error:
        placer.report.note("rejected", row.row, "Label", row.label, str(error))
        placer.report.counts["rows rejected"] += 1
    else:
        placer.report.counts["rows naming an agreement"] += 1
