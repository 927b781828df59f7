"""What programs have done through the API: proposed here, decided by people, done once however often it is asked for."""

import json
import os
import uuid
from datetime import timedelta

import psycopg
import pytest
from django.core.exceptions import PermissionDenied

from agreements import texts
from agreements.keys import giving, remembering
from agreements.keys.models import Answered, Key
from portal import clock
from portal.audit.models import AuditEntry
from portal.notices.models import Notice
from registry import proposing
from registry.models import Decision, Proposal, Stage
from tests.agreements.keyring import READING, WRITING, bearing, make_key
from tests.registry import proposals
from tests.registry.officers import acting, make_officer

pytestmark = pytest.mark.django_db
SAID = {"effective_on": "2099-01-01", "public_reason": "The body asked for it."}


@pytest.fixture
def parties():
    texts.forget()
    return proposals.make_parties()


@pytest.fixture
def administrator(parties):
    return make_officer(parties.designating, "administrator", "approver", name="Carla")


@pytest.fixture
def secret(parties, administrator):
    by = acting(administrator, parties.designating)
    return make_key(by, parties.designating, *READING, *WRITING)[0]


@pytest.fixture
def designation(parties):
    proposal = proposals.drafted(
        parties.acts("ana"),
        "designate",
        proposals.designation_content(parties, "First Laboratory"),
        **parties.direction,
    )
    proposal = proposing.submit(by=parties.acts("ana"), proposal=proposal, version=proposal.version)
    return proposing.decide(by=parties.acts("beto"), proposal=proposal, version=proposal.version).designation


@pytest.fixture
def post(client, secret):
    def asked(address, said=None, *, key=None, name=None, seen=None, **headers):
        headers |= {**bearing(key or secret), "idempotency-key": name or uuid.uuid4().hex}
        if seen is not None:
            headers["if-match"] = seen
        return client.post(
            f"/api/v1/{address}", json.dumps(said or {}), content_type="application/json", headers=headers
        )

    return asked


@pytest.fixture
def suspend(post, designation):
    return lambda said=SAID, **options: post(f"designations/{designation.pk}/suspend/", said, **options)


