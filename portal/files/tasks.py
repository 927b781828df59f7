"""What the worker does for files."""

from celery import shared_task

from portal.files import checking, sweeping

__all__ = ["checking", "sweep"]


@shared_task(name="portal.files.tasks.sweep")
def sweep() -> int:
    """Clear away contents that no row refers to."""
    return sweeping.sweep()
