"""A list of the EU's notified bodies for medical devices: number, name, country, regulations."""

from agreements import concluding
from agreements.acting import Acting
from agreements.models import Coverage, Economy, Requirement
from registry.intake import home_areas, repairing
from registry.intake.home_areas import HomeArea
from registry.intake.matching import Matcher, Named
from registry.intake.reading import Source
from registry.intake.reporting import Report

FORMAT = "notified_bodies"
COLUMNS = {"number", "name", "country", "regulations"}
SCHEME = "notified body number"
REGISTER = "List of notified bodies for medical devices"
_REGULATIONS = {
    "MDR": ("eu-2017-745", "Medical devices"),
    "IVDR": ("eu-2017-746", "In vitro diagnostic medical devices"),
}


def recognises(source: Source) -> bool:
    """True when the file has this format's leading columns."""
    return not source.is_json and {"number", "regulations"} <= source.heads


def as_of(source: Source) -> None:
    """The file carries no day."""
    return None


def load(*, by: Acting, source: Source, report: Report) -> None:
    """Bring every row to the register; a row that cannot be placed is told."""
    rows = source.lines()
    report.rows = len(rows)
    market = Economy.objects.get(code="EU")
    matcher = Matcher(by=by, report=report, source_name=REGISTER)
    for row, cells in rows:
        _load_row(by, report, matcher, market, row, cells)
    concluding.state_coverage(
        by=by,
        economy=market,
        side=Coverage.Side.DESIGNATIONS,
        source_name=REGISTER,
        as_of=report.as_of,
        statement=f"{REGISTER}, {len(rows)} bodies: notified at home only, not designated for a partner.",
    )


def _load_row(by: Acting, report: Report, matcher: Matcher, market: Economy, row: int, cells: dict) -> None:
    name = repairing.cell(report, row, "name", cells["name"])
    economy = Economy.objects.filter(code=cells["country"].strip()).first()
    known = [part.strip() for part in cells["regulations"].split(";") if part.strip() in _REGULATIONS]
    wrong = next(
        (
            (column, reason)
            for column, fine, reason in (
                ("name", name, "is blank"),
                ("country", economy, "is no economy of the catalogue"),
                ("regulations", known, "names neither MDR nor IVDR"),
            )
            if not fine
        ),
        None,
    )
    try:
        numbers, former = repairing.number_cell(report, row, "number", cells["number"])
    except repairing.BadNumber:
        wrong = ("number", "is no number of four digits")
    if wrong:
        report.note("rejected", row, wrong[0], cells[wrong[0]], wrong[1])
        report.counts["rows rejected"] += 1
        return
    named = Named(row, name, economy, SCHEME, numbers, former, local_word="notified body")
    body = matcher.place(named)
    for regulation in known:
        slug, area = _REGULATIONS[regulation]
        home_areas.appoint(
            by=by,
            report=report,
            body=body,
            market=market,
            source_name=REGISTER,
            area=HomeArea(row, area, requirement=Requirement.objects.filter(slug=slug).first()),
        )
