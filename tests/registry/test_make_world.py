"""``manage.py make_world``: the same for the same seed, sound in every row, and its read model equal to what the decisions say."""

import hashlib
from io import StringIO
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from agreements import texts
from agreements.models import Requirement
from portal.audit import recording
from portal.audit.models import AuditEntry
from registry import accepted_scope, chain, line_facts, policies, registering
from registry.models import (
    AcceptedScope,
    Accreditation,
    Act,
    Body,
    Decision,
    DecisionLine,
    Designation,
    FormerName,
    Identifier,
    Recognition,
    ScopeLine,
    Site,
    State,
)
from registry.world import batches, law, making
from registry.world.lives import FIRST, LAST
from registry.world.setting_aside import checked_at_the_end
from tests.agreements.factories import BY, make_economy
from tests.owner import as_owner

pytestmark = pytest.mark.django_db

BODIES = 300


@pytest.fixture
def world(catalogue):
    make()


def make(bodies: int = BODIES, seed: int = 1, processes: int = 1) -> str:
    said = StringIO()
    call_command("make_world", bodies=bodies, seed=seed, processes=processes, stdout=said)
    return said.getvalue()


def contents() -> dict[str, str]:
    """By table, the hash of all that COPY gives out."""
    found = {}
    with connection.cursor() as cursor:
        for model in (*batches.MODELS, Requirement):
            digest = hashlib.sha256()
            table = model._meta.db_table
            with cursor.copy(f"COPY (SELECT * FROM {table} ORDER BY id) TO STDOUT") as copy:
                for block in copy:
                    digest.update(block)
            found[table] = digest.hexdigest()
    return found


def test_a_rebuild_finds_nothing_to_put_right_and_the_readable_chain_says_the_same(world):
    held = AcceptedScope.objects.count()
    assert held > 5 * BODIES
    assert accepted_scope.rebuild() == {"kept": held, "added": 0, "removed": 0}
    random, now = Random(1), texts.current()
    facts = line_facts.load(ScopeLine.objects.values_list("id", flat=True))
    moments = list(Decision.objects.values_list("recorded_at", flat=True))
    days = list(Decision.objects.values_list("effective_on", flat=True))
    asked = 0
    while asked < 1000:
        fact, moment, on = random.choice(facts), random.choice(moments), random.choice(days)
        if moment < fact.line.recorded_at:
            continue
        asked += 1
        held = AcceptedScope.objects.filter(
            line=fact.line.id, valid__contains=on, recorded__contains=moment
        ).values_list("verdict", "standing", "body_name")
        answer = chain.answer(fact, on=on, moment=moment, texts=now)
        assert list(held) == [(answer.verdict, answer.standing, fact.naming.at(moment).name)]


def test_one_seed_gives_one_world_and_another_seed_another(catalogue):
    found = []
    for seed in (1, 1, 2):
        with transaction.atomic():
            make(40, seed)
            found.append(contents())
            transaction.set_rollback(True)
        texts.forget()
    assert found[0] == found[1]
    tables = [model._meta.db_table for model in (Body, ScopeLine, Decision, AcceptedScope)]
    assert all(found[0][table] != found[2][table] for table in tables)


def test_two_processes_make_what_one_makes(catalogue, monkeypatch):
    monkeypatch.setattr(batches, "SIZE", 20)
    found = []
    for processes in (2, 1):
        with transaction.atomic():
            make(60, processes=processes)
            found.append(contents())
            transaction.set_rollback(True)
        texts.forget()
    assert found[0] == found[1]