class TestProposing:
    def test_a_program_drafts_and_submits_and_a_person_decides(
        self, suspend, client, secret, parties, designation
    ):
        answer = suspend({**SAID, "submit": True})
        told = answer.json()
        assert (answer.status_code, told["stage"], answer["ETag"]) == (
            201,
            "submitted",
            f'"{told["version"]}"',
        )
        read = client.get(answer["Location"], headers=bearing(secret)).json()
        assert read["opened_by"] == read["submitted_by"] == "Nightly sync (key)"
        assert read["content"]["decision"]["public_reason"] == SAID["public_reason"]
        proposal = Proposal.objects.get(pk=told["id"])
        proposing.decide(by=parties.acts("beto"), proposal=proposal, version=proposal.version)
        assert Decision.objects.filter(designation=designation, act="suspend").exists()

    def test_the_record_names_the_key(self, suspend):
        suspend({**SAID, "submit": True})
        entries = AuditEntry.objects.order_by("-id")[:2]
        assert {(each.act, each.actor, each.authority) for each in entries} == {
            ("registry.draft", "Nightly sync (key)", "gb-desig"),
            ("registry.submit", "Nightly sync (key)", "gb-desig"),
        }

    def test_whoever_made_the_key_does_not_decide_on_what_it_proposed(self, suspend, administrator, parties):
        proposal = Proposal.objects.get(pk=suspend({**SAID, "submit": True}).json()["id"])
        assert proposal.hands == [administrator.pk]
        with pytest.raises(PermissionDenied, match="second person"):
            proposing.decide(
                by=acting(administrator, parties.designating), proposal=proposal, version=proposal.version
            )

    def test_nothing_takes_effect_by_a_program_alone(self, suspend):
        before = Decision.objects.count()
        suspend({**SAID, "submit": True})
        assert Decision.objects.count() == before

    def test_what_is_sent_back_is_told_to_those_who_can_go_on_with_it(self, suspend, parties):
        proposal = Proposal.objects.get(pk=suspend({**SAID, "submit": True}).json()["id"])
        proposing.send_back(
            by=parties.acts("beto"), proposal=proposal, version=proposal.version, remarks={"": "Say more."}
        )
        told = set(Notice.objects.filter(kind="proposal.sent_back").values_list("user__name", flat=True))
        assert "Ana" in told
        assert "Nightly sync (key)" not in told

    def test_a_draft_is_read_submitted_taken_back_and_dropped_in_the_version_that_was_seen(
        self, suspend, post
    ):
        told = suspend().json()
        place, stages = f"proposals/{told['id']}/", []
        for step in ("submit", "take-back", "drop"):
            answer = post(f"{place}{step}/", {}, seen=f'"{told["version"]}"')
            told = answer.json()
            stages.append((answer.status_code, told["stage"]))
        assert stages == [(200, "submitted"), (200, "draft"), (200, "dropped")]

    @pytest.mark.parametrize(
        ("seen", "status", "kind"),
        [
            (None, 428, "version-needed"),
            ('"99"', 412, "changed-meanwhile"),
            ('W/"1"', 412, "changed-meanwhile"),
        ],
    )
    def test_without_the_version_nothing_is_done(self, suspend, post, seen, status, kind):
        number = suspend().json()["id"]
        answer = post(f"proposals/{number}/submit/", {}, seen=seen)
        assert (answer.status_code, answer.json()["type"]) == (status, f"/api/docs/#problem-{kind}")
        assert Proposal.objects.get(pk=number).stage == Stage.DRAFT

    def test_what_does_not_follow_is_refused(self, post, designation):
        answer = post(f"designations/{designation.pk}/restore/", {"effective_on": "2099-01-01"})
        assert (answer.status_code, answer.json()["type"]) == (409, "/api/docs/#problem-not-in-a-fit-state")

    def test_an_incomplete_one_is_not_even_drafted_when_it_was_to_be_submitted(self, suspend):
        said = {**SAID, "older_results": "until", "submit": True}
        answer = suspend(said)
        assert answer.status_code == 422
        assert [each["field"] for each in answer.json()["errors"]] == ["older_results_until"]
        assert not Proposal.objects.filter(step="suspend").exists()

    def test_lines_of_another_record_are_none(self, post, designation):
        answer = post(f"designations/{designation.pk}/restrict/", {**SAID, "lines": [2**40]})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "lines")

    def test_a_line_is_taken_out(self, post, designation):
        line = designation.lines.first().pk
        answer = post(f"designations/{designation.pk}/restrict/", {**SAID, "lines": [line], "submit": True})
        assert answer.status_code == 201, answer.json()


class TestBodies:
    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"effective_on": "2099-01-01"}, "public_reason"),
            ({**SAID, "effective_on": "tomorrow"}, "effective_on"),
            ({**SAID, "effective_on": 20990101}, "effective_on"),
            ({**SAID, "state": "suspended"}, "state"),
            ({**SAID, "public_reason": "   "}, "public_reason"),
            ({**SAID, "public_reason": "x\x00"}, "public_reason"),
            ({**SAID, "public_reason": "x" * 5001}, "public_reason"),
            ({**SAID, "submit": "yes"}, "submit"),
            ({**SAID, "older_results": "perhaps"}, "older_results"),
            ({**SAID, "lines": [0]}, "lines.0"),
        ],
    )
    def test_each_field_at_fault_is_named(self, suspend, said, field):
        answer = suspend(said)
        assert (answer.status_code, answer.json()["type"]) == (422, "/api/docs/#problem-not-valid")
        assert [each["field"] for each in answer.json()["errors"]] == [field]
        assert not Proposal.objects.filter(step="suspend").exists()

    @pytest.mark.parametrize(
        "sent", [b"{", b"\xff", b'{"a": NaN}', b'{"public_reason": "\\ud800"}', b"[]", b"1"]
    )
    def test_what_is_no_json_object_is_refused(self, client, secret, designation, sent):
        answer = client.post(
            f"/api/v1/designations/{designation.pk}/suspend/",
            sent,
            content_type="application/json",
            headers={**bearing(secret), "idempotency-key": "x"},
        )
        assert answer.status_code in (400, 422)
        assert answer["Content-Type"] == "application/problem+json"

    def test_other_forms_and_methods_are_refused_as_such(self, client, secret, designation):
        address = f"/api/v1/designations/{designation.pk}/suspend/"
        headers = {**bearing(secret), "idempotency-key": "x"}
        assert client.post(address, "a=b", content_type="text/plain", headers=headers).status_code == 415
        answer = client.get(address, headers=headers)
        assert (answer.status_code, answer["Allow"]) == (405, "POST, OPTIONS")
        assert client.post(address, headers={**headers, "accept": "text/xml"}).status_code == 406


