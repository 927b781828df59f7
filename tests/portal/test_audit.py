"""The audit chain: it holds as written, and shows where somebody changed it behind the triggers."""

import hashlib
import json
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from portal.audit import recording, sealing, telling
from portal.audit.chaining import CONTENT, ORDER, digest
from portal.audit.models import AuditEntry, AuditHead
from portal.verbs import running
from tests.agreements.factories import BY, make_agreement
from tests.owner import as_owner
from tests.registry.stories import recognised_body

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Person:
    actor: str = "Ada Archer"
    authority_code: str | None = "nist"
    roles: frozenset = frozenset({"editor"})
    is_operator: bool = False
    user_key: str = "0b6e9a7c-1d2e-4f5a-8b6c-7d8e9f0a1b2c"


def act(by=None, room="agreements", **fields) -> AuditEntry:
    with running("agreements.try", room):
        return recording.record(by=by or Person(), target=AuditHead(pk=1), **fields)


@pytest.fixture
def entries(db) -> list[AuditEntry]:
    make_agreement()
    act(before={"name": "Old"}, after={"name": "New", "days": [1, None]}, reason="A slip.")
    act(target_name="Prüfstelle", after={"é": "ü"})
    act(by=BY)
    return list(AuditEntry.objects.order_by("id"))


@contextmanager
def behind_the_triggers():
    tables = ("audit_auditentry", "audit_audithead")
    with as_owner() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def found() -> list[tuple[int, str]]:
    return [(fault.entry_id, fault.words) for fault in recording.verify()]


def words() -> str:
    return "\n".join(text for _entry, text in found())


def test_the_chain_verifies(entries):
    assert recording.verify() == []


def test_an_empty_chain_verifies(db):
    assert recording.verify() == []


def test_each_entry_follows_the_one_before(entries):
    assert [entry.previous_hash for entry in entries[1:]] == [entry.hash for entry in entries[:-1]]


def test_the_head_says_how_far_the_chain_has_come(entries):
    head = recording.head()
    assert (head.entries, head.last_id, head.last_hash) == (4, entries[-1].id, entries[-1].hash)


FORGERIES = {
    "at": "at + interval '1 second'",
    "room": "room || 'x'",
    "act": "act || 'x'",
    "actor": "actor || 'x'",
    "actor_key": "CASE WHEN actor_key = '' THEN 'x' ELSE '' END",
    "authority": "CASE WHEN authority = '' THEN 'x' ELSE '' END",
    "target_kind": "target_kind || 'x'",
    "target_id": "target_id || 'x'",
    "target_name": "target_name || 'x'",
    "reason": "reason || ' '",
    "before": """before || '{"x": null}'""",
    "after": """after || '{"x": null}'""",
    "request_id": "request_id || 'x'",
    "previous_hash": "repeat('0', 64)",
    "hash": "repeat('0', 64)",
}


def test_every_field_is_forged_below():
    assert {field.name for field in AuditEntry._meta.concrete_fields} == {"id", *FORGERIES}


@pytest.mark.parametrize("position", range(4))
@pytest.mark.parametrize("column", FORGERIES)
def test_a_changed_entry_is_named(entries, column, position):
    changed = entries[position].id
    with behind_the_triggers() as cursor:
        cursor.execute(f"UPDATE audit_auditentry SET {column} = {FORGERIES[column]} WHERE id = %s", [changed])
    assert (changed, CONTENT) in found()


@pytest.mark.parametrize(
    ("position", "named", "said"),
    [(0, 1, ORDER), (1, 2, ORDER), (2, 3, ORDER), (3, 2, "are missing: the head says 4 entries")],
    ids=["first", "second", "third", "last"],
)
def test_a_deleted_entry_is_named(entries, position, named, said):
    with behind_the_triggers() as cursor:
        cursor.execute("DELETE FROM audit_auditentry WHERE id = %s", [entries[position].id])
    assert any(entry == entries[named].id and said in text for entry, text in found())


def test_swapped_entries_are_named(entries):
    first, second = entries[1].id, entries[2].id
    with behind_the_triggers() as cursor:
        for old, new in ((first, -1), (second, first), (-1, second)):
            cursor.execute("UPDATE audit_auditentry SET id = %s WHERE id = %s", [new, old])
    assert {entry for entry, text in found() if ORDER in text} >= {first, second}


