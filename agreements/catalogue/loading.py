"""Loading the shipped catalogue into the database: one verb, run only when the catalogue has changed."""

import hashlib

from django.db import connection, transaction

from agreements import announcing, policies
from agreements.acting import Acting
from agreements.catalogue import documents, places, reading, recognitions, texts
from agreements.catalogue.settling import Settling
from agreements.models import Annex, CatalogueEdition
from portal import clock
from portal.audit import recording
from portal.validity import from_now, moments
from portal.verbs import verb

# Any constant will do, as long as nothing else in the database takes the same advisory lock.
_ONE_AT_A_TIME = 4_118_630_257


def bring_up_to_date(*, by: Acting) -> CatalogueEdition | None:
    """Load the shipped catalogue if it is another than the one loaded last. Returns the new edition, or None.

    Safe to call from several processes at once: the second waits and finds nothing to do.
    Raises reading.BadData when a file cannot be used; nothing is changed then.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        last = CatalogueEdition.objects.first()
        if last is not None and last.digest == digest():
            return None
        return load_catalogue(by=by)


@verb
def load_catalogue(*, by: Acting) -> CatalogueEdition:
    """Bring the database to what the shipped catalogue says, as one act.

    The facts of the first edition count as always known. Later, a fact that is gone closes and a new one is known from
    now, so that ``known_at`` still gives what an earlier edition said. Raises PermissionDenied or reading.BadData.
    """
    policies.check_may_keep_texts(by)
    first = not CatalogueEdition.objects.exists()
    settling = Settling(recorded=moments() if first else from_now(), now=clock.now())
    named = places.load(settling)
    law = texts.load(settling, named)
    recognitions.load(settling, named, law)
    documents.load(settling, named, law)
    edition = CatalogueEdition.objects.create(
        digest=digest(), loaded_at=clock.now(), summary=settling.summary()
    )
    recording.record(by=by, target=edition, after={"digest": edition.digest, "changes": edition.summary})
    announcing.annexes_changed(_touched(settling))
    return edition


def digest() -> str:
    """SHA-256 over the catalogue's files, data and code."""
    found = hashlib.sha256()
    for path in reading.files():
        found.update(f"{path.relative_to(reading.DATA.parent)}\0".encode() + path.read_bytes() + b"\0")
    return found.hexdigest()


def _touched(settling: Settling) -> set[int]:
    """The annexes on which acceptance may have changed: all of them where memberships or sectors have."""
    if settling.counts["agreements.UnionMembership"] or settling.counts["agreements.Sector"]:
        return set(Annex.objects.values_list("pk", flat=True))
    return settling.touched_annexes
