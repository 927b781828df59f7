"""Filling an empty register with a made world: several processes think it up, one connection writes it down."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import starmap

from django.db import connection

from agreements import texts as agreement_texts
from agreements.acting import Acting
from portal.audit import recording
from portal.lifecycle import NotAllowed
from portal.verbs import verb
from registry import indexing
from registry.models import Body
from registry.world import batches, hands
from registry.world.copying import Copied
from registry.world.law import Law
from registry.world.setting_aside import checked_at_the_end


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
    """Make that many bodies with all that belongs to them, in one transaction. Returns how many rows of which table.

    ``progress`` is told how many bodies are written, and at last 0 when nothing but checking is left. Raises NotAllowed for
    a register that has bodies, or a catalogue that has no texts.
    """
    check_ready()
    agreement_texts.forget()
    work = partial(batches.rows, Law(), seed)
    starts = range(1, bodies + 1, batches.SIZE)
    tasks = [(first, min(first + batches.SIZE - 1, bodies)) for first in starts]
    found = starmap(work, tasks) if processes == 1 else hands.done_by(processes, work, tasks)
    tables, counts = [model._meta.db_table for model in batches.MODELS], Counter()
    with connection.cursor() as cursor:
        with checked_at_the_end(cursor, tables):
            for rows in found:
                counts.update(_copy(cursor, rows))
                progress(counts["bodies"])
            progress(0)
        _settle_sequences(cursor, tables)
    indexing.rebuild()
    recording.record(by=by, target=Body.objects.order_by("id")[0], after={"seed": seed, **counts})
    return counts


def _copy(cursor, rows: list[Copied]) -> dict[str, int]:
    for each in rows:
        with cursor.copy(each.statement) as copy:
            copy.write(each.text)
    return {each.name: each.rows for each in rows}


def _settle_sequences(cursor, tables: list[str]) -> None:
    """Whatever is entered afterwards gets ids beyond the made ones."""
    for table in tables:
        last = f"greatest((SELECT max(id) FROM {table}), 1)"
        cursor.execute(f"SELECT setval(pg_get_serial_sequence(%s, 'id'), {last})", [table])
