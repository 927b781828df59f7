"""The audit chain: it holds as written, and shows where somebody changed it behind the triggers."""

from contextlib import contextmanager

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from portal.audit import recording
from portal.audit.models import AuditEntry
from tests.agreements.factories import make_agreement

pytestmark = pytest.mark.django_db

CONTENT = "has other content than when it was written"
ORDER = "does not follow the entry before it"


@pytest.fixture
def entries(db) -> list[AuditEntry]:
    for _number in range(4):
        make_agreement()
    return list(AuditEntry.objects.order_by("id"))


@contextmanager
def behind_the_triggers():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER USER")
        yield cursor
        cursor.execute("ALTER TABLE audit_auditentry ENABLE TRIGGER USER")


def found() -> set[str]:
    return {fault.words for fault in recording.verify()}


def test_the_chain_verifies(entries):
    assert recording.verify() == []


def test_each_entry_follows_the_one_before(entries):
    assert [entry.previous_hash for entry in entries[1:]] == [entry.hash for entry in entries[:-1]]


@pytest.mark.parametrize("column", ["actor", "reason", "target_name", "authority", "request_id"])
def test_a_changed_entry_is_found(entries, column):
    with behind_the_triggers() as cursor:
        cursor.execute(f"UPDATE audit_auditentry SET {column} = 'forged' WHERE id = %s", [entries[1].id])
    faults = recording.verify()
    assert [(fault.entry_id, fault.words) for fault in faults] == [(entries[1].id, CONTENT)]


def test_a_deleted_entry_is_found(entries):
    with behind_the_triggers() as cursor:
        cursor.execute("DELETE FROM audit_auditentry WHERE id = %s", [entries[1].id])
    assert found() == {ORDER}


def test_swapped_entries_are_found(entries):
    first, second = entries[1].id, entries[2].id
    with behind_the_triggers() as cursor:
        for old, new in ((first, -1), (second, first), (-1, second)):
            cursor.execute("UPDATE audit_auditentry SET id = %s WHERE id = %s", [new, old])
    assert ORDER in found()


def test_an_inserted_entry_is_found(entries):
    forged = AuditEntry.objects.get(pk=entries[1].id)
    forged.pk, forged.actor, forged.previous_hash = None, "forger", entries[0].hash
    forged.hash = recording.digest(forged)
    forged.save(force_insert=True)
    assert found() == {ORDER}


def test_the_command_says_that_the_chain_holds(entries, capsys):
    call_command("verify_audit")
    assert "4" in capsys.readouterr().out


def test_the_command_names_each_fault_and_fails(entries, capsys):
    with behind_the_triggers() as cursor:
        cursor.execute("UPDATE audit_auditentry SET actor = 'forger' WHERE id = %s", [entries[1].id])
    with pytest.raises(CommandError) as failure:
        call_command("verify_audit")
    assert failure.value.returncode == 1
    assert f"{entries[1].id}: {CONTENT}" in capsys.readouterr().err
