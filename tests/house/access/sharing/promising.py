"""Who may do what with commitments and alerts."""

from tests.house.access.row import Row

PUBLIC: list[Row] = []
ROWS: list[Row] = []


def furnish(world) -> None:
    """Put commitments and alerts into the world."""
