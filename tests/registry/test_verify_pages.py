"""Verifying in the browser, on paper, as a signed file and by the API: one statement in every form."""

import hashlib
import html
import io
import json
import re
import shutil
import subprocess
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pikepdf
import pytest
from django.conf import settings

from agreements import texts
from portal import signatures, typesetting
from portal.clocks import Clocks
from registry import printing, registering, stating
from tests.agreements.factories import BY, make_economy, make_requirement, make_sector
from tests.registry.stories import on, recognised_body

pytestmark = pytest.mark.django_db

ASKED = "body=pennine-emc-laboratory&importing=US&sector=emc&kind=test_report&on=2020-06-01"
KEPT = f"{ASKED}&known_at=2026-01-01T00:00:00Z"
FORMS = [
    f"/verify/?{KEPT}",
    f"/verify.json?{KEPT}",
    f"/verify.pdf?{KEPT}",
    f"/verify.svg?{KEPT}",
    f"/verify/statement.json?{KEPT}",
    f"/verify/statement.sig?{KEPT}",
    f"/verify/how/?{KEPT}",
    f"/api/v1/verify/?{KEPT}",
]
MOST_QUERIES = 8


@pytest.fixture(autouse=True)
def _fresh_texts(db):
    """What a test makes behind the verbs is forgotten with it."""
    texts.forget()
    yield
    texts.forget()


@pytest.fixture
def body():
    """A recognised body with a name in Greek and Cyrillic letters, which every machine can show."""
    return recognised_body(
        local_name="Εργαστήριο Лаборатория",
        identifiers=[{"scheme": "notified body number", "value": "1234"}],
    )[0]


def words_of(pdf: bytes, folder) -> str:
    """What the document says, read by poppler, in one line."""
    path = folder / "statement.pdf"
    path.write_bytes(pdf)
    said = subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, check=True, text=True)
    return " ".join(said.stdout.split())


needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")


def test_the_form_keeps_what_was_typed_and_a_body_leads_to_it(client, body):
    page = client.get("/verify/?body=pennine-emc-laboratory").content.decode()
    assert 'value="pennine-emc-laboratory"' in page
    assert "There is a problem" not in page
    assert (
        'href="/verify/?body=pennine-emc-laboratory"' in client.get(body.get_absolute_url()).content.decode()
    )


def test_each_result_of_the_finder_leads_to_its_statement(client, body):
    page = client.get("/accepted/?importing=US&exporting=GB&sector=emc&on=2020-06-01").content.decode()
    link = html.unescape(re.search(r'href="(/verify/\?body=[^"]+)"', page)[1])
    assert "Recognised on that date" in client.get(link).content.decode()


@pytest.mark.parametrize("typed", ["1234", "NB 1234", "Pennine EMC Laboratory", "Εργαστήριο Лаборатория"])
def test_what_was_typed_becomes_the_address_of_the_answer(client, body, typed):
    typed = {"body": typed, "what": "EMC", "importing": "us", "kind": "", "on": "2020-06-01", "known_at": ""}
    answer = client.get("/verify/", typed)
    assert answer.status_code == 302
    asked = {name: values[0] for name, values in parse_qs(urlsplit(answer["Location"]).query).items()}
    assert asked == {
        "body": "pennine-emc-laboratory",
        "importing": "us",
        "sector": "emc",
        "on": "2020-06-01",
    }
    assert client.get(answer["Location"]).status_code == 200


def test_the_answer_has_one_headline_its_chain_and_what_it_is_not(client, body):
    page = client.get(f"/verify/?{ASKED}").content.decode()
    assert page.count("Recognised on that date") == 2  # in the title and on the page
    assert "Recognised by the partner" in page
    assert "Information, not a legal decision" in page
    assert "not for that reason incompetent" in page


def test_the_link_of_the_answer_gives_the_same_answer(client, body):
    page = client.get(f"/verify/?{ASKED}").content.decode()
    link = html.unescape(re.search(r'class="c-link c-permalink__url" href="([^"]+)"', page)[1])
    assert "known_at=" in link
    number = re.search(r"Verification statement ([0-9a-f-]{19})", page)[1]
    again = client.get(link.removeprefix(settings.BASE_URL))
    assert again.status_code == 200
    assert number in again.content.decode()


def test_a_part_of_a_name_lets_the_reader_choose(client, body):
    page = client.get("/verify/?body=pennine&importing=US&sector=emc&on=2020-06-01")
    assert page.status_code == 200
    assert (
        'href="/verify/?body=pennine-emc-laboratory&amp;importing=US&amp;sector=emc&amp;on=2020-06-01"'
        in (page.content.decode())
    )
    refused = client.get("/verify.json?body=pennine&importing=US&sector=emc")
    assert refused.status_code == 400
    problem = client.get("/api/v1/verify/?body=pennine&importing=US&sector=emc")
    assert (problem.status_code, problem["Content-Type"]) == (400, "application/problem+json")
    assert problem.json()["errors"][0]["field"] == "body"
    assert "(pennine-emc-laboratory)" in problem.json()["errors"][0]["message"]


