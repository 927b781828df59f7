"""No foreign key points up a floor: a key by name hides from the import contracts."""

import pytest
from django.apps import apps

FLOORS = {"agreements": 1, "registry": 2}
OURS = [
    model
    for model in apps.get_models()
    if model.__module__.startswith(("portal.", "agreements.", "registry."))
]


def _floor(model) -> int:
    return FLOORS.get(model.__module__.split(".", 1)[0], 0)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_no_key_points_up(model):
    related = [
        field.related_model for field in model._meta.get_fields() if field.concrete and field.is_relation
    ]
    assert [other for other in related if _floor(other) > _floor(model)] == []


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_model_can_be_read_aloud(model):
    assert "__str__" in model.__dict__, f"{model._meta.label} needs a __str__ of its own"
