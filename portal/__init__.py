"""The portal: the foundation all rooms stand on, and the shell that stands on all rooms."""

# Celery's way: whoever starts Django, whatever sends a task finds this app and its broker.
from portal.celery import app as celery_app

__all__ = ["celery_app"]
