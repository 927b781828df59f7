"""Who may do what with documents and releases."""

from tests.house.access.row import Row

PUBLIC: list[Row] = []
ROWS: list[Row] = []


def furnish(world) -> None:
    """Put documents and releases into the world."""
