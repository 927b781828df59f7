"""The codes that a file may use: economies and countries, annexes, authorities and sectors of the register, read once for a file."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from agreements.acting import Acting
from agreements.models import Annex, Authority, Economy, Sector
from registry.inspections import audience, countries
from registry.inspections.intake.values import BadValue


@dataclass
class References:
    """Codes by list, each with the id of its row; ``acted_under`` are the annexes under which the authority acts today."""

    authority: Authority
    economies: dict[str, int]
    annexes: dict[str, int]
    authorities: dict[str, int]
    sectors: dict[str, int]
    acted_under: frozenset[int]

    def known(self, codes: str, cell: str) -> str:
        """The code as the register spells it. Raises BadValue."""
        try:
            return self._spelt[codes][cell.casefold()]
        except KeyError:
            raise BadValue(_UNKNOWN[codes]()) from None

    @cached_property
    def _spelt(self) -> dict[str, dict[str, str]]:
        spelt = {
            codes: {
                code.casefold(): code
                for code, number in getattr(self, codes).items()
                if codes != "annexes" or number in self.acted_under
            }
            for codes in _UNKNOWN
        }
        beside = {code.casefold(): code for code, _name in countries.beside(self.economies)}
        return {**spelt, "economies": spelt["economies"] | beside}


def references(authority: Authority) -> References:
    """What there is today for files of that authority."""
    acting = Acting(actor="", authority_id=authority.pk, economy_id=authority.economy_id)
    lists = (Economy.objects, Annex.objects, Authority.objects, Sector.objects)
    return References(
        authority,
        *(dict(rows.values_list("code", "id")) for rows in lists),
        acted_under=audience.annexes_of(acting),
    )


_UNKNOWN = {
    "economies": lambda: _("is no code of an economy or country"),
    "annexes": lambda: _("is no annex that applies today and under which your authority acts"),
    "authorities": lambda: _("is no code of an authority on file"),
    "sectors": lambda: _("is no code of a sector on file"),
}
