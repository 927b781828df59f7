"""Kills processes in the midst of an act, at every point of it, and says what they left behind.

``run`` works on an empty database of its own, which DATABASE_URL names, with EMAIL_URL a folder, after django.setup(). Its
process gets all ready and then keeps off Django's connection: whatever acts, and whatever looks afterwards, is a fork of it
that opens its own.
"""

import gc
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection, transaction

from agreements import texts
from agreements.models import Annex, Authority, Economy
from portal.accounts.models import User
from portal.audit import recording
from portal.audit.models import AuditEntry
from portal.lifecycle import NotAllowed
from portal.notices.models import Notice
from portal.outbox.models import OutboxMessage
from portal.outbox.relaying import relay_due
from registry import accepted_scope, proposing
from registry.models import AcceptedScope, Decision, Proposal, Recognition, Step, WorkItem
from tests.registry import proposals

STATEMENT, COMMIT, COMMITTED, FILE, FILED = "statement", "commit", "committed", "file", "filed"
BEFORE_COMMIT, REFUSED, NO_SUCH_POINT = 7, 8, 9
LOOK_EVERY = 10
BODIES = ("First Laboratory", "Second Laboratory")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def dying(place: str, number: int = 1):
    """The process kills itself at the place: the number-th statement; while or after committing; around an e-mail's file.

    Unless it is to get through a commit, it ends there, before it.
    """
    seen, commit, replace = 0, connection._commit, os.replace

    def executing(execute, sql, params, many, context):
        nonlocal seen
        seen += 1
        if place == STATEMENT and seen == number:
            die()
        return execute(sql, params, many, context)

    def committing():
        if place == COMMIT:
            connection.connection.pgconn.send_query(b"COMMIT")
            connection.connection.pgconn.flush()
            die()
        if place != COMMITTED:
            os._exit(BEFORE_COMMIT)
        commit()
        die()

    def replacing(*arguments):
        if place == FILE:
            die()
        replace(*arguments)
        if place == FILED:
            die()

    connection._commit, os.replace = committing, replacing
    with connection.execute_wrapper(executing):
        yield
    connection._commit, os.replace = commit, replace


