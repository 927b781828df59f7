"""Our own template: one row for each inspection, columns as in ``columns``, in any order."""

from django.utils.translation import gettext as _

from registry.inspections import scales
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
        _settle_readers(row, known)
        _check_together(row, known)
        _check_scale(row)
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


def _check_scale(row: Parsed) -> None:
    """An outcome has its scale, and a value of a scale that is on file is one of it."""
    scale, outcome = row.facts.get("scale", ""), row.facts.get("outcome", "")
    if outcome and not scale:
        row.tell("rejected", "scale", "", _("is blank, and there is an outcome; name its scale"))
    try:
        scales.check(scale, outcome)
    except ValueError as error:
        row.tell("rejected", "outcome", outcome, error)
    for grade, _number in row.facts.get("findings", []):
        try:
            scales.check_grade(scale, grade)
        except ValueError as error:
            row.tell("rejected", "findings", grade, error)


def _settle_readers(row: Parsed, known: References) -> None:
    """Without readers that the access class does not ask for, as when an inspection is recorded by hand."""
    facts = row.facts
    access = facts.get("access")
    if access is None:
        return
    if "annex" in facts and access != AccessClass.ANNEX:
        facts["annex"] = ""
    if "named" in facts:
        others = [code for code in facts["named"] if code != known.authority.code]
        facts["named"] = others if access == AccessClass.NAMED else []


def _has_fault(row: Parsed, column: str) -> bool:
    return any(remark.column == column and remark.kind == "rejected" for remark in row.remarks)


def _check_once(row: Parsed, seen: dict[str, int]) -> None:
    reference = row.facts["reference"]
    first = seen.setdefault(reference, row.number) if reference else row.number
    if first != row.number:
        row.tell("rejected", "reference", reference, _("stands in row %(row)s, too") % {"row": first})
