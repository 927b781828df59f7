"""Decisions: the dated legal acts that make up the life of a designation, a recognition or an accreditation."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from registry.models.accreditation import Accreditation
from registry.models.designation import Designation, Recognition, ScopeLine


class State(models.TextChoices):
    """Where a designation, recognition, accreditation or one of its lines stands after a decision."""

    ACCREDITED = "accredited", _("accredited")
    DESIGNATED = "designated", _("designated")
    AWAITING = "awaiting_recognition", _("awaiting the partner's decision")
    RECOGNISED = "recognised", _("recognised")
    REFUSED = "refused", _("refused")
    CONTESTED = "contested", _("contested")
    SUSPENDED = "suspended", _("suspended")
    WITHDRAWN = "withdrawn", _("withdrawn")
    EXPIRED = "expired", _("expired")

    @classmethod
    def standing(cls) -> frozenset[str]:
        """The states in which a record, or a line of it, counts."""
        return frozenset({cls.ACCREDITED, cls.DESIGNATED, cls.RECOGNISED})


class Act(models.TextChoices):
    ACCREDIT = "accredit", _("accredited")
    DESIGNATE = "designate", _("designated")
    NOTIFY = "notify", _("notified to the partner")
    RECOGNISE = "recognise", _("recognised")
    RECOGNISE_IN_PART = "recognise_in_part", _("recognised in part")
    REFUSE = "refuse", _("refused")
    CONTEST = "contest", _("contested")
    SUSPEND = "suspend", _("suspended")
    RESTORE = "restore", _("restored")
    RESTRICT = "restrict", _("restricted")
    WITHDRAW = "withdraw", _("withdrawn")
    EXPIRE = "expire", _("expired")
    RENEW = "renew", _("renewed")
    ANNUL = "annul", _("annulled by correction")


class OlderResults(models.TextChoices):
    """What becomes of results made before a suspension or withdrawal (21 CFR 26.68; 47 CFR 2.951 transition)."""

    AS_THE_TEXT_SAYS = "", _("as the agreement says")
    STAY_ACCEPTED = "stay_accepted", _("stay accepted")
    REFUSED = "refused", _("are no longer accepted")
    UNTIL = "until", _("are accepted when submitted before a day")


class DecisionQuerySet(models.QuerySet):
    """Sets of decisions."""

    def known(self, at=None):
        """Decisions on record at that moment, without those that a decision on record then corrects (None: now)."""
        if at is None:
            return self.filter(corrected_by__isnull=True)
        corrected = models.Exists(
            Decision.objects.filter(corrects=models.OuterRef("pk"), recorded_at__lte=at)
        )
        return self.filter(~corrected, recorded_at__lte=at)

    def recorded_by(self, at=None):
        """Everything written down by that moment, corrected or not: the story as it was told (None: all)."""
        return self if at is None else self.filter(recorded_at__lte=at)

    def changing_term(self):
        """Decisions after which the term is another one, or none (see ``Decision.changes_term``)."""
        return self.exclude(act=Act.RESTRICT).exclude(act=Act.NOTIFY, state=State.RECOGNISED)

    def on_bodies(self, bodies):
        """Decisions on the designations, recognitions and accreditations of these bodies."""
        return self.filter(
            Q(designation__body__in=bodies)
            | Q(recognition__body__in=bodies)
            | Q(accreditation__body__in=bodies)
        )

    def told(self):
        """With all that a line of history shows."""
        return self.select_related(
            "designation__body",
            "designation__annex__agreement",
            "designation__exporting",
            "designation__importing",
            "recognition__body",
            "recognition__annex__agreement",
            "recognition__exporting",
            "recognition__importing",
            "accreditation__body",
            "accreditation__accreditation_body",
            "corrects",
            "corrected_by",
        )

    def state_of_each(self, record: str, on):
        """For a query of records ("designation", …): where each stands on a day, by the decisions that count now."""
        last = (
            self.known()
            .exclude(act=Act.ANNUL)
            .filter(**{record: models.OuterRef("pk")}, effective_on__lte=on)
        )
        lapsed = models.When(
            until__lte=on, state__in=sorted(State.standing()), then=models.Value(State.EXPIRED.value)
        )
        state = models.Case(lapsed, default="state", output_field=models.CharField())
        return models.Subquery(last.in_order().reverse().values(now=state)[:1])

    def in_order(self):
        """By the day of effect, then as recorded: the order in which they tell the story."""
        return self.order_by("effective_on", Coalesce("place", "id"))


class Decision(models.Model):
    """One legal act. Append-only in the database; a mistake is corrected by a further decision that ``corrects`` it.

    ``effective_on`` is the first day of effect; with ``start_unknown`` the act took effect on that day or earlier, as
    sources without a date show. ``until`` is the first day on which what it gave has run out. ``recorded_at`` is when the
    register learned of it; ``older_results`` rules on results made before a suspension or withdrawal, and with UNTIL they
    count when submitted before ``older_results_until``. A corrected decision no longer counts from its correction on.
    """

    designation = models.ForeignKey(
        Designation, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions"
    )
    recognition = models.ForeignKey(
        Recognition, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions"
    )
    accreditation = models.ForeignKey(
        Accreditation, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions"
    )
    act = models.CharField(max_length=20, choices=Act)
    state = models.CharField(
        max_length=30, choices=State, blank=True, help_text="Of the record as a whole, after it."
    )
    decided_on = models.DateField(null=True, blank=True)
    effective_on = models.DateField()
    start_unknown = models.BooleanField(default=False)
    until = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    authority_name = models.CharField(max_length=250, blank=True, help_text="Who decided, as text.")
    actor = models.CharField(max_length=200)
    public_reason = models.TextField(blank=True)
    internal_note = models.TextField(blank=True)
    older_results = models.CharField(max_length=20, choices=OlderResults, blank=True, default="")
    older_results_until = models.DateField(null=True, blank=True)
    citation = models.CharField(max_length=300, blank=True)
    source_name = models.CharField(max_length=300, blank=True)
    place = models.BigIntegerField(
        null=True,
        blank=True,
        help_text="Of a correction: the id of the decision whose place in the order it takes.",
    )
    corrects = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["effective_on", "id"]
        indexes = [models.Index(fields=["recorded_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(designation__isnull=False, recognition__isnull=True, accreditation__isnull=True)
                | Q(designation__isnull=True, recognition__isnull=False, accreditation__isnull=True)
                | Q(designation__isnull=True, recognition__isnull=True, accreditation__isnull=False),
                name="decision_on_one_record",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=models.F("effective_on")),
                name="decision_runs_forward",
            ),
            models.CheckConstraint(
                condition=Q(older_results=OlderResults.UNTIL, older_results_until__isnull=False)
                | (~Q(older_results=OlderResults.UNTIL) & Q(older_results_until__isnull=True)),
                name="older_results_until_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(act=Act.ANNUL) | Q(corrects__isnull=False), name="annulment_names_what_it_annuls"
            ),
        ]

    def __str__(self):
        return f"{self.get_act_display()} {self.effective_on:%Y-%m-%d}"

    @property
    def changes_term(self) -> bool:
        """False for what leaves the running term alone: fewer lines, or further ones put before the partner."""
        further = self.act == Act.NOTIFY and self.state == State.RECOGNISED
        return self.act != Act.RESTRICT and not further

    @property
    def record(self):
        """The designation, recognition or accreditation that the decision is about."""
        return self.designation or self.recognition or self.accreditation

    @property
    def body(self):
        """The body that the decision is about."""
        return self.record.body

    @property
    def subject(self) -> str:
        """What the decision is about, without the body's name."""
        record = self.record
        if self.accreditation_id:
            return str(record.accreditation_body)
        return f"{record.annex.code}: {record.exporting.code} → {record.importing.code}"

    @property
    def order(self) -> tuple:
        """Where it stands among the decisions on its record."""
        return self.effective_on, self.place or self.id


class DecisionLine(models.Model):
    """Where one scope line stands after a decision. Append-only. Lines that a decision leaves alone have no row."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey(ScopeLine, on_delete=models.PROTECT, related_name="decided")
    state = models.CharField(max_length=30, choices=State)
    reason = models.CharField(max_length=500, blank=True, help_text="Why this line was refused or dropped.")

    class Meta:
        ordering = ["decision", "line"]
        constraints = [models.UniqueConstraint(fields=["decision", "line"], name="line_decided_once")]

    def __str__(self):
        return f"{self.line_id}: {self.state}"
