"""Time limits equal a calculation that goes from day to day."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import metadata

import pytest
from dateutil import tz
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal import time_limits
from portal.time_limits import Unit

ZONES = ("US", "DE", "JP", "AU", "NZ", "IN", "CL", "EU", "GB", "PG", "CA", "")
LONGEST = {
    Unit.CALENDAR_DAYS: 400,
    Unit.DAYS: 400,
    Unit.WORKING_DAYS: 120,
    Unit.WEEKS: 60,
    Unit.MONTHS: 40,
    Unit.YEARS: 9,
}


def _day_there(moment: datetime, country: str) -> date:
    """The local day by another library's reading of the time zones, starting from seconds."""
    local = tz.gettz(time_limits.zone_of(country).key)
    seconds = moment.timestamp() + local.utcoffset(moment.astimezone(local)).total_seconds()
    return date(1970, 1, 1) + timedelta(days=int(seconds // 86400))


def _month(day: date) -> int:
    return day.year * 12 + day.month


def _day_by_day(start: date, value: int, unit: str, works, ends_worked: bool) -> date:
    """Goes on one day at a time until enough has passed."""
    day, passed = start, 0
    while passed < value:
        day += timedelta(days=1)
        if unit == Unit.WORKING_DAYS:
            passed += 1 if works(day) else 0
        elif unit == Unit.WEEKS:
            passed += day.weekday() == start.weekday()
        elif unit in (Unit.MONTHS, Unit.YEARS):
            months = _month(day) - _month(start)
            is_last = day.day == monthrange(day.year, day.month)[1]
            is_same = day.day == start.day or (is_last and day.day < start.day)
            passed += months > 0 and months % (12 if unit == Unit.YEARS else 1) == 0 and is_same
        else:
            passed += 1
    while ends_worked and not works(day):
        day += timedelta(days=1)
    return day


@st.composite
def cases(draw):
    unit = draw(st.sampled_from(list(Unit)))
    moment = draw(
        st.datetimes(datetime(1999, 1, 1), datetime(2023, 12, 31))
        | st.builds(
            lambda year, hour: datetime(year, 2, 29, hour, 30),
            st.sampled_from([2000, 2004, 2012, 2020]),
            st.integers(0, 23),
        )
    ).replace(tzinfo=UTC)
    first = moment.date()
    weekend = draw(st.sampled_from([{5, 6}, {4, 5}, {6}, {4, 6}]))
    holidays = draw(st.sets(st.dates(first, first + timedelta(days=60)), max_size=12))
    value = draw(st.integers(0, LONGEST[unit]))
    return moment, draw(st.sampled_from(ZONES)), value, unit, weekend, holidays, draw(st.booleans())


@settings(max_examples=200, deadline=None)
@given(cases())
@example((datetime(2020, 2, 29, 12, tzinfo=UTC), "DE", 1, Unit.YEARS, {5, 6}, set(), True))
@example((datetime(2024, 1, 31, 23, 30, tzinfo=UTC), "JP", 1, Unit.MONTHS, {5, 6}, set(), False))
@example((datetime(2023, 1, 31, 3, tzinfo=UTC), "US", 1, Unit.MONTHS, {5, 6}, {date(2023, 2, 28)}, True))
def test_two_hundred_random_limits_equal_an_independent_calculation(case):
    moment, country, value, unit, weekend, holidays, ends_worked = case

    def works(day: date) -> bool:
        return day.weekday() not in weekend and day not in holidays

    start = time_limits.day_in(moment, country)
    assert start == _day_there(moment, country)
    found = time_limits.last_day(start, value, unit, works=works, ends_worked=ends_worked)
    assert found == _day_by_day(start, value, unit, works, ends_worked)


@pytest.mark.parametrize(
    ("country", "hour", "day"),
    [("US", 3, 9), ("DE", 3, 10), ("DE", 23, 11), ("JP", 20, 11), ("EU", 23, 10), ("XX", 23, 10)],
)
def test_the_day_is_that_of_whoever_is_asked(country, hour, day):
    moment = datetime(2026, 3, 10, hour, 30, tzinfo=UTC)
    assert time_limits.day_in(moment, country) == date(2026, 3, day)


def test_every_country_has_one_zone_or_that_of_its_capital():
    several = {country for country, names in time_limits._zones().items() if len(names) > 1}
    assert set(time_limits.CAPITALS) <= several
    # Dependencies, Antarctica, and states with islands far apart, none of which is an economy on file.
    assert several - set(time_limits.CAPITALS) == {"AQ", "FM", "GL", "KI", "MH", "PF", "PS", "UM"}
    assert all(name in time_limits._zones()[country] for country, name in time_limits.CAPITALS.items())


def test_holidays_are_those_of_the_country():
    thanksgiving, unity = date(2026, 11, 26), date(2025, 10, 3)
    works = {country: time_limits.calendar_of(country) for country in ("US", "DE", "EU")}
    assert [works[one].works(thanksgiving) for one in works] == [False, True, True]
    assert [works[one].works(unity) for one in works] == [True, False, True]
    assert [works[one].has_holidays for one in works] == [True, True, False]


def test_weekends_and_worked_saturdays_are_those_of_the_country():
    friday, sunday = date(2026, 3, 6), date(2026, 3, 8)
    israel = time_limits.calendar_of("IL").works
    assert (israel(friday), israel(sunday)) == (False, True)


@pytest.mark.parametrize(
    ("value", "unit"), [(-1, "days"), (101, "years"), (1300, "months"), (99_999, "days"), (1, "moons")]
)
def test_an_impossible_limit_is_refused(value, unit):
    with pytest.raises(ValueError, match=r"limit|valid Unit"):
        time_limits.last_day(date(2026, 1, 1), value, unit)


def test_the_library_of_holidays_is_under_mit():
    assert metadata("holidays")["License-Expression"] == "MIT"
