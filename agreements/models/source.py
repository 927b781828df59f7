"""Where a fact of the catalogue comes from, and how sure it is."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Origin(models.TextChoices):
    CATALOGUE = "catalogue", _("reference catalogue")
    REGISTER_ROW = "register_row", _("named by a row of a public register")
    SAMPLE = "sample", _("sample")
    ENTERED = "entered", _("entered in the portal")


class Sourced(models.Model):
    """A fact with its sources. ``verified`` is False for what is general knowledge or contradicted."""

    sources = ArrayField(models.URLField(max_length=500), default=list, blank=True)
    citation = models.CharField(
        max_length=300, blank=True, help_text="Article, Official Journal, treaty number."
    )
    evidence_year = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Year of the newest source seen."
    )
    verified = models.BooleanField(default=True)
    origin = models.CharField(max_length=20, choices=Origin, default=Origin.CATALOGUE)
    note = models.TextField(blank=True)

    class Meta:
        abstract = True
