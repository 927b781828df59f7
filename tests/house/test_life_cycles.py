"""Life cycles are data: every state can be reached and left, and the page that shows them is the code's own."""

import pytest
from django.conf import settings

from registry import lifecycles
from registry.inspections import lifecycles as inspections
from registry.management.commands import write_states

each = pytest.mark.parametrize("lifecycle", write_states.ALL, ids=lambda lifecycle: lifecycle.name)


@each
def test_every_state_can_be_reached(lifecycle):
    reached, grew = {lifecycle.start}, True
    while grew:
        found = {t.after for t in lifecycle.transitions if reached & set(t.before)}
        grew = not found <= reached
        reached |= found
    assert reached - {lifecycle.start} == set(lifecycle.states)


@each
def test_no_state_is_a_dead_end(lifecycle):
    """A withdrawn, refused or expired body can be put forward again; only what the life cycle says ends, ends."""
    left = {before for t in lifecycle.transitions for before in t.before}
    assert set(lifecycle.states) - left == (lifecycles.ENDS | inspections.ENDS).get(lifecycle.name, set())


@each
def test_every_act_has_an_owner_and_a_source(lifecycle):
    assert all(t.owner and t.source for t in lifecycle.transitions)


@each
def test_every_state_says_what_it_means(lifecycle):
    assert all(lifecycle.states.values())


def test_the_page_of_states_is_the_codes_own():
    written = (settings.BASE_DIR / "docs" / "states.md").read_text(encoding="utf-8")
    assert written == write_states.page(), "run manage.py write_states"


def test_the_table_of_rights_is_the_codes_own():
    written = (settings.BASE_DIR / "docs" / "rights.md").read_text(encoding="utf-8")
    assert written == write_states.rights_page(), "run manage.py write_states"
