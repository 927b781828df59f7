"""From an empty register to a corrected recognition: two authorities of the catalogue, four people, real screens.

NIST designates a laboratory of the United States to Chinese Taipei (US-TW-EMC), where BSMI recognises.
"""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

LABORATORY = "Blue Ridge EMC Laboratory"
QUESTION = "/accepted/?importing=TW&exporting=US&kind=test_report&sector=emc"
STANDARD = "CNS 15936 (2016)"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
NOTE = "Nancy met their manager in Taipei."
PEOPLE = {
    "nina": ("nina@nist.example", "Nina Novak"),
    "nancy": ("nancy@nist.example", "Nancy North"),
    "bao": ("bao@bsmi.example", "Bao Bai"),
    "ben": ("ben@bsmi.example", "Ben Bo"),
}


@pytest.fixture(
    params=[(1280, True), (375, False)], ids=["wide, with JavaScript", "phone, without JavaScript"]
)
def visit(request, chromium, empty_portal):
    """Give somebody a browser of their own."""
    visitors, seen = [], set()

    def come() -> Visitor:
        width, javascript = request.param
        visitors.append(
            Visitor(chromium, empty_portal.address, width=width, javascript=javascript, seen=seen)
        )
        return visitors[-1]

    yield come
    for visitor in visitors:
        visitor.context.close()


def test_two_authorities_take_a_laboratory_from_a_draft_to_a_corrected_recognition(empty_portal, visit):
    nina, nancy, bao, ben = everybody_joins(empty_portal, visit)

    before = datetime.now(UTC).isoformat()
    draft_a_designation(nancy)
    nina_sends_it_back_and_nancy_puts_it_right(nina, nancy)
    nina_decides(nina)
    record = bao_asks_and_nancy_answers(bao, nancy)
    bao_and_ben_recognise_in_part(bao, ben)
    public = visit()
    the_public_reads_the_recognition(public, before)

    suspend_and_restore(bao, ben, record)
    correct_the_restoration(bao, ben, record)
    the_dates_differ_side_by_side(public)
    each_audit_tells_who_decided(nina, ben)
    assert "The audit chain holds" in empty_portal.manage("verify_audit")
    for visitor in (nina, nancy, bao, ben, public):
        assert visitor.complaints == []


def today(days: int = 0) -> str:
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


def everybody_joins(portal, visit):
    """The operator invites all but Nancy, whom Nina invites through the page of members."""

    def invited(authority: str, who: str, *roles: str) -> Visitor:
        said = portal.manage(
            "invite", authority, *PEOPLE[who], *(part for role in roles for part in ("--role", role))
        )
        email, name = PEOPLE[who]
        visitor = visit()
        visitor.join(re.search(r"http\S+", said)[0], email=email, name=name)
        return visitor

    nina = invited("us-nist", "nina", "administrator", "approver")
    email, name = PEOPLE["nancy"]
    nina.go("/members/")
    nina.follow("Invite somebody")
    nina.fill({"Name": name, "E-mail address": email})
    nina.check(re.compile("^Editor"))
    nina.press("Send the invitation")
    ben = invited("tw-bsmi", "ben", "administrator", "approver")
    bao = invited("tw-bsmi", "bao", "editor")
    nancy = visit()
    letter = portal.mail_to(email)
    nancy.join(re.search(r"http\S+/invitation/\S+", letter)[0], email=email, name=name)
    return nina, nancy, bao, ben


