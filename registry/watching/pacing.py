"""When a letter may next be asked for, by pace."""

from datetime import datetime, timedelta

from portal import clock
from portal.notices.digesting import HOUR
from registry.watching.models import WatchPace

# "At once" is no more often than this: an authority that records one body after the other makes one letter, not fifty.
LEAST = timedelta(minutes=10)


def next_after(pace: str, moment: datetime) -> datetime:
    """The first moment after this one at which a letter may be asked for: for digests the hour of all digests, for weekly
    ones on a Monday.
    """
    if pace == WatchPace.AT_ONCE:
        return moment + LEAST
    day = moment.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    while day <= moment or (pace == WatchPace.WEEKLY and day.weekday() != 0):
        day += timedelta(days=1)
    return day


def first(pace: str) -> datetime:
    """When the first letter of a new watch may be asked for."""
    now = clock.now()
    return now if pace == WatchPace.AT_ONCE else next_after(pace, now)
