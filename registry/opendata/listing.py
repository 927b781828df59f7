"""What can be had: the dumps on the list, newest first."""

from datetime import date

from registry.opendata.models import Dump


def dumps() -> list[Dump]:
    """All that are kept."""
    return list(Dump.objects.all())


def dump_of(day: str) -> Dump | None:
    """The dump of a day as its address names it; "latest" is the newest."""
    if day == "latest":
        return Dump.objects.first()
    try:
        return Dump.objects.filter(day=date.fromisoformat(day)).first()
    except ValueError:
        return None
