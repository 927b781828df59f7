"""The second fence: with the application's filters left out, the database still shows nobody what is others'."""

import pytest
from django.db import connection

from registry.inspections.fence import reading_as, reading_everything
from registry.inspections.models import AccessClass, Document, Facility
from tests.registry.inspections.room import make_document


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
