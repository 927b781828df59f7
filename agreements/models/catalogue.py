"""What of the reference catalogue has been loaded, what it leaves open, and how complete the register is."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from agreements.models.economy import Economy


class CatalogueEdition(models.Model):
    """One loading of the shipped catalogue that changed something. ``digest`` is the SHA-256 of its files."""

    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()
    summary = models.JSONField(default=dict, help_text="Rows added and closed, by kind.")

    class Meta:
        ordering = ["-loaded_at"]

    def __str__(self):
        return f"{self.digest[:12]} of {self.loaded_at:%Y-%m-%d}"

    @classmethod
    def known(cls, at=None):
        """Editions loaded by that moment (None: all), the newest first."""
        return cls.objects.all() if at is None else cls.objects.filter(loaded_at__lte=at)


class UnverifiedCandidate(models.Model):
    """An agreement or annex that is said to exist, for which no sufficient source was read. Never used in an answer."""

    name = models.CharField(max_length=300, unique=True)
    why = models.TextField()
    sources = ArrayField(models.URLField(max_length=500), default=list, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class Coverage(models.Model):
    """What the register holds for an economy: whose list, as of when, how complete. Shown beside every answer."""

    class Side(models.TextChoices):
        DESIGNATIONS = "designations", "designations"
        RECOGNITIONS = "recognitions", "recognitions"

    economy = models.ForeignKey(Economy, on_delete=models.PROTECT, related_name="coverage")
    side = models.CharField(max_length=20, choices=Side)
    source_name = models.CharField(max_length=200)
    as_of = models.DateField(null=True, blank=True)
    loaded_at = models.DateTimeField()
    statement = models.CharField(max_length=400)

    class Meta:
        ordering = ["economy", "side", "source_name"]
        verbose_name_plural = "coverage"
        constraints = [
            models.UniqueConstraint(fields=["economy", "side", "source_name"], name="coverage_once")
        ]

    def __str__(self):
        return self.statement
