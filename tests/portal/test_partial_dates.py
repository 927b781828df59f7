"""Dates as sources give them: a year, a month or a day."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from portal import partial_dates


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2013", date(2013, 1, 1), date(2013, 12, 31)),
        ("2012-02", date(2012, 2, 1), date(2012, 2, 29)),
        ("2013-12-03", date(2013, 12, 3), date(2013, 12, 3)),
    ],
)
def test_a_partial_date_spans_all_that_it_can_mean(text, first, last):
    assert (partial_dates.earliest(text), partial_dates.latest(text)) == (first, last)
    assert partial_dates.is_exact(text) is (first == last)


@pytest.mark.parametrize("text", ["", "13", "2013-13", "2013-02-30", "2013-1", "3 December 2013"])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValidationError):
        partial_dates.validate_partial_date(text)