def test_a_tail_cut_off_is_named(entries):
    with behind_the_triggers() as cursor:
        cursor.execute("DELETE FROM audit_auditentry WHERE id > %s", [entries[1].id])
    assert found() == [
        (
            entries[1].id,
            f"entries after id {entries[1].id} are missing: the head says 4 entries up to id {entries[3].id}, here are 2",
        )
    ]


def test_a_tail_cut_off_stays_named_when_work_goes_on(entries):
    with behind_the_triggers() as cursor:
        cursor.execute("DELETE FROM audit_auditentry WHERE id > %s", [entries[1].id])
    later = act()
    assert {entry for entry, text in found() if ORDER in text} == {later.id}
    assert "the number of entries is wrong" in words()


def test_an_emptied_table_is_named(entries):
    with behind_the_triggers() as cursor:
        cursor.execute("TRUNCATE audit_auditentry")
    assert "entries after id 0 are missing: the head says 4 entries" in words()


def test_a_forged_entry_at_the_end_is_named(entries):
    forged = _forged(entries[3], previous=entries[3].hash)
    assert (forged.id, f"entries after id {entries[3].id} were not written here") in [
        (entry, text.partition(":")[0]) for entry, text in found()
    ]


def test_a_forged_entry_between_two_is_named(entries):
    with behind_the_triggers() as cursor:
        cursor.execute("UPDATE audit_auditentry SET id = id + 1 WHERE id = %s", [entries[3].id])
    forged = _forged(entries[2], previous=entries[2].hash, id=entries[3].id)
    assert f"it stands after entry {forged.id} and says that it follows entry {entries[2].id}" in words()


def test_a_fork_names_the_entry_that_both_follow(entries):
    forged = _forged(entries[1], previous=entries[0].hash)
    assert any(
        entry == forged.id and f"says that it follows entry {entries[0].id}" in text
        for entry, text in found()
    )


def _forged(entry, *, previous, **fields) -> AuditEntry:
    forged = AuditEntry.objects.get(pk=entry.id)
    forged.pk, forged.actor, forged.previous_hash = fields.get("id"), "forger", previous
    forged.hash = digest(forged)
    forged.save(force_insert=True)
    return forged


def _shorten(entries) -> None:
    """What somebody with the database and no key can do: cut the tail off and write a head for the rest."""
    with behind_the_triggers() as cursor:
        cursor.execute("DELETE FROM audit_auditentry WHERE id > %s", [entries[1].id])
    AuditHead.objects.update(entries=2, last_id=entries[1].id, last_hash=entries[1].hash)


def test_a_head_written_for_a_shortened_chain_lacks_the_seal(entries):
    _shorten(entries)
    assert [entry for entry, text in found() if "seal" in text] == [0]


def test_going_on_does_not_seal_a_forged_head(entries):
    _shorten(entries)
    act()
    assert "seal" in words()


def test_a_head_taken_away_is_named_and_stays_named(entries):
    with behind_the_triggers() as cursor:
        cursor.execute("DELETE FROM audit_audithead")
    assert found() == [(0, "the head of the chain is missing")]
    act()
    assert [entry for entry, text in found() if "seal" in text] == [0]


def test_a_database_set_back_whole_does_not_hold_the_head_kept_elsewhere(entries):
    kept = recording.head()
    assert recording.verify((2, entries[1].hash)) == []
    assert recording.verify((kept.entries, kept.last_hash)) == []
    with behind_the_triggers() as cursor:
        cursor.execute("DELETE FROM audit_auditentry WHERE id > %s", [entries[1].id])
    sealing.seal(by=BY, reason="As somebody with the key would.")
    assert [fault.entry_id for fault in recording.verify((kept.entries, kept.last_hash))] == [0]


def test_a_new_secret_key_needs_a_new_seal_which_keeps_the_fault_on_record(entries, settings):
    settings.SECRET_KEY = "another key, as long as a secret key has to be in production, and no secret"
    assert "SECRET_KEY" in words()
    call_command("seal_audit", "--reason", "The key was changed.")
    assert recording.verify() == []
    last = AuditEntry.objects.latest("id")
    assert (last.act, last.room, last.reason) == ("portal.seal", "desk", "The key was changed.")
    assert "SECRET_KEY" in last.before["faults"][0]


