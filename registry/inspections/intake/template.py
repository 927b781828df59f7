"""Our own template: one row for each inspection, columns as in ``columns``, in any order."""

from django.utils.translation import gettext as _

from registry.inspections.intake.columns import BY_NAME, REQUIRED, Column
from registry.inspections.intake.parsed import Parsed, rows_of
from registry.inspections.intake.references import References
from registry.inspections.intake.tables import REASON, Table
from registry.inspections.intake.values import BadValue, Repair
from registry.inspections.models import AccessClass
from registry.intake.reporting import BadFile

FORMAT = "inspections"


def recognises(table: Table) -> bool:
    """True when the heading has this format's leading columns."""
    return set(REQUIRED) <= set(table.keys)


def read(table: Table, known: References) -> list[Parsed]:
    """What every row says, each fault told. Raises BadFile when a column is none of ours."""
    foreign = [
        head for head, name in zip(table.heads, table.keys, strict=True) if name not in {*BY_NAME, REASON, ""}
    ]
    if foreign:
        raise BadFile(
            _(
                "The column %(column)s is none of the template's. Take it out, or name it as the template does."
            )
            % {"column": ", ".join(foreign)}
        )
    parsed, seen = rows_of(table), {}
    for row, (_number, cells) in zip(parsed, table.named(), strict=True):
        for name, cell in cells.items():
            row.facts[name] = _value(row, BY_NAME[name], cell, known)
        _check_together(row, known)
        _check_once(row, seen)
    return parsed


def _value(row: Parsed, column: Column, cell: str, known: References):
    if not cell:
        if column.required:
            row.tell("rejected", column.name, cell, _("is blank"))
        return column.empty
    try:
        value = column.read(cell)
        if column.codes:
            value = (
                [known.known(column.codes, code) for code in value]
                if isinstance(value, list)
                else known.known(column.codes, value)
            )
    except BadValue as error:
        row.tell("rejected", column.name, cell, error)
        return column.empty
    if isinstance(value, Repair):
        row.tell("repaired", column.name, cell, _("read as %(value)s") % {"value": value})
    return value


def _check_together(row: Parsed, known: References) -> None:
    facts = row.facts
    if facts.get("authority") and facts["authority"] != known.authority.code:
        words = _("is not the authority you load for, %(code)s") % {"code": known.authority.code}
        row.tell("rejected", "authority", facts["authority"], words)
    began, ended = facts.get("began_on"), facts.get("ended_on")
    if began and ended and began > ended:
        row.tell("rejected", "ended_on", ended, _("lies before the first day, %(day)s") % {"day": began})
    for access, column in ((AccessClass.ANNEX, "annex"), (AccessClass.NAMED, "named")):
        if facts.get("access") == access and not facts.get(column) and not _has_fault(row, column):
            row.tell("rejected", column, "", _("is blank, and access is “%(access)s”") % {"access": access})


def _has_fault(row: Parsed, column: str) -> bool:
    return any(remark.column == column and remark.kind == "rejected" for remark in row.remarks)


def _check_once(row: Parsed, seen: dict[str, int]) -> None:
    reference = row.facts["reference"]
    first = seen.setdefault(reference, row.number) if reference else row.number
    if first != row.number:
        row.tell("rejected", "reference", reference, _("stands in row %(row)s, too") % {"row": first})
