"""Seeing decisions in the order in which they came to light."""

from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from portal import clock
from registry.models import Decision
from registry.watching.models import Sighting

# No transaction lasts so long: what was recorded longer before the last sighting was seen, or on record before the first.
LOOK_BACK = timedelta(days=7)
_LOCK = 7_301_502_611


@transaction.atomic
def sight() -> int:
    """Note every decision on record that was not seen yet; return the last sighting.

    One transaction at a time, so that sightings come to light in the order of their ids.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    last = Sighting.objects.order_by("id").last()
    since = (last.seen_at if last else clock.now()) - LOOK_BACK
    seen = Sighting.objects.filter(decision=OuterRef("pk"))
    unseen = Decision.objects.filter(~Exists(seen), recorded_at__gt=since)
    new = [Sighting(decision_id=number) for number in unseen.order_by("id").values_list("id", flat=True)]
    if not new:
        return last.pk if last else 0
    return Sighting.objects.bulk_create(new, batch_size=2000)[-1].pk
