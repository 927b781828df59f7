"""What a row of a file says, in one form for all formats."""

from dataclasses import dataclass, field

from registry.intake.reporting import Remark


@dataclass
class Parsed:
    """One row. ``facts`` are by the names of our template's columns, codes as codes and days as texts, so that they can be kept as JSON.

    Only what the file has a column for is in them. A format may add ``documents``, and ``former_names`` of the facility.
    """

    number: int
    cells: list[str]
    facts: dict = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)

    def tell(self, kind: str, column: str, value, reason: str) -> None:
        """Write a remark down."""
        self.remarks.append(Remark(kind, self.number, column, str(value)[:200], str(reason)))

    @property
    def is_rejected(self) -> bool:
        """True when something in the row cannot be used."""
        return any(remark.kind == "rejected" for remark in self.remarks)


def rows_of(table) -> list[Parsed]:
    """The rows of a table with what reading their cells brought to light."""
    by_number = {number: Parsed(number, cells) for number, cells in table.rows}
    for remark in table.remarks:
        if remark.row in by_number:
            by_number[remark.row].remarks.append(remark)
    return list(by_number.values())