def test_a_seal_with_an_earlier_key_holds(entries, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key, as long as a secret key has to be in production, and no secret"
    assert recording.verify() == []
    act()
    settings.SECRET_KEY_FALLBACKS = []
    assert recording.verify() == []


@pytest.mark.parametrize("table", ["audit_auditentry", "registry_decision", "registry_decisionline"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_raw_changes_are_refused(table, statement):
    recognised_body()  # a trigger for each row speaks only where there is one
    with as_owner() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(statement.format(table))


@pytest.mark.parametrize("statement", ["DELETE FROM audit_audithead", "TRUNCATE audit_audithead"])
def test_the_head_cannot_be_taken_away(statement):
    with as_owner() as cursor, pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        cursor.execute(statement)


def test_there_is_one_head():
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditHead.objects.create(id=2)


def test_an_entry_takes_four_statements(entries):
    with running("agreements.try"), CaptureQueriesContext(connection) as queries:
        recording.record(by=Person(), target=AuditHead(pk=1))
    assert len(queries) == 4


def test_an_entry_names_the_person_by_key(entries):
    assert entries[1].actor_key == Person.user_key
    assert entries[3].actor_key == ""


def test_an_entry_of_before_persons_had_keys_keeps_its_hash(entries):
    """The hash of this entry, as the portal computed it before ``actor_key`` was a field."""
    entry = entries[3]
    names = [
        "room", "act", "actor", "authority", "target_kind", "target_id", "target_name", "reason", "before",
        "after", "request_id", "previous_hash",
    ]  # fmt: skip
    content = {name: getattr(entry, name) for name in names}
    content["at"] = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    spelled = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert hashlib.sha256(spelled.encode()).hexdigest() == entry.hash


def test_the_registers_version_grows_with_public_acts_only(entries):
    version = recording.latest()
    assert version == entries[-1].id
    act(room="desk")
    assert recording.latest() == version
    with recording.one_reading():
        assert recording.latest() == recording.latest("agreements") == version
    newer = act(room="registry")
    assert recording.latest() == newer.id
    assert recording.latest("agreements") == version


def test_the_version_is_read_in_one_statement(entries, django_assert_num_queries):
    with django_assert_num_queries(1), recording.one_reading():
        recording.latest()
        recording.latest("agreements")


def test_members_see_their_authoritys_entries_operators_all_others_none(entries):
    seen = AuditEntry.objects.visible_to
    assert set(seen(Person())) == {entries[1], entries[2]}
    assert set(seen(Person(authority_code="ised"))) == set()
    assert set(seen(Person(roles=frozenset()))) == set()
    assert set(seen(Person(authority_code=None))) == set()
    assert set(seen(BY)) == set(entries)


def test_the_public_is_told_the_authority_insiders_the_person(entries):
    public, inside = telling.as_public(entries[1]), telling.as_insider(entries[1])
    assert public["authority"] == inside["authority"] == "nist"
    assert "Ada" not in str(public)
    assert Person.user_key not in str(public)
    assert (inside["actor"], inside["reason"]) == ("Ada Archer", "A slip.")


def test_differences_leave_out_what_stayed():
    entry = AuditEntry(before={"a": 1, "b": 2, "c": [1]}, after={"a": 1, "b": 3, "d": {"x": None}})
    assert telling.differences(entry) == [
        ("b", "2", "3"),
        ("c", "[1]", ""),
        ("d", "", '{"x": null}'),
    ]


def test_the_command_says_that_the_chain_holds_and_prints_its_head(entries, capsys):
    call_command("verify_audit")
    told = capsys.readouterr().out
    assert f"4 entries, the last one is {entries[-1].id}" in told
    assert f"4:{entries[-1].hash}" in told


def test_the_command_names_each_fault_and_fails(entries, capsys):
    with behind_the_triggers() as cursor:
        cursor.execute("UPDATE audit_auditentry SET actor = 'forger' WHERE id = %s", [entries[1].id])
    with pytest.raises(CommandError) as failure:
        call_command("verify_audit")
    assert failure.value.returncode == 1
    assert f"{entries[1].id}: {CONTENT}" in capsys.readouterr().err


def test_the_command_takes_a_head_kept_elsewhere(entries, capsys):
    call_command("verify_audit", "--expect", f"3:{entries[2].hash}")
    with pytest.raises(CommandError):
        call_command("verify_audit", "--expect", f"3:{entries[1].hash}")
    assert "is not inside the chain" in capsys.readouterr().err
    with pytest.raises(CommandError) as failure:
        call_command("verify_audit", "--expect", "three")
    assert failure.value.returncode == 2
