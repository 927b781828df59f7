"""Who may do what with facilities and inspections."""

from tests.house.access.row import Row

PUBLIC: list[Row] = []
ROWS: list[Row] = []


def furnish(world) -> None:
    """Put facilities and inspections into the world."""
