"""Turning a register row that names an agreement into a designation by the UK or a recognition by it."""

from dataclasses import dataclass
from datetime import date

from agreements import concluding
from agreements.acting import Acting
from agreements.models import (
    Agreement,
    Annex,
    AnnexStatus,
    Economy,
    Origin,
    ResultKind,
    Sector,
    Undertaking,
)
from portal.validity import days
from registry import designating, recognising
from registry.deciding import Terms
from registry.designating import Scope
from registry.intake.home_areas import sector_of
from registry.intake.mutual import Label
from registry.intake.reporting import Report
from registry.models import Body, ScopeLine

_AGREEMENTS = {"US": "US-UK", "AU": "UK-AU", "NZ": "UK-NZ", "CA": "UK-CA", "JP": "UK-JP"}
_PARTS = {
    "emc": "EMC",
    "radio": "RAD",
    "machinery": "MAC",
    "medical_devices": "DEV",
    "marine_equipment": "MED",
}


class Unplaceable(Exception):
    """The row names an agreement that cannot be told; the text says why."""


@dataclass(frozen=True)
class AgreedRow:
    """A row of the register that names an agreement: whose label, for which area."""

    row: int
    label: str
    area: str
    said: Label


@dataclass(frozen=True)
class Placer:
    """Places such rows, as of one day. ``source_name`` is the register."""

    by: Acting
    report: Report
    home: Economy
    as_of: date
    source_name: str

    def place(self, body: Body, row: AgreedRow) -> None:
        """Put the row on record for each partner it names. Raises Unplaceable."""
        sector = sector_of(row.area)
        if sector is None:
            raise Unplaceable(f"the catalogue has no sector for the area “{row.area}”")
        if not row.said.partners:
            raise Unplaceable("the label names no partner")
        for code in row.said.partners:
            partner = Economy.objects.filter(code=code).first()
            if partner is None:
                raise Unplaceable(f"the catalogue has no economy {code}")
            self._place_for(body, row, sector, partner)

    def _place_for(self, body: Body, row: AgreedRow, sector: Sector, partner: Economy) -> None:
        incoming = row.said.partner_body
        exporting, importing = (partner, self.home) if incoming else (self.home, partner)
        annex = self._annex(partner, sector, row)
        self._undertaking(annex, importing, exporting, sector, row)
        owner = "recognition" if incoming else "designation"
        on_file = ScopeLine.objects.filter(
            **{f"{owner}__isnull": False},
            body=body,
            annex=annex,
            exporting=exporting,
            importing=importing,
            sector=sector,
            kind=row.said.kind,
        )
        if on_file.exists():
            return
        act = recognising.list_body if incoming else designating.designate
        act(
            by=self.by,
            body=body,
            annex=annex,
            exporting=exporting,
            importing=importing,
            authority=None,
            scopes=[Scope(sector, row.said.kind)],
            source_name=self.source_name,
            terms=Terms(
                self.as_of, start_unknown=True, source_name=self.source_name, citation=self._citation(row)
            ),
        )
        self.report.counts[f"{owner}s"] += 1

    def _citation(self, row: AgreedRow) -> str:
        return f"{self.source_name}, schedule label “{row.label}”"[:300]

    def _annex(self, partner: Economy, sector: Sector, row: AgreedRow) -> Annex:
        code = _AGREEMENTS[partner.code]
        annexes = Annex.objects.filter(agreement__party_rows__economy=self.home, sectors_known=True)
        annexes = annexes.filter(agreement__party_rows__economy=partner, agreement__parties_kind="bilateral")
        annex = annexes.filter(sectors=sector).order_by("code").first()
        if annex is not None:
            return annex
        agreement = Agreement.objects.filter(code=code).first()
        if agreement is None:
            raise Unplaceable(f"the catalogue has no agreement {code}")
        return self._make_annex(agreement, sector, row)

    def _make_annex(self, agreement: Agreement, sector: Sector, row: AgreedRow) -> Annex:
        """The row itself shows that the text covers the sector, from the day of the register on; not since when."""
        said = {
            "origin": Origin.REGISTER_ROW,
            "citation": self._citation(row),
            "evidence_year": self.as_of.year,
        }
        annex = concluding.add_annex(
            by=self.by,
            agreement=agreement,
            code=f"{agreement.code}-{_PARTS[sector.code]}",
            title=sector.name,
            sectors=[sector],
            **said,
        )
        concluding.set_status(
            by=self.by,
            annex=annex,
            status=AnnexStatus.UNKNOWN,
            start=None,
            end=self.as_of,
            **said,
            reason="Not shown by the register for earlier days.",
        )
        concluding.set_status(
            by=self.by,
            annex=annex,
            status=AnnexStatus.IN_FORCE,
            start=self.as_of,
            start_is_evidence=True,
            **said,
        )
        self.report.note(
            "noted", row.row, "Label", row.label, f"the row is the source of the annex {annex.code}"
        )
        self.report.counts["annexes added"] += 1
        return annex

    def _undertaking(self, annex: Annex, importing, exporting, sector: Sector, row: AgreedRow) -> None:
        """Where the row is the annex's source, it also shows what is accepted, in its own direction only."""
        if annex.origin != Origin.REGISTER_ROW:
            return
        kinds = [row.said.kind] if row.said.kind else [ResultKind.TEST_REPORT, ResultKind.CERTIFICATE]
        for kind in kinds:
            same = Undertaking.objects.known().filter(
                annex=annex, importing=importing, exporting=exporting, kind=kind, sector=sector
            )
            if not same.exists():
                concluding.undertake(
                    by=self.by,
                    annex=annex,
                    importing=importing,
                    exporting=exporting,
                    kind=kind,
                    sector=sector,
                    valid=days(),
                    origin=Origin.REGISTER_ROW,
                    citation=self._citation(row),
                    evidence_year=self.as_of.year,
                    verified=bool(row.said.kind),
                )
                self.report.counts["undertakings added"] += 1
