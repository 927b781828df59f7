"""Filling an empty register with a made world, in as many processes as there are."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import django
from django.db import connection

from agreements import texts as agreement_texts
from agreements.acting import Acting
from portal.audit import recording
from portal.lifecycle import NotAllowed
from portal.verbs import verb
from registry.models import Body
from registry.world.batches import MODELS, SIZE, Batch
from registry.world.law import Law

_law: Law | None = None


def check_ready() -> None:
    """Raises NotAllowed for a register that has bodies, or a catalogue that has no texts."""
    if Body.objects.exists():
        raise NotAllowed("A world is made in a register without bodies. Use another DATA_DIR.")
    if not agreement_texts.current().undertakings:
        raise NotAllowed("The catalogue is empty. Run manage.py load_catalogue first.")


@verb
def make(
    *,
    by: Acting,
    bodies: int,
    seed: int,
    processes: int = 1,
    progress: Callable[[int], None] = lambda done: None,
) -> Counter:
    """Make that many bodies with all that belongs to them. Returns how many rows of which table.

    With one process everything is one transaction; with more each batch is one, and what a broken run leaves behind is
    thrown away with the database. Raises NotAllowed for a register that has bodies, or a catalogue that names no texts.
    """
    check_ready()
    law = Law()
    starts = range(1, bodies + 1, SIZE)
    counts, done = Counter(), 0
    for written in (
        _here(law, seed, bodies, starts) if processes == 1 else _apart(seed, bodies, starts, processes)
    ):
        counts.update(written)
        done += written["bodies"]
        progress(done)
    _settle_sequences()
    recording.record(by=by, target=Body.objects.order_by("id")[0], after={"seed": seed, **counts})
    return counts


def _here(law: Law, seed: int, bodies: int, starts: range) -> Iterator[dict]:
    return (Batch(law, seed, first, min(first + SIZE - 1, bodies)).copy() for first in starts)


def _apart(seed: int, bodies: int, starts: range, processes: int) -> Iterator[dict]:
    # A fresh interpreter each: an open connection must not be inherited.
    with ProcessPoolExecutor(processes, get_context("spawn"), initializer=django.setup) as pool:
        jobs = [pool.submit(write, seed, first, min(first + SIZE - 1, bodies)) for first in starts]
        for job in jobs:
            yield job.result()


def write(seed: int, first: int, last: int) -> dict[str, int]:
    """Make and write the bodies of these numbers, in a process of its own."""
    global _law
    if _law is None:
        agreement_texts.forget()
        _law = Law()
    return Batch(_law, seed, first, last).copy()


def _settle_sequences() -> None:
    """Whatever is entered afterwards gets ids beyond the made ones."""
    with connection.cursor() as cursor:
        for model in MODELS:
            table = model._meta.db_table
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence(%s, 'id'), greatest((SELECT max(id) FROM {table}), 1))",
                [table],
            )
