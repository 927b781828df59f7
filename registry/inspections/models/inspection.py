"""Inspections and what was found."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agreements.models import Origin, ProductClass
from agreements.steps import say
from portal import clock
from portal.verbs import Guarded, GuardedQuerySet
from registry.inspections.models.classified import AccessClass, Classified, ClassifiedQuerySet
from registry.inspections.models.facility import Facility


class InspectionKind(models.TextChoices):
    ROUTINE = "routine", _("routine")
    PRE_APPROVAL = "pre_approval", _("pre-approval")
    FOR_CAUSE = "for_cause", _("for cause")
    FOLLOW_UP = "follow_up", _("follow-up")
    UNKNOWN = "unknown", _("kind not on file")


class InspectionQuerySet(ClassifiedQuerySet):
    """Sets of inspections."""

    def known_to(self, by) -> Self:
        """Those of which the reader may know, or might until they were taken back."""
        return super().visible_to(by)

    def visible_to(self, by) -> Self:
        """What was taken back is the own authority's alone."""
        mine = Q(authority_id=by.authority_id) if by.authority_id else Q(pk=None)
        return self.known_to(by).filter(Q(withdrawn_at=None) | mine)

    def standing(self) -> Self:
        """Those that were not taken back."""
        return self.filter(withdrawn_at=None)


class Inspection(Classified):
    """One visit of an inspectorate. ``outcome`` is the value on the authority's own ``scale``, as given, never converted.

    ``reference`` is the authority's own number. ``began_on`` and ``ended_on`` are None where the source gives no day.
    """

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="inspections")
    reference = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=20, choices=InspectionKind, default=InspectionKind.UNKNOWN)
    began_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    product_classes = ArrayField(
        models.CharField(max_length=20), default=list, blank=True, help_text="As in ProductClass."
    )
    products = models.TextField(blank=True)
    operations = models.TextField(blank=True)
    standard = models.CharField(max_length=250, blank=True)
    scale = models.CharField(max_length=30, blank=True)
    outcome = models.CharField(max_length=80, blank=True)
    next_action = models.CharField(max_length=300, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    origin = models.CharField(max_length=20, choices=Origin, default=Origin.ENTERED)
    is_sample = models.BooleanField(default=False)
    recorded_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was taken back as recorded by mistake."
    )
    version = models.PositiveIntegerField(default=1)

    objects = InspectionQuerySet.as_manager()

    class Meta(Classified.Meta):
        ordering = [F("ended_on").desc(nulls_last=True), "-id"]
        indexes = [
            models.Index(F("ended_on").desc(nulls_last=True), F("id").desc(), name="inspection_newest_first"),
        ]
        constraints = [
            *Classified.Meta.constraints,
            models.UniqueConstraint(
                fields=["authority", "reference"],
                condition=~Q(reference="") & Q(withdrawn_at=None),
                name="inspection_reference_once",
            ),
            models.CheckConstraint(
                condition=Q(began_on=None) | Q(ended_on=None) | Q(began_on__lte=F("ended_on")),
                name="inspection_begins_before_it_ends",
            ),
        ]

    def __str__(self):
        return f"{self.facility.name}, {say(self.day) or self.reference}"

    @property
    def day(self):
        """The last day of it that is known, else the first."""
        return self.ended_on or self.began_on

    @property
    def class_words(self) -> list[str]:
        """The classes of products for a reader."""
        return [str(ProductClass(each).label) for each in self.product_classes]

    def get_absolute_url(self):
        return f"/inspections/{self.pk}/"


class FindingQuerySet(GuardedQuerySet):
    """Sets of findings."""

    def visible_to(self, by):
        """Those of inspections that the reader may know of."""
        return self.filter(inspection__in=Inspection.objects.visible_to(by))


class Finding(Guarded):
    """What was found, by grade of the authority's own scale: how many, and where it says so, what.

    ``words`` are the authority's own: they are shown to it alone unless the inspection is public.
    """

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="findings")
    grade = models.CharField(max_length=40)
    number = models.PositiveSmallIntegerField(default=1)
    clause = models.CharField(max_length=120, blank=True)
    words = models.TextField(blank=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["inspection", "id"]

    def __str__(self):
        return f"{self.number} {self.grade}"


__all__ = ["AccessClass", "Finding", "Inspection", "InspectionKind"]
