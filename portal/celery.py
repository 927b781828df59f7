"""The worker and its timetable."""

import os
from datetime import timedelta

from celery import Celery
from celery.signals import beat_init, setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

EXPIRE_LAPSED, REMIND = "registry.tasks.expire_lapsed", "registry.tasks.remind"
COMMITMENTS = "registry.inspections.tasks.remind_of_commitments"
DUMP = "registry.opendata.tasks.make_dump"
LOOK_AT_WATCHES = "registry.watching.tasks.look"
DAILY_DIGESTS, WEEKLY_DIGESTS = "notices.daily", "notices.weekly"

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# `expires` keeps runs from piling up in the queue while no worker takes them; the next run does the same work.
app.conf.beat_schedule = {
    "relay the outbox": {
        "task": "portal.outbox.tasks.relay",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 30},
    },
    "expire what has lapsed": {
        "task": EXPIRE_LAPSED,
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "remind of terms and limits": {
        "task": REMIND,
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "remind of commitments that run out": {
        "task": COMMITMENTS,
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "make the dump of the day": {
        "task": DUMP,
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "ask for daily digests": {
        "task": DAILY_DIGESTS,
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "ask for weekly digests": {
        "task": WEEKLY_DIGESTS,
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "forget answers of the API after a day": {
        "task": "agreements.keys.tasks.forget_old_answers",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "look at what is watched": {
        "task": LOOK_AT_WATCHES,
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "sweep watches that nobody confirmed": {
        "task": "registry.watching.tasks.sweep",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "sweep files that nothing refers to": {
        "task": "portal.files.tasks.sweep",
        "schedule": timedelta(days=1),
        "options": {"expires": 3600},
    },
    "sweep files of bodies that have ended": {
        "task": "registry.batches.tasks.sweep",
        "schedule": timedelta(days=1),
        "options": {"expires": 3600},
    },
}


@setup_logging.connect
def log_as_django_does(**_) -> None:
    """Keep Celery from putting its own log format over Django's."""


@beat_init.connect
def catch_up(**_) -> None:
    """Do at the start what fell due while nothing ran: the timetable alone would wait for its first hour."""
    for task in (EXPIRE_LAPSED, REMIND, COMMITMENTS, LOOK_AT_WATCHES, DUMP, DAILY_DIGESTS, WEEKLY_DIGESTS):
        app.send_task(task, expires=3600)