def schema() -> list[tuple]:
    """Every constraint, index and trigger of the tables."""
    tables = [model._meta.db_table for model in batches.MODELS]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint
            WHERE conrelid = ANY(%(tables)s::regclass[])
            UNION ALL SELECT tablename, indexname, indexdef, true FROM pg_indexes WHERE tablename = ANY(%(tables)s)
            UNION ALL SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), tgenabled = 'O' FROM pg_trigger
            WHERE tgrelid = ANY(%(tables)s::regclass[]) AND NOT tgisinternal ORDER BY 1, 2, 3
            """,
            {"tables": tables},
        )
        return cursor.fetchall()


def test_the_owner_makes_the_same_world_and_leaves_every_constraint_as_it_was(catalogue):
    before = schema()
    with transaction.atomic():
        make(60)
        plain = contents()
        transaction.set_rollback(True)
    texts.forget()
    with as_owner():
        make(60)
    assert contents() == plain
    assert schema() == before
    assert all(valid for *_what, valid in before)


def test_what_breaks_a_constraint_is_found_at_the_end(catalogue, monkeypatch):
    twice = [rows for rows in batches.rows(law.Law(), 1, 1, 3) if rows.name == "identifiers"]
    with as_owner() as cursor, transaction.atomic():
        with (
            pytest.raises(IntegrityError, match="foreign key"),
            checked_at_the_end(cursor, ["registry_identifier"]),
        ):
            making._copy(cursor, twice)
        transaction.set_rollback(True)


def test_every_row_is_as_its_model_wants_it_and_every_decision_follows_from_the_one_before(world):
    for model in batches.MODELS:
        references = [field.name for field in model._meta.fields if field.is_relation]
        for row in model.objects.all()[:2000]:
            row.clean_fields(exclude=references)
    for model in (Accreditation, Designation, Recognition):
        for record in model.objects.all():
            lived = []
            for decision in record.decisions.known().exclude(act=Act.ANNUL).in_order():
                state = policies.check_follows(record, decision.act, lived, decision.effective_on)
                assert state == decision.state, (decision.act, decision.state)
                lived.append(decision)
    at = Decision.objects.values_list("recorded_at", flat=True)
    assert min(at).date() >= FIRST
    assert max(at).date() <= LAST
    corrections = Decision.objects.exclude(corrects=None).select_related("corrects")
    assert len(corrections) > 5
    for correction in corrections:
        assert correction.recorded_at > correction.corrects.recorded_at
    assert 9 * BODIES < ScopeLine.objects.count() < 12 * BODIES
    assert 2.7 * BODIES < Designation.objects.count() < 3.4 * BODIES


def test_a_world_holds_every_act_script_and_kind_of_standing(world):
    assert set(Decision.objects.values_list("act", flat=True)) == set(Act)
    assert set(DecisionLine.objects.values_list("state", flat=True)) >= set(State) - {State.ACCREDITED}
    local = " ".join(Body.objects.values_list("local_name", flat=True))
    for letters in ("カモ", "카모", "検试測测", "αεο", "аео", "ابو"):
        assert any(letter in local for letter in letters), letters
    assert AcceptedScope.objects.values("standing").distinct().count() >= 15
    assert Body.objects.values("economy").distinct().count() > 35
    assert all(name.endswith("(sample)") for name in Body.objects.values_list("name", flat=True))
    for model in (Site, FormerName, Identifier, Accreditation):
        assert model.objects.count() > BODIES / 10


def test_a_world_leaves_one_entry_for_the_lists_and_one_for_the_bodies(catalogue):
    before = AuditEntry.objects.count()
    make(20)
    added = AuditEntry.objects.order_by("id")[before:]
    assert [(entry.room, entry.act) for entry in added] == [
        ("agreements", "registry.list_requirements"),
        ("registry", "registry.make"),
    ]
    assert added[1].after["seed"] == 1
    assert added[1].after["bodies"] == 20
    assert recording.verify() == []


def test_life_goes_on_in_a_made_world(catalogue):
    make(5)
    last = Body.objects.latest("id").id
    body = registering.register(by=BY, name="Further Laboratory (sample)", economy=make_economy("GB"))
    assert body.id == last + 1


def test_a_register_with_bodies_is_left_alone(catalogue):
    registering.register(by=BY, name="First", economy=make_economy("GB"))
    with pytest.raises(CommandError, match="without bodies"):
        make(10)
    assert not Requirement.objects.filter(origin="sample").exists()


def test_there_is_no_world_without_a_catalogue(db):
    texts.forget()
    with pytest.raises(CommandError, match="load_catalogue"):
        make(10)


@pytest.mark.parametrize("bodies", [0, 100_001])
def test_the_number_has_bounds(db, bodies):
    with pytest.raises(CommandError, match="1 to 100000"):
        make(bodies)


def test_makers_are_verbs():
    assert making.make.is_verb
    assert law.list_requirements.is_verb
