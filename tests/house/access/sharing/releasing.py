"""Who may do what with documents and releases."""

from portal import clock
from registry.inspections import filing, passing_on, releasing
from registry.inspections.models import AccessClass, Commitment, Document, DocumentKind, Facility, Information
from tests.house.access.answers import APPROVERS, WORKERS, everybody, members
from tests.house.access.people import OTHER_AUTHORITIES
from tests.house.access.row import Row
from tests.registry.inspections.releases import accept, upload
from tests.registry.inspections.room import _written as written

OWN, BOTH = ("own", "operator"), ("own", "partner", "operator")
_PROPOSERS = (*WORKERS, "own releaser")
_REVOKERS = ("own approver", "own releaser")
# They have the role, so the door opens; but there is nothing of theirs behind it.
_RELEASERS = ("own releaser",)
_PARTNER_TOO = {"partner": 200}
_INSPECTS_NOTHING = {"accreditation body": 403}


def _document(step: str = "", of: str = "shared_document"):
    return lambda world: f"{getattr(world, of).get_absolute_url()}{step}"


def _release(step: str = "", of: str = "shared_release"):
    return lambda world: f"{getattr(world, of).get_absolute_url()}{step}"


def _filed(world) -> dict:
    return {"kind": "eir", "title": "Words", "access_class": "internal"}


def _proposed(world) -> dict:
    return {
        "version": world.hidden_version.pk,
        "receiver": world.authorities["partner"].pk,
        "legal_basis": "Article 1",
        "form": "exact",
        "doing": "propose",
    }


# These ask for a fresh proof of who is there.
DECIDING = ("release-decide", "release-answer")

PUBLIC: list[Row] = []
ROWS: list[Row] = [
    Row(
        "document-new",
        lambda world: f"/inspections/{world.public_inspection.pk}/documents/new/",
        members(WORKERS, others=_INSPECTS_NOTHING),
        members(WORKERS, 302, others=_INSPECTS_NOTHING),
        _filed,
    ),
    Row(
        "facility-document-new",
        lambda world: f"/facilities/{world.public_facility.key}/documents/new/",
        members(WORKERS, elsewhere=200, others=_INSPECTS_NOTHING),
        members(WORKERS, 302, elsewhere=302, others=_INSPECTS_NOTHING),
        _filed,
    ),
    Row("document", _document(), members(others=_PARTNER_TOO), writes=True),
    Row(
        "document-class",
        _document("class/"),
        members(WORKERS),
        members(WORKERS, 302),
        lambda world: {"access_class": "internal", "reason": "Words"},
    ),
    Row(
        "version-new",
        _document("versions/new/"),
        members(WORKERS),
        members(WORKERS, 302),
        lambda world: {"file": upload()},
    ),
    Row(
        "release-new",
        _document("release/", "hidden_document"),
        members(_PROPOSERS),
        members(_PROPOSERS, 302),
        _proposed,
    ),
    # What everybody may fetch; the tickets of what they may not are tried with every id below.
    Row(
        "version-file",
        lambda world: f"{world.open_document.get_absolute_url()}{world.open_version.pk}/",
        everybody(),
        members(status=302, others=dict.fromkeys(OTHER_AUTHORITIES, 302)),
    ),
    Row("releases", lambda world: "/releases/", members(elsewhere=200)),
    Row(
        "releases-taking",
        lambda world: "/releases/taking/",
        members(APPROVERS, elsewhere=200),
        members(APPROVERS, 302, elsewhere=302),
        lambda world: {"scanned_only": "yes"},
    ),
    Row("release-fetch", lambda world: "/releases/fetch/guessed/", members(status=404)),
    Row("release", _release(), members(others=_PARTNER_TOO)),
    Row(
        "release-decide",
        _release("decide/", "hidden_release"),
        members(_RELEASERS),
        members(_RELEASERS, 302),
    ),
    Row(
        "release-drop",
        _release("drop/", "hidden_release"),
        members(_PROPOSERS),
        members(_PROPOSERS, 302),
    ),
    # The receiver's own releaser is led back to the release, and refused when they try.
    Row(
        "release-revoke",
        _release("revoke/"),
        members(_REVOKERS, others={"partner": 302}),
        members(_REVOKERS, 302, others={"partner": 403}),
        lambda world: {"reason": "Words"},
    ),
    Row(
        "release-pass-on",
        _release("pass-on/"),
        members(WORKERS, 302, others=_PARTNER_TOO),
        members(WORKERS, 403, others={"partner": 302}),
        lambda world: {"third_party": "Somebody", "purpose": "Words"},
    ),
    Row(
        "release-answer",
        lambda world: f"{world.shared_release.get_absolute_url()}answer/{world.open_question.pk}/",
        members(_REVOKERS, others={"partner": 302}),
        members(_REVOKERS, 302),
        lambda world: {"doing": "refuse", "words": "Words"},
    ),
]