def in_child(work: Callable, *, prepare: Callable = lambda: (), place: str = "", number: int = 1) -> tuple:
    """How a fresh process ended in which the work was done, and what it answered (None when it was killed)."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        try:
            arguments = prepare()
            connection.ensure_connection()
            if place:
                with dying(place, number):
                    work(*arguments)
                os._exit(NO_SUCH_POINT)
            os.write(writer, json.dumps(work(*arguments)).encode())
            os._exit(0)
        except NotAllowed:
            os._exit(REFUSED)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    os.close(writer)
    with os.fdopen(reader) as answers:
        answer = answers.read()
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        return -os.WTERMSIG(status), None
    return os.WEXITSTATUS(status), json.loads(answer) if answer else None


class Register:
    """The database as others see it: every row of every table."""

    def __init__(self):
        self.seen = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
        names = self.seen.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        one = "SELECT '{0}', count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM \"{0}\" t"
        self.statement = " UNION ALL ".join(one.format(name) for (name,) in names)

    def look(self) -> dict[str, tuple[int, str]]:
        """Number and content of each table's rows, once the killed process's transaction is over."""
        others = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        while self.seen.execute(others).fetchone()[0]:
            pass
        return {name: (count, content) for name, count, content in self.seen.execute(self.statement)}


def changed(before: dict, after: dict) -> list[str]:
    return sorted(name for name in after if before[name] != after[name])


def grown(before: dict, after: dict) -> dict[str, int]:
    return {name: after[name][0] - before[name][0] for name in after if after[name][0] != before[name][0]}


class Ordeal:
    """An act that is killed at every point; ``faults`` says where it was left by half."""

    def __init__(self, register: Register, prepare: Callable, work: Callable):
        self.register, self.prepare, self.work = register, prepare, work
        self.killed, self.faults = 0, []

    def run(self, place: str = "", number: int = 1) -> int:
        return in_child(self.work, prepare=self.prepare, place=place, number=number)[0]

    def at_each_statement(self) -> None:
        """Killed at the first statement, at the second, …, and before the commit: nothing of it is there."""
        before, number, status = self.register.look(), 0, -signal.SIGKILL
        while status == -signal.SIGKILL:
            number += 1
            status = self.run(STATEMENT, number)
            self.killed += 1
            # What one of them leaves stays to be seen, so it is enough to look now and then.
            looks = number % LOOK_EVERY == 0 or status != -signal.SIGKILL
            if looks and (left := changed(before, self.register.look())):
                self.faults.append(f"killed by statement {number}, it left something in {left}")
        if status != BEFORE_COMMIT:
            self.faults.append(f"it ended with {status} instead of coming to its commit")

    def at_the_commit(self, place: str) -> None:
        """Killed while it commits, or right after it: all of it is there, or else nothing and it can be done again."""
        whole, before = self.whole(), self.register.look()
        if self.run(place) != -signal.SIGKILL:
            self.faults.append(f"it was not killed at {place}")
        self.killed += 1
        after = self.register.look()
        if place == COMMIT and after == before:
            self.run()
            after = self.register.look()
        if (left := grown(before, after)) != whole:
            self.faults.append(f"killed at {place}, it left {left} instead of {whole}")

    def whole(self) -> dict[str, int]:
        """How many rows the whole act adds to each table."""

        def trial(*arguments):
            with transaction.atomic():
                before = counts()
                self.work(*arguments)
                after = counts()
                transaction.set_rollback(True)
            return {name: after[name] - before[name] for name in after if after[name] != before[name]}

        return in_child(trial, prepare=self.prepare)[1]

    def again(self) -> None:
        """Done a second time it is refused, and nothing is doubled."""
        before = self.register.look()
        status = self.run()
        if status != REFUSED or changed(before, self.register.look()):
            self.faults.append(f"done a second time it ended with {status}")

    def told(self) -> dict:
        return {"killed": self.killed, "faults": self.faults}


def counts() -> dict[str, int]:
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in names))
        return dict(cursor.fetchall())


def people() -> proposals.Parties:
    """The parties that the first process made."""
    authority = {code: Authority.objects.get(code=code) for code in ("gb-desig", "us-regul", "gb-accr")}
    user = {name: User.objects.get(name=name) for name in ("Ana", "Beto", "Dan", "Erin")}
    return proposals.Parties(
        *authority.values(),
        Annex.objects.get(),
        Economy.objects.get(code="GB"),
        Economy.objects.get(code="US"),
        *user.values(),
    )


def begin() -> None:
    parties = proposals.make_parties()
    for name in BODIES:
        content = proposals.designation_content(parties, name)
        proposals.drafted(parties.acts("ana"), Step.DESIGNATE, content, **parties.direction)


def propose_recognition() -> None:
    parties = people()
    for recognition in Recognition.objects.order_by("id"):
        proposals.submitted(
            parties.acts("dan"), Step.RECOGNISE, recognition=recognition, body=recognition.body
        )


def proposal_of(step: str, body: str, name: str) -> Callable:
    """Finds, in a fresh process, the person and the proposal."""

    def prepare():
        found = next(each for each in Proposal.objects.filter(step=step) if each.name == body)
        return people().acts(name), found

    return prepare


def submit(by, proposal) -> None:
    proposing.submit(by=by, proposal=proposal, version=proposal.version)


def decide(by, proposal) -> None:
    proposing.decide(by=by, proposal=proposal, version=proposal.version)


def put_to_the_test(register: Register, work: Callable, step: str, name: str) -> dict:
    """The act on the first body is killed everywhere and after its commit, on the second one while it commits."""
    first, second = (Ordeal(register, proposal_of(step, body, name), work) for body in BODIES)
    first.at_each_statement()
    first.at_the_commit(COMMITTED)
    first.again()
    second.at_the_commit(COMMIT)
    second.again()
    return {"killed": first.killed + second.killed, "faults": first.faults + second.faults}


def relay(register: Register) -> dict:
    """The worker is killed at a message's statements, around its e-mail's file, and around its commit.

    The first message of each task is tried at every statement, the others at one each.
    """
    killed, faults, known = 0, [], set()
    waiting = in_child(lambda: list(OutboxMessage.objects.due().values_list("task", flat=True)))[1]
    for number, task in enumerate(waiting, start=1):
        ordeal = Ordeal(register, tuple, lambda: relay_due(limit=1))
        if task not in known:
            ordeal.at_each_statement()
        before = register.look()
        for place in (STATEMENT, FILE, FILED):
            ordeal.killed += ordeal.run(place, number) == -signal.SIGKILL
        if changed(before, register.look()):
            ordeal.faults.append(f"killed while it handled {task}, it left something behind")
        ordeal.killed += ordeal.run(COMMITTED if number % 2 else COMMIT) == -signal.SIGKILL
        killed, faults, known = killed + ordeal.killed, faults + ordeal.faults, known | {task}
    in_child(relay_due)
    return {"killed": killed, "faults": faults}


def end() -> dict:
    """What is on record when all is over."""
    messages = OutboxMessage.objects.all()
    mails = Path(settings.EMAIL_FILE_PATH).glob("*.eml")
    return {
        "stages": sorted(Proposal.objects.values_list("stage", flat=True)),
        "acts": sorted(Decision.objects.values_list("act", flat=True)),
        "standings": sorted(
            AcceptedScope.objects.filter(recorded__upper_inf=True, valid__upper_inf=True).values_list(
                "standing", flat=True
            )
        ),
        "waiting": sorted(WorkItem.objects.waiting().values_list("kind", flat=True)),
        "verbs": sorted(
            AuditEntry.objects.filter(room__in=["desk", "registry"]).values_list("act", flat=True)
        ),
        "notices": sorted(Notice.objects.values_list("user__name", "kind")),
        "undelivered": Notice.objects.filter(at_once=True, delivered_at=None).count(),
        "messages_left": messages.filter(done_at=None).count(),
        "attempts": sorted(set(messages.values_list("attempts", flat=True))),
        "notices_at_once": Notice.objects.filter(at_once=True).count(),
        "mails": sorted(mail.read_bytes().count(b"\r\nTo: ") for mail in mails),
        "faults": [fault.words for fault in recording.verify()],
        "rebuilt": {word: number for word, number in accepted_scope.rebuild().items() if word != "kept"},
    }


def run() -> None:
    """Do all of it and print what came of it as JSON."""
    begin()
    connection.close()
    connection.close_pool()
    texts.forget()
    gc.freeze()
    register = Register()
    told = {"submit": put_to_the_test(register, submit, Step.DESIGNATE, "ana")}
    told["approve"] = put_to_the_test(register, decide, Step.DESIGNATE, "beto")
    in_child(propose_recognition)
    told["recognise"] = put_to_the_test(register, decide, Step.RECOGNISE, "erin")
    told["relay"] = relay(register)
    told["end"] = in_child(end)[1]
    json.dump(told, sys.stdout)
