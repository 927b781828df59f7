"""Authorities: who designates, regulates, accredits, inspects."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from agreements.models.economy import Economy
from agreements.models.source import Origin, Sourced
from portal.partial_dates import PartialDateField
from portal.validity import Dated, no_overlap


class Capacity(models.TextChoices):
    DESIGNATING = "designating", _("designating authority")
    REGULATORY = "regulatory", _("regulatory authority")
    ACCREDITATION = "accreditation", _("accreditation body")
    INSPECTORATE = "inspectorate", _("inspectorate")
    CONTACT_POINT = "contact_point", _("contact point")


class Authority(Sourced):
    """An authority or, where an arrangement has one on a side, a private body in that place."""

    code = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=250)
    acronym = models.CharField(max_length=40, blank=True)
    former_names = ArrayField(models.CharField(max_length=250), default=list, blank=True)
    economy = models.ForeignKey(
        Economy, null=True, blank=True, on_delete=models.PROTECT, related_name="authorities"
    )
    capacities = ArrayField(models.CharField(max_length=20, choices=Capacity), default=list)
    is_private = models.BooleanField(default=False)
    name_in_source = models.BooleanField(
        default=True, help_text="False where the source names only the country."
    )
    successor = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="predecessors"
    )
    website = models.URLField(blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "authorities"

    def __str__(self):
        return (
            f"{self.name} ({self.acronym})" if self.acronym and self.acronym not in self.name else self.name
        )


class AnnexAuthority(models.Model):
    """Which authority acts for a party under an annex, and as what. ``remark`` narrows it ("channel to the FCC")."""

    annex = models.ForeignKey("agreements.Annex", on_delete=models.CASCADE, related_name="authority_rows")
    economy = models.ForeignKey(Economy, on_delete=models.PROTECT, related_name="+")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="annex_rows")
    capacity = models.CharField(max_length=20, choices=Capacity)
    remark = models.CharField(max_length=200, blank=True)
    origin = models.CharField(max_length=20, choices=Origin, default=Origin.CATALOGUE)

    class Meta:
        ordering = ["annex", "economy__name", "capacity", "authority__name"]
        verbose_name_plural = "annex authorities"
        constraints = [
            models.UniqueConstraint(
                fields=["annex", "economy", "authority", "capacity"], name="annex_authority_once"
            )
        ]

    def __str__(self):
        return f"{self.authority_id}: {self.capacity}, {self.annex_id}"


class ProductClass(models.TextChoices):
    HUMAN = "human", _("human medicines")
    VETERINARY = "veterinary", _("veterinary medicines")


class AuthorityRecognition(Dated, Sourced):
    """A partner recognises an inspectorate under an annex, per product class (never per country).

    ``valid`` is empty of meaning while ``status`` is not ``recognised``; where the source gives an interval only,
    ``since`` is "" and ``valid`` starts at the day by which it was certain.
    """

    class Status(models.TextChoices):
        RECOGNISED = "recognised", _("recognised")
        ASSESSMENT_ONGOING = "assessment_ongoing", _("assessment under way")

    annex = models.ForeignKey(
        "agreements.Annex", on_delete=models.PROTECT, related_name="authority_recognitions"
    )
    importing = models.ForeignKey(Economy, on_delete=models.PROTECT, related_name="authorities_recognised")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="recognitions")
    product_class = models.CharField(max_length=20, choices=ProductClass)
    status = models.CharField(max_length=20, choices=Status, default=Status.RECOGNISED)
    since = PartialDateField(help_text="As the source gives it.")
    not_before = models.DateField(
        null=True, blank=True, help_text="Before this day it was certainly not recognised."
    )

    class Meta:
        ordering = ["annex", "importing", "authority", "product_class"]
        constraints = [
            no_overlap(
                name="authority_recognition_no_overlap",
                same=["annex", "importing", "authority", "product_class"],
            )
        ]

    def __str__(self):
        return f"{self.authority}: {self.product_class}, {self.annex_id}"
