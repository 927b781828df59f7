"""Replacing what the register says about some days without losing what it said before."""

import copy

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agreements.models import Origin
from portal import clock
from portal.lifecycle import NotAllowed
from portal.validity import days, moments


def supersede(rows: QuerySet, start=None, end=None) -> list:
    """Take the days ``[start, end)`` away from the known rows that touch them, as of now.

    Each touched row's ``recorded`` is closed, and what of it lies outside those days is written anew, so a question put
    with an earlier ``known_at`` is answered as before. What is left counts as entered in the portal, so that a later
    edition of the catalogue does not overrule it. Returns the rows now on record for the days outside.

    Raises NotAllowed when a touched row was recorded after the present moment.
    """
    now = clock.now()
    left = []
    for row in rows.known().filter(valid__overlap=days(start, end)).select_for_update():
        if row.recorded.lower is not None and row.recorded.lower > now:
            raise NotAllowed(_("The register already knows something recorded later than this moment."))
        rests = _outside(row.valid, start, end)
        row.recorded = moments(row.recorded.lower, now)
        row.save(update_fields=["recorded"])
        left += [_again(row, rest, now) for rest in rests]
    return left


def _outside(valid, start, end) -> list:
    rests = []
    if start is not None and (valid.lower is None or valid.lower < start):
        rests.append(days(valid.lower, start))
    if end is not None and (valid.upper is None or end < valid.upper):
        rests.append(days(end, valid.upper))
    return rests


def _again(row, valid, now):
    rest = copy.copy(row)
    rest.pk, rest._state = None, copy.copy(row._state)
    rest._state.adding = True
    rest.valid, rest.recorded, rest.origin = valid, moments(now), Origin.ENTERED
    rest.save(force_insert=True)
    return rest
