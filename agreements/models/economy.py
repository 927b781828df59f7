"""Economies (countries, customs territories, unions) and the dated membership of unions."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from agreements.models.source import Sourced
from portal.validity import Dated, no_overlap


class EconomyKind(models.TextChoices):
    COUNTRY = "country", _("country")
    CUSTOMS_TERRITORY = "customs_territory", _("customs territory")
    UNION = "union", _("union")


class Economy(models.Model):
    """A party to agreements. ``code`` is ISO 3166-1 alpha-2, or EU for the European Union."""

    code = models.CharField(max_length=3, unique=True)
    name = models.CharField(max_length=120, unique=True)
    local_name = models.CharField(
        max_length=120, blank=True, help_text="In its own script, beside the English."
    )
    aliases = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    kind = models.CharField(max_length=20, choices=EconomyKind, default=EconomyKind.COUNTRY)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "economies"

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return f"/economies/{self.code}/"


class MembershipKind(models.TextChoices):
    MEMBER = "member", _("member")
    TRANSITION = "transition", _("treated as a member during a transition")


class UnionMembership(Dated, Sourced):
    """An economy's membership of a union. A body in a member counts as the union's while it lasts."""

    union = models.ForeignKey(Economy, on_delete=models.PROTECT, related_name="memberships_in")
    member = models.ForeignKey(Economy, on_delete=models.PROTECT, related_name="memberships")
    kind = models.CharField(max_length=20, choices=MembershipKind, default=MembershipKind.MEMBER)

    class Meta:
        ordering = ["union__name", "member__name", "valid"]
        constraints = [no_overlap(name="membership_no_overlap", same=["union", "member"])]

    def __str__(self):
        return f"{self.member} in {self.union} ({self.get_kind_display()})"
