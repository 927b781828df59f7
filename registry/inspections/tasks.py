"""Work done later: what the calendar brings to those who share reports."""

from celery import shared_task

from agreements.acting import operator
from portal import clock
from registry.inspections import commitment_terms


@shared_task
def remind_of_commitments() -> int:
    """Tell both sides of commitments that run out. Runs hourly; running twice tells nobody twice."""
    return commitment_terms.remind(by=operator("remind_of_commitments"), today=clock.today())
