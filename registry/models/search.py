"""What the directory shows and searches of each body as the register stands now: one row per body."""

from django.db import models

from agreements.models import Economy, Origin
from registry.models.body import Body


class SearchRow(models.Model):
    """A body as the directory lists it. Written only by ``registry.indexing``; ``manage.py rebuild_search`` makes it anew.

    ``apart`` is False while the body is merged into another. ``strong`` are the names and numbers of it and of what is
    merged into it, one a line; ``weak`` are places and products. ``changed`` is the transaction that wrote the row last and
    ``edition`` counts its writings, by which a process learns what to read again.
    """

    body = models.OneToOneField(Body, on_delete=models.CASCADE, primary_key=True, related_name="search_row")
    apart = models.BooleanField()
    name = models.CharField(max_length=300)
    sort_name = models.TextField(db_collation="C", help_text="The name without accents and case.")
    local_name = models.CharField(max_length=300, blank=True)
    slug = models.CharField(max_length=160)
    economy = models.ForeignKey(Economy, on_delete=models.PROTECT, related_name="+", db_index=False)
    local_word = models.CharField(max_length=120, blank=True)
    website = models.CharField(max_length=300, blank=True)
    origin = models.CharField(max_length=20, choices=Origin)
    source_name = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()
    last_decision = models.DateTimeField(null=True, help_text="When the last decision on it was recorded.")
    strong = models.TextField()
    weak = models.TextField(blank=True)
    changed = models.BigIntegerField(db_index=True)
    edition = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["sort_name", "body"]

    def __str__(self):
        return self.name

    @property
    def is_sample(self) -> bool:
        """True for a fictional body of the sample register."""
        return self.origin == Origin.SAMPLE