def test_who_is_not_on_file_is_not_called_incompetent(client, body):
    page = client.get("/verify/?body=Nobody+%3Cb%3E&importing=US&sector=emc").content.decode()
    assert "Not in this register" in page
    assert "not for that reason incompetent" in page
    assert "<b>" not in page


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("body=&what=emc&importing=US", "Enter the number or the name"),
        ("body=x&what=&importing=US", "Choose for what"),
        ("body=x&what=nonsense&importing=US", "no requirement and no sector on file"),
        ("body=x&what=emc&importing=", "Choose where it is sold"),
        ("body=x&what=emc&importing=US&on=yesterday", "Enter a real date"),
        ("body=x&what=emc&importing=US&on=2100-01-01", "today or earlier"),
    ],
)
def test_an_incomplete_question_is_refused_beside_the_field(client, body, query, words):
    page = client.get(f"/verify/?{query}")
    assert page.status_code == 400
    assert "There is a problem" in page.content.decode()
    assert words in page.content.decode()


def test_every_form_says_the_same(client, body):
    statement = client.get(f"/api/v1/verify/?{KEPT}").json()
    kept = client.get(f"/verify.json?{KEPT}").json()
    raw = client.get(f"/verify/statement.json?{KEPT}")
    assert statement == kept
    assert json.loads(raw.content) == kept["statement"]
    assert hashlib.sha256(raw.content).hexdigest() == kept["sha256"]
    assert kept["key_id"] == signatures.key_id() == raw["X-Signature-Key-Id"]
    page = client.get(f"/verify/?{KEPT}").content.decode()
    for said in (kept["statement"]["number"], kept["sha256"], html.escape(kept["statement"]["permalink"])):
        assert said in page
    for step in kept["statement"]["chain"]:
        assert html.escape(step["sentence"], quote=True) in page


@pytest.mark.system  # reads with poppler
def test_the_paper_says_what_the_page_says(client, body, tmp_path):
    kept = client.get(f"/verify.json?{KEPT}").json()
    answer = client.get(f"/verify.pdf?{KEPT}")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == (
        f'attachment; filename="statement-{kept["statement"]["number"]}.pdf"'
    )
    said, words = kept["statement"], words_of(answer.content, tmp_path)
    for text in (said["number"], said["headline"], said["reason"], kept["sha256"], kept["key_id"]):
        assert text in words
    for step in said["chain"]:
        assert (
            " ".join(f"{step['label']} – {step['outcome'].replace('_', ' ')} {step['sentence']}".split())
            in words
        )
    assert "Εργαστήριο Лаборатория" in words
    assert kept["signature"] in words
    assert said["permalink"] in words.replace(" ", "")
    assert "Information, not a legal decision" in words


