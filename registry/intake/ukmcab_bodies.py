"""``cabs.json`` of the UK register: body versions with address, numbers, areas and schedules."""

from collections import defaultdict
from datetime import date

from agreements.acting import Acting
from agreements.models import Authority, Capacity
from registry import accrediting
from registry.deciding import Terms
from registry.intake import home_areas, mutual, repairing, ukmcab
from registry.intake.agreed import AgreedRow, Placer
from registry.intake.home_areas import HomeArea
from registry.intake.matching import Matcher, Named
from registry.intake.reading import Source
from registry.intake.reporting import BadFile, Report
from registry.intake.ukmcab_schedules import place_row, state_coverage
from registry.models import Accreditation, Body

FORMAT = ukmcab.BODIES
COLUMNS = {"CABId", "Name", "CABNumber", "Status", "RegisteredOfficeLocation", "LastUpdatedDate"}


def recognises(source: Source) -> bool:
    """True when the file's objects are body versions."""
    return source.is_json and {"CABId", "URLSlug"} <= source.heads


def as_of(source: Source) -> date:
    """The newest day on which a version in the file was changed."""
    day = ukmcab.newest_day([version for _row, version in source.objects()])
    if day is None:
        raise BadFile("LastUpdatedDate holds no day by which the file could be dated; give one with --as-of.")
    return day


def load(*, by: Acting, source: Source, report: Report) -> None:
    """Bring every body to the register, from its published version where it has one."""
    rows = source.objects()
    report.rows = len(rows)
    reading = Bodies(by=by, report=report)
    for row, version in _chosen(rows, report):
        reading.load(row, version)
    state_coverage(by=by, report=report, words=f"{len(rows)} versions of bodies")


def _chosen(rows: list[tuple[int, dict]], report: Report) -> list[tuple[int, dict]]:
    """One version per body: the published one, else the newest; the others are told."""
    versions: dict[str, list] = defaultdict(list)
    for row, version in rows:
        versions[version.get("CABId") or f"row {row}"].append((row, version))
    chosen = []
    for group in versions.values():
        group.sort(key=lambda one: (_is_published(one[1]), one[1].get("LastUpdatedDate") or ""), reverse=True)
        chosen.append(group[0])
        for row, version in group[1:]:
            report.note(
                "noted", row, "Status", version.get("Status"), "an older version; the body's newest counts"
            )
    return sorted(chosen, key=lambda one: one[0])


def _is_published(version: dict) -> bool:
    return version.get("Status") == "Published"


