"""Who may do what with inspections loaded from a file."""

from tests.house.access.row import Row

PUBLIC: list[Row] = []
ROWS: list[Row] = []


def furnish(world) -> None:
    """Put inspections loaded from a file into the world."""
