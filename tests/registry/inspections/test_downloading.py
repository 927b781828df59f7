"""Downloads: what is fetched is what was filed, once, by whoever asked, while they may; and both ends are on record."""

import hashlib
import io
from contextlib import suppress
from datetime import timedelta

import pikepdf
import pytest
from django.test import Client

from agreements import concluding
from agreements.models import Membership
from portal import clock
from portal.audit.models import AuditEntry
from portal.files.sending import ASK_EVERY, CutOff
from registry.inspections import demanding, filing, releasing
from registry.inspections.models import Form
from tests.agreements.factories import BY
from tests.registry.inspections import files
from tests.registry.inspections.histories import saved
from tests.registry.inspections.releases import fresh, make_release, make_version, pdf, upload
from tests.registry.inspections.room import make_document, promise
from tests.registry.officers import end_membership, signed_in

pytestmark = pytest.mark.django_db
LARGE = 4 * ASK_EVERY


@pytest.fixture
def commitment(room):
    """The receiver's promise."""
    return promise(room)


@pytest.fixture
def release(room, commitment):
    """A version with trade secrets, released to the receiver."""
    return make_release(room, make_version(room, information=["trade_secret"]))


def place(version) -> str:
    return f"/inspections/documents/{version.document_id}/{version.pk}/"


def ticket(client, version) -> str:
    answer = client.post(place(version))
    assert answer.status_code == 302, answer.status_code
    return answer.url


def body(answer) -> bytes:
    return b"".join(answer.streaming_content)


class TestWhatArrives:
    def test_exactly_what_was_filed(self, room, release):
        client = signed_in(room.user("receiver", "reader"))
        answer = client.get(ticket(client, release.version))
        assert hashlib.sha256(body(answer)).hexdigest() == release.version.stored.sha256
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["Content-Type"] == "application/pdf"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert "no-store" in answer["Cache-Control"]

    def test_the_name_is_of_the_document_and_not_of_the_upload(self, room, commitment):
        document = make_document(room, number="DE/2026/17")
        by = room.by("giver")
        version = filing.file_version(
            by=by, document=document, uploaded=upload(name="zinc secret.pdf", content=files.pdf())
        )
        files.check_files()
        release = make_release(room, fresh(version))
        client = signed_in(room.user("receiver"))
        answer = client.get(ticket(client, release.version))
        assert "zinc" not in answer["Content-Disposition"]
        assert "v1.pdf" in answer["Content-Disposition"]

    def test_a_stamped_copy_says_who_took_it(self, room, commitment):
        by, original = room.by("giver"), files.pdf("Report")
        document = make_document(room)
        version = filing.file_version(by=by, document=document, uploaded=upload(content=original))
        files.check_files()
        release = make_release(room, fresh(version), form=Form.STAMPED)
        client = signed_in(room.user("receiver"))
        content = body(client.get(ticket(client, release.version)))
        assert content != original
        with pikepdf.open(io.BytesIO(content)) as stamped:
            drawn = b"".join(
                stream.read_bytes() for stream in stamped.objects if isinstance(stream, pikepdf.Stream)
            )
        assert b"Receiver editor" in drawn
        assert f"D-{version.pk}-".encode() in drawn
        owner = signed_in(room.user("giver", "reader"))
        assert body(owner.get(ticket(owner, version))) == original

    def test_everybody_fetches_what_is_released_to_everybody(self, room):
        version = make_version(room)
        assert Client().get(place(version)).status_code == 404
        release = make_release(room, version, None)
        before = AuditEntry.objects.count()
        answer = Client().get(place(version))
        assert hashlib.sha256(body(answer)).hexdigest() == version.stored.sha256
        assert AuditEntry.objects.count() == before
        other = make_document(room)
        assert Client().get(f"/inspections/documents/{other.pk}/{version.pk}/").status_code == 404
        releasing.revoke(by=room.by("giver", "releaser"), release=release, reason="A mistake.")
        assert Client().get(place(version)).status_code == 404

    def test_its_start_and_its_end_are_on_record(self, room, release):
        client = signed_in(room.user("receiver"))
        body(client.get(ticket(client, release.version)))
        entries = AuditEntry.objects.filter(target_kind="inspections.version").order_by("id")
        assert [(each.act, each.authority) for each in entries] == [
            ("registry.fetch", "us-regulator"),
            ("registry.fetch_ended", "us-regulator"),
        ]
        assert entries[1].after["bytes"] == release.version.stored.size
        assert entries[1].after["outcome"] == "complete"


