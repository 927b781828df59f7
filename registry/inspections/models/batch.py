"""Files of inspections that an authority loads: each file a batch, each of its rows a row, until what it did is undone."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agreements.models import Authority
from portal import clock
from portal.verbs import Guarded, GuardedQuerySet
from registry.inspections.models.facility import Facility
from registry.inspections.models.inspection import Inspection


class BatchStage(models.TextChoices):
    CHECKED = "checked", _("checked, not loaded")
    WAITING = "waiting", _("being loaded")
    LOADED = "loaded", _("loaded")
    FAILED = "failed", _("not loaded: something failed")
    UNDONE = "undone", _("undone")
    DROPPED = "dropped", _("given up")


class RowOutcome(models.TextChoices):
    """What a row means for the register: told by the check, and true again when it is loaded."""

    NEW = "new", _("new")
    CHANGED = "changed", _("changed")
    UNCHANGED = "unchanged", _("unchanged")
    REJECTED = "rejected", _("cannot be read")


class LoadBatchQuerySet(GuardedQuerySet):
    """Sets of batches."""

    def visible_to(self, by) -> Self:
        """The own authority's."""
        return self.filter(authority_id=by.authority_id) if by.authority_id else self.none()

    def loaded(self) -> Self:
        """Those whose rows are on the register."""
        return self.filter(stage=BatchStage.LOADED)


class LoadBatch(Guarded):
    """One file. The file itself is not kept: its rows are, with its name and SHA-256.

    ``form`` is the format, ``heads`` the columns as written, ``counts`` what the check found. ``checked_by`` is None where
    the operator loaded it by command.
    """

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="load_batches")
    form = models.CharField(max_length=30)
    name = models.CharField(max_length=200)
    ending = models.CharField(max_length=5)
    sha256 = models.CharField(max_length=64)
    heads = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    remarks = models.JSONField(default=list, help_text="On the file as a whole.")
    stage = models.CharField(max_length=10, choices=BatchStage, default=BatchStage.CHECKED)
    checked_at = models.DateTimeField(default=clock.now)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Loaded, failed, or given up.")
    words = models.CharField(max_length=500, blank=True, help_text="Why it failed.")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = LoadBatchQuerySet.as_manager()

    class Meta:
        ordering = ["-checked_at", "-id"]
        verbose_name_plural = "load batches"
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "sha256"],
                condition=models.Q(stage__in=[BatchStage.WAITING, BatchStage.LOADED]),
                name="batch_loaded_once",
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return f"/inspections/load/{self.pk}/"


class LoadRow(Guarded):
    """One row of the file: its cells as they stand there, what was read of them, what they mean, and what they became.

    ``facts`` are empty where the row is rejected. ``before`` is what the inspection said before a row changed it, and
    ``version`` the inspection's right after: as long as it is the same, nothing has built on it.
    """

    batch = models.ForeignKey(LoadBatch, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField(help_text="As a spreadsheet counts: the heading is row 1.")
    cells = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    outcome = models.CharField(max_length=10, choices=RowOutcome)
    remarks = models.JSONField(default=list, help_text="Kind, column, value, reason.")
    inspection = models.ForeignKey(
        Inspection, null=True, blank=True, on_delete=models.PROTECT, related_name="load_rows"
    )
    facility_made = models.ForeignKey(
        Facility, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    before = models.JSONField(default=dict)
    version = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["batch", "number"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="load_row_once")]

    def __str__(self):
        return f"{self.batch}, {self.number}"
