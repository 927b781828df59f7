"""What a reader asks of the two clocks: ``?on=`` (what was true that day) and ``?known_at=`` (what the register said then)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from portal import clock

EARLIEST = date(1900, 1, 1)
LATEST = date(2200, 1, 1)


class BadClock(ValueError):
    """The parameter is no date that the register can answer for. ``field`` names it; the text says what to type."""

    def __init__(self, field: str, message: str):
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Clocks:
    """The day asked about and the moment of the register's knowledge (None: now)."""

    on: date
    known_at: datetime | None = None
    asked_on: bool = False

    @property
    def is_default(self) -> bool:
        """True when the reader asks about today as the register stands now."""
        return not self.asked_on and self.known_at is None

    @property
    def asked_at(self) -> datetime:
        """The moment at which the question is put: ``known_at``, or now."""
        return self.known_at or clock.now()

    @property
    def known_on(self) -> date | None:
        """The day of ``known_at`` as a reader would type it (a plain day means its end)."""
        return None if self.known_at is None else self.known_at.date()

    @property
    def parameters(self) -> dict[str, str]:
        """The query parameters that ask the same again, without those at their default."""
        found = {}
        if self.asked_on:
            found["on"] = self.on.isoformat()
        if self.known_at is not None:
            whole_day = self.known_at.timetz() == time.max.replace(tzinfo=UTC)
            found["known_at"] = self.known_on.isoformat() if whole_day else self.known_at.isoformat()
        return found

    @property
    def query(self) -> str:
        """``parameters`` as a query string without the question mark."""
        return urlencode(self.parameters)


def read(parameters) -> Clocks:
    """Read ``on`` and ``known_at`` from a mapping of query parameters. Raises BadClock with words for the reader."""
    on = _day(parameters.get("on", ""), "on")
    return Clocks(
        on=on or clock.today(), known_at=_moment(parameters.get("known_at", "")), asked_on=on is not None
    )


def _day(text: str, field: str) -> date | None:
    text = text.strip()
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise BadClock(field, _("Enter a real date as year-month-day, for example 2020-06-01.")) from error
    if not EARLIEST <= found <= LATEST:
        raise BadClock(field, _("Enter a date between 1900-01-01 and 2200-01-01."))
    return found


def _moment(text: str) -> datetime | None:
    """A day means its end (all that was recorded on it); a date and time means that moment, UTC unless it says."""
    text = text.strip()
    if not text:
        return None
    if len(text) <= 10:
        day = _day(text, "known_at")
        return datetime.combine(day, time.max, tzinfo=UTC)
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError as error:
        raise BadClock(
            "known_at", _("Enter a date, or a date and time such as 2021-07-01T12:00+00:00.")
        ) from error
    if not EARLIEST <= found.date() <= LATEST:
        raise BadClock("known_at", _("Enter a date between 1900-01-01 and 2200-01-01."))
    return found if found.tzinfo else found.replace(tzinfo=UTC)
