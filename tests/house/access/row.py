"""One row of the table of routes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.house.access.answers import Statuses

if TYPE_CHECKING:
    from tests.house.access.world import World


@dataclass(frozen=True)
class Row:
    """One route: its name in the resolver, an address of it in the world, and the answers."""

    name: str
    at: "Callable[[World], str]"
    get: Statuses | None = None
    post: Statuses | None = None
    data: "Callable[[World], dict]" = lambda world: {}
    writes: bool | None = False
    idle: bool = False
    knows: tuple[str, ...] = ()