class TestTickets:
    """Whatever is wrong with a ticket, there are 0 bytes."""

    def nothing(self, client, address: str) -> None:
        answer = client.get(address)
        assert answer.status_code in (302, 404), answer.status_code
        assert not answer.streaming

    def test_used_twice(self, room, release):
        client = signed_in(room.user("receiver"))
        address = ticket(client, release.version)
        body(client.get(address))
        self.nothing(client, address)

    def test_somebody_else_s(self, room, release):
        client = signed_in(room.user("receiver"))
        address = ticket(client, release.version)
        for side, role in (("receiver", "reader"), ("giver", "editor"), ("outsider", "editor")):
            self.nothing(signed_in(room.user(side, role)), address)
        self.nothing(Client(), address)
        assert client.get(address).status_code == 200

    def test_of_another_session(self, room, release):
        address = ticket(signed_in(room.user("receiver")), release.version)
        self.nothing(signed_in(room.user("receiver")), address)

    def test_too_late(self, room, release):
        client = signed_in(room.user("receiver"))
        address = ticket(client, release.version)
        with clock.at(clock.now() + timedelta(seconds=61)):
            self.nothing(client, address)

    @pytest.mark.parametrize("guess", ["a", "0" * 43, "..", "%00", "x" * 5000])
    def test_guessed(self, room, guess):
        self.nothing(signed_in(room.user("receiver")), f"/releases/fetch/{guess}/")

    def test_after_the_end(self, room, release):
        client = signed_in(room.user("receiver"))
        address = ticket(client, release.version)
        releasing.revoke(by=room.by("giver", "releaser"), release=release, reason="A mistake.")
        self.nothing(client, address)
        assert client.post(place(release.version)).status_code == 404

    def test_nobody_else_gets_one(self, room, release):
        for role in ("reader", "editor", "approver", "releaser"):
            assert signed_in(room.user("outsider", role)).post(place(release.version)).status_code == 404
        assert "login" in Client().post(place(release.version)).url
        version = make_version(room)
        assert signed_in(room.user("receiver")).post(place(version)).status_code == 404

    def test_not_for_what_the_checks_have_not_accepted(self, room):
        version = filing.file_version(by=room.by("giver"), document=make_document(room), uploaded=upload())
        assert signed_in(room.user("giver")).post(place(version)).status_code == 404


def _end_commitment(room, commitment, release):
    commitment.ended_at, commitment.ended_by = clock.now(), "somebody"
    saved(commitment)


ENDS = {
    "revoked": lambda room, commitment, release: releasing.revoke(
        by=room.by("giver", "releaser"), release=release, reason="A mistake."
    ),
    "annex suspended": lambda room, commitment, release: concluding.set_status(
        by=BY, annex=room.annex, status="suspended", start=clock.today()
    ),
    "commitment ended": _end_commitment,
    "membership ended": lambda room, commitment, release: end_membership(
        room.user("receiver"), room.receiver
    ),
    "account closed": lambda room, commitment, release: (
        type(room.user("receiver")).objects.filter(pk=room.user("receiver").pk).update(is_active=False)
    ),
    "scanned files alone": lambda room, commitment, release: demanding.demand(
        by=room.by("receiver", "approver"), scanned_only=True
    ),
}


class TestMidStream:
    @pytest.mark.parametrize("end", ENDS)
    def test_a_right_that_ends_stops_the_stream_within_a_mebibyte(self, room, commitment, end):
        release = make_release(room, make_version(room, content=pdf(LARGE)))
        client = signed_in(room.user("receiver"))
        stream = iter(client.get(ticket(client, release.version)).streaming_content)
        got = before = len(next(stream))
        ENDS[end](room, commitment, release)
        with suppress(CutOff):
            for block in stream:
                got += len(block)
        assert got - before <= ASK_EVERY
        entry = AuditEntry.objects.get(act="registry.fetch_ended")
        assert entry.after["outcome"] == "refused"
        assert entry.after["bytes"] == got

    def test_a_reader_who_goes_away_is_on_record_as_well(self, room, commitment):
        release = make_release(room, make_version(room, content=pdf(LARGE)))
        client = signed_in(room.user("receiver"))
        answer = client.get(ticket(client, release.version))
        next(iter(answer.streaming_content))
        answer._iterator.close()
        assert AuditEntry.objects.get(act="registry.fetch_ended").after["outcome"] == "broken off"

    def test_the_owner_s_own_download_ends_with_the_membership(self, room):
        version = make_version(room, content=pdf(LARGE))
        client = signed_in(room.user("giver", "reader"))
        stream = iter(client.get(ticket(client, version)).streaming_content)
        next(stream)
        end_membership(room.user("giver", "reader"), room.giver)
        with pytest.raises(CutOff):
            list(stream)
        assert not Membership.objects.running().filter(user=room.user("giver", "reader")).exists()
