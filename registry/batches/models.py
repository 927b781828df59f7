"""Files of bodies and designations: the batch, its staged rows, what is said of them, and the parts that are decided."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agreements.models import Annex, Authority, Economy
from portal import clock
from portal.verbs import Guarded, GuardedQuerySet
from registry.batches.columns import COLUMNS, UNREAD, field
from registry.models import Body, Proposal, Stage


class BatchStage(models.TextChoices):
    """How far a file has come."""

    CHECKING = "checking", _("being checked")
    REFUSED = "refused", _("cannot be read")
    CHECKED = "checked", _("checked, nothing made of it")
    DRAFTING = "drafting", _("drafts are being made")
    AWAITING = "awaiting", _("awaiting the second person")
    DECIDING = "deciding", _("being decided")
    SETTLED = "settled", _("settled")
    UNDONE = "undone", _("taken back")
    DROPPED = "dropped", _("given up")

    @classmethod
    def at_work(cls) -> tuple[str, ...]:
        """Stages in which the worker has something to do."""
        return (cls.CHECKING, cls.DRAFTING, cls.DECIDING)

    @classmethod
    def applied(cls) -> tuple[str, ...]:
        """Stages in which drafts of the file are there, or decided."""
        return (cls.DRAFTING, cls.AWAITING, cls.DECIDING, cls.SETTLED)

    @classmethod
    def ended(cls) -> tuple[str, ...]:
        """Stages in which nothing more becomes of the rows."""
        return (cls.REFUSED, cls.SETTLED, cls.UNDONE, cls.DROPPED)


class ImportBatchQuerySet(GuardedQuerySet):
    """Sets of batches."""

    def visible_to(self, by) -> Self:
        """The own authority's."""
        return self.filter(authority_id=by.authority_id) if by.authority_id else self.none()


class ImportBatch(Guarded):
    """One file. It is kept, in pieces, until it is checked; then its rows are, until they are swept.

    ``heads`` are the columns as written, ``counts`` what the check found, ``words`` why the file cannot be read.
    ``uploaded_by`` is one of the hands of every draft that comes of it.
    """

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="import_batches")
    name = models.CharField(max_length=200)
    ending = models.CharField(max_length=5)
    size = models.PositiveIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    heads = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    remarks = models.JSONField(default=list, help_text="On the file as a whole.")
    words = models.CharField(max_length=500, blank=True)
    stage = models.CharField(max_length=10, choices=BatchStage, default=BatchStage.CHECKING)
    uploaded_at = models.DateTimeField(default=clock.now)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    checked_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    swept_at = models.DateTimeField(null=True, blank=True, help_text="When its rows were forgotten.")

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-id"]
        verbose_name_plural = "import batches"
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "sha256"],
                condition=models.Q(stage__in=["drafting", "awaiting", "deciding"]),
                name="file_under_way_once",
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return f"/desk/imports/{self.pk}/"


class Piece(models.Model):
    """A piece of a file that waits for its check."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ["batch", "number"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="piece_once")]

    def __str__(self):
        return f"{self.batch_id}, {self.number}"


def _cell() -> models.TextField:
    # Bytes are compared, not words of a language: ten times as fast, and codes and names are equal or not.
    return models.TextField(blank=True, default="", db_default="", db_collation="C")


class StagedRow(models.Model):
    """One row of a file as it stands there, texts alone; ``part`` is set once it is applied.

    ``number`` counts as a spreadsheet does: the heading is row 1. No foreign key is checked row by row (COPY would be half
    as fast): rows come and go with their batch, in its transactions.
    """

    pk = models.CompositePrimaryKey("batch_id", "number")
    batch = models.ForeignKey(
        ImportBatch, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="rows"
    )
    number = models.IntegerField()

    class Meta:
        ordering = ["batch", "number"]

    def __str__(self):
        return f"{self.batch_id}, {self.number}"


for _column in COLUMNS:
    StagedRow.add_to_class(field(_column.name), _cell())
# What the file has beside them, and nobody reads: our own reasons from the last time, and the version of the template.
for _name in UNREAD:
    StagedRow.add_to_class(_name, _cell())


class Said(models.Model):
    """One thing said of a row: a fault that keeps the file from being applied, or a remark.

    ``reason`` is a key of ``reasons.WORDS``, ``detail`` what goes into its words.
    """

    batch = models.ForeignKey(
        ImportBatch, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="said"
    )
    row = models.IntegerField()
    column = models.CharField(max_length=40, blank=True)
    value = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=30)
    detail = models.CharField(max_length=400, blank=True)
    is_fault = models.BooleanField()

    class Meta:
        ordering = ["row", "id"]
        verbose_name_plural = "said"
        indexes = [models.Index(fields=["batch", "is_fault", "row"], name="said_of_batch")]

    def __str__(self):
        return f"{self.row}, {self.column}: {self.reason}"


class PartStage(models.TextChoices):
    """How far a part has come. What becomes of its draft afterwards is the draft's own stage."""

    PLANNED = "planned", _("draft still to be made")
    DRAFTED = "drafted", _("draft made")
    APPROVED = "approved", _("being decided")
    DECIDED = "decided", _("decided")
    FAILED = "failed", _("could not be decided")
    GONE = "gone", _("taken back")


class PartQuerySet(GuardedQuerySet):
    """Sets of parts."""

    def under_way(self) -> Self:
        """Parts whose draft is still to be made or to be decided."""
        waiting = models.Q(proposal__stage__in=[Stage.DRAFT, Stage.SUBMITTED])
        return self.filter(models.Q(stage=PartStage.PLANNED) | waiting)

    def undecided(self) -> Self:
        """Parts whose draft is complete, as it was made, and awaits the second person."""
        stages = [PartStage.DRAFTED, PartStage.FAILED]
        return self.filter(stage__in=stages, proposal__stage=Stage.SUBMITTED, proposal__version=1)


class ImportPart(Guarded):
    """What becomes one draft: all rows of one body for one text and partner, or a body alone.

    ``key`` names the same body and direction in whichever file, so that two files do not propose the same at once.
    ``rows`` are the numbers of its rows in the file.
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="parts")
    number = models.PositiveIntegerField()
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=32)
    newcomer = models.CharField(max_length=64, blank=True, help_text="Shared by the parts of one new body.")
    name = models.CharField(max_length=300)
    rows = models.JSONField(default=list)
    details = models.JSONField(default=dict, help_text="What all rows of its body say of the body together.")
    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    annex = models.ForeignKey(Annex, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    exporting = models.ForeignKey(Economy, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    importing = models.ForeignKey(Economy, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=10, choices=PartStage, default=PartStage.PLANNED)
    proposal = models.OneToOneField(
        Proposal, null=True, blank=True, on_delete=models.SET_NULL, related_name="import_part"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    words = models.CharField(max_length=500, blank=True, help_text="Why it could not be decided.")

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["batch", "number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="import_part_once"),
        ]
        indexes = [
            models.Index(fields=["batch", "stage", "number"], name="import_part_by_stage"),
            models.Index(fields=["authority", "key"], name="import_part_by_key"),
        ]

    def __str__(self):
        return self.name
