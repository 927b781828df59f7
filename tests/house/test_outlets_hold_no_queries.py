"""Screens and the API hold no query of their own: what they show is asked for by name."""

import ast

import pytest
from django.conf import settings

OUTLETS = sorted(
    path
    for room in ("portal", "agreements", "registry")
    for path in (settings.BASE_DIR / room).rglob("*.py")
    if {"web", "api"} & set(path.relative_to(settings.BASE_DIR).parts)
)


@pytest.mark.parametrize("path", OUTLETS, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_no_manager_is_asked(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    asked = [
        node.lineno for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "objects"
    ]
    assert asked == []
