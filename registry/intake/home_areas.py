"""What a register's own economy appointed bodies for, and the sectors in which its areas lie."""

from dataclasses import dataclass
from datetime import date

from agreements.acting import Acting
from agreements.models import Economy, Requirement, Sector
from registry import registering
from registry.intake.reporting import Report
from registry.models import Body, HomeAppointment

# The areas of the UK register. None: the catalogue has no sector that is the same field.
SECTORS = {
    "Electromagnetic compatibility": "emc",
    "Machinery": "machinery",
    "Radio equipment": "radio",
    "Equipment and protective systems for use in potentially explosive atmospheres": "atex",
    "Lifts": None,
    "Pressure equipment": "pressure_equipment",
    "Simple pressure vessels": "pressure_vessels",
    "Gas appliances and related": "gas_appliances_boilers",
    "Noise emissions in the environment by equipment for use outdoors": None,
    "Ecodesign": None,
    "Recreational craft": "recreational_craft",
    "Cableway installation": "cableways",
    "Explosives": None,
    "Pyrotechnics": None,
    "Toys": "toys",
    "Non-automatic weighing instruments": "measuring_instruments",
    "Measuring instruments": "measuring_instruments",
    "Construction products": None,
    "Marine equipment": "marine_equipment",
    "Medical devices": "medical_devices",
    "In vitro diagnostic medical devices": "medical_devices",
    "Personal protective equipment": "ppe",
    "Railway interoperability": None,
    "Transportable pressure equipment": "pressure_equipment",
    "Not assigned": None,
}


@dataclass(frozen=True)
class HomeArea:
    """One area of a body in its own market, as the register words it."""

    row: int
    area: str
    detail: str = ""
    is_provisional: bool = False
    status: str = "appointed"
    start: date | None = None
    requirement: Requirement | None = None


def sector_of(area: str) -> Sector | None:
    """The catalogue's sector for an area, if it has one."""
    code = SECTORS.get(area)
    return Sector.objects.filter(code=code).first() if code else None


def appoint(
    *, by: Acting, report: Report, body: Body, market: Economy, area: HomeArea, source_name: str
) -> None:
    """Put the area on record once; a row that says otherwise than what is on file is told, and changes nothing."""
    if area.area not in SECTORS:
        report.note(
            "doubtful", area.row, "area", area.area, "not an area of this register; kept without a sector"
        )
    same = HomeAppointment.objects.known().filter(
        body=body, market=market, area=area.area, requirement=area.requirement
    )
    held = same.first()
    if held is None:
        registering.appoint_at_home(
            by=by,
            body=body,
            market=market,
            area=area.area,
            sector=sector_of(area.area),
            detail=area.detail,
            is_provisional=area.is_provisional,
            status=area.status,
            start=area.start,
            requirement=area.requirement,
            source_name=source_name,
        )
        report.counts["home appointments"] += 1
    elif held.status != area.status and "appointed" not in (held.status, area.status):
        report.note("doubtful", area.row, "area", area.area, f"on file as {held.status}, here {area.status}")
