"""What every verb of the business has in common: one transaction, guarded rows, exactly one audit entry."""

import functools
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import OperationalError, connection, models, transaction

from portal import clock

TRIES = 4
_DEADLOCK = "40P01"


@dataclass
class Frame:
    """One running verb: its name, the room that its entry belongs to, and how many audit entries it has left."""

    name: str
    room: str
    entries: int = 0


_running: ContextVar[Frame | None] = ContextVar("running_verb", default=None)


class OutsideVerb(Exception):
    """A row with a life cycle was about to change outside a verb."""


class UnauditedVerb(Exception):
    """A verb ended with no audit entry, or with more than one."""


def current() -> Frame | None:
    """The verb that is running, if any."""
    return _running.get()


@contextmanager
def running(name: str, room: str = ""):
    """Run the block as the verb ``name``: one transaction, guarded rows open, one audit entry demanded at its end.

    ``room`` says where its audit entry belongs; "" is the package that the name begins with.
    """
    frame = Frame(name, room or name.split(".", 1)[0])
    token = _running.set(frame)
    try:
        # One act has one moment: all that it writes carries the same.
        with clock.at(clock.now()), transaction.atomic():
            yield frame
            if frame.entries != 1:
                raise UnauditedVerb(f"{name} left {frame.entries} audit entries instead of one")
    finally:
        _running.reset(token)


def tell_the_public() -> None:
    """The running verb turns out to change what the public is told: its entry belongs to its package's own room.

    Raises OutsideVerb outside one, and UnauditedVerb once the entry is written, which would be too late.
    """
    frame = _running.get()
    if frame is None:
        raise OutsideVerb("Only a verb changes what the public is told")
    if frame.entries:
        raise UnauditedVerb(f"{frame.name} tells the public after its entry was written")
    frame.room = frame.name.split(".", 1)[0]


def verb(function=None, *, room: str = ""):
    """Decorator for a verb: keyword-only, actor as ``by``; see ``running`` for what it guarantees.

    ``@verb(room="desk")`` marks an act inside an authority, which changes nothing that the public is told.
    """
    if function is None:
        return functools.partial(verb, room=room)
    package = function.__module__.split(".", 1)[0]

    name = f"{package}.{function.__name__}"

    @functools.wraps(function)
    def run(**arguments):
        if connection.in_atomic_block:
            return attempt(**arguments)
        return _again_after_a_deadlock(attempt, arguments)

    def attempt(**arguments):
        with running(name, room):
            return function(**arguments)

    run.is_verb = True
    return run


def _again_after_a_deadlock(attempt, arguments):
    """Two verbs that wait for each other: the database ends one of them, which left nothing behind and is tried again."""
    for _try in range(TRIES - 1):
        try:
            return attempt(**arguments)
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) != _DEADLOCK:
                raise
    return attempt(**arguments)


class GuardedQuerySet(models.QuerySet):
    """Refuses bulk writes outside a verb."""

    def update(self, **changes):
        _demand_verb(self.model)
        return super().update(**changes)

    def delete(self):
        _demand_verb(self.model)
        return super().delete()

    def bulk_create(self, rows, *args, **options):
        _demand_verb(self.model)
        return super().bulk_create(rows, *args, **options)

    def bulk_update(self, rows, *args, **options):
        _demand_verb(self.model)
        return super().bulk_update(rows, *args, **options)


class Guarded(models.Model):
    """A row with a life cycle: it changes only inside a verb."""

    objects = GuardedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **options):
        _demand_verb(type(self))
        super().save(*args, **options)

    def delete(self, *args, **options):
        _demand_verb(type(self))
        return super().delete(*args, **options)


def _demand_verb(model) -> None:
    if _running.get() is None:
        raise OutsideVerb(f"{model.__name__} changes only inside a verb")
