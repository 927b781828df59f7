"""What is known of a stored file."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal import clock

LARGEST = 10 * 1024 * 1024
LARGEST_REPORT = 50 * 1024 * 1024
LONGEST_NAME = 120


class ContentType(models.TextChoices):
    """The kinds of file taken."""

    PDF = "application/pdf", "PDF"
    PNG = "image/png", "PNG"
    JPEG = "image/jpeg", "JPEG"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "DOCX"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX"


class Scan(models.TextChoices):
    """What a scanner has said of the file."""

    NOT_SCANNED = "not_scanned", _("not scanned")
    CLEAN = "clean", _("scanned, nothing found")


class State(models.TextChoices):
    """How far the checks have come. Only an accepted file is handed out."""

    QUARANTINED = "quarantined", _("being checked")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused")


class StoredFile(models.Model):
    """A file as it was handed in. The row tells; the content lies in the storage "documents" under ``path``.

    ``size`` is in bytes, ``sha256`` in small hexadecimal digits, ``shown_name`` for readers only, ``stored_by`` the person
    or process as text. ``safe_key``, ``safe_size`` and ``safe_sha256`` belong to the sanitised copy beside the untouched
    original, where there is one. ``wrapped_key`` is the file's own key, locked with the key-encryption key ``kek``; "" means
    that the content is stored as it is. ``refusal`` says in words why a file was refused.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    content_type = models.CharField(max_length=80, choices=ContentType)
    shown_name = models.CharField(max_length=LONGEST_NAME)
    stored_at = models.DateTimeField(default=clock.now)
    stored_by = models.CharField(max_length=200)
    scan = models.CharField(max_length=20, choices=Scan, default=Scan.NOT_SCANNED)
    state = models.CharField(max_length=12, choices=State, default=State.ACCEPTED)
    checked_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(max_length=300, blank=True)
    safe_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    safe_sha256 = models.CharField(max_length=64, blank=True)
    safe_size = models.PositiveIntegerField(null=True, blank=True)
    wrapped_key = models.BinaryField(default=bytes, blank=True)
    kek = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(size__gt=0) & Q(size__lte=LARGEST_REPORT), name="stored_file_has_a_size"
            ),
            models.CheckConstraint(
                condition=Q(state=State.REFUSED) | Q(refusal=""), name="only_a_refused_file_says_why"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="stored_file_state_known"),
            models.CheckConstraint(
                condition=Q(safe_key=None, safe_size=None, safe_sha256="")
                | Q(safe_key__isnull=False, safe_size__gt=0, safe_sha256__regex=r"^[0-9a-f]{64}$"),
                name="safe_copy_is_whole",
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

    @property
    def safe_path(self) -> str:
        """Where the sanitised copy lies; "" where there is none."""
        return path_of(self.safe_key) if self.safe_key else ""


class Ticket(models.Model):
    """A permission to fetch one thing once, within a minute. Only the secret's hash is kept.

    It is bound to a person, to their session (as a hash) and to a ``subject`` that the room which issued it understands,
    such as "version:12:exact".
    """

    secret_hash = models.CharField(max_length=64, unique=True, editable=False, help_text="SHA-256.")
    user_id = models.BigIntegerField()
    session_hash = models.CharField(max_length=64)
    subject = models.CharField(max_length=80)
    issued_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["expires_at"], name="ticket_by_end")]

    def __str__(self):
        return f"ticket for {self.subject}"


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