class TestOnce:
    def test_asked_again_it_is_not_done_again(self, suspend):
        answers = [suspend(name="one") for _time in range(3)]
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.content for answer in answers}) == 1
        assert [answer.get("Idempotent-Replayed") for answer in answers] == [None, "true", "true"]
        assert len({answer["Location"] for answer in answers}) == 1
        assert Proposal.objects.filter(step="suspend").count() == 1

    def test_with_and_without_quotes_and_however_the_json_was_written_it_is_the_same(self, suspend):
        suspend(name="one")
        again = suspend(dict(reversed(SAID.items())), name='"one"')
        assert again["Idempotent-Replayed"] == "true"

    @pytest.mark.parametrize("change", [{"public_reason": "Another."}, {"submit": True}])
    def test_another_body_under_the_same_name_is_refused(self, suspend, change):
        suspend(name="one")
        answer = suspend({**SAID, **change}, name="one")
        assert (answer.status_code, answer.json()["type"]) == (
            422,
            "/api/docs/#problem-key-of-another-request",
        )

    def test_another_address_or_version_is_another_request(self, suspend, post):
        told = suspend(name="one").json()
        assert post(f"proposals/{told['id']}/submit/", {}, name="one", seen='"1"').status_code == 422

    @pytest.mark.parametrize("name", [" ", "x" * 256, "a b", "é"])
    def test_a_name_is_needed(self, suspend, name):
        answer = suspend(name=name)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "Idempotency-Key")

    def test_a_refusal_is_given_again_too(self, post, designation, suspend):
        answers = [
            post(f"designations/{designation.pk}/restore/", {"effective_on": "2099-01-01"}, name="one")
            for _time in range(2)
        ]
        assert [answer.status_code for answer in answers] == [409, 409]
        assert answers[0].content == answers[1].content
        assert Answered.objects.get().code == "not-in-a-fit-state"

    def test_what_was_not_valid_may_be_mended_under_the_same_name(self, suspend):
        assert suspend({}, name="one").status_code == 422
        assert suspend(name="one").status_code == 201

    def test_each_key_has_names_of_its_own(self, suspend, parties, administrator):
        by = acting(administrator, parties.designating)
        other, _row = make_key(by, parties.designating, *WRITING, name="Another")
        suspend(name="one")
        assert suspend(name="one", key=other).status_code == 409  # there is an open proposal on it already

    def test_after_a_day_it_is_forgotten(self, suspend, time_machine):
        suspend(name="one")
        time_machine.move_to(clock.now() + remembering.KEPT + timedelta(minutes=1))
        assert suspend(name="one").status_code == 409
        time_machine.move_to(clock.now() + remembering.KEPT + timedelta(minutes=1))
        assert remembering.forget_old() == 1

    def test_what_went_wrong_leaves_nothing_behind(self, suspend, client, monkeypatch):
        client.raise_request_exception = False

        def broken(**given):
            raise RuntimeError

        with monkeypatch.context() as patched:
            patched.setattr(proposing, "submit", broken)
            assert suspend({**SAID, "submit": True}, name="one").status_code == 500
        assert not Proposal.objects.filter(step="suspend").exists()
        assert not Answered.objects.exists()
        assert suspend({**SAID, "submit": True}, name="one").status_code == 201

    def test_what_is_kept_tells_nothing_that_was_written(self, suspend):
        suspend({**SAID, "public_reason": "zqsecretqz"})
        assert "zqsecretqz" not in str(list(Answered.objects.values()))

    def test_a_revoked_key_gets_no_answer_again(self, suspend, parties, administrator):
        suspend(name="one")
        key = Answered.objects.get().key
        giving.revoke_key(by=acting(administrator, parties.designating), key=key)
        assert suspend(name="one").status_code == 401


def test_while_the_first_runs_the_second_is_told_to_wait(suspend):
    """The turn is the database's: somebody who has it in another transaction is seen here."""
    turn = f"keys:{Key.objects.get().pk}:one"
    with psycopg.connect(os.environ["DATABASE_URL"]) as first:
        first.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [turn])
        answer = suspend(name="one")
        assert suspend({}, name="another").status_code == 422
    assert (answer.status_code, answer.json()["type"]) == (409, "/api/docs/#problem-still-being-done")
    assert not Proposal.objects.filter(step="suspend").exists()
    assert suspend(name="one").status_code == 201
