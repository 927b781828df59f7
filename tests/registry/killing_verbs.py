"""Kills processes in the midst of a verb of the API, at every point of it, and says what they left behind; see ``killing``."""

import gc
import json
import signal
import sys

from django.db import connection
from django.test import Client

from agreements import texts
from agreements.keys.models import Answered
from registry import proposing
from registry.models import Proposal, Stage, Step
from tests.agreements.keyring import WRITING, bearing, make_key
from tests.registry import proposals
from tests.registry.killing import COMMIT, COMMITTED, Ordeal, Register, changed, in_child
from tests.registry.officers import acting, make_officer

SAID = {"effective_on": "2099-01-01", "public_reason": "The body asked for it.", "submit": True}


def begin() -> tuple[str, list[str]]:
    """A key that was used before, and the addresses of two designations."""
    parties = proposals.make_parties()
    administrator = make_officer(parties.designating, "administrator")
    by = acting(administrator, parties.designating)
    secret = make_key(by, parties.designating, *WRITING)[0]
    addresses = []
    for name in ("First Laboratory", "Second Laboratory"):
        content = proposals.designation_content(parties, name)
        proposal = proposals.drafted(parties.acts("ana"), Step.DESIGNATE, content, **parties.direction)
        proposal = proposing.submit(by=parties.acts("ana"), proposal=proposal, version=proposal.version)
        proposal = proposing.decide(by=parties.acts("beto"), proposal=proposal, version=proposal.version)
        addresses.append(f"/api/v1/designations/{proposal.designation_id}/suspend/")
    assert Client().get("/api/v1/economies/", headers=bearing(secret)).status_code == 200
    return secret, addresses


def ask(secret: str, address: str) -> dict:
    """The program asks, each time under the same name."""
    headers = {**bearing(secret), "idempotency-key": "one" + address}
    answer = Client().post(address, json.dumps(SAID), content_type="application/json", headers=headers)
    return {
        "status": answer.status_code,
        "again": answer.get("Idempotent-Replayed", ""),
        "body": answer.json(),
    }


def repeated(register: Register, secret: str, address: str) -> dict:
    """What the program is answered when it asks again, and what that changed."""
    before = register.look()
    status, answer = in_child(lambda: ask(secret, address))
    return {"ended": status, "answer": answer, "changed": changed(before, register.look())}


def end() -> dict:
    """What is on record when all is over."""
    suspensions = Proposal.objects.filter(step=Step.SUSPEND, stage=Stage.SUBMITTED)
    return {"proposals": suspensions.count(), "answers": Answered.objects.count()}


def run() -> None:
    """Do all of it and print what came of it as JSON."""
    secret, (first, second) = begin()
    connection.close()
    connection.close_pool()
    texts.forget()
    gc.freeze()
    register = Register()
    ordeals = [
        Ordeal(register, lambda address=address: (secret, address), ask) for address in (first, second)
    ]
    ordeals[0].at_each_statement()
    ordeals[0].at_the_commit(COMMITTED)
    # The answer may or may not have been on its way when it was killed: the program asks again either way.
    status = ordeals[1].run(COMMIT)
    told = {
        "killed_at_commit": status == -signal.SIGKILL,
        "first": repeated(register, secret, first),
        "second": [repeated(register, secret, second) for _time in range(2)],
        "killed": ordeals[0].killed,
        "faults": [fault for ordeal in ordeals for fault in ordeal.faults],
        "end": in_child(end)[1],
    }
    json.dump(told, sys.stdout)
