"""Who has access: the page that tells it, the question before a byte, the download and the database say the same.

Random histories of what may happen to sharing, and after each of them four answers for every person and version.
"""

import pytest
from django.db import transaction
from django.test import Client

from agreements.acting import Acting, again
from portal import clock
from portal.files.models import State
from registry.inspections import accessing, documents
from registry.inspections.fence import reading_as, reading_everything
from registry.inspections.models import Release, Version
from tests.registry.inspections.histories import ROLES, SIDES, History
from tests.registry.inspections.room import make_document
from tests.registry.officers import signed_in

pytestmark = pytest.mark.django_db
# Parts, since the database slows down in one transaction with thousands of savepoints.
PARTS, IN_EACH, STEPS = 8, 25, 13
NOBODY = Acting(actor="")


def people(history: History) -> dict[str, Acting]:
    """Somebody of each side, in a role that changes from history to history, and nobody: whoever has left reads as nobody."""
    found = {"anonymous": NOBODY}
    for side in ("giver", *SIDES):
        role = history.random.choice(ROLES)
        found[f"{side} {role}"] = again(history.actors[side, role]) or NOBODY
    return found


def told(history: History, versions: list[Version]) -> dict[int, set[int | None]]:
    """By version the authorities, None for everybody, that the owner's page says have access."""
    owner = history.room.by("giver")
    pages = [documents.document(by=owner, number=each) for each in {one.document_id for one in versions}]
    accepted = {one.pk for one in versions if one.stored.state == State.ACCEPTED}
    return {
        one.version.pk: {
            *((owner.authority_id,) if one.version.pk in accepted else ()),
            *(release.receiver_id for release in one.readers),
        }
        for page in pages
        for one in page.versions
    }


def shown(by: Acting) -> set[int]:
    """The rows that the database shows with every filter of the application left out."""
    with reading_as(by):
        return set(Version.objects.filter(stored__state=State.ACCEPTED).values_list("pk", flat=True))


def fetched(by: Acting, version: Version) -> bool:
    """Whether a download begins: in the process, through what the page calls."""
    if by.user_id is None:
        return accessing.public(document_id=version.document_id, number=version.pk) is not None
    try:
        secret = accessing.fetch(by=by, version=version, session_key="a session")
    except accessing.NotAllowed:
        return False
    return accessing.redeem(by=by, secret=secret, session_key="a session") is not None


def compare(history: History) -> tuple[int, list[str]]:
    """How many pairs could read, and where the answers differ."""
    faults, readable = [], 0
    with reading_everything():
        versions = list(Version.objects.select_related("stored", "document").order_by("pk"))
    with clock.at(history.now):
        access = told(history, versions)
        for name, by in people(history).items():
            rows = shown(by)
            for version in versions:
                answers = {
                    "told": None in access[version.pk]
                    or (by.authority_id is not None and by.authority_id in access[version.pk]),
                    "may": accessing.may_read(by=by, version=version),
                    "database": version.pk in rows,
                    "fetched": fetched(by, version),
                }
                readable += answers["may"]
                if len(set(answers.values())) > 1:
                    faults.append(f"{name}, version {version.pk}: {answers} after {history.told}")
    return readable, faults


def compare_by_http(history: History) -> tuple[int, list[str]]:
    """The same through a browser, to the last byte; and how many tried."""
    faults, tried = [], 0
    with reading_everything():
        versions = list(Version.objects.select_related("stored", "document").order_by("pk"))
    with clock.at(history.now):
        for name, by in people(history).items():
            side, _space, role = name.partition(" ")
            client = signed_in(history.room.user(side, role)) if role else Client()
            for version in versions:
                got, tried = _download(client, version) or _public(client, version), tried + 1
                if got != accessing.may_read(by=by, version=version):
                    faults.append(f"{name}, version {version.pk}: got {got} after {history.told}")
    return tried, faults


def _download(client: Client, version: Version) -> bool:
    address = f"/inspections/documents/{version.document_id}/{version.pk}/"
    answer = client.post(address)
    if answer.status_code != 302 or not answer.url.startswith("/releases/fetch/"):
        return False
    return _whole(client.get(answer.url), version)


def _public(client: Client, version: Version) -> bool:
    return _whole(client.get(f"/inspections/documents/{version.document_id}/{version.pk}/"), version)


def _whole(answer, version: Version) -> bool:
    if answer.status_code != 200:
        return False
    return len(b"".join(answer.streaming_content)) == version.stored.size


@pytest.fixture
def begun(room):
    """A history of that seed, in a room with two documents that nobody else knows of."""
    documents = [make_document(room, access_class="internal") for _number in range(2)]
    actors = {(side, role): room.by(side, role) for side in ("giver", *SIDES) for role in ROLES}
    return lambda seed: History(room, documents, actors, seed)


@pytest.mark.parametrize("part", range(PARTS))
def test_four_answers_are_one(begun, part):
    readable, tried, faults = 0, 0, []
    for seed in range(part * IN_EACH, (part + 1) * IN_EACH):
        with transaction.atomic():
            history = begun(seed)
            # Of every length, so that each is the middle of a longer one.
            history.happen(seed % STEPS)
            number, found = compare(history)
            readable, faults = readable + number, faults + found
            if seed % IN_EACH == STEPS:
                tried, found = compare_by_http(history)
                faults += found
            transaction.set_rollback(True)
        assert not faults, "\n".join([f"history {seed}:", *faults[:5]])
    assert readable > IN_EACH, "the histories let nobody read, so they prove nothing"
    assert tried


def test_histories_reach_every_end(begun):
    """What they are to prove something about does happen in them."""
    happened, stages, others = set(), set(), 0
    for seed in range(IN_EACH):
        with transaction.atomic():
            history = begun(seed)
            history.happen(STEPS)
            happened |= set(history.told)
            with reading_everything():
                stages |= set(Release.objects.values_list("stage", flat=True))
            with clock.at(history.now):
                others += sum(len(shown(history.room.by(side, "reader"))) for side in SIDES)
            transaction.set_rollback(True)
    assert happened >= {each.__name__ for each in begun(0).acts}
    assert stages >= {"released", "dropped", "revoked"}
    assert others > 5
