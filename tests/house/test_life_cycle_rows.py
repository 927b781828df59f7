"""Rows with a life cycle change only inside a verb."""

import pytest
from django.apps import apps

from portal.verbs import Guarded, OutsideVerb
from registry.models import Accreditation, Body, Designation, Recognition, ScopeLine

GUARDED = [model for model in apps.get_models() if issubclass(model, Guarded)]
each = pytest.mark.parametrize("model", GUARDED, ids=lambda model: model._meta.label)


def test_every_record_with_a_life_cycle_is_guarded():
    assert {Accreditation, Body, Designation, Recognition, ScopeLine} <= set(GUARDED)


@each
def test_a_row_refuses_to_be_saved_or_deleted(model):
    for change in (model().save, model(pk=1).delete):
        with pytest.raises(OutsideVerb):
            change()


@each
@pytest.mark.parametrize(
    ("word", "arguments"),
    [
        ("update", {}),
        ("delete", {}),
        ("bulk_create", {"rows": []}),
        ("bulk_update", {"rows": [], "fields": ["id"]}),
    ],
    ids=["update", "delete", "bulk_create", "bulk_update"],
)
def test_a_set_of_rows_refuses_bulk_changes(model, word, arguments):
    with pytest.raises(OutsideVerb):
        getattr(model.objects.all(), word)(**arguments)
