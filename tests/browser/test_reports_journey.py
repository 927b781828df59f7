"""A report on its way from the authority that inspected to the one that asks, past a third that is to learn nothing of it."""

import hashlib
import io
import re
import time
import uuid

import pikepdf
import pytest

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

ANNEX = "Good manufacturing practice for pharmaceuticals (amended annex of 2017) (US-EU-GMP)"
SECTOR = "Medicines for human use: good manufacturing practice"
FACILITY = "Werk Südstadt (sample)"
PASSWORD = "sample-sign-in-only"
_CHECK_SECONDS = 60


@pytest.fixture(
    params=[(1280, True), (375, False)], ids=["wide, with JavaScript", "phone, without JavaScript"]
)
def people(request, chromium, portal):
    """Greta and Heiko of the giver, Nora of the receiver, Yuki of neither; each at a browser of their own."""
    width, javascript = request.param
    seen, visitors = set(), {}
    for who in ("greta", "heiko", "nora", "yuki"):
        visitors[who] = Visitor(chromium, portal, width=width, javascript=javascript, seen=seen)
        visitors[who].enter_password(f"{who}@sample.example", PASSWORD)
    yield visitors
    for visitor in visitors.values():
        visitor.context.close()


def test_a_report_goes_to_whoever_asked_and_to_nobody_else(people, tmp_path):
    greta, heiko, nora, yuki = people.values()
    title = f"Zqreport {uuid.uuid4().hex[:8]}"
    report = tmp_path / "report.pdf"
    report.write_bytes(_pdf(title))

    inspection = greta_records(greta, title)
    number = nora_asks(nora, inspection)
    greta_agrees(greta, number)
    document = greta_files(greta, inspection, title, report)
    release = greta_proposes(greta, document, number)
    nora_cannot_read_yet(nora, document)
    heiko_releases(heiko, release)
    assert nora_downloads(nora, document) == hashlib.sha256(report.read_bytes()).hexdigest()
    yuki_learns_nothing(yuki, [inspection, document, release, f"/requests/{number}/"], title)
    every_step_is_on_record(greta, nora)
    heiko_revokes(heiko, release)
    nora_reads_no_more(nora, document)

    assert [each for person in people.values() for each in person.complaints] == []


def _pdf(title: str) -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    document.docinfo["/Title"] = title
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def greta_records(greta: Visitor, title: str) -> str:
    """She records an inspection at a facility on file, to be known under the annex."""
    greta.go("/inspections/new/?q=Werk")
    greta.follow(FACILITY)
    greta.fill({"Your number of the inspection": title, "Last day": "2026-03-02", "Sector": SECTOR})
    greta.check("human medicines")
    greta.check(re.compile("shared under an annex"))
    greta.put("Under which annex, if under one", ANNEX)
    greta.press("Put it on record")
    return re.search(r"/inspections/\d+/", greta.page.url).group()


def nora_asks(nora: Visitor, inspection: str) -> str:
    """She finds that the facility was inspected, and asks under the annex that obliges the partner."""
    nora.go("/inspections/?q=Werk")
    assert FACILITY in nora.text
    nora.go(inspection)
    assert "may rely on this inspection" in nora.text
    nora.follow("Ask for the report")
    nora.check("An existing report")
    nora.put("What it is needed for", "To rely on it instead of inspecting again.")
    nora.press("Send the request")
    (number,) = re.findall(r"/requests/(R-\d{4}-\d+)/", nora.page.url)
    return number


def greta_agrees(greta: Visitor, number: str) -> None:
    """The request stands on her authority's desk; she promises all of it."""
    greta.go("/desk/")
    greta.follow(re.compile(number))
    greta.press("Acknowledge")
    greta.follow("Agree")
    greta.check("All that was asked for")
    greta.press("Agree")
    assert "Agreed" in greta.text