class Bodies:
    """One reading of the file."""

    def __init__(self, *, by: Acting, report: Report):
        self.by, self.report, self.home = by, report, ukmcab.home()
        self.matcher = Matcher(by=by, report=report, source_name=ukmcab.REGISTER)
        self.placer = Placer(by, report, self.home, report.as_of, ukmcab.REGISTER)
        self.accreditor = Authority.objects.filter(
            acronym="UKAS", capacities__contains=[Capacity.ACCREDITATION]
        ).first()

    def load(self, row: int, version: dict) -> None:
        """Bring one version to the register, or tell why not."""
        named = self._read(row, version)
        if named is None:
            return
        body = self.matcher.place(named)
        if not _is_published(version):
            words = "only a historical version is in this file: kept as former, its areas marked historical"
            self.report.note("noted", row, "Name", body.name, words)
            self.report.counts["bodies with a historical version only"] += 1
        self._accredit(body, version)
        self._appoint(row, body, version)
        if _is_published(version):
            self._agreed(row, body, version)

    def _read(self, row: int, version: dict) -> Named | None:
        name = repairing.cell(self.report, row, "Name", version.get("Name"))
        place = version.get("RegisteredOfficeLocation") or version.get("Country") or ""
        economy = ukmcab.economy_named(place)
        if not name or economy is None:
            column, value = ("RegisteredOfficeLocation", place) if name else ("Name", "")
            self._reject(row, column, value, "names no economy of the catalogue" if name else "is blank")
            return None
        try:
            numbers, former = repairing.number_cell(self.report, row, "CABNumber", version.get("CABNumber"))
            for previous in version.get("PreviousCABNumbers") or []:
                former += repairing.numbers(previous)[0]
        except repairing.BadNumber as error:
            self._reject(
                row, "CABNumber", version.get("CABNumber"), f"“{error}” is no number of this register"
            )
            return None
        return Named(
            row,
            name,
            economy,
            ukmcab.SCHEME,
            numbers,
            former,
            local_word=", ".join(version.get("BodyTypes") or []),
            website=repairing.text(version.get("Website")),
            sites=self._sites(version, economy),
            further=[
                ("UKAS reference", version.get("UKASReference") or ""),
                ("UKMCAB id", version.get("CABId") or ""),
            ],
        )

    def _reject(self, row: int, column: str, value, reason: str) -> None:
        self.report.note("rejected", row, column, value, reason)
        self.report.counts["rows rejected"] += 1

    def _sites(self, version: dict, economy) -> list[dict]:
        lines = [repairing.text(version.get(part)) for part in ("AddressLine1", "AddressLine2", "County")]
        sites = [
            {
                "economy": ukmcab.economy_named(version.get("Country") or "") or economy,
                "address": "\n".join(line for line in lines if line),
                "town": repairing.text(version.get("TownCity"))[:120],
                "postcode": repairing.text(version.get("Postcode"))[:30],
                "is_registered_office": True,
            }
        ]
        for place in version.get("TestingLocations") or []:
            other = ukmcab.economy_named(place)
            if other is not None and other.id not in {site["economy"].id for site in sites}:
                sites.append({"economy": other, "name": f"Testing location in {other.name}"})
        return sites

    def _accredit(self, body: Body, version: dict) -> None:
        reference = version.get("UKASReference") or ""
        if not reference or self.accreditor is None:
            return
        held = Accreditation.objects.filter(
            body=body, accreditation_body=self.accreditor, reference=reference
        )
        if not held.exists():
            terms = Terms(self.report.as_of, start_unknown=True, source_name=ukmcab.REGISTER)
            accrediting.accredit(
                by=self.by, body=body, accreditation_body=self.accreditor, reference=reference, terms=terms
            )
            self.report.counts["accreditations"] += 1

    def _schedules(self, version: dict) -> list[tuple[str, str]]:
        """The area and label of each schedule that the register still shows."""
        return [
            (repairing.text(one.get("LegislativeArea")), repairing.text(one.get("Label")))
            for one in version.get("Schedules") or []
            if not one.get("Archived")
        ]

    def _appoint(self, row: int, body: Body, version: dict) -> None:
        labels, agreed = defaultdict(list), set()
        for area, label in self._schedules(version):
            if mutual.read(label) is None:
                labels[area].append(label)
            else:
                agreed.add(area)
        for one in version.get("DocumentLegislativeAreas") or []:
            area = repairing.cell(self.report, row, "LegislativeAreaName", one.get("LegislativeAreaName"))
            # An area of which every schedule names an agreement is no appointment at home.
            if area and (area in labels or area not in agreed):
                self._appoint_in(row, body, version, one, area, labels[area])

    def _appoint_in(
        self, row: int, body: Body, version: dict, one: dict, area: str, labels: list[str]
    ) -> None:
        status = "appointed" if _is_published(version) else "historical"
        since = str(one.get("AppointmentDate") or "")[:10]
        try:
            start = date.fromisoformat(since) if since else None
        except ValueError:
            self._reject(row, "AppointmentDate", since, f"is no day; {area} is not loaded")
            return
        home_areas.appoint(
            by=self.by,
            report=self.report,
            body=body,
            market=self.home,
            source_name=ukmcab.REGISTER,
            area=HomeArea(
                row,
                area,
                "\n".join(dict.fromkeys(labels)),
                is_provisional=bool(one.get("IsProvisional")),
                status="archived" if one.get("Archived") else status,
                start=start,
            ),
        )

    def _agreed(self, row: int, body: Body, version: dict) -> None:
        for area, label in self._schedules(version):
            said = mutual.read(label)
            if said is None:
                continue
            if said.partner_body == (body.economy_id == self.home.id):
                words = f"the label does not fit a body established in {body.economy.name}; not loaded"
                self.report.note("doubtful", row, "Schedules", label, words)
            else:
                place_row(self.placer, body, AgreedRow(row, label, area, said))
