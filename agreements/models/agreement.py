"""Agreements and their annexes. Status belongs to the annex, by periods, not to the agreement alone."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from agreements.models.economy import Economy
from agreements.models.source import Sourced
from portal.partial_dates import PartialDateField
from portal.validity import Dated, no_overlap


class Agreement(Sourced):
    """One legal text (or exchange of letters) between parties. ``parent`` is the arrangement it carries out."""

    class Form(models.TextChoices):
        AGREEMENT = "agreement", _("agreement")
        ARRANGEMENT = "arrangement", _("arrangement")
        LETTERS = "letters", _("exchange of letters")
        PROTOCOL = "protocol", _("protocol")

    class Parties(models.TextChoices):
        BILATERAL = "bilateral", _("bilateral")
        PLURILATERAL = "plurilateral", _("plurilateral")
        MULTILATERAL = "multilateral", _("multilateral")

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=400)
    form = models.CharField(max_length=20, choices=Form, default=Form.AGREEMENT)
    parties_kind = models.CharField(max_length=20, choices=Parties, default=Parties.BILATERAL)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="implementations"
    )
    replaced_by = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="replaces")
    signed = PartialDateField()
    entry_into_force = PartialDateField()
    operational = PartialDateField(help_text="When practice began, where the source tells it apart.")
    described_status = models.CharField(
        max_length=30, blank=True, help_text="What an undated source says of it."
    )

    class Meta:
        ordering = ["code"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return f"/agreements/{self.code}/"


class AgreementParty(models.Model):
    """A party. ``side`` tells the sides of a plurilateral text apart; "" where every party faces every other."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="party_rows")
    economy = models.ForeignKey(Economy, on_delete=models.PROTECT, related_name="party_rows")
    side = models.CharField(max_length=10, blank=True)

    class Meta:
        ordering = ["agreement", "economy__name"]
        constraints = [models.UniqueConstraint(fields=["agreement", "economy"], name="party_once")]

    def __str__(self):
        return f"{self.economy} in {self.agreement_id}"


class AnnexQuerySet(models.QuerySet):
    """Sets of annexes."""

    def covering(self, sector_ids):
        """Annexes for one of these sectors."""
        return self.filter(sectors__in=sector_ids)


class Annex(Sourced):
    """A sectoral annex, chapter or the text as a whole where it has no parts. ``code`` is unique over all agreements."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="annexes")
    code = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=300)
    sectors_known = models.BooleanField(default=True, help_text="False where the source names no sector.")
    sectors = models.ManyToManyField("agreements.Sector", blank=True, related_name="annexes")
    signed = PartialDateField()
    entry_into_force = PartialDateField()
    operational = PartialDateField()

    objects = AnnexQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name_plural = "annexes"

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return f"/agreements/{self.agreement.code}/#{self.code}"


class AnnexStatus(models.TextChoices):
    IN_FORCE = "in_force", _("in force")
    PROVISIONALLY_APPLIED = "provisionally_applied", _("provisionally applied")
    SUSPENDED = "suspended", _("suspended")
    LAPSED = "lapsed", _("lapsed")
    TERMINATED = "terminated", _("terminated")
    UNKNOWN = "unknown", _("unknown")

    @classmethod
    def applying(cls) -> frozenset[str]:
        """The states in which an annex obliges its parties."""
        return frozenset({cls.IN_FORCE, cls.PROVISIONALLY_APPLIED})


class AnnexPeriod(Dated, Sourced):
    """What an annex's status was over some days. Days in no period: the annex did not apply.

    ``start_is_evidence`` marks a period whose start is not the legal day but the last day of the year whose source shows
    the status: it began then or earlier.
    """

    annex = models.ForeignKey(Annex, on_delete=models.PROTECT, related_name="periods")
    status = models.CharField(max_length=30, choices=AnnexStatus)
    start_is_evidence = models.BooleanField(default=False)
    since = PartialDateField(help_text="The start as the source gives it.")
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["annex", "valid"]
        constraints = [no_overlap(name="annex_period_no_overlap", same=["annex"])]

    def __str__(self):
        return f"{self.annex_id} {self.status}"


class TimeLimit(Sourced):
    """A limit that a text or an authority's practice sets. ``annexes`` is empty where it belongs to no one annex."""

    class Unit(models.TextChoices):
        CALENDAR_DAYS = "calendar_days", _("calendar days")
        WORKING_DAYS = "working_days", _("working days")
        DAYS = "days", _("days")
        WEEKS = "weeks", _("weeks")
        MONTHS = "months", _("months")
        YEARS = "years", _("years")

    key = models.SlugField(max_length=130, unique=True)
    value = models.PositiveIntegerField()
    unit = models.CharField(max_length=20, choices=Unit)
    is_minimum = models.BooleanField(default=False)
    runs = models.CharField(max_length=120, help_text="From what it runs, as the text says.")
    meaning = models.CharField(max_length=300)
    ends_on_working_day = models.BooleanField(
        default=False,
        help_text="The text lets an end on a day that is not worked move to the next one that is.",
    )
    superseded = models.BooleanField(default=False, help_text="The text it stands in has been replaced.")
    annexes = models.ManyToManyField(Annex, blank=True, related_name="time_limits")
    economies = ArrayField(models.CharField(max_length=3), default=list, blank=True)

    class Meta:
        ordering = ["key"]

    def __str__(self):
        return f"{self.value} {self.get_unit_display()}: {self.meaning}"

    @staticmethod
    def key_under(annex: Annex, key: str) -> str:
        """The key of what was entered in the portal for one annex: the catalogue's rows keep the plain ones."""
        return f"{key}--{slugify(annex.code)}"
