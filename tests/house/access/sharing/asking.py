"""Who may do what with requests."""

from tests.house.access.row import Row

PUBLIC: list[Row] = []
ROWS: list[Row] = []


def furnish(world) -> None:
    """Put requests into the world."""
