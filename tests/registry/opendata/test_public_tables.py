"""What is public as data is said column by column; what nobody has thought about is not in a dump."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from registry.opendata import dictionary
from registry.opendata.public_tables import TABLES, WITHHELD_APPS, WITHHELD_MODELS

OURS = [
    model
    for model in apps.get_models(include_auto_created=True)
    if model._meta.app_config.name.startswith(("agreements", "registry"))
]
each_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_model_is_said_to_be_public_or_withheld(model):
    said = [table.name for table in TABLES if table.model is model]
    said += [model._meta.label] if model in WITHHELD_MODELS else []
    said += [model._meta.app_label] if model._meta.app_label in WITHHELD_APPS else []
    assert len(said) == 1, (
        f"Name {model._meta.label} once in registry/opendata/public_tables.py: as a table of the dump, with the fields that are "
        "public, or in WITHHELD_MODELS (WITHHELD_APPS for a whole app) with the reason. When in doubt it is withheld."
    )


@each_table
def test_every_field_is_said_to_be_public_or_withheld(table):
    fields = sorted(field.name for field in table.model._meta.concrete_fields)
    assert sorted([*table.public, *table.withheld]) == fields, (
        f"Name each field of {table.model._meta.label} once in registry/opendata/public_tables.py: as public, or as withheld "
        "with the value that it has in a register that was loaded. When in doubt it is withheld."
    )


def test_no_person_no_note_no_draft_and_no_contact_is_public():
    columns = {f"{table.name}.{column.name}" for table in TABLES for column in table.columns}
    words = ("actor", "note", "email", "phone", "person", "user", "contact", "password", "secret", "hands")
    # Notes of the catalogue are for the reader, and stand on the public pages.
    suspicious = {name for name in columns if any(word in name.rpartition(".")[2] for word in words)}
    assert {name.rpartition(".")[2] for name in suspicious} <= {"note"}
    assert not {table for table in TABLES if "note" in table.public and not hasattr(table.model, "sources")}
    people = settings.AUTH_USER_MODEL
    related = [column.field.related_model for table in TABLES for column in table.columns]
    assert people not in {model._meta.label for model in related if model}


@each_table
def test_a_table_can_be_loaded_after_those_that_stand_before_it(table):
    earlier = {one.model for one in TABLES[: TABLES.index(table) + 1]}
    named = {column.field.related_model for column in table.columns if column.field.is_relation}
    assert named <= earlier


@each_table
def test_every_column_has_a_form_that_can_be_read_back(table):
    for column in table.columns:
        assert column.kind
        is_text = isinstance(column.field, models.CharField | models.TextField)
        assert not (is_text and column.field.null), f"{column.name}: an empty text and none would be the same"
    names = [column.name for column in table.columns]
    assert names[0] == "id"
    assert len(names) == len(set(names))


def test_the_data_dictionary_is_the_codes_own():
    written = (settings.BASE_DIR / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    assert written == dictionary.page(), "run manage.py write_data_dictionary"
