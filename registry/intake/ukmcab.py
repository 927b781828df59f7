"""What the UK register's files have in common: its name, its day, its economies."""

from datetime import date

from agreements.models import Economy
from registry.intake.reading import Source
from registry.models import LoadedFile

REGISTER = "UK register of conformity assessment bodies"
SCHEME = "UK body number"
BODIES = "ukmcab_bodies"
# The day of the revision from which the files come, for schedules that carry no day of their own.
DAY_OF_THE_FILES = date(2025, 5, 6)


def home() -> Economy:
    """The economy whose register it is."""
    return Economy.objects.get(code="GB")


def economy_named(name: str) -> Economy | None:
    """The economy of that name or alias."""
    found = Economy.objects.filter(name__iexact=name).first()
    return found or Economy.objects.filter(aliases__contains=[name]).first()


def newest_day(versions: list[dict]) -> date | None:
    """The newest day on which a version in the file was changed."""
    stamps = [str(one.get("LastUpdatedDate") or "")[:10] for one in versions]
    try:
        return max(date.fromisoformat(stamp) for stamp in stamps if stamp)
    except ValueError:
        return None


def day_of_schedules(source: Source) -> date:
    """The day of the bodies' file, loaded or lying beside; else of the files' revision."""
    loaded = LoadedFile.objects.filter(format=BODIES, as_of__isnull=False).order_by("-loaded_at").first()
    return (loaded.as_of if loaded else newest_day(source.sister("cabs.json"))) or DAY_OF_THE_FILES
