"""Sectors and requirements: for what a result may be accepted."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from agreements.models.economy import Economy
from agreements.models.source import Sourced


class Sector(models.Model):
    """A field of products. ``covers`` lists, transitively, the narrower sectors inside it."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=160)
    aliases = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    covers = ArrayField(models.SlugField(max_length=60), default=list, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def meets(self, other: "Sector") -> bool:
        """True when one of the two lies inside the other."""
        return self.code == other.code or other.code in self.covers or self.code in other.covers


class RequirementQuerySet(models.QuerySet):
    """Sets of requirements."""

    def named(self, text: str):
        """Those with this slug or reference, in any case."""
        return self.filter(models.Q(slug=text.lower()) | models.Q(reference__iexact=text)).select_related(
            "sector"
        )

    def containing(self, text: str):
        """Those whose reference or title contains the text."""
        return self.filter(models.Q(reference__icontains=text) | models.Q(title__icontains=text))


class Requirement(Sourced):
    """A technical regulation or standard of an economy, in one edition ("" where the source gives none)."""

    class Kind(models.TextChoices):
        REGULATION = "regulation", _("technical regulation")
        STANDARD = "standard", _("standard")
        PROCEDURE = "procedure", _("conformity assessment procedure")

    slug = models.SlugField(max_length=120, unique=True)
    economy = models.ForeignKey(Economy, null=True, on_delete=models.PROTECT, related_name="requirements")
    reference = models.CharField(max_length=200)
    edition = models.CharField(max_length=60, blank=True)
    title = models.TextField(blank=True)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.REGULATION)
    sector = models.ForeignKey(
        Sector, null=True, blank=True, on_delete=models.PROTECT, related_name="requirements"
    )

    objects = RequirementQuerySet.as_manager()

    class Meta:
        ordering = ["reference", "edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["economy", "reference", "edition"], name="requirement_once", nulls_distinct=False
            )
        ]

    def __str__(self):
        return f"{self.reference} ({self.edition})" if self.edition else self.reference
