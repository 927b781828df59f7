"""A register filled from a dump answers as the one that was dumped: every question, over both clocks, to the letter."""

from datetime import date, timedelta
from random import Random
from urllib.parse import urlencode

import pytest

from agreements.models import Economy, Requirement, ResultKind, Sector, Undertaking
from registry import accepted_scope
from registry.models import AcceptedScope, Body, Decision, FormerName, ScopeLine
from registry.opendata.public_tables import TABLES
from tests.registry import histories
from tests.registry.opendata import registers

QUESTIONS = 1000
A_MOMENT = timedelta(microseconds=1)

pytestmark = pytest.mark.django_db(transaction=True)


class Asking:
    """Random questions about a register, near the days and moments at which something changes in it."""

    def __init__(self, seed: int):
        self.random = Random(seed)
        self.codes = list(Economy.objects.order_by("code").values_list("code", flat=True))
        self.sectors = list(Sector.objects.order_by("code").values_list("code", flat=True))
        self.rules = list(Requirement.objects.order_by("slug").values_list("slug", flat=True))
        pairs = ScopeLine.objects.values_list("importing__code", "exporting__code", "sector__code", "kind")
        said = Undertaking.objects.values_list("importing__code", "exporting__code", "sector__code", "kind")
        self.lines, self.said = list(pairs.distinct().order_by("id")), list(said.distinct().order_by("id"))
        self.days = {date(2026, 11, 24)}
        self.moments = set(Decision.objects.values_list("recorded_at", flat=True))
        for row in AcceptedScope.objects.all():
            self.days |= {row.valid.lower, row.valid.upper}
            self.moments |= {row.recorded.lower, row.recorded.upper}
        self.days = sorted(self.days - {None})
        self.moments = sorted(self.moments - {None})
        self.slugs = sorted(
            {*Body.objects.values_list("slug", flat=True), *FormerName.objects.values_list("slug", flat=True)}
            - {""}
        )

    def acceptance(self) -> str:
        """The address of a question whose results are accepted."""
        choose, chance = self.random.choice, self.random.random
        importing, exporting, sector, kind = choose(
            self.lines if self.lines and chance() < 0.7 else self.said
        )
        asked = {"importing": importing, "exporting": exporting}
        if chance() < 0.1:
            asked["exporting"] = choose([code for code in self.codes if code != importing])
        if chance() < 0.7:
            asked["kind"] = kind or choose(ResultKind.values)
        if chance() < 0.6:
            asked["sector"] = sector if sector and chance() < 0.8 else choose(self.sectors)
        elif self.rules and chance() < 0.5:
            asked["requirement"] = choose(self.rules)
        return f"/api/v1/acceptance/?{urlencode({**asked, **self.clocks()})}"

    def body(self) -> str:
        """The address of a body, under one of the names that it has or had."""
        return f"/api/v1/bodies/{self.random.choice(self.slugs)}/?{urlencode(self.clocks())}"

    def clocks(self) -> dict[str, str]:
        """A day and a moment, mostly at a change or just beside it."""
        steps = (timedelta(days=-1), timedelta(0), timedelta(days=1))
        found = {"on": self.random.choice(self.days) + self.random.choice(steps)}
        if self.random.random() < 0.7:
            moment = self.random.choice(self.moments) - self.random.choice((A_MOMENT, timedelta(0)))
            found["known_at"] = moment.isoformat()
        return {name: str(value) for name, value in found.items()}


def answers(client, addresses: list[str]) -> list[tuple[int, dict]]:
    """What the register says to each; of a long answer the second page, too."""
    found = []
    for address in addresses:
        told = {}
        for page in (address, None):
            if page := page or told.get("next"):
                response = client.get(page, follow=True)
                told = response.json()
                found.append((response.status_code, told))
    return found


def by_public_names(told: dict) -> list[tuple]:
    """The results told by names alone: body by slug, texts by code, and why."""
    return [
        (
            (row["body"] or {}).get("slug"),
            row["annex"],
            row["verdict"],
            row["standing"],
            row["reason"],
            tuple(tuple(sorted(step.items())) for step in row["chain"]),
        )
        for row in told.get("results", [])
    ]


def compare(client, seed: int, questions: int, bodies: int) -> list[tuple[int, dict]]:
    """Ask, dump, load into an empty database, ask again; every answer must be the same."""
    asking = Asking(seed)
    addresses = [asking.acceptance() for _number in range(questions)]
    addresses += [asking.body() for _number in range(bodies if asking.slugs else 0)]
    before = answers(client, addresses)
    counted = {table.name: table.model._base_manager.count() for table in TABLES}
    assert registers.loaded(registers.dumped()) == counted
    after = answers(client, addresses)
    for (status, said), (status_then, said_then) in zip(before, after, strict=True):
        assert by_public_names(said_then) == by_public_names(said)
        assert (status_then, said_then) == (status, said)
    return before


def test_a_thousand_questions_to_the_catalogue_the_public_files_and_a_random_history(client):
    registers.random_history(seed=1, length=40)
    registers.catalogue_and_files()
    before = compare(client, seed=2, questions=QUESTIONS, bodies=60)
    said = [row["standing"] for _status, told in before for row in told.get("results", [])]
    assert len(said) > QUESTIONS
    assert len(set(said)) > 12, "the questions meet too few of the standings to prove anything"


@pytest.mark.parametrize("seed", range(6))
def test_random_histories(client, seed):
    registers.random_history(seed=seed, length=30)
    before = compare(client, seed=seed, questions=30, bodies=8)
    assert any(told.get("results") for _status, told in before)
    counts = accepted_scope.rebuild()
    assert (counts.get("added", 0), counts.get("removed", 0)) == (0, 0)


def test_the_register_goes_on_from_where_the_dump_ends(client):
    """New rows get new numbers, and what is decided next finds what was loaded as it was."""
    law = registers.random_history(seed=3, length=20)
    highest = {table.name: table.model._base_manager.order_by("pk").last() for table in TABLES}
    registers.loaded(registers.dumped())
    histories.tell(law, registers.deeds(seed=4, length=20))
    grown = [
        table.name
        for table in TABLES
        if (last := highest[table.name]) and table.model._base_manager.filter(pk__gt=last.pk).exists()
    ]
    assert {"scope_lines", "decisions", "decision_lines", "accepted_scope"} <= set(grown)
    counts = accepted_scope.rebuild()
    assert (counts.get("added", 0), counts.get("removed", 0)) == (0, 0)
