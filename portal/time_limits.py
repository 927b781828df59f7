"""Time limits: on which day they begin for whoever must keep them, and which day is the last.

The day from which a limit runs does not itself count (Regulation 1182/71, Article 3). One in months or years ends on the day
of the same number, or on the last day of a month that is too short.
"""

import importlib.resources
from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo

import holidays

UTC = ZoneInfo("UTC")
LONGEST_YEARS = 100
# Countries with more than one zone: where their capital lies, since that is where their ministries receive letters.
CAPITALS = {
    "AR": "America/Argentina/Buenos_Aires",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CD": "Africa/Kinshasa",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "ID": "Asia/Jakarta",
    "KZ": "Asia/Almaty",
    "MN": "Asia/Ulaanbaatar",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PG": "Pacific/Port_Moresby",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "US": "America/New_York",
    "UZ": "Asia/Tashkent",
}

Works = Callable[[date], bool]


class Unit(StrEnum):
    """What a limit is counted in. Days without a further word are days of the calendar."""

    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


@dataclass(frozen=True)
class Calendar:
    """Which days are worked in a country. ``has_holidays`` is False where only weekends are known."""

    works: Works
    has_holidays: bool


def weekdays(day: date) -> bool:
    """Whether a day is one from Monday to Friday."""
    return day.weekday() < 5


def last_day(
    start: date, value: int, unit: str, *, works: Works = weekdays, ends_worked: bool = False
) -> date:
    """The last day of a limit of ``value`` units that runs from something that happened on ``start``.

    ``works`` says which days are worked. With ``ends_worked``, for a rule whose own text says so, a limit that would end on
    a day that is not worked ends on the next one that is. Raises ValueError for no
    unit, a negative value, or more than 100 years.
    """
    if value < 0:
        raise ValueError("A limit is counted forwards")
    unit = Unit(unit)
    end = _worked(start, value, works) if unit is Unit.WORKING_DAYS else _counted(start, value, unit)
    while ends_worked and not works(end):
        end += timedelta(days=1)
    return end


def _counted(start: date, value: int, unit: Unit) -> date:
    if unit in (Unit.MONTHS, Unit.YEARS):
        months = value * (12 if unit is Unit.YEARS else 1)
        _check_length(months / 12)
        year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
        return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
    days = value * (7 if unit is Unit.WEEKS else 1)
    _check_length(days / 366)
    return start + timedelta(days=days)


def _worked(start: date, value: int, works: Works) -> date:
    _check_length(value / 250)
    day = start
    while value:
        day += timedelta(days=1)
        value -= works(day)
    return day


def _check_length(years: float) -> None:
    if years > LONGEST_YEARS:
        raise ValueError(f"A limit is at most {LONGEST_YEARS} years long")


@cache
def calendar_of(country: str) -> Calendar:
    """The calendar of a country by its ISO 3166 code: its weekend and its national holidays, not those of its parts.

    Where none is known, and for unions of countries, only Saturdays and Sundays are not worked.
    """
    try:
        days = holidays.country_holidays(country)
    except NotImplementedError:
        return Calendar(weekdays, has_holidays=False)
    return Calendar(days.is_working_day, has_holidays=True)


def zone_of(country: str) -> ZoneInfo:
    """The time zone of a country by its ISO 3166 code, that of its capital where it has several; UTC where none is known."""
    if country in CAPITALS:
        return ZoneInfo(CAPITALS[country])
    names = _zones().get(country, [])
    return ZoneInfo(names[0]) if len(names) == 1 else UTC


@cache
def _zones() -> dict[str, list[str]]:
    """The zones of each country, from the table that comes with the time zone database."""
    table = importlib.resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    found = defaultdict(list)
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _place, name, *_remark = line.split("\t")
            found[country].append(name)
    return dict(found)


def day_in(moment: datetime, country: str) -> date:
    """The day that it is in a country at that moment."""
    return moment.astimezone(zone_of(country)).date()
