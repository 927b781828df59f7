"""The nightly dump."""

import logging

from celery import shared_task

from agreements.acting import operator
from registry.opendata import making

_log = logging.getLogger(__name__)


@shared_task
def make_dump() -> bool:
    """Make today's dump, unless it is there. Runs hourly, so that a night without a worker is made up for."""
    try:
        return making.make_todays(by=operator("make_dump")) is not None
    except making.BeingMade:
        _log.info("Another process is making a dump.")
        return False
