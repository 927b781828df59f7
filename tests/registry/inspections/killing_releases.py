"""Kills filing a version, and releasing it, at every statement, and says what was left. See tests.registry.killing for how.

``run`` works on an empty database of its own, which DATABASE_URL names; SEEN_BY names it for whoever row-level security does not hold.
"""

import gc
import json
import sys

from django.db import connection, transaction

from agreements import texts
from agreements.models import Annex, Authority
from portal.accounts.models import User
from portal.files import contents
from portal.files.models import StoredFile
from registry.inspections import filing, releasing
from registry.inspections.fence import reading_everything
from registry.inspections.models import Document, Release, Version
from tests.registry.inspections.killing import Everything
from tests.registry.inspections.releases import BASIS, accept, pdf, upload
from tests.registry.inspections.room import make_document, make_room, promise
from tests.registry.killing import COMMITTED, Ordeal, counts, in_child
from tests.registry.officers import acting

CONTENT = pdf(3000)


def _giver(role: str):
    authority = Authority.objects.get(code="de-inspectorate")
    return acting(User.objects.get(name=f"Giver {role}"), authority)


def begin() -> None:
    room = make_room()
    promise(room)
    make_document(room)


def to_file() -> tuple:
    with reading_everything():
        return _giver("editor"), Document.objects.get()


def file(by, document) -> None:
    filing.file_version(by=by, document=document, uploaded=upload(CONTENT))


def to_propose() -> tuple:
    receiver = Authority.objects.get(code="us-regulator")
    with reading_everything():
        return _giver("editor"), Version.objects.get(), receiver, Annex.objects.get(code="GMP-TEST")


def propose(by, version, receiver, annex) -> None:
    releasing.propose(by=by, version=version, receiver=receiver, annex=annex, legal_basis=BASIS)


def to_release() -> tuple:
    with reading_everything():
        return _giver("releaser"), Release.objects.get()


def release(by, release) -> None:
    releasing.release(by=by, release=release)


def check() -> None:
    """The worker accepts the file."""
    with reading_everything():
        version = Version.objects.get()
    accept(version)


def end() -> dict:
    """What is on record when all is over, and what lies in the storage without a row."""
    places = {path for _folder, found in contents.lying() for path, _moment in found}
    rows = {each for stored in StoredFile.objects.all() for each in (stored.path, stored.safe_path) if each}
    with reading_everything():
        releases = list(Release.objects.values_list("stage", "proposed_by__name", "released_by__name"))
        versions = Version.objects.count()
    return {"releases": releases, "versions": versions, "rows_without_file": len(rows - places)}


class Fenced(Ordeal):
    """An ordeal whose rows are counted behind the fence, too."""

    def whole(self) -> dict[str, int]:
        def trial(*arguments):
            with transaction.atomic():
                before = _counted()
                self.work(*arguments)
                after = _counted()
                transaction.set_rollback(True)
            return {name: after[name] - before[name] for name in after if after[name] != before[name]}

        return in_child(trial, prepare=self.prepare)[1]


def _counted() -> dict[str, int]:
    with reading_everything():
        return counts()


def put_to_the_test(register: Everything, prepare, work) -> dict:
    """The act is killed at every statement, then once right after its commit; and it is refused when done again."""
    ordeal = Fenced(register, prepare, work)
    ordeal.at_each_statement()
    ordeal.at_the_commit(COMMITTED)
    ordeal.again()
    return ordeal.told()


def run() -> None:
    """Do all of it and print what came of it as JSON."""
    begin()
    connection.close()
    connection.close_pool()
    texts.forget()
    gc.freeze()
    register = Everything()
    told = {"file": put_to_the_test(register, to_file, file)}
    in_child(check)
    told["propose"] = put_to_the_test(register, to_propose, propose)
    told["release"] = put_to_the_test(register, to_release, release)
    told["end"] = in_child(end)[1]
    json.dump(told, sys.stdout)
