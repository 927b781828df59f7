"""Forgetting what nobody confirmed, what was stopped long ago, and who watches nothing."""

from datetime import timedelta

from django.db.models import Exists, OuterRef

from agreements.acting import Acting
from portal import clock
from portal.audit import recording
from portal.verbs import verb
from registry.watching.models import Confirmation, Reader, Subject, Watch, Wish

# So long a stop can be taken back.
STOPPED_KEPT = timedelta(days=30)
# What changed is shown so long.
BATCH = 1000


def sweep(*, by: Acting) -> int:
    """Forget confirmations whose link is over, watches stopped 30 days ago, readers without a watch and questions that nobody
    watches; return how many rows went. An address that watches nothing is kept no longer than the stop can be taken back.
    """
    now = clock.now()
    gone = Confirmation.objects.over(now).delete()[0]
    stopped = Watch.objects.filter(stopped_at__lt=now - STOPPED_KEPT)
    readers = Reader.objects.without_watches()
    while stopped.exists() or readers.exists():
        gone += _forget(by=by, stopped=stopped, readers=readers)
    asked = [Exists(model.objects.filter(subject=OuterRef("pk"))) for model in (Watch, Wish)]
    return gone + Subject.objects.filter(~asked[0], ~asked[1]).delete()[0]


@verb(room="desk")
def _forget(*, by: Acting, stopped, readers) -> int:
    watches = list(stopped.order_by("id")[:BATCH])
    gone = Watch.objects.filter(pk__in=[watch.pk for watch in watches]).delete()[0]
    idle = list(readers.order_by("id")[:BATCH])
    target = (watches or idle)[0]
    gone += Reader.objects.filter(pk__in=[reader.pk for reader in idle]).delete()[0]
    after = {"watches": len(watches), "readers": len(idle)}
    recording.record(by=by, target=target, target_name="watches stopped long ago", after=after)
    return gone
