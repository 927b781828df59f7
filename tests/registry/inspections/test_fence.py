"""The second fence: with the application's filters left out, the database still shows nobody what is others'."""

import pytest
from django.db import DatabaseError, connection

from agreements.acting import Acting
from registry.inspections import passing_on
from registry.inspections.fence import reading_as, reading_everything
from registry.inspections.models import AccessClass, Document, Facility, Onward, Release, Version
from tests.registry.inspections.releases import make_proposal, make_release, make_version
from tests.registry.inspections.room import make_document, promise


def test_the_applications_role_is_neither_owner_nor_superuser(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR rolbypassrls, (SELECT tableowner FROM pg_tables WHERE tablename = 'inspections_document')"
            " = current_user FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False, False)


def test_without_a_reader_there_is_nothing(room):
    make_document(room)
    assert not Document.objects.exists()
    with reading_everything():
        assert Document.objects.count() == 1


@pytest.mark.parametrize(
    ("access_class", "named", "seen_by"),
    [
        (AccessClass.INTERNAL, (), {"giver"}),
        (AccessClass.ANNEX, (), {"giver", "receiver"}),
        (AccessClass.NAMED, ("outsider",), {"giver", "outsider"}),
        (AccessClass.PUBLIC, (), {"giver", "receiver", "outsider"}),
    ],
)
def test_a_document_is_known_to_its_class(room, access_class, named, seen_by):
    document = make_document(room, access_class=access_class)
    with reading_everything():
        document.named.set([room.authorities[name] for name in named])
    for side in ("giver", "receiver", "outsider"):
        by = room.by(side)
        with reading_as(by):
            by_the_database = Document.objects.exists()
            by_the_application = Document.objects.visible_to(by).exists()
        assert (by_the_database, by_the_application) == (side in seen_by, side in seen_by), side


def test_facilities_follow_what_is_visible_of_them(room):
    make_document(room)
    for side, seen in (("giver", True), ("receiver", True), ("outsider", False)):
        with reading_as(room.by(side)):
            assert Facility.objects.visible_to(room.by(side)).exists() == seen, side


class TestSharing:
    """Documents, versions, releases and questions, asked and written by hand, past every filter of the application."""

    @pytest.fixture
    def shared(self, room):
        """A document that only its owner and, by a release, the receiver know of, with one further version and proposal."""
        promise(room)
        document = make_document(room, access_class=AccessClass.INTERNAL)
        released = make_release(room, make_version(room, document))
        proposal = make_proposal(room, make_version(room, document, redacted=True, note="Less."))
        by = room.by("receiver")
        question = passing_on.ask(by=by, release=released, third_party="A court", purpose="An order.")
        return {"document": document, "released": released, "proposal": proposal, "question": question}

    @pytest.mark.parametrize(
        ("side", "numbers"),
        [("giver", (1, 2, 2, 1)), ("receiver", (1, 1, 1, 1)), ("outsider", (0, 0, 0, 0)), (None, (0,) * 4)],
    )
    def test_rows_that_are_there(self, room, shared, side, numbers):
        by = room.by(side) if side else Acting(actor="")
        with reading_as(by):
            counts = tuple(model.objects.count() for model in (Document, Version, Release, Onward))
            joined = _ask(
                "SELECT count(*) FROM inspections_release r JOIN inspections_version v ON v.id = r.version_id"
            )
        assert counts == numbers
        assert joined == numbers[1]

    def test_facilities_and_titles_do_not_leak_by_joins(self, room, shared):
        with reading_as(room.by("outsider")):
            assert _ask("SELECT count(*) FROM inspections_document WHERE title LIKE 'Report%'") == 0
            assert _ask("SELECT count(*) FROM inspections_version WHERE sector_code <> ''") == 0

    @pytest.mark.parametrize("side", ["receiver", "outsider", None])
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE inspections_document SET title = 'x'",
            "UPDATE inspections_version SET note = 'x'",
            "UPDATE inspections_release SET until = NULL, stage = 'released'",
            "UPDATE inspections_onward SET answer = 'x'",
            "DELETE FROM inspections_document",
            "DELETE FROM inspections_version",
            "DELETE FROM inspections_release",
            "DELETE FROM inspections_onward",
        ],
    )
    def test_others_change_and_remove_nothing(self, room, shared, side, statement):
        by = room.by(side) if side else Acting(actor="")
        with reading_as(by), connection.cursor() as cursor:
            cursor.execute(statement)
            assert cursor.rowcount == 0

    @pytest.mark.parametrize("table", ["document", "version", "release", "onward"])
    def test_not_even_the_owner_removes_what_was_shared(self, room, shared, table):
        with reading_as(room.by("giver")), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM inspections_{table}")
            assert cursor.rowcount == 0

    def test_nobody_lets_in_by_hand(self, room, shared):
        """Neither as released at once, nor as the giver of what is another's, nor in another's name."""
        version, user = shared["released"].version_id, room.user("outsider").pk
        columns = "version_id, giver_id, receiver_id, information, legal_basis, conditions, form, stage, proposed_at, proposed_by_id, ended_by, end_reason"
        row = (
            "INSERT INTO inspections_release ("
            + columns
            + ") VALUES (%s, %s, %s, '{}', 'x', '', 'exact', %s, now(), %s, '', '')"
        )
        outsider, giver = room.outsider.pk, room.giver.pk
        for by, values, words in (
            ("outsider", (version, giver, outsider, "proposed", user), "row-level security"),
            ("outsider", (version, outsider, None, "released", user), "row-level security"),
            ("giver", (version, giver, outsider, "released", user), "row-level security"),
            ("outsider", (version, outsider, None, "proposed", user), "of_its_authority"),
        ):
            with pytest.raises(DatabaseError, match=words):
                _write(room.by(by), row, values)

    def test_a_version_is_of_its_document_s_authority(self, room, shared):
        move = "UPDATE inspections_version SET document_id = %s WHERE id = %s"
        other = make_document(room, authority=room.outsider, access_class=AccessClass.PUBLIC)
        with pytest.raises(DatabaseError, match="of_its_authority"):
            _write(room.by("giver"), move, [other.pk, shared["released"].version_id])

    @pytest.mark.parametrize("side", ["giver", "outsider"])
    def test_only_the_receiver_asks_to_pass_on(self, room, shared, side):
        row = (
            "INSERT INTO inspections_onward (release_id, third_party, purpose, stage, asked_at, asked_by_id, answer)"
            " VALUES (%s, 'x', 'x', 'asked', now(), %s, '')"
        )
        with pytest.raises(DatabaseError, match="row-level security"):
            _write(room.by(side), row, [shared["released"].pk, room.user(side).pk])

    def test_an_error_behind_the_fence_leaves_the_reader_as_before(self, room, shared):
        with reading_as(room.by("giver")):
            with pytest.raises(DatabaseError, match="division"), reading_as(room.by("outsider")):
                _ask("SELECT 1 / 0")
            assert Version.objects.count() == 2


def _write(by: Acting, statement: str, values) -> None:
    with reading_as(by), connection.cursor() as cursor:
        cursor.execute(statement, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _ask(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]
