"""FDA's list of Form 483s: one row for each list of observations that it has published, with the address of the PDF.

The list names a facility by its FEI; where that is blank, by its name alone, and nothing more is made of it: a firm of one
name has several facilities in this very list.
"""

from django.utils.translation import gettext as _

from registry.inspections.intake import values
from registry.inspections.intake.parsed import Parsed, rows_of
from registry.inspections.intake.references import References
from registry.inspections.intake.tables import Table
from registry.inspections.intake.values import BadValue, Repair
from registry.inspections.models import AccessClass, DocumentKind, InspectionKind

FORMAT = "fda_form_483s"
AUTHORITY = "us-fda"
HEADS = {
    "record_date": "Record Date",
    "fei_number": "FEI Number",
    "legal_name": "Legal Name",
    "record_type": "Record Type",
    "publish_date": "Publish Date",
    "download": "Download",
    "record_id": "Record ID",
}
_NO_DAY = ("", "-")
_KINDS = {"483": (DocumentKind.OBSERVATIONS, "Form FDA 483"), "EIR": (DocumentKind.EIR, "EIR")}


def recognises(table: Table) -> bool:
    """True when the heading has all of the list's columns."""
    return set(HEADS) <= set(table.keys)


def read(table: Table, known: References) -> list[Parsed]:
    """What every row says, each fault and each blank told. A facility bears the name of its newest record."""
    parsed, seen = rows_of(table), {}
    for row, (_number, cells) in zip(parsed, table.named(), strict=True):
        _read_row(row, cells)
        first = seen.setdefault(row.facts["reference"], row.number)
        if first != row.number:
            words = _("stands in row %(row)s, too") % {"row": first}
            row.tell("rejected", HEADS["record_id"], row.facts["reference"], words)
    _settle_names(
        [(row, cells["publish_date"]) for row, (_n, cells) in zip(parsed, table.named(), strict=True)]
    )
    return parsed


def _read_row(row: Parsed, cells: dict[str, str]) -> None:
    reference = _value(row, "record_id", cells, values.text(80))
    name = _value(row, "legal_name", cells, values.text(250))
    day, kind = _day(row, cells), _kind(row, cells)
    row.facts = {
        "reference": reference,
        "facility": name,
        "fei": _fei(row, cells),
        "kind": InspectionKind.UNKNOWN.value,
        "began_on": None,
        "ended_on": day,
        "access": AccessClass.PUBLIC.value,
        "documents": [
            {
                "kind": kind[0].value,
                "title": f"{kind[1]}, {name}"[:250],
                "number": reference,
                "issued_on": day,
                "external_url": _value(row, "download", cells, values.address),
            }
        ],
    }


def _value(row: Parsed, column: str, cells: dict[str, str], read) -> str:
    cell = cells[column]
    try:
        if not cell:
            raise BadValue(_("is blank"))
        return read(cell)
    except BadValue as error:
        row.tell("rejected", HEADS[column], cell, error)
        return ""


def _day(row: Parsed, cells: dict[str, str]) -> str | None:
    if cells["record_date"] in _NO_DAY:
        row.tell("noted", HEADS["record_date"], cells["record_date"], _("is blank; kept without a day"))
        return None
    return _value(row, "record_date", cells, values.day) or None


def _kind(row: Parsed, cells: dict[str, str]) -> tuple:
    try:
        return _KINDS[cells["record_type"]]
    except KeyError:
        row.tell("rejected", HEADS["record_type"], cells["record_type"], _("is none of 483, EIR"))
        return _KINDS["483"]


def _fei(row: Parsed, cells: dict[str, str]) -> str:
    cell = cells["fei_number"]
    if not cell:
        row.tell("repaired", HEADS["fei_number"], cell, _("is blank; the facility is kept by its name alone"))
        return ""
    number = _value(row, "fei_number", cells, values.digits(6, 11))
    if isinstance(number, Repair):
        row.tell("repaired", HEADS["fei_number"], cell, _("read as %(value)s") % {"value": number})
    return number


def _settle_names(rows: list[tuple[Parsed, str]]) -> None:
    """Each facility gets the name of its newest record, and its other names as former ones."""
    by_number: dict[str, list[tuple]] = {}
    for row, published in rows:
        facts = row.facts
        if facts["fei"]:
            age = (facts["ended_on"] or "", published, facts["reference"].zfill(80))
            by_number.setdefault(facts["fei"], []).append((age, facts["facility"]))
    for row, _published in rows:
        named = [name for _age, name in sorted(by_number.get(row.facts["fei"], []), reverse=True)]
        if named:
            row.facts["former_names"] = [name for name in dict.fromkeys(named) if name != named[0]]
            row.facts["facility"] = named[0]
