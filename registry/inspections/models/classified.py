"""Who may know that something exists: public, the parties of an annex, named authorities, or the own one alone."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreements.models import Annex, Authority, Sector
from portal.verbs import Guarded, GuardedQuerySet
from registry.inspections import audience


class AccessClass(models.TextChoices):
    """Who may know of it."""

    PUBLIC = "public", _("public")
    ANNEX = "annex", _("shared under an annex")
    NAMED = "named", _("named authorities")
    INTERNAL = "internal", _("internal")


class ClassifiedQuerySet(GuardedQuerySet):
    """Sets of things with an access class."""

    def visible_to(self, by) -> Self:
        """Public ones; the own authority's; what an annex shares with it today; what names it."""
        seen = Q(access_class=AccessClass.PUBLIC)
        if by.authority_id:
            seen |= Q(authority_id=by.authority_id)
            seen |= Q(access_class=AccessClass.ANNEX, annex_id__in=audience.annexes_of(by))
            seen |= Q(
                access_class=AccessClass.NAMED,
                pk__in=self.model.objects.filter(named=by.authority_id).values("pk"),
            )
        return self.filter(seen)


class Classified(Guarded):
    """A thing of an ``authority`` that others may know of by its access class. It says nothing of its content."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="%(class)ss")
    access_class = models.CharField(max_length=10, choices=AccessClass, default=AccessClass.INTERNAL)
    annex = models.ForeignKey(Annex, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    named = models.ManyToManyField(Authority, blank=True, related_name="+")
    sector = models.ForeignKey(Sector, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ClassifiedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=~Q(access_class=AccessClass.ANNEX) | Q(annex__isnull=False),
                name="%(class)s_shared_under_an_annex_names_it",
            ),
        ]
