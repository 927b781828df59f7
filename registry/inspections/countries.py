"""Countries in which facilities lie besides the economies of the catalogue (codes of ISO 3166-1, two letters)."""

from collections.abc import Iterable

from django_countries import countries


def name_of(code: str) -> str:
    """The country's name, "" for a code that none has."""
    return str(countries.name(code))


def beside(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Code and name of every country that is not among the codes."""
    known = set(codes)
    return [(country.code, country.name) for country in countries if country.code not in known]
