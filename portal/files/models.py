"""What is known of a stored file."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal import clock

LARGEST = 10 * 1024 * 1024
LONGEST_NAME = 120


class ContentType(models.TextChoices):
    """The kinds of file taken for now."""

    PDF = "application/pdf", "PDF"
    PNG = "image/png", "PNG"
    JPEG = "image/jpeg", "JPEG"


class Scan(models.TextChoices):
    """What a scanner has said of the file."""

    NOT_SCANNED = "not_scanned", _("not scanned")


class StoredFile(models.Model):
    """A file as it was handed in. The row tells; the content lies in the storage "documents" under ``path``.

    ``size`` is in bytes, ``sha256`` in small hexadecimal digits, ``shown_name`` for readers only, ``stored_by`` the person
    or process as text.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    content_type = models.CharField(max_length=40, choices=ContentType)
    shown_name = models.CharField(max_length=LONGEST_NAME)
    stored_at = models.DateTimeField(default=clock.now)
    stored_by = models.CharField(max_length=200)
    scan = models.CharField(max_length=20, choices=Scan, default=Scan.NOT_SCANNED)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(size__gt=0) & Q(size__lte=LARGEST), name="stored_file_has_a_size"
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="stored_file_has_a_sha256"
            ),
            models.CheckConstraint(
                condition=Q(content_type__in=ContentType.values), name="stored_file_of_a_kind_taken"
            ),
        ]

    def __str__(self):
        return self.shown_name

    @property
    def path(self) -> str:
        """Where the content lies in the storage: a random name, never the user's."""
        return path_of(self.key)


def path_of(key: uuid.UUID) -> str:
    """The place in the storage that belongs to a key."""
    return f"{key.hex[:2]}/{key.hex}"


def key_in(path: str) -> uuid.UUID | None:
    """The key that a place in the storage belongs to; None for anything that was not put there by name of a key."""
    try:
        key = uuid.UUID(hex=path.rpartition("/")[2])
    except ValueError:
        return None
    return key if path_of(key) == path else None