def draft_a_designation(nancy):
    """All sections, saved one by one; in between she leaves and comes back."""
    nancy.go("/desk/")
    nancy.follow("Designate a body")
    nancy.press("Start now")
    nancy.follow("Body and site")
    nancy.put("Name of a new body", LABORATORY)
    nancy.fill(
        {"Established in": "United States", "Town": "Roanoke, Virginia", "Street address": "4 Mill Road"}
    )
    nancy.put("A third party?", "yes")
    nancy.press("Save and go back to the list")
    nancy.follow("Text and partner")
    nancy.check(re.compile(r"\(US-TW-EMC\)"))
    nancy.press("Save and go back to the list")
    pick_and_paste_lines(nancy)

    nancy.sign_out()
    nancy.sign_in()
    nancy.go("/desk/")
    nancy.follow(re.compile(LABORATORY))
    assert "Not started" in nancy.text
    nancy.follow("Accreditation")
    nancy.put("Accreditation body", nancy.main.locator("option", has_text="A2LA").first.inner_text())
    nancy.fill({"Certificate or schedule number": "7701.01", "Standard": "ISO/IEC 17025:2017"})
    nancy.fill({"Accredited since": "2024-03-01", "What its scope names": "CNS 15936 (2016)"})
    nancy.press("Save and go back to the list")
    enter_a_contact_by_keyboard(nancy)
    upload_documents(nancy)
    nancy.follow("Terms and declaration")
    nancy.fill({"Designated from": today(), "Words for the public": "Assessed by A2LA in March."})
    nancy.put("Note for your own authority", NOTE)
    nancy.check(re.compile("^I declare"))
    nancy.press("Save and go back to the list")
    nancy.follow("Check your answers and submit")
    for words in (LABORATORY, "Roanoke", STANDARD, "set-top boxes", "7701.01", "certificate.pdf", NOTE):
        assert words in nancy.text
    nancy.press("Submit to the second person")


def pick_and_paste_lines(nancy):
    """One line from the partner's list, one pasted; a pasted one that is not on the list is left out, with the reason."""
    nancy.follow("Scope lines")
    nancy.put("Kind of result", "test report")
    nancy.check(re.compile("^CNS 15936"))
    nancy.press("Add the chosen requirements")
    nancy.put(
        "Paste many lines",
        "CNS 15936; test report; emc; set-top boxes\nCNS 99999; test report; emc; ovens",
    )
    nancy.press("Add the pasted lines")
    assert "1 pasted row was left out" in nancy.text
    assert "CNS 99999" in nancy.text
    assert "2 lines so far" in nancy.text
    nancy.press("Done: back to the list")


def enter_a_contact_by_keyboard(nancy):
    """The whole form with the keys alone."""
    nancy.follow("Contacts")
    for label, words in (("Name", "Iris Ito"), ("Role", "quality manager"), ("E-mail", "iris@lab.example")):
        nancy.tab_to(label)
        nancy.page.keyboard.type(words)
    nancy.tab_to("The public may see this contact")
    nancy.page.keyboard.press("Space")
    nancy.tab_to("Save and go back to the list")
    nancy.enter()


def upload_documents(nancy):
    """Both documents that NIST asks for."""
    nancy.follow("Documents")
    for purpose, name in (
        ("Certificate of accreditation with its scope", "certificate.pdf"),
        ("Declaration signed by the body", "declaration.pdf"),
    ):
        nancy.put("Which document", purpose)
        file = {"name": name, "mimeType": "application/pdf", "buffer": PDF}
        nancy.main.get_by_label("File", exact=True).set_input_files(file)
        nancy.press("Add")
    assert "missing" not in nancy.text
    nancy.follow("Back to the list")


def open_work(visitor, kind: str):
    """Open the piece of work on the laboratory that waits on the desk."""
    visitor.go("/desk/")
    row = visitor.main.locator(".c-desk-row", has_text=LABORATORY).filter(has_text=kind)
    visitor.follow(re.compile(LABORATORY), within=row.first)


def nina_sends_it_back_and_nancy_puts_it_right(nina, nancy):
    open_work(nina, "")
    assert "You are the second person" in nina.text
    nina.main.get_by_text("Send back with remarks").click()
    nina.put("Contacts", "Add a telephone number, please.")
    nina.press("Send back")

    open_work(nancy, "")
    assert "Add a telephone number, please." in nancy.text
    nancy.follow("Contacts")
    assert "Add a telephone number, please." in nancy.text
    nancy.put("Phone", "+1 540 555 0100", within=nancy.main.get_by_role("group", name="Contact 1"))
    nancy.press("Save and go back to the list")
    nancy.follow("Check your answers and submit")
    assert "+1 540 555 0100" in nancy.text
    nancy.press("Submit to the second person")


def nina_decides(nina):
    open_work(nina, "")
    assert "+1 540 555 0100" in nina.text
    assert "What it would do" in nina.text
    nina.press("Decide: designate")
    assert "Decided" in nina.text