def addresses(world) -> list[str]:
    """Every page and step of what is shared with the partner alone, or with nobody."""
    found = []
    for document in (world.shared_document, world.hidden_document):
        found += [_of(document, step) for step in ("", "class/", "versions/new/", "release/")]
    for version in (world.shared_version, world.hidden_version):
        found.append(_of(version.document, f"{version.pk}/"))
    for release in (
        world.shared_release,
        world.hidden_release,
        world.revoked_release,
        world.dropped_release,
    ):
        steps = ("", "decide/", "drop/", "revoke/", "pass-on/", f"answer/{world.open_question.pk}/")
        found += [_of(release, step) for step in steps]
    return found


def _of(row, step: str) -> str:
    return f"{row.get_absolute_url()}{step}"


def furnish(world) -> None:
    """Put documents into the world: shared with the partner, hidden, and open to everybody; and releases at every stage."""
    word = world.secrets.word
    _promise(world)
    facility = world.public_facility
    world.shared_document = _filed_document(
        world, facility, word("title of the shared document", *BOTH), number=word("its number", *BOTH)
    )
    world.hidden_document = _filed_document(world, facility, word("title of the hidden document", *OWN))
    world.open_document = _filed_document(world, facility, "Open words", access_class=AccessClass.PUBLIC)
    world.shared_version = _version(world, world.shared_document, word("note of the shared version", *BOTH))
    world.hidden_version = _version(world, world.hidden_document, word("note of the hidden version", *OWN))
    world.open_version = _version(world, world.open_document, "Open note")
    # A further version of what is shared, which the partner may not know of.
    _version(world, world.shared_document, word("note of what is left out", *OWN), redacted=True)
    world.shared_release = _released(
        world,
        world.shared_version,
        legal_basis=word("basis of the release", *BOTH),
        conditions=word("conditions of the release", *BOTH),
    )
    _released(world, world.open_version, receiver=None, legal_basis="Open basis")
    world.hidden_release = _proposal(
        world,
        _version(world, world.hidden_document, word("note of what is proposed", *OWN), redacted=True),
        legal_basis=word("basis of the proposal", *OWN),
        conditions=word("conditions of the proposal", *OWN),
    )
    _ended(world)
    _questions(world)


def _promise(world) -> None:
    written(
        Commitment(
            giver=world.own,
            receiver=world.authorities["partner"],
            information=list(Information.values),
            citation="Commitment to keep what is released",
            recorded_by=world.user("own editor"),
            confirmed_by=world.user("own approver"),
            confirmed_at=clock.now(),
        )
    )


def _filed_document(world, facility: Facility, title: str, **fields) -> Document:
    facts = {"kind": DocumentKind.EIR, "access_class": AccessClass.INTERNAL}
    return written(Document(authority=world.own, facility=facility, title=title, **facts | fields))


def _version(world, document: Document, note: str, **facts):
    by = world.by("own editor")
    return accept(filing.file_version(by=by, document=document, uploaded=upload(), note=note, **facts))


def _proposal(world, version, receiver: str | None = "partner", **facts):
    return releasing.propose(
        by=world.by("own editor"),
        version=version,
        receiver=world.authorities[receiver] if receiver else None,
        **{"legal_basis": "Article 1"} | facts,
    )


def _released(world, version, **facts):
    return releasing.release(by=world.by("own releaser"), release=_proposal(world, version, **facts))


def _ended(world) -> None:
    """A release that was revoked, of which the partner knows why; and a proposal given up, of which it knows nothing."""
    word = world.secrets.word
    document = _filed_document(world, world.public_facility, word("title of what was revoked", *OWN))
    version = _version(world, document, word("note of what was revoked", *OWN))
    release = _released(world, version, conditions=word("conditions of what was revoked", *BOTH))
    world.revoked_release = releasing.revoke(
        by=world.by("own releaser"), release=release, reason=word("reason of revoking", *BOTH)
    )
    proposal = _proposal(world, version, conditions=word("conditions of what was given up", *OWN))
    world.dropped_release = releasing.drop(
        by=world.by("own editor"), release=proposal, reason=word("reason of giving it up", *OWN)
    )


def _questions(world) -> None:
    word = world.secrets.word
    said = {"by": world.by("partner"), "release": world.shared_release}
    answered = passing_on.ask(
        **said, third_party=word("third party", *BOTH), purpose=word("purpose of passing on", *BOTH)
    )
    passing_on.answer(
        by=world.by("own releaser"),
        question=answered,
        agreed=True,
        words=word("answer about passing on", *BOTH),
    )
    world.open_question = passing_on.ask(
        **said,
        third_party=word("other third party", *BOTH),
        purpose=word("other purpose of passing on", *BOTH),
    )