def test_the_paper_is_tagged_asks_for_nothing_and_is_the_same_every_time(client, body):
    first, again = (client.get(f"/verify.pdf?{KEPT}").content for _time in range(2))
    assert first == again
    with pikepdf.open(io.BytesIO(first)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en"
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
        assert "/Names" not in pdf.Root or "/EmbeddedFiles" not in pdf.Root.Names
        for page in pdf.pages:
            for note in page.get("/Annots", []):
                assert str(note.A.S) == "/URI"


@pytest.mark.system  # reads with poppler
def test_letters_without_a_font_are_told_and_nothing_is_read_as_markup(body, tmp_path):
    """Typst would fetch a package that its own source names; a name never becomes source."""
    name = '#import "@preview/cetz:0.3.0" *x* $y$ \U0010fff0\U0010fff1'
    with on("2019-01-10"):
        other = registering.register(by=BY, name=name, economy=make_economy("GB"))
    asked = {"body": other.slug, "importing": "US", "sector": "emc"}
    statement = stating.answer(asked, Clocks(date(2020, 6, 1), asked_on=True), texts.current())
    words = words_of(printing.pdf(statement), tmp_path)
    assert '#import "@preview/cetz:0.3.0" *x* $y$ □□' in words
    assert "Letters for which this server has no font" in words


@pytest.mark.system  # reads with poppler, and needs fonts-noto-cjk
def test_japanese_and_korean_names_show_where_the_fonts_are(client, tmp_path):
    recognised_body(local_name="一般財団法人ペナイン 한국시험연구원")
    words = words_of(client.get(f"/verify.pdf?{KEPT}").content, tmp_path)
    assert "一般財団法人ペナイン 한국시험연구원" in words
    assert "□" not in words


def test_the_template_names_no_file_and_no_package():
    source = printing.TEMPLATE.read_text()
    for word in ("@preview", "@local", "#import", "#include", "read(", 'image("', "plugin("):
        assert word not in source


def test_a_document_that_takes_too_long_is_given_up(client, body, monkeypatch):
    monkeypatch.setattr(typesetting, "SECONDS", 0.001)
    assert client.get(f"/verify.pdf?{KEPT}").status_code == 503


def test_too_many_at_once_are_asked_to_wait(client, body, monkeypatch):
    monkeypatch.setattr(typesetting, "SECONDS_FOR_A_TURN", 0.01)
    turns = [typesetting._turns.acquire() for _number in range(typesetting.AT_ONCE)]
    try:
        answer = client.get(f"/verify.pdf?{KEPT}")
    finally:
        for _turn in turns:
            typesetting._turns.release()
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (
        503,
        "5",
        "private, no-store",
    )
    assert "print the statement" in answer.content.decode()
    assert client.get(f"/verify.pdf?{KEPT}").status_code == 200


def test_the_code_leads_to_the_link_and_carries_no_style(client, body):
    answer = client.get(f"/verify.svg?{KEPT}")
    assert answer["Content-Type"] == "image/svg+xml"
    drawn = answer.content.decode()
    assert "<title>" in drawn
    assert "style" not in drawn
    assert "script" not in drawn
    assert (
        f'src="/verify.svg?{html.escape(_query(client))}"' in client.get(f"/verify/?{KEPT}").content.decode()
    )


def _query(client) -> str:
    return urlsplit(client.get(f"/verify.json?{KEPT}").json()["statement"]["permalink"]).query


@needs_openssl
@pytest.mark.parametrize("kept_as", ["two files", "verify.json"])
def test_the_printed_commands_verify_and_find_one_changed_byte(client, body, tmp_path, kept_as):
    page = client.get(f"/verify/how/?{KEPT}").content.decode()
    commands = [
        html.unescape(found) for found in re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", page, re.S)
    ]
    fetched = [command for command in commands if command.startswith("curl")]
    (take_out,) = (command for command in commands if command.startswith("python3"))
    (verify,) = (command for command in commands if command.startswith("openssl pkeyutl"))
    _hash, key_id = (command for command in commands if "sha256sum" in command)
    assert len(fetched) == 3
    for command in fetched:
        _curl, _o, name, address = command.split(" ")
        content = client.get(address.strip("'").removeprefix(settings.BASE_URL)).content
        if kept_as == "two files" or name == "key.pem":
            (tmp_path / name).write_bytes(content)
    if kept_as == "verify.json":
        (tmp_path / "verify.json").write_bytes(client.get(f"/verify.json?{KEPT}").content)
        _run(take_out, tmp_path, check=True)

    assert "Signature Verified Successfully" in _run(verify, tmp_path, check=True).stdout
    assert _run(key_id, tmp_path, check=True).stdout.startswith(signatures.key_id())
    content = (tmp_path / "statement.json").read_bytes()
    (tmp_path / "statement.json").write_bytes(content.replace(b"2020-06-01", b"2020-06-02", 1))
    assert _run(verify, tmp_path).returncode != 0


def _run(command: str, folder, check: bool = False) -> subprocess.CompletedProcess:
    return subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, text=True, check=check)


def test_nothing_that_was_asked_ends_the_quotes_of_a_command(client):
    page = client.get("/verify/how/", {"body": "x'; rm -rf ~; '", "$(reboot)": "1", "on": "2020-06-01"})
    for command in page.context["commands"]["fetch"]:
        assert command.count("'") == 2
        assert "$" not in command


def test_how_to_check_needs_no_statement(client):
    page = client.get("/verify/how/").content.decode()
    assert "openssl pkeyutl -verify" in page
    assert "…" in page


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("scope", ["sector=emc", "requirement=47-cfr-15"])
def test_every_form_keeps_to_few_queries(client, body, path, scope, django_assert_max_num_queries):
    make_sector("emc")
    make_requirement()
    path = path.replace("sector=emc", scope)
    client.get(path)
    with django_assert_max_num_queries(MOST_QUERIES):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("typed", ["1234", "Nobody at all", "pennine", "pennine-emc-laboratory"])
def test_finding_the_body_keeps_to_few_queries_too(client, body, typed, django_assert_max_num_queries):
    path = f"/verify/?body={typed}&what=emc&importing=US&on=2020-06-01"
    client.get(path)
    with django_assert_max_num_queries(MOST_QUERIES):
        client.get(path)


@pytest.mark.parametrize("path", FORMS)
def test_an_unchanged_answer_is_not_sent_again(client, body, path):
    first = client.get(path)
    assert client.get(path, headers={"if-none-match": first["ETag"]}).status_code == 304
