"""An exporter without an account: two words, one mistyped, three facets, a permalink, a watch, its letters, and the end of them."""

import email
import re
import urllib.request
from email import policy

import pytest

from tests.browser.conftest import started
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

# What a partner decides meanwhile, as the operator enters it: the recognition of the body that is watched is suspended, or restored.
DECIDE = """
from agreements.acting import operator
from portal import clock
from registry import recognising
from registry.deciding import Terms
from registry.models import AcceptedScope, Recognition
row = AcceptedScope.objects.filter(
    body__name="Busan EMC Laboratory (sample)", importing__code="US", valid__contains=clock.today(), recorded__upper_inf=True
).exclude(standing="not_designated").first()
step = recognising.suspend if row.standing == "recognised" else recognising.restore
recognition = Recognition.objects.get(designation__lines=row.line_id)
step(by=operator("journey"), recognition=recognition, terms=Terms(effective_on=clock.today(), public_reason="The journey."))
from registry.watching import tasks
tasks.look()
"""


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    """A portal of its own with the sample register, and its mail."""
    with started(tmp_path_factory.mktemp("watched")) as running:
        yield running


@pytest.mark.parametrize("javascript", [True, False])
def test_a_list_is_found_watched_and_forgotten(chromium, watched, javascript):
    reader = f"reader-{'with' if javascript else 'without'}@example.org"
    exporter = Visitor(chromium, watched.address, width=1280, javascript=javascript, seen=set())
    page = exporter.page
    exporter.go("/bodies/")
    exporter.put("Words", "busan laboratry")
    exporter.press("Show results")
    assert "No body matches" in exporter.text
    exporter.follow("busan laboratory")
    for group, choice in (
        ("Established in", "Republic of Korea"),
        ("Accepted by", "United States"),
        ("Sector", "Electromagnetic compatibility"),
    ):
        box = page.get_by_role("group", name=group).get_by_label(re.compile(choice))
        if not box.is_visible():
            page.locator("summary", has_text=group).click()
        box.check()
    exporter.press("Show results")
    assert "1 body" in exporter.text
    assert {"economy=KR", "accepted_by=US", "sector=emc"} <= set(page.url.partition("?")[2].split("&"))
    exporter.go(page.url)  # the address alone leads there again
    assert "Busan EMC Laboratory" in exporter.text

    exporter.follow("Watch this")
    exporter.put("E-mail address", reader)
    exporter.check("At once")
    exporter.press("Send me the link")
    exporter.go(re.search(r"http\S+/watches/\S+", _text(watched.mail_to(reader)))[0])
    exporter.press("Confirm")
    assert "Busan" not in _text(watched.mail_to(reader)), (
        "what was asked for stands in no letter to a stranger"
    )

    watched.manage("shell", "-c", DECIDE)
    letter = _news(watched, reader)
    assert "Busan EMC Laboratory" in _text(letter)
    stop = re.search(r"<(http\S+)>", _headers(letter)["List-Unsubscribe"])[1]
    assert _headers(letter)["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    exporter.go(stop)  # as a mail scanner does: nothing ends by looking
    assert "Stop these letters?" in exporter.text
    with urllib.request.urlopen(stop, data=b"List-Unsubscribe=One-Click", timeout=30) as answer:
        assert answer.status == 200
    exporter.go(stop)
    assert "You are no longer told of this" in exporter.text
    assert exporter.complaints == []
    watched.manage("shell", "-c", DECIDE)  # as it was before


def _news(watched, reader: str) -> str:
    for _try in range(5):
        letters = [path.read_text() for path in (watched.folder / "mail").glob("*")]
        for letter in letters:
            if f"To: {reader}" in letter and "List-Unsubscribe" in letter:
                return letter
        watched.manage("shell", "-c", "from portal.outbox.relaying import relay_due\nrelay_due()")
    raise AssertionError(f"no letter tells what changed, in {len(letters)} letters")


def _headers(letter: str):
    start = letter.index("Content-Type:")
    return email.message_from_string(letter[start:], policy=policy.default)


def _text(letter: str) -> str:
    return _headers(letter).get_body(("plain",)).get_content()
