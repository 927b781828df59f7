"""The operator enters a limit that the catalogue does not have."""

import pytest
from django.core.management import CommandError, call_command

from registry.inspections import deadlines
from registry.inspections.models import Wanted
from tests.registry.inspections.requests import ask

SAID = ["--citation", "Article 12", "--meaning", "the report is sent"]


def enter(annex: str, *words: str) -> None:
    call_command("set_time_limit", annex, *words, *SAID)


def test_a_limit_holds_for_what_is_asked_from_then_on(room, capsys):
    enter(room.annex.code, deadlines.EXISTING[0], "30", "calendar_days")
    assert (
        "On record for GMP-TEST: 30 calendar days: the report is sent (Article 12)" in capsys.readouterr().out
    )
    request = ask(room)
    assert (request.due_on - request.asked_at.date()).days in (30, 31)  # Berlin may be a day ahead
    assert "Article 12" in request.due_source


def test_only_a_text_that_says_so_moves_the_end_to_a_working_day(room):
    for flag in ([], ["--ends-on-working-day"]):
        enter(room.annex.code, deadlines.EXISTING[0], "30", "days", *flag)
        limit = deadlines.report_limit(room.annex, Wanted.EXISTING, False)
        assert limit.ends_on_working_day == bool(flag)


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (["GMP-NONE", deadlines.EXISTING[0], "30", "days"], "No annex has the code"),
        (["GMP-TEST", "no_such_key", "30", "days"], "invalid choice"),
        (["GMP-TEST", deadlines.EXISTING[0], "0", "days"], "number and a unit"),
        (["GMP-TEST", deadlines.EXISTING[0], "30", "days", "--source", "nowhere"], "valid URL"),
    ],
)
def test_what_is_wrong_is_said(room, words, refusal):
    with pytest.raises(CommandError, match=refusal):
        enter(*words)
