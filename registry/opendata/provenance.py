"""Where the register's data come from: for each economy whose list, as of when, how complete, under which licence."""

from dataclasses import dataclass
from datetime import date

from agreements.models import Coverage, Economy, Origin
from registry.intake import ukmcab
from registry.models import Body


@dataclass(frozen=True)
class Licence:
    """A licence under which a source publishes, as the source names it."""

    name: str
    address: str


# Stated by the sources themselves. Of a source that is not here the licence is not on file.
_LICENCES = {ukmcab.REGISTER: Licence("MIT", "https://spdx.org/licenses/MIT.html")}


@dataclass(frozen=True)
class Stated:
    """What the register holds for one side of an economy, from one source. ``licence`` is None while it is not on file."""

    economy: Economy
    side: str
    side_words: str
    source: str
    as_of: date | None
    statement: str
    licence: Licence | None


def stated() -> list[Stated]:
    """Every statement on file, by economy."""
    rows = Coverage.objects.select_related("economy").order_by("economy__name", "side", "source_name")
    return [
        Stated(
            row.economy,
            row.side,
            row.get_side_display(),
            row.source_name,
            row.as_of,
            row.statement,
            licence_of(row.source_name),
        )
        for row in rows
    ]


def licence_of(source: str) -> Licence | None:
    """The licence of a source; one file of a register is named after it, with a colon."""
    return _LICENCES.get(source.split(":", 1)[0])


def unstated() -> list[Economy]:
    """The economies of which no list of bodies is on file."""
    return list(Economy.objects.filter(coverage=None).order_by("name"))


def samples() -> int:
    """How many bodies are fictional."""
    return Body.objects.filter(origin=Origin.SAMPLE).count()
