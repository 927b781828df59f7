"""An authority's own audit entries: who sees them, how they are narrowed, and that taking them out is on record."""

import csv
import io
from datetime import UTC, datetime

import pytest

from agreements import joining
from agreements.models import Membership, RoleGrant
from portal import clock
from portal.accounts.models import User
from portal.audit import recording
from portal.audit.models import AuditEntry
from portal.validity import days
from portal.verbs import running
from tests.agreements.factories import BY, acting_for, make_agreement, make_authority

pytestmark = pytest.mark.django_db

MOST_QUERIES = 12


def make_member(authority, *roles, name="Ada Archer", **fields) -> User:
    email = f"{name.replace(' ', '.').lower()}@example.org"
    user = User.objects.create_user(email=email, name=name, is_sample=True, **fields)
    with running("tests.join", "desk"):
        membership = Membership.objects.create(user=user, authority=authority)
        for role in roles:
            RoleGrant.objects.create(membership=membership, role=role, valid=days(clock.today()))
        recording.record(by=BY, target=membership)
    return user


@pytest.fixture
def nist():
    return make_authority("us-nist")


@pytest.fixture
def member(client, nist) -> User:
    user = make_member(nist, "editor")
    client.force_login(user)
    return user


def act(authority, *, verb="agreements.try", **fields) -> AuditEntry:
    with running(verb, "desk"):
        return recording.record(
            by=acting_for(authority, "editor"), target=fields.pop("target", authority), **fields
        )


def page(client, query="") -> str:
    return client.get(f"/audit/{query}").content.decode()


def listed(client, query="") -> list[str]:
    return [row["target"]["name"] for row in client.get(f"/audit.json{query}").json()["entries"]]


def test_anonymous_people_are_asked_to_sign_in(client):
    for address in ("/audit/", "/audit.csv", "/audit.json"):
        response = client.get(address)
        assert response.status_code == 302
        assert "next=/audit" in response["Location"]


def test_who_belongs_to_no_authority_finds_nothing(client):
    client.force_login(User.objects.create_user(email="eve@example.org", name="Eve", is_sample=True))
    for address in ("/audit/", "/audit.csv", "/audit.json"):
        assert client.get(address).status_code == 404


def test_a_member_without_a_second_factor_is_sent_to_set_one_up(client, nist):
    user = make_member(nist, "editor")
    User.objects.filter(pk=user.pk).update(is_sample=False)
    client.force_login(user)
    act(nist, target_name="Leeds file")
    for address in ("/audit/", "/audit.csv"):
        assert client.get(address).status_code == 302


def test_a_member_sees_the_own_authoritys_entries_only(client, member, nist):
    act(nist, target_name="Leeds file")
    act(make_authority("ca-ised", economy="CA"), target_name="Ottawa file")
    make_agreement(name="By the operator")
    found = page(client)
    assert "Leeds file" in found
    assert "Ottawa file" not in found
    assert "By the operator" not in found
    assert listed(client) == ["Leeds file"]


def test_the_operator_sees_all(client, nist):
    client.force_login(
        User.objects.create_user(email="o@example.org", name="Op", is_staff=True, is_sample=True)
    )
    act(nist, target_name="Leeds file")
    make_agreement(name="By the operator")
    found = page(client)
    assert "Leeds file" in found
    assert "By the operator" in found


def test_a_reader_may_look_but_not_take_out(client, nist):
    client.force_login(make_member(nist, "reader"))
    act(nist, target_name="Leeds file")
    assert "Leeds file" in page(client)
    assert "/audit.csv" not in page(client)
    count = AuditEntry.objects.count()
    assert client.get("/audit.csv").status_code == 403
    assert AuditEntry.objects.count() == count


def test_nothing_on_record_teaches_what_will_be(client, member):
    assert "Nothing is on record yet" in page(client)
    assert "No entry matches" in page(client, "?target=leeds")


def test_an_entry_shows_person_reason_and_differences(client, member, nist):
    act(
        nist,
        reason="A slip.",
        before={"name": "<b>Old</b>", "same": 1},
        after={"name": "New", "same": 1},
    )
    found = page(client)
    assert "officer of us-nist" in found
    assert "A slip." in found
    assert "&lt;b&gt;Old&lt;/b&gt;" in found
    assert "1 value<" in found
    assert ">same<" not in found