def bao_asks_and_nancy_answers(bao, nancy) -> str:
    """Returns the address of the recognition on the desk."""
    open_work(bao, "")
    record = bao.page.url
    assert "Awaits your authority’s decision" in bao.text
    bao.put("Ask the designating authority for more", "Was the site visited for set-top boxes?")
    bao.press("Ask")
    open_work(nancy, "")
    nancy.put("Your answer", "Not yet: the visit covered the other products.")
    nancy.press("Answer")
    bao.go(record)
    assert "the visit covered the other products" in bao.text
    return record


def bao_and_ben_recognise_in_part(bao, ben):
    bao.follow("Decide on the designation")
    bao.check(re.compile("^Recognise in part"))
    rows = bao.main.locator("tbody tr")
    refused = rows.filter(has_text="set-top boxes")
    refused.get_by_role("combobox").select_option("refuse")
    refused.get_by_role("textbox").fill("The site was not visited for these.")
    bao.fill({"Takes effect on": today()})
    bao.put("Reason, as the public will read it", "Competence shown but for set-top boxes.")
    bao.put("Note for your own authority", "Bao wants to look again in spring.")
    submit_and_decide(bao, ben, "recognise in part", "1 acceptance begins")


def submit_and_decide(drafter, decider, step: str, preview: str):
    """The drafter looks at what it would do and submits; the second person finds it on the desk and decides."""
    drafter.press("Save and preview")
    assert preview in drafter.text
    drafter.press("Submit to the second person")
    decider.go(drafter.page.url)
    decider.follow("Look at it and decide")
    assert preview in decider.text
    decider.press(f"Decide: {step}")
    assert "Decided" in decider.text


def the_public_reads_the_recognition(public, before: str):
    public.go(QUESTION)
    assert LABORATORY in public.text
    public.follow(re.compile(LABORATORY))
    for words in (
        "Competence shown but for set-top boxes.",
        "The site was not visited for these.",
        "Assessed by A2LA in March.",
    ):
        assert words in public.text
    for secret in (NOTE, "in spring", *(name for _email, name in PEOPLE.values())):
        assert secret not in public.page.content()
    assert "Iris Ito" in public.text
    as_known_before = urlencode({"known_at": before})
    page = public.page.url.split("?")[0]
    assert public.context.request.get(f"{page}?{as_known_before}").status == 404
    public.go(f"{QUESTION}&{as_known_before}")
    assert LABORATORY not in public.text


def suspend_and_restore(bao, ben, record: str):
    bao.go(record)
    bao.follow("Suspend")
    bao.fill({"Takes effect on": today()})
    bao.put("Reason, as the public will read it", "Their chamber burnt.")
    bao.check(re.compile("^Stay accepted"))
    submit_and_decide(bao, ben, "suspend", "1 acceptance ends")
    bao.go(record)
    bao.follow("Restore")
    bao.fill({"Takes effect on": today(1)})
    bao.put("Reason, as the public will read it", "The chamber stands again.")
    submit_and_decide(bao, ben, "restore", "1 acceptance begins")


def correct_the_restoration(bao, ben, record: str):
    bao.go(record)
    bao.follow(re.compile("^Correct"), within=bao.main.locator("tr", has_text="The chamber stands again."))
    bao.fill({"Takes effect on": today(10)})
    bao.put(
        "Reason, as the public will read it", "The day was mistyped: the chamber stands ten days from now."
    )
    submit_and_decide(bao, ben, "correct a decision", "What it would do")


def the_dates_differ_side_by_side(public):
    public.go("/bodies/")
    public.follow(re.compile(LABORATORY))
    address = public.page.url.split("?")[0]
    public.go(f"{address}compare/")
    public.fill({"First date": today(5), "Second date": today(10)})
    public.press("Compare")
    assert "1 of 2 scope lines stand" in public.text
    public.go(address)
    assert "the chamber stands ten days from now" in public.text


def each_audit_tells_who_decided(nina, ben):
    nina.go("/audit/")
    for words in ("Nina Novak", "Nancy North", LABORATORY):
        assert words in nina.text
    assert "Ben Bo" not in nina.text
    ben.go("/audit/")
    for words in ("Ben Bo", "Bao Bai", LABORATORY, "Their chamber burnt."):
        assert words in ben.text
    assert "Nina Novak" not in ben.text
