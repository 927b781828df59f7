"""A version of a report that the giver has released to the receiver: for tests of what lets it be read, and what stops that."""

from itertools import count

from portal import clock
from portal.files.models import State, StoredFile
from registry.inspections.models import Information, Release, ReleaseStage, Version
from tests.registry.inspections.room import GMP, Room, _written, make_document

_numbers = count(1)


def release(room: Room, **fields) -> Release:
    """A new report of the giver with everything in it, released to the receiver under the annex."""
    document = make_document(room)
    information = list(Information.values)
    stored = StoredFile.objects.create(
        shown_name=f"report-{next(_numbers)}.pdf",
        content_type="application/pdf",
        size=1,
        sha256="0" * 64,
        stored_by="tests",
        state=State.ACCEPTED,
    )
    version = _written(
        Version(
            document=document,
            authority=room.giver,
            sector_code=GMP,
            number=1,
            stored=stored,
            information=information,
            filed_by=room.user("giver"),
        )
    )
    facts = {
        "giver": room.giver,
        "receiver": room.receiver,
        "annex": room.annex,
        "information": information,
        "legal_basis": "Annex for tests",
        "stage": ReleaseStage.RELEASED,
        "proposed_by": room.user("giver"),
        "released_by": room.user("giver", "releaser"),
        "released_at": clock.now(),
    }
    return _written(Release(version=version, **facts | fields))