def test_a_target_with_a_page_is_linked(client, member, nist):
    agreement = make_agreement("LINKED")
    act(nist, target=agreement)
    assert 'href="/agreements/LINKED/"' in page(client)


@pytest.fixture
def three(nist):
    """Three entries on three days, each of its own act, request and target."""
    made = []
    for number, day in enumerate((1, 2, 3)):
        moment = datetime(2026, 3, day, 23, 59, tzinfo=UTC)
        with recording.serving_request(f"request-{number}"), pytest.MonkeyPatch.context() as patch:
            patch.setattr(clock, "wall", lambda moment=moment: moment)
            made.append(act(nist, verb=f"registry.try_{number}", target_name=f"File number{number}"))
    return made


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [2, 1, 0]),
        ("?act=registry.try_1", [1]),
        ("?target=number1", [1]),
        ("?target=NUMBER2+file", [2]),
        ("?person=officer", [2, 1, 0]),
        ("?person=somebody", []),
        ("?request=request-0", [0]),
        ("?from=2026-03-02", [2, 1]),
        ("?to=2026-03-02", [1, 0]),
        ("?from=2026-03-02&to=2026-03-02&person=nist", [1]),
    ],
)
def test_filters_narrow_page_and_files_alike(client, member, three, query, found):
    names = [f"File number{number}" for number in found]
    shown = page(client, query)
    assert [name for name in ("File number2", "File number1", "File number0") if name in shown] == names
    files = [name for name in listed(client, query) if name.startswith("File")]
    assert files == names
    text = b"".join(client.get(f"/audit.csv{query}").streaming_content).decode("utf-8-sig")
    rows = [row["target_name"] for row in csv.DictReader(io.StringIO(text))]
    assert [name for name in rows if name.startswith("File")] == names


@pytest.mark.parametrize(
    "query", ["act=none", "from=yesterday", "to=2026-13-01", "from=2026-03-02&to=2026-03-01"]
)
def test_a_bad_filter_is_answered_in_words_and_shows_nothing(client, member, three, query):
    response = client.get(f"/audit/?{query}")
    assert response.status_code == 400
    assert "There is a problem" in response.content.decode()
    assert "File number" not in response.content.decode()
    assert client.get(f"/audit.csv?{query}").status_code == 302


def test_taking_out_is_on_record_with_what_was_asked(client, member, three):
    client.get("/audit.csv?act=registry.try_1")
    entry = AuditEntry.objects.latest("id")
    assert (entry.act, entry.room, entry.authority) == ("portal.export", "desk", "us-nist")
    assert (entry.actor, entry.actor_key) == ("Ada Archer", str(member.key))
    assert entry.after == {"entries": 1, "query": {"format": "csv", "act": "registry.try_1"}}


def test_cells_that_a_spreadsheet_would_run_are_text(client, member, nist):
    for start in "=+-@\t\r":
        act(nist, target_name=f"{start}1+1", reason=f"{start}cmd")
    text = b"".join(client.get("/audit.csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(rows) == 6
    assert all(row["target_name"].startswith("'") and row["reason"].startswith("'") for row in rows)


def test_older_entries_follow_page_by_page(client, member, nist):
    made = [act(nist, target_name=f"File {number:03}") for number in range(60)]
    first = client.get("/audit/")
    assert [row["entry"] for row in first.context["rows"]] == made[:9:-1]
    act(nist, target_name="Meanwhile")
    second = client.get(f"/audit/?cursor={first.context['next_cursor']}")
    assert [row["entry"] for row in second.context["rows"]] == made[9::-1]
    assert not second.context["next_cursor"]
    assert client.get("/audit/?cursor=nonsense").status_code == 302


def test_pages_are_kept_in_no_cache(client, member, nist):
    for address in ("/audit/", "/audit.json"):
        assert client.get(address)["Cache-Control"] == "no-store"


def test_an_ended_membership_sees_nothing(client, member, nist):
    act(nist, target_name="Leeds file")
    joining.end_membership(by=BY, membership=Membership.objects.get(user=member), reason="Left.")
    client.force_login(member)
    assert client.get("/audit/").status_code == 404


def test_the_page_keeps_to_few_queries(client, member, nist, django_assert_max_num_queries):
    agreements = [make_agreement() for _number in range(5)]
    for agreement in agreements:
        act(nist, target=agreement)
    with django_assert_max_num_queries(MOST_QUERIES):
        assert client.get("/audit/").status_code == 200
