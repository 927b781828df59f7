"""Conformity assessment bodies, their sites, names and numbers."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.lookups import Unaccent
from django.db import models
from django.db.models import F, OuterRef, Q, Value
from django.db.models.functions import Coalesce, JSONObject, Lower, Upper

from agreements.models import Authority, Capacity, Economy, Origin
from portal import clock
from portal.validity import Dated, no_overlap
from portal.verbs import Guarded, GuardedQuerySet


def _rows(queryset, *names: str, **named) -> ArraySubquery:
    """The rows of a subquery as a list of dicts."""
    fields = {**{name: name for name in names}, **named}
    return ArraySubquery(queryset.values(row=JSONObject(**fields)))


def _as_named(field: str, moment) -> Coalesce:
    """What the field of the body said at the moment: what the first renaming after it gave up, or what it says now."""
    later = FormerName.objects.filter(body=OuterRef("pk"), renamed_at__gt=moment)
    return Coalesce(models.Subquery(later.order_by("renamed_at", "id").values(field)[:1]), F(field))


class BodyQuerySet(GuardedQuerySet):
    """Sets of bodies."""

    def known(self, at=None):
        """Bodies that the register held at that moment (None: now)."""
        return self if at is None else self.filter(recorded_at__lte=at)

    def apart(self, at=None):
        """Bodies that stood for themselves at that moment, not merged into another (None: now)."""
        return self.exclude(models.Exists(Merger.objects.known(at).filter(body=OuterRef("pk"))))

    def looked_after_by(self, authority):
        """Bodies that the authority designates, or that are established where it designates."""
        designation = self.model._meta.get_field("designations").related_model
        looked_after = Q(models.Exists(designation.objects.filter(body=OuterRef("pk"), authority=authority)))
        if authority.economy_id and Capacity.DESIGNATING in authority.capacities:
            looked_after |= Q(economy_id=authority.economy_id)
        return self.filter(looked_after)

    def under(self, slug: str, at=None):
        """The body that has or had this address, and those merged into it at that moment (None: now)."""
        merged = Merger.objects.known(at).filter(into__slug=slug).values("body")
        return self.filter(
            Q(slug=slug) | Q(id__in=FormerName.objects.filter(slug=slug).values("body")) | Q(id__in=merged)
        )

    def shown(self, at=None):
        """With ``shown_name``, ``shown_local_name`` and ``shown_slug`` as at that moment (None: now), and that moment."""
        fields = ("name", "local_name", "slug")
        return self.select_related("economy").annotate(
            asked_moment=Value(at or clock.now(), output_field=models.DateTimeField()),
            **{f"shown_{field}": F(field) if at is None else _as_named(field, at) for field in fields},
        )

    def with_taken_in(self, at=None):
        """With the bodies merged into each at that moment (None: now), as ``taken_in_rows``: body, since, reason."""
        mergers = Merger.objects.known(at).filter(into=OuterRef("pk"))
        return self.annotate(taken_in_rows=_rows(mergers, "reason", body="body_id", since=Lower("recorded")))

    def with_particulars(self, moment):
        """With sites, numbers, former names and appointments at home as known at that moment, in the same query."""
        own = OuterRef("pk")
        sites = Site.objects.filter(body=own, recorded_at__lte=moment)
        move_known = models.When(moved_to__recorded_at__lte=moment, then="left_on")
        identifiers = Identifier.objects.filter(body=own, recorded__contains=moment)
        former = FormerName.objects.filter(body=own, recorded_at__lte=moment)
        home = HomeAppointment.objects.filter(body=own, recorded__contains=moment)
        return self.annotate(
            site_rows=_rows(
                sites,
                "id",
                "name",
                "address",
                "town",
                "postcode",
                "is_registered_office",
                economy="economy__code",
                economy_name="economy__name",
                since="moved_from__left_on",
                left_on=models.Case(move_known, default=None),
                moved_to=models.Case(
                    models.When(moved_to__recorded_at__lte=moment, then="moved_to"), default=None
                ),
            ),
            identifier_rows=_rows(
                identifiers, "scheme", "value", "is_former", issuer="issuer__code", issuer_name="issuer__name"
            ),
            former_name_rows=_rows(former, "name", "local_name", "source_name", "until"),
            home_rows=_rows(
                home,
                "area",
                "detail",
                "status",
                "is_provisional",
                "source_name",
                market="market__code",
                market_name="market__name",
                requirement="requirement__reference",
                start=Lower("valid"),
                end=Upper("valid"),
            ),
        )

    def worded(self, words: str):
        """Bodies of which every word stands in a name, a former name or a number, as known when they are ``shown``.

        What a body that is merged into them at that moment has counts as theirs.
        """
        found = self if "asked_moment" in self.query.annotations else self.shown()
        own, moment = OuterRef("pk"), OuterRef("asked_moment")
        former = FormerName.objects.filter(body=own, recorded_at__lte=moment)
        numbers = Identifier.objects.filter(body=own, recorded__contains=moment)
        mergers = Merger.objects.filter(into=own, recorded__contains=moment)
        for word in words.split()[:8]:
            plain = Unaccent(Value(word, output_field=models.TextField()))
            taken_in = Q(body__name__icontains=word) | Q(body__identifiers__value__icontains=word)
            taken_in |= Q(body__former_names__name__icontains=word)
            found = found.annotate(plain=Unaccent("shown_name")).filter(
                Q(plain__icontains=plain)
                | Q(shown_local_name__icontains=word)
                | models.Exists(former.filter(name__icontains=word))
                | models.Exists(numbers.filter(value__icontains=word))
                | models.Exists(mergers.filter(taken_in))
            )
        return found


class Body(Guarded):
    """A conformity assessment body (ISO/IEC 17000:2020, 4.6).

    ``economy`` is where it is established; ``is_third_party`` is None while no source says; ``local_word`` is what its own
    register calls it (approved body, notified body, TCB).
    """

    slug = models.SlugField(max_length=160, unique=True)
    name = models.CharField(max_length=300)
    local_name = models.CharField(
        max_length=300, blank=True, help_text="In its own script, beside the English."
    )
    economy = models.ForeignKey(Economy, on_delete=models.PROTECT, related_name="bodies")
    local_word = models.CharField(max_length=120, blank=True)
    website = models.CharField(max_length=300, blank=True)
    is_third_party = models.BooleanField(null=True, blank=True)
    origin = models.CharField(max_length=20, choices=Origin, default=Origin.REGISTER_ROW)
    source_name = models.CharField(
        max_length=200, blank=True, help_text="The register or file that names the body."
    )
    recorded_at = models.DateTimeField()

    objects = BodyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "bodies"
        indexes = [models.Index(fields=["economy", "name"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(origin=Origin.SAMPLE) | Q(name__endswith="(sample)"), name="sample_body_says_so"
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return f"/bodies/{self.slug}/"

    @property
    def is_sample(self) -> bool:
        """True for a fictional body of the sample register."""
        return self.origin == Origin.SAMPLE


class FormerName(models.Model):
    """A name that the body had, or has in another register.

    Of a renamed body, ``renamed_at`` is the moment at which the register learned of the new name, ``slug`` and
    ``local_name`` are what went with the old one, ``until`` is the first day on which the body no longer bore it.
    ``renamed_at`` is None for a name beside the body's own.
    """

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="former_names")
    name = models.CharField(max_length=300)
    local_name = models.CharField(max_length=300, blank=True)
    slug = models.SlugField(max_length=160, blank=True, help_text="The part of the address given up with it.")
    until = models.DateField(null=True, blank=True)
    renamed_at = models.DateTimeField(null=True, blank=True)
    source_name = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "name"], condition=Q(renamed_at__isnull=True), name="former_name_once"
            ),
            models.CheckConstraint(
                condition=Q(renamed_at__isnull=True, slug="", until__isnull=True)
                | (Q(renamed_at__isnull=False, until__isnull=False) & ~Q(slug="")),
                name="renaming_leaves_name_address_and_day",
            ),
            ExclusionConstraint(
                name="former_address_of_one_body",
                expressions=[("slug", RangeOperators.EQUAL), ("body", RangeOperators.NOT_EQUAL)],
                condition=~Q(slug=""),
            ),
        ]

    def __str__(self):
        return self.name


class MergerQuerySet(GuardedQuerySet):
    """Sets of mergers."""

    def known(self, at=None):
        """Mergers that the register held at that moment (None: now)."""
        return self.filter(recorded__upper_inf=True) if at is None else self.filter(recorded__contains=at)


class Merger(Guarded):
    """Two bodies on file turned out to be one: for as long as it is on record, ``into`` stands for ``body`` too.

    Records, lines and decisions stay where they were told. No chains: what others are merged into is not merged itself.
    """

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="mergers")
    into = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="absorbed")
    recorded = DateTimeRangeField(help_text="Moments at which the register said so, [from, to).")
    reason = models.TextField()

    objects = MergerQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(body=models.F("into")), name="merger_of_two"),
            models.CheckConstraint(condition=~Q(reason=""), name="merger_gives_its_reason"),
            ExclusionConstraint(
                name="merged_into_one_at_a_moment",
                expressions=[("body", RangeOperators.EQUAL), ("recorded", RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self):
        return f"{self.body_id} is {self.into_id}"


class Site(models.Model):
    """A location at which a body works; a body acts only at its recognised locations (NIST, general requirements).

    ``left_on`` is the first day on which it no longer works here, ``moved_to`` the location that took its place.
    """

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="sites")
    name = models.CharField(max_length=200, blank=True)
    address = models.TextField(blank=True, help_text="Lines as written, without a personal name.")
    town = models.CharField(max_length=120, blank=True)
    postcode = models.CharField(max_length=30, blank=True)
    economy = models.ForeignKey(Economy, on_delete=models.PROTECT, related_name="sites")
    is_registered_office = models.BooleanField(default=False)
    left_on = models.DateField(null=True, blank=True)
    moved_to = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="moved_from"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["body", "-is_registered_office", "name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(left_on__isnull=True, moved_to__isnull=True)
                | Q(left_on__isnull=False, moved_to__isnull=False),
                name="left_site_says_when_and_where_to",
            ),
            models.CheckConstraint(condition=~Q(moved_to=models.F("id")), name="site_moves_elsewhere"),
        ]

    def __str__(self):
        return self.name or ", ".join(part for part in (self.town, self.economy.name) if part)


class Identifier(Dated):
    """A number by which someone knows the body: issuer, kind, value, from, to. Numbers are text: leading zeros count."""

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="identifiers")
    scheme = models.CharField(
        max_length=60, help_text="notified body number, UK body number, UKAS reference, …"
    )
    value = models.CharField(max_length=80)
    issuer = models.ForeignKey(Authority, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_former = models.BooleanField(default=False)

    class Meta:
        ordering = ["scheme", "value"]
        indexes = [models.Index(fields=["value"])]
        constraints = [no_overlap(name="identifier_no_overlap", same=["body", "scheme", "value"])]

    def __str__(self):
        return f"{self.scheme} {self.value}"


class HomeAppointment(Dated):
    """What the body's own economy appointed or notified it for at home: no partner owes anything for it.

    Shown on the body's page so that it is never mistaken for a designation under an agreement.
    """

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="home_appointments")
    market = models.ForeignKey(Economy, on_delete=models.PROTECT, related_name="+")
    sector = models.ForeignKey(
        "agreements.Sector", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    area = models.CharField(max_length=250, help_text="The area as its register words it.")
    requirement = models.ForeignKey(
        "agreements.Requirement",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="home_appointments",
    )
    detail = models.TextField(blank=True, help_text="Procedures and products as worded.")
    is_provisional = models.BooleanField(default=False)
    status = models.CharField(max_length=30, default="appointed")
    source_name = models.CharField(max_length=200)

    class Meta:
        ordering = ["area", "id"]
        constraints = [
            no_overlap(name="home_appointment_no_overlap", same=["body", "market", "area", "requirement"])
        ]

    def __str__(self):
        return f"{self.body_id}: {self.area}"


class LoadedFile(models.Model):
    """A file of a public register that was loaded: by its content's SHA-256, so that loading twice changes nothing."""

    format = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    as_of = models.DateField(null=True, blank=True)
    loaded_at = models.DateTimeField()
    rows = models.PositiveIntegerField(default=0)
    report = models.JSONField(
        default=dict, help_text="Rows rejected, repaired, merged: row, column, value, reason."
    )

    class Meta:
        ordering = ["-loaded_at"]
        constraints = [models.UniqueConstraint(fields=["format", "sha256"], name="file_loaded_once")]

    def __str__(self):
        return self.name
