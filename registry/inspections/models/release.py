"""Releases: which version which authority may read, and whether it may pass it on."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from agreements.models import Annex, AnnexPeriod, AnnexStatus, Authority
from portal import clock
from portal.files.models import Scan, State
from portal.verbs import Guarded, GuardedQuerySet
from registry.inspections.models.commitment import Commitment
from registry.inspections.models.document import Version
from registry.inspections.models.reception import Reception
from registry.inspections.models.request import ReportRequest


class ReleaseStage(models.TextChoices):
    PROPOSED = "proposed", _("awaiting the second person")
    RELEASED = "released", _("released")
    DROPPED = "dropped", _("given up")
    REVOKED = "revoked", _("revoked")


class Form(models.TextChoices):
    """In which form a receiver gets the file."""

    EXACT = "exact", _("exactly as filed")
    STAMPED = "stamped", _("stamped with the reader’s name")


class ReleaseQuerySet(GuardedQuerySet):
    """Sets of releases."""

    def visible_to(self, by) -> Self:
        """The giver's own; the receiver's once released."""
        if not by.authority_id:
            return self.none()
        seen = Q(giver_id=by.authority_id)
        seen |= Q(receiver_id=by.authority_id, stage__in=[ReleaseStage.RELEASED, ReleaseStage.REVOKED])
        return self.filter(seen)

    def giving_access(self, on=None) -> Self:
        """Releases that let their receiver read the version at this moment: the one query behind every screen and download.

        Released, not revoked, within ``until``; the annex applies; and, but for what is published to everybody, a commitment
        of the receiver covers the classes of information and the sector, all on that day (None: today). A receiver that takes
        scanned documents only gets no other.
        """
        day = on or clock.today()
        promised = Commitment.objects.in_force(day).filter(
            Q(sector_codes=[]) | Q(sector_codes__contains=[OuterRef("version__sector_code")]),
            giver_id=OuterRef("giver_id"),
            receiver_id=OuterRef("receiver_id"),
            information__contains=OuterRef("information"),
        )
        applies = (
            AnnexPeriod.objects.known()
            .in_force(day)
            .filter(annex_id=OuterRef("annex_id"), status__in=AnnexStatus.applying())
        )
        picky = Reception.objects.filter(authority_id=OuterRef("receiver_id"), scanned_only=True)
        return self.filter(
            Q(until=None) | Q(until__gte=day),
            Q(receiver=None) | Exists(promised),
            Q(annex=None) | Exists(applies),
            Q(version__stored__scan=Scan.CLEAN) | ~Exists(picky),
            stage=ReleaseStage.RELEASED,
            version__stored__state=State.ACCEPTED,
        )


class Release(Guarded):
    """The giver lets a receiver (None: everybody) read one version, on a legal basis, until a day (None: open).

    It takes two people of the giver. ``information`` repeats the version's classes for the query of ``giving_access``.
    ``request`` is None where it was shared without being asked.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="releases")
    giver = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="releases_given")
    receiver = models.ForeignKey(
        Authority, null=True, blank=True, on_delete=models.PROTECT, related_name="releases_received"
    )
    information = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    request = models.ForeignKey(
        ReportRequest, null=True, blank=True, on_delete=models.PROTECT, related_name="releases"
    )
    annex = models.ForeignKey(Annex, null=True, blank=True, on_delete=models.PROTECT, related_name="releases")
    legal_basis = models.CharField(max_length=300)
    until = models.DateField(null=True, blank=True, help_text="The last day of access.")
    conditions = models.TextField(blank=True)
    form = models.CharField(max_length=10, choices=Form, default=Form.EXACT)
    stage = models.CharField(max_length=10, choices=ReleaseStage, default=ReleaseStage.PROPOSED)
    proposed_at = models.DateTimeField(default=clock.now)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Revoked or given up.")
    ended_by = models.CharField(max_length=200, blank=True)
    end_reason = models.CharField(max_length=300, blank=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(stage__in=[ReleaseStage.RELEASED, ReleaseStage.REVOKED])
                | (
                    Q(released_by__isnull=False, released_at__isnull=False) & ~Q(released_by=F("proposed_by"))
                ),
                name="release_takes_two_people",
            ),
            models.CheckConstraint(
                condition=Q(receiver=None) | ~Q(receiver=F("giver")), name="release_to_another"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by="")
                | (
                    Q(ended_at__isnull=False, stage__in=[ReleaseStage.DROPPED, ReleaseStage.REVOKED])
                    & ~Q(ended_by="")
                ),
                name="release_end_says_by_whom",
            ),
            models.UniqueConstraint(
                fields=["version", "receiver"],
                condition=Q(stage__in=[ReleaseStage.PROPOSED, ReleaseStage.RELEASED]),
                nulls_distinct=False,
                name="one_running_release_per_receiver",
            ),
        ]

    def __str__(self):
        return f"{self.version} → {self.receiver or _('everybody')}"


class OnwardStage(models.TextChoices):
    ASKED = "asked", _("asked")
    AGREED = "agreed", _("agreed")
    REFUSED = "refused", _("refused")


class OnwardQuerySet(GuardedQuerySet):
    """Sets of questions about passing on."""

    def visible_to(self, by) -> Self:
        """The two sides of the release; the third party learns of it from the giver alone."""
        if not by.authority_id:
            return self.none()
        return self.filter(Q(release__giver_id=by.authority_id) | Q(release__receiver_id=by.authority_id))


class Onward(Guarded):
    """The receiver asks the giver before it passes a document on to a third party (FDA's confidentiality commitments)."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="onward")
    third_party = models.CharField(max_length=250)
    purpose = models.TextField(help_text="Why, and on which legal ground the third party asks.")
    stage = models.CharField(max_length=10, choices=OnwardStage, default=OnwardStage.ASKED)
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answer = models.TextField(blank=True)

    objects = OnwardQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(stage=OnwardStage.ASKED, answered_at=None)
                | (~Q(stage=OnwardStage.ASKED) & Q(answered_at__isnull=False, answered_by__isnull=False)),
                name="onward_answer_says_by_whom",
            )
        ]

    def __str__(self):
        return f"{self.release}: {self.third_party}"
