"""What a reader may ask of the two clocks, and what is refused in words."""

from datetime import UTC, date, datetime

import pytest

from portal import clock, clocks

NOW = datetime(2024, 5, 6, 7, 8, tzinfo=UTC)


def test_without_parameters_the_question_is_about_today():
    with clock.at(NOW):
        read = clocks.read({})
        assert (read.on, read.known_at, read.asked_at) == (date(2024, 5, 6), None, NOW)
    assert read.is_default
    assert read.query == ""


def test_a_day_known_means_its_end():
    read = clocks.read({"on": "2020-01-31", "known_at": "2021-07-01"})
    assert read.known_at == datetime(2021, 7, 1, 23, 59, 59, 999999, tzinfo=UTC)
    assert read.query == "on=2020-01-31&known_at=2021-07-01"
    assert not read.is_default


@pytest.mark.parametrize("text", ["2021-07-01T12:00+02:00", "2021-07-01T12:00 02:00", "2021-07-01T10:00"])
def test_a_moment_keeps_its_zone_or_is_utc(text):
    assert clocks.read({"known_at": text}).known_at == datetime(2021, 7, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize("field", ["on", "known_at"])
@pytest.mark.parametrize("text", ["yesterday", "2021-02-30", "1899-12-31", "2200-01-02", "2021-13-01T00:00"])
def test_what_is_no_date_is_refused_with_its_field(field, text):
    with pytest.raises(clocks.BadClock) as refused:
        clocks.read({field: text})
    assert refused.value.field == field


def test_asking_the_same_again_gives_the_same_clocks():
    read = clocks.read({"on": "2020-01-31", "known_at": "2021-07-01T12:00:00.000005+00:00"})
    assert clocks.read(read.parameters) == read
