"""The two clocks of a fact: the days on which it is true, and the moments at which the register said so.

Both are half-open ranges, ``[from, to)``: a membership ``[1973-01-01, 2020-02-01)`` includes 31 January 2020.
A missing bound is open. An unbounded ``recorded`` start means that the fact came with the first edition of the
reference catalogue and is shown for every ``known_at`` (see docs/decisions).
"""

from datetime import date, datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange
from django.db.models import Q

from portal import clock


def days(start: date | None = None, end: date | None = None) -> DateRange:
    """The days from ``start`` up to but not including ``end``; None is open."""
    return DateRange(start, end, "[)")


def moments(start: datetime | None = None, end: datetime | None = None) -> DateTimeTZRange:
    """The moments from ``start`` up to but not including ``end``; None is open."""
    return DateTimeTZRange(start, end, "[)")


def from_now() -> DateTimeTZRange:
    """The recorded range of a fact that the register learns now."""
    return moments(clock.now())


class DatedQuerySet(models.QuerySet):
    """Words for rows that have ``valid`` and ``recorded`` ranges."""

    def in_force(self, on: date):
        """Rows true on that day."""
        return self.filter(valid__contains=on)

    def known(self, at: datetime | None = None):
        """Rows that the register held at that moment; None asks for what it holds now."""
        return self.filter(recorded__upper_inf=True) if at is None else self.filter(recorded__contains=at)


class Dated(models.Model):
    """A fact with both clocks. Rows are never edited: a change closes ``recorded`` and adds a row."""

    valid = DateRangeField(default=days, help_text="Days on which the fact is true, [from, to).")
    recorded = DateTimeRangeField(
        default=from_now, help_text="Moments at which the register said so, [from, to)."
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True


def no_overlap(*, name: str, same: list[str], condition: Q | None = None) -> ExclusionConstraint:
    """Constraint: of rows equal in ``same``, no two are both true on one day and known at one moment."""
    expressions = [(field, RangeOperators.EQUAL) for field in same]
    expressions += [("valid", RangeOperators.OVERLAPS), ("recorded", RangeOperators.OVERLAPS)]
    return ExclusionConstraint(name=name, expressions=expressions, condition=condition)