def greta_files(greta: Visitor, inspection: str, title: str, report) -> str:
    """She files the report; it is checked before anybody reads it."""
    greta.go(inspection)
    greta.follow("File a document")
    greta.put("Title", title)
    greta.check(re.compile("shared under an annex"))
    greta.put("Under which annex, if under one", ANNEX)
    greta.put("Sector", SECTOR)
    greta.press("File it and go on to its file")
    greta.main.get_by_label("File", exact=True).set_input_files(report)
    greta.check("trade secrets")
    greta.press("File it")
    document = re.search(r"/inspections/documents/\d+/", greta.page.url).group()
    deadline = time.monotonic() + _CHECK_SECONDS
    while "Accepted" not in greta.text:
        assert time.monotonic() < deadline, greta.text
        greta.go(document)
    return document


def greta_proposes(greta: Visitor, document: str, number: str) -> str:
    """She looks at what the release would do, and proposes it."""
    greta.go(f"{document}release/?request={number}")
    greta.put("Legal basis", "The annex, on exchange of official documents")
    greta.press("See what it would do")
    assert "has promised confidentiality" in greta.text
    greta.press("Propose this release")
    return re.search(r"/releases/\d+/", greta.page.url).group()


def nora_cannot_read_yet(nora: Visitor, document: str) -> None:
    """That it exists she may know; a second person of the giver has not released it."""
    nora.go(document)
    assert "No version of it is released to you" in nora.text


def heiko_releases(heiko: Visitor, release: str) -> None:
    """The second person decides."""
    heiko.go(f"{release}decide/")
    heiko.press("Release")
    assert "Released" in heiko.text


def nora_downloads(nora: Visitor, document: str) -> str:
    """She fetches it; what arrives is what was filed."""
    nora.go("/releases/")
    nora.go(document)
    with nora.page.expect_download() as arrival:
        nora.main.get_by_role("button", name=re.compile("^Download")).first.click()
    with open(arrival.value.path(), "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def yuki_learns_nothing(yuki: Visitor, addresses: list[str], title: str) -> None:
    """The third authority gets 404 everywhere, and finds neither title nor facility nor count."""
    inspection, document, release, _request = addresses
    for address in (*addresses, f"{release}decide/", f"{document}release/", f"{inspection}edit/"):
        answer = yuki.context.request.get(f"{yuki.start}{address}")
        assert answer.status in (403, 404), address
        assert title not in answer.text(), address
        assert FACILITY not in answer.text(), address
    for address in ("/inspections/", "/inspections/?q=Werk", "/facilities/?q=Werk", "/requests/", "/releases/", "/desk/",
                    "/notices/", "/inspections.json", "/inspections.csv", "/inspections.atom"):  # fmt: skip
        answer = yuki.context.request.get(f"{yuki.start}{address}")
        assert answer.status == 200, address
        assert title not in answer.text(), address
        assert "Südstadt" not in answer.text(), address


def every_step_is_on_record(greta: Visitor, nora: Visitor) -> None:
    """Each side's audit has its own steps."""
    greta.go("/audit/")
    for act in ("acknowledge", "agree", "file document", "file version", "propose"):
        assert act in greta.text.lower().replace("_", " "), act
    nora.go("/audit/")
    assert "fetch" in nora.text.lower() or "download" in nora.text.lower()


def heiko_revokes(heiko: Visitor, release: str) -> None:
    """The giver ends it, with a reason."""
    heiko.go(f"{release}revoke/")
    heiko.main.locator("input[name=reason], textarea[name=reason]").fill("Issued by mistake.")
    heiko.main.locator("form[method=post] button[type=submit], form[method=post] button").last.click()
    heiko.page.wait_for_load_state()
    heiko.go(release)
    assert "Revoked" in heiko.text


def nora_reads_no_more(nora: Visitor, document: str) -> None:
    """The next request is refused."""
    nora.go(document)
    assert nora.main.get_by_role("button", name=re.compile("^Download")).count() == 0
