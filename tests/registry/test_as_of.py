"""What the register said then: page and API of any earlier moment, against the rows that nobody edits."""

import html
import re
from datetime import timedelta
from random import Random
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from agreements import texts
from registry.models import Body, FormerName, Verdict
from tests.registry import histories
from tests.registry.laws import FIRST_MOMENT, Law, make_plain_law
from tests.registry.oracle import Answers, Identities

HISTORIES, QUESTIONS = 25, 8
A_MOMENT = timedelta(microseconds=1)

pytestmark = pytest.mark.django_db

ACTS = {
    "suspend", "restore", "withdraw", "renew", "expire", "recognise", "refuse", "contest", "restrict",
    "suspend_in_part", "recognise_in_part",
}  # fmt: skip
IDENTITY = ["rename", "merge", "separate"]
NAMES = [
    *(name for name in histories.DEEDS if re.sub("_(designation|recognition)", "", name) in ACTS),
    *("designate", "list_body", "notify", "correct_day", "correct_terms", "annul"),
    *IDENTITY * 4,
]
_TOLD = ["designate", "notify", "recognise_recognition"]
OPENINGS = [
    [*_TOLD, "rename", "merge"],
    [*_TOLD, "list_body", "merge", "separate"],
    ["list_body", "rename", *_TOLD, "merge"],
    ["designate", "merge", "notify", "rename", "list_body", "recognise_recognition"],
]


@pytest.fixture
def law(db) -> Law:
    texts.forget()
    yield make_plain_law()
    texts.forget()


def asked(law: Law, random: Random) -> dict:
    """A body under one of its addresses, a partner, a day and a moment: near those at which something happened."""
    body = Body.objects.get(id=random.choice([*law.bodies, *[law.bodies[0]] * 6]).id)
    slugs = [body.slug, *FormerName.objects.filter(body=body).values_list("slug", flat=True)]
    early = FIRST_MOMENT - timedelta(days=301)
    moment = early if random.random() < 0.03 else random.choice(law.moments[2:] or law.moments)
    return {
        "body": body,
        "slug": random.choice(slugs),
        "partner": random.choice(law.partners),
        "on": random.choice(sorted(law.days)) + timedelta(days=random.choice((-1, 0, 1))),
        "moment": moment - random.choice((A_MOMENT, timedelta(0))),
    }


def expected(question: dict) -> tuple[tuple, list[tuple]]:
    """Who the body was then, and verdict and standing of each line that counted as its own, by line and partner."""
    answers, identities = Answers(), Identities()
    moment, who = question["moment"], identities.at(question["body"].id, question["moment"])
    lines = [
        (line.importing.name, str(line), line.id, *answers.at(line, question["on"], moment))
        for line in answers.lines
        if line.recorded_at <= moment and identities.at(line.body_id, moment) == who
    ]
    return who, sorted(lines)


def differences(client, question: dict) -> list[tuple]:
    """Where page, body and acceptance answer otherwise than the rows."""
    who, lines = expected(question)
    partner = question["partner"]
    clocks = urlencode({"on": question["on"], "known_at": question["moment"].isoformat()})
    page = client.get(f"/bodies/{question['slug']}/?{clocks}", follow=True)
    told = client.get(f"/api/v1/bodies/{question['slug']}/?{clocks}", follow=True)
    ask = f"importing={partner.code}&exporting=GB&kind=test_report&sector=emc&{clocks}"
    accepted = client.get(f"/api/v1/acceptance/?{ask}").json()["results"]
    if question["moment"] < question["body"].recorded_at:
        said = [page.status_code, told.status_code, accepted]
        return [] if said == [404, 404, []] else [("before it was registered", said)]
    faced = [line for line in lines if line[0] == partner.name]
    pairs = {
        "page": (
            shown_on(page),
            (who[1], sorted((f"{line[0]}: {line[1]}", _tag(line[3])) for line in lines)),
        ),
        "body": (
            told_of(told.json()),
            (*who, [line[2:] for line in sorted(lines, key=lambda line: line[2])]),
        ),
        "acceptance": (
            sorted(said_of(accepted, who[0])),
            sorted((*who, line[1], *line[3:]) for line in faced),
        ),
    }
    return [(name, question, *pair) for name, pair in pairs.items() if pair[0] != pair[1]]


def _tag(verdict: str) -> str:
    return str(Verdict(verdict).label).capitalize()


def shown_on(page) -> tuple[str, list[tuple[str, str]]]:
    """The heading of a body's page, and each of its lines with the verdict that its tag shows."""
    text = page.content.decode()
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", text, re.DOTALL)[1]
    lines = []
    for article in re.findall(r'<article class="c-result">(.*?)</article>', text, re.DOTALL):
        title = re.search(r"<h3[^>]*>(.*?)</h3>", article, re.DOTALL)[1]
        tag = re.search(r'<p class="c-result__tags">(.*?)</p>', article, re.DOTALL)[1]
        lines.append((html.unescape(title), " ".join(re.sub("<[^>]*>", "", tag).split())))
    return html.unescape(heading), sorted(lines)


def told_of(body: dict) -> tuple:
    """Id, name and address of a body in the API, and line, verdict and standing of each of its lines."""
    lines = [(row["line"]["id"], row["verdict"], row["standing"]) for row in body["standings"]]
    return body["id"], body["name"], body["slug"], sorted(lines)


def said_of(results: list[dict], body_id: int) -> list[tuple]:
    """What the results say of one body."""
    return [
        (*(row["body"][key] for key in ("id", "name", "slug")), _line(row), row["verdict"], row["standing"])
        for row in results
        if row["body"]["id"] == body_id
    ]


def _line(row: dict) -> str:
    return ", ".join(part for part in ("test report", "Emc", row["product"]) if part)


@settings(
    max_examples=HISTORIES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=histories.deeds(NAMES, OPENINGS, at_least=12), seed=st.integers(0, 10_000))
def test_page_and_api_say_of_any_moment_what_the_rows_say(law, client, history, seed):
    random = Random(seed)
    with histories.told(law, history):
        for _number in range(QUESTIONS if law.moments else 0):
            assert differences(client, asked(law, random)) == []
