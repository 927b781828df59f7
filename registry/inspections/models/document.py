"""Official documents and their versions."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreements.models import Authority
from portal import clock
from portal.files.models import StoredFile
from portal.verbs import Guarded, GuardedQuerySet
from registry.inspections.models.classified import Classified, ClassifiedQuerySet
from registry.inspections.models.commitment import Information
from registry.inspections.models.facility import Facility
from registry.inspections.models.inspection import Inspection


class DocumentKind(models.TextChoices):
    INSPECTION_REPORT = "inspection_report", _("inspection report")
    EIR = "eir", _("establishment inspection report (EIR)")
    OBSERVATIONS = "observations", _("list of observations (Form FDA 483)")
    GMP_CERTIFICATE = "gmp_certificate", _("GMP certificate")
    NON_COMPLIANCE = "non_compliance", _("statement of non-compliance")
    AUTHORISATION = "authorisation", _("manufacturing or import authorisation")
    CLOSE_OUT = "close_out", _("close-out letter")


class DocumentQuerySet(ClassifiedQuerySet):
    """Sets of documents."""

    def visible_to(self, by) -> Self:
        """Those of whose existence the reader may know, and those of which a version is released to it now."""
        releases = self.model._meta.apps.get_model("inspections", "Release").objects.giving_access()
        released = releases.filter(Q(receiver=None) | Q(receiver_id=by.authority_id))
        return super().visible_to(by) | self.filter(pk__in=released.values("version__document"))


class Document(Classified):
    """One official document of an authority about a facility, and about an inspection where it came of one.

    Its access class says who may know that it exists; who may read a version is said by releases alone.
    ``external_url`` is where its authority has published it itself.
    """

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="documents")
    inspection = models.ForeignKey(
        Inspection, null=True, blank=True, on_delete=models.PROTECT, related_name="documents"
    )
    kind = models.CharField(max_length=20, choices=DocumentKind)
    title = models.CharField(max_length=250)
    number = models.CharField(max_length=80, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True, help_text="Last day, for a certificate.")
    external_url = models.URLField(max_length=500, blank=True)
    is_sample = models.BooleanField(default=False)
    recorded_at = models.DateTimeField(default=clock.now)

    objects = DocumentQuerySet.as_manager()

    class Meta(Classified.Meta):
        ordering = ["-issued_on", "-id"]
        constraints = [
            *Classified.Meta.constraints,
            models.UniqueConstraint(
                fields=["authority", "kind", "number"],
                condition=~Q(number=""),
                name="document_number_once",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return f"/inspections/documents/{self.pk}/"


class VersionQuerySet(GuardedQuerySet):
    """Sets of versions."""

    def of(self, by) -> Self:
        """The own authority's versions."""
        return self.filter(authority_id=by.authority_id) if by.authority_id else self.none()

    def newest_first(self) -> Self:
        return self.order_by("-filed_at", "-id")


class Version(Guarded):
    """One state of a document as a file; never changed, superseded by a later one. ``redacted`` stands beside the full.

    ``information`` are the classes of information in it that are not public: a receiver must have promised to keep them.
    ``authority`` and ``sector_code`` repeat what the document says, for the database's own rules on who may see the row.
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="versions")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    sector_code = models.CharField(max_length=60, blank=True)
    number = models.PositiveSmallIntegerField()
    redacted = models.BooleanField(default=False)
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    stored = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    information = ArrayField(models.CharField(max_length=30, choices=Information), default=list, blank=True)
    language = models.CharField(max_length=10, blank=True)
    note = models.CharField(
        max_length=300, blank=True, help_text="Why it was issued anew, or what is left out."
    )
    filed_at = models.DateTimeField(default=clock.now)
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["document", "redacted", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "redacted", "number"], name="version_number_once"),
        ]

    def __str__(self):
        return f"{self.document}, {self.words}"

    @property
    def information_words(self) -> list[str]:
        """The classes of information in it, for readers."""
        return [str(Information(each).label) for each in self.information]

    @property
    def words(self) -> str:
        """The version by its number, and whether something is left out."""
        words = _("version %(number)s, redacted") if self.redacted else _("version %(number)s")
        return words % {"number": self.number}
