"""Documents that accompany a designation; which ones differs by partner."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from agreements.models.agreement import Annex
from agreements.models.source import Sourced
from agreements.models.undertaking import ResultKind


class DocumentAskedQuerySet(models.QuerySet):
    """Sets of documents asked for."""

    def for_designation(self, annex_id: int, exporting: str, importing: str) -> Self:
        """What is asked for when a body of one party is designated to the other under an annex (economies by code)."""
        return self.filter(
            Q(annexes=None) | Q(annexes=annex_id),
            Q(exporting=[]) | Q(exporting__contains=[exporting]),
            Q(importing=[]) | Q(importing__contains=[importing]),
        ).distinct()


class DocumentAsked(Sourced):
    """One document that an authority asks for with a designation.

    Empty ``annexes``, ``exporting`` or ``importing`` (economies by code) mean any; ``kinds`` narrows it to kinds of result.
    """

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    hint = models.CharField(max_length=300, blank=True)
    is_required = models.BooleanField(default=True)
    annexes = models.ManyToManyField(Annex, blank=True, related_name="documents_asked")
    exporting = ArrayField(models.CharField(max_length=3), default=list, blank=True)
    importing = ArrayField(models.CharField(max_length=3), default=list, blank=True)
    kinds = ArrayField(models.CharField(max_length=30, choices=ResultKind), default=list, blank=True)

    objects = DocumentAskedQuerySet.as_manager()

    class Meta:
        ordering = ["-is_required", "key"]
        verbose_name_plural = "documents asked for"

    def __str__(self):
        return self.name
