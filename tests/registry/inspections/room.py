"""Three authorities that share, or do not share, reports: for the tests of inspections.

``giver`` is a German inspectorate, ``receiver`` the American regulator under an annex between the two, ``outsider`` the Japanese
regulator, who is party to nothing.
"""

from dataclasses import dataclass
from itertools import count

from agreements import appointing, texts
from agreements.acting import Acting
from agreements.models import Annex, Authority, Capacity
from portal import clock
from portal.accounts.models import User
from portal.audit import recording
from portal.validity import days
from portal.verbs import running
from registry.inspections.fence import reading_everything
from registry.inspections.models import (
    AccessClass,
    Commitment,
    Document,
    DocumentKind,
    Facility,
    Information,
    Inspection,
)
from tests.agreements.factories import (
    BY,
    make_annex,
    make_authority,
    make_economy,
    make_sector,
    make_undertaking,
)
from tests.registry.officers import acting, make_officer

GMP = "pharmaceutical_gmp_human"
_numbers = count(1)


@dataclass
class Room:
    """The authorities, and one person of each role at each: ``room.by("giver", "releaser")``."""

    annex: Annex
    authorities: dict[str, Authority]
    people: dict[tuple[str, str], User]

    def __getattr__(self, name: str) -> Authority:
        try:
            return self.authorities[name]
        except KeyError:
            raise AttributeError(name) from None

    def user(self, side: str, role: str = "editor") -> User:
        """The person with that role."""
        return self.people[side, role]

    def by(self, side: str, role: str = "editor") -> Acting:
        """That person acting for their authority."""
        return acting(self.people[side, role], self.authorities[side])


def make_room(annex_code: str = "GMP-TEST") -> Room:
    """The room with its people; nothing is shared yet."""
    texts.forget()
    make_sector(GMP)
    authorities = {
        "giver": make_authority(
            "de-inspectorate", "DE", ["inspectorate", "regulatory"], name="German Inspectorate"
        ),
        "receiver": make_authority(
            "us-regulator", "US", ["inspectorate", "regulatory"], name="American Regulator"
        ),
        "outsider": make_authority(
            "jp-regulator", "JP", ["inspectorate", "regulatory"], name="Japanese Regulator"
        ),
    }
    annex = make_annex(annex_code, parties=("US", "DE"), sectors=(GMP,))
    make_undertaking("US", "DE", kind="gmp_inspection", sector=GMP, annex=annex)
    make_undertaking("DE", "US", kind="gmp_inspection", sector=GMP, annex=annex)
    for economy, side in (("DE", "giver"), ("US", "receiver")):
        for capacity in (Capacity.INSPECTORATE, Capacity.REGULATORY):
            appointing.assign(
                by=BY,
                annex=annex,
                economy=make_economy(economy),
                authority=authorities[side],
                capacity=capacity,
            )
    roles = ("reader", "editor", "approver", "releaser")
    people = {
        (side, role): make_officer(authority, role, name=f"{side.capitalize()} {role}")
        for side, authority in authorities.items()
        for role in roles
    }
    return Room(annex, authorities, people)


def _written(row):
    """The row saved as if a verb had done so."""
    with running("tests.written", "desk"), reading_everything():
        row.save()
        recording.record(by=BY, target=row)
    return row


def make_facility(name: str = "Werk Süd", economy: str = "DE", **fields) -> Facility:
    """A facility."""
    return _written(Facility(name=name, economy=make_economy(economy), **fields))


def make_inspection(room: Room, facility: Facility | None = None, **fields) -> Inspection:
    """An inspection by the giver, shared under the annex unless told otherwise."""
    facts = {
        "authority": room.giver,
        "annex": room.annex,
        "access_class": AccessClass.ANNEX,
        "sector": make_sector(GMP),
        "reference": f"INS-{next(_numbers)}",
        "ended_on": clock.today(),
        "product_classes": ["human"],
    }
    return _written(Inspection(facility=facility or make_facility(), **facts | fields))


def make_document(room: Room, inspection: Inspection | None = None, **fields) -> Document:
    """An inspection report of the giver, whose existence is shared under the annex."""
    inspection = inspection or make_inspection(room)
    facts = {
        "authority": room.giver,
        "annex": room.annex,
        "access_class": AccessClass.ANNEX,
        "sector": make_sector(GMP),
        "kind": DocumentKind.INSPECTION_REPORT,
        "title": f"Report {next(_numbers)}",
    }
    return _written(Document(facility=inspection.facility, inspection=inspection, **facts | fields))


def promise(room: Room, giver: str = "giver", receiver: str = "receiver", **fields) -> Commitment:
    """A confirmed commitment of the receiver to keep everything."""
    facts = {
        "information": list(Information.values),
        "citation": f"Commitment {next(_numbers)}",
        "valid": days(),
        "recorded_by": room.user(giver, "editor"),
        "confirmed_by": room.user(giver, "approver"),
        "confirmed_at": clock.now(),
    }
    return _written(
        Commitment(giver=room.authorities[giver], receiver=room.authorities[receiver], **facts | fields)
    )
