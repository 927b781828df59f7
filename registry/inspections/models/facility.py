"""Facilities: the places that inspectors visit, with their names and numbers."""

import uuid
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce, Upper

from agreements.models import Authority, Economy
from portal import clock
from portal.validity import days
from portal.verbs import Guarded, GuardedQuerySet
from registry.inspections import countries

FEI, DUNS, LOC_ID = "FEI", "DUNS", "LOC ID"
# Who gives the numbers out: FDA, Dun & Bradstreet, EMA's Organisation Management Service.
ISSUERS = {FEI: "FDA", DUNS: "Dun & Bradstreet", LOC_ID: "EMA"}


class FacilityQuerySet(GuardedQuerySet):
    """Sets of facilities."""

    def apart(self) -> Self:
        """Facilities that stand for themselves, not merged into another."""
        return self.filter(merged_into=None)

    def lying_in(self, code: str) -> Self:
        """Facilities in the economy or country of that code; with "" those of which the place is not on file."""
        return self.filter(Q(economy__code=code) | Q(economy=None, country=code))

    def visible_to(self, by) -> Self:
        """Public ones, those that the own authority entered, and those of which an inspection or document is visible."""
        inspections = self.model._meta.get_field("inspections").related_model.objects.visible_to(by)
        documents = self.model._meta.get_field("documents").related_model.objects.visible_to(by)
        seen = Q(is_public=True) | Q(Exists(inspections.filter(facility=OuterRef("pk"))))
        seen |= Q(Exists(documents.filter(facility=OuterRef("pk"))))
        if by.authority_id:
            seen |= Q(entered_by_id=by.authority_id)
        return self.filter(seen)


class Facility(Guarded):
    """One place that is inspected. ``economy`` is None where it lies in none of the catalogue's, or the source does not say.

    ``merged_into`` is the facility that stands for this one since both turned out to be the same place.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=250)
    local_name = models.CharField(max_length=250, blank=True, help_text="In its own script.")
    address = models.TextField(blank=True)
    town = models.CharField(max_length=120, blank=True)
    postcode = models.CharField(max_length=30, blank=True)
    economy = models.ForeignKey(
        Economy, null=True, blank=True, on_delete=models.PROTECT, related_name="facilities"
    )
    country = models.CharField(
        max_length=2, blank=True, help_text="Code of ISO 3166-1, where that country is no economy on file."
    )
    is_public = models.BooleanField(default=False, help_text="That it exists may be told to everybody.")
    is_sample = models.BooleanField(default=False)
    entered_by = models.ForeignKey(
        Authority, null=True, blank=True, on_delete=models.PROTECT, related_name="facilities_entered"
    )
    entered_at = models.DateTimeField(default=clock.now)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="taken_in"
    )
    merged_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = FacilityQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        verbose_name_plural = "facilities"
        indexes = [
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="facility_name_trigrams"),
            models.Index(Upper("name"), "id", name="facility_by_name"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into=None, merged_at=None)
                | Q(merged_into__isnull=False, merged_at__isnull=False),
                name="facility_merger_has_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(economy=None) | Q(country=""), name="facility_lies_in_one_place"
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=models.F("id")), name="facility_not_merged_into_itself"
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return f"/facilities/{self.key}/"

    @property
    def lies_in(self) -> str:
        """The economy or country by name, "" where it is not on file."""
        return self.economy.name if self.economy else countries.name_of(self.country)

    @property
    def place_code(self) -> str:
        """The code of the economy or country, "" where it is not on file."""
        return self.economy.code if self.economy else self.country


class FacilityIdentifier(Guarded):
    """A number by which somebody knows the facility. Of one authority's facilities it means one on any day.

    Another authority may have a facility on file under the same number: to refuse it would tell of one that is not to be known.
    ``kept_by`` is who entered the facility.
    """

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="identifiers")
    scheme = models.CharField(max_length=40)
    value = models.CharField(max_length=60)
    issuer = models.CharField(max_length=120, blank=True)
    valid = DateRangeField(default=days)
    kept_by = models.ForeignKey(
        Authority, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["scheme", "value"]
        constraints = [
            ExclusionConstraint(
                name="facility_number_means_one",
                expressions=[
                    (Coalesce("kept_by", 0), RangeOperators.EQUAL),
                    ("scheme", RangeOperators.EQUAL),
                    ("value", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            )
        ]

    def __str__(self):
        return f"{self.scheme} {self.value}"


class FacilityName(Guarded):
    """A name that the facility bore. ``until`` is the first day under the next one, where it is known."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="former_names")
    name = models.CharField(max_length=250)
    until = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-until", "name"]
        constraints = [models.UniqueConstraint(fields=["facility", "name"], name="facility_former_name_once")]

    def __str__(self):
        return self.name
