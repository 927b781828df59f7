"""Which files have come to their end, and of which the rows are forgotten. Runs daily; running twice does nothing twice."""

from agreements.acting import Acting
from portal import clock
from registry.batches import applying, approving
from registry.batches.models import BatchStage, ImportBatch, ImportPart

AT_ONCE = 50


def sweep(*, by: Acting) -> int:
    """Close files of which nothing is left to decide, and forget rows: 30 days after a file's end, 90 days after a check of
    which nothing was made. Returns of how many files.
    """
    under_way = ImportPart.objects.under_way().values("batch")
    for batch in ImportBatch.objects.filter(stage=BatchStage.AWAITING).exclude(pk__in=under_way)[:AT_ONCE]:
        approving.close(by=by, batch=batch)
    ended = ImportBatch.objects.filter(
        stage__in=BatchStage.ended(), swept_at=None, ended_at__lt=clock.now() - applying.ROWS_KEPT
    )
    unused = ImportBatch.objects.filter(
        stage=BatchStage.CHECKED, checked_at__lt=clock.now() - applying.UNUSED_KEPT
    )
    swept = [*ended[:AT_ONCE], *unused[:AT_ONCE]]
    for batch in swept:
        applying.sweep(by=by, batch=batch)
    return len(swept)
