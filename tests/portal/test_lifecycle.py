"""A life cycle as data: what follows, what does not, and how it is drawn."""

import pytest

from portal.lifecycle import Lifecycle, NotAllowed, Transition

LIGHT = Lifecycle(
    name="Light",
    start="none",
    states={"on": "it shines", "burnt_out": "it never will again"},
    transitions=(
        Transition("switch_on", ("none",), "on", "whoever enters", "house rules"),
        Transition("burn_out", ("on",), "burnt_out", "time", "physics"),
    ),
)


def test_an_act_that_follows_gives_the_next_state():
    assert LIGHT.check("none", "switch_on") == "on"


def test_an_act_that_does_not_follow_is_refused_in_words():
    with pytest.raises(NotAllowed, match="“switch on” does not follow from the state “burnt out”"):
        LIGHT.check("burnt_out", "switch_on")


def test_the_diagram_names_every_act_and_state():
    drawn = LIGHT.diagram()
    assert "[*] --> on: switch on" in drawn
    assert "| burnt out | it never will again |" in drawn
    assert "| burn out | on | burnt out | time | physics |" in drawn
