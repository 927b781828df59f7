"""The dumps that can be had."""

from typing import Self

from django.db import models
from django.db.models.functions import TruncMonth

from portal.verbs import Guarded, GuardedQuerySet

NIGHTS_KEPT = 7


class DumpQuerySet(GuardedQuerySet):
    """Sets of dumps."""

    def outdated(self) -> Self:
        """All but the last seven and the first of each month."""
        newest = self.order_by("-day").values("day")[:NIGHTS_KEPT]
        firsts = (
            self.annotate(month=TruncMonth("day"))
            .values("month")
            .annotate(first=models.Min("day"))
            .order_by()
        )
        return self.exclude(day__in=newest).exclude(day__in=firsts.values("first"))


class Dump(Guarded):
    """The public register as files, as it stood at one moment. The row is written when all files are in place.

    ``files`` lists them: name, bytes, sha256, media_type, and for a table its name and number of rows.
    """

    day = models.DateField(unique=True, help_text="The day (UTC) on which it was made, and its address.")
    made_at = models.DateTimeField(help_text="What the register said at this moment is in it.")
    register_version = models.BigIntegerField()
    key_id = models.CharField(max_length=80, help_text="The key that signed SHA256SUMS.")
    samples = models.PositiveIntegerField(default=0, help_text="How many of the bodies are fictional.")
    files = models.JSONField(default=list)

    objects = DumpQuerySet.as_manager()

    class Meta:
        ordering = ["-day"]

    def __str__(self):
        return f"{self.day}"

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(one["bytes"] for one in self.files)

    def file(self, name: str) -> dict | None:
        """The file of that name, if it is one of this dump's."""
        return next((one for one in self.files if one["name"] == name), None)

    @property
    def tables(self) -> list[dict]:
        """Each table with its number of rows and its two files."""
        found = {}
        for one in self.files:
            if name := one.get("table"):
                found.setdefault(name, {"name": name, "rows": one["rows"], "files": []})["files"].append(one)
        return list(found.values())

    @property
    def other_files(self) -> list[dict]:
        """The files that are no tables, the archive of all first."""
        found = [one for one in self.files if "table" not in one]
        return sorted(found, key=lambda one: one["media_type"] != "application/zip")
