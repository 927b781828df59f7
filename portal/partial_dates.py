"""Dates as sources give them: a year, a month or a day (``"2013"``, ``"2013-12"``, ``"2013-12-03"``)."""

import calendar
import re
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

_SHAPE = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$")


def earliest(partial: str) -> date:
    """Return the first day that the partial date can mean. Raises ValueError when it is no date."""
    year, month, day = _parts(partial)
    return date(year, month or 1, day or 1)


def latest(partial: str) -> date:
    """Return the last day that the partial date can mean. Raises ValueError when it is no date."""
    year, month, day = _parts(partial)
    month = month or 12
    return date(year, month, day or calendar.monthrange(year, month)[1])


def is_exact(partial: str) -> bool:
    """True when the source gives the day itself."""
    return earliest(partial) == latest(partial)


def _parts(partial: str) -> tuple[int, int | None, int | None]:
    match = _SHAPE.match(partial)
    if not match:
        raise ValueError(f"{partial!r} is not YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = (int(part) if part else None for part in match.groups())
    return year, month, day


def validate_partial_date(value: str) -> None:
    """Model validator: refuses what is not a possible year, month or day."""
    try:
        earliest(value)
    except ValueError as error:
        raise ValidationError(
            _("“%(value)s” is not a date like 2013, 2013-12 or 2013-12-03."), params={"value": value}
        ) from error


class PartialDateField(models.CharField):
    """Text column of at most 10 characters holding a partial date; ``""`` means the source gives none."""

    default_validators = [validate_partial_date]

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 10)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)
