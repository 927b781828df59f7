"""Keys for programs: made once, shown once, taken until revoked or over."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client

from agreements import joining
from agreements.keys import giving, minting, presenting
from agreements.keys.models import Key, KeyUse
from agreements.models import Authority
from portal import clock, permissions
from portal.accounts.models import User
from portal.accounts.people import reactivate
from portal.audit.models import AuditEntry
from portal.lifecycle import NotAllowed
from portal.permissions import Rule
from tests.agreements.factories import BY, make_authority
from tests.agreements.keyring import bearing, make_key
from tests.agreements.people import PASSWORD, acting, make_member, signed_in, text

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/economies/"


@pytest.fixture
def nist():
    return make_authority()


@pytest.fixture
def carla(nist):
    return make_member(nist, "administrator", name="Carla Cruz")


@pytest.fixture
def key(carla, nist):
    return make_key(acting(carla), nist, "proposal.write")


class TestForm:
    def test_each_is_another_and_well_formed(self):
        secrets = {minting.new_secret() for _each in range(50)}
        assert len(secrets) == 50
        assert all(map(minting.is_well_formed, secrets))
        assert {len(secret) for secret in secrets} == {53}

    @pytest.mark.parametrize(
        "change",
        [
            lambda s: s[:-1],
            lambda s: s + "0",
            lambda s: s.upper(),
            lambda s: s.removeprefix("ccd_"),
            lambda s: "",
        ],
    )
    def test_what_was_mistyped_is_no_key(self, change):
        assert not minting.is_well_formed(change(minting.new_secret()))

    def test_one_wrong_sign_is_found_without_the_database(self, django_assert_num_queries, key):
        wrong = key[0][:10] + ("a" if key[0][10] != "a" else "b") + key[0][11:]
        with django_assert_num_queries(0):
            assert presenting.acting_with(wrong) is None


class TestMaking:
    def test_only_its_hash_is_kept(self, key):
        secret, row = key
        assert row.secret_hash == minting.digest(secret)
        stored = str(
            [list(Key.objects.values()), list(User.objects.values()), list(AuditEntry.objects.values())]
        )
        assert secret not in stored
        assert row.beginning == secret[:10]

    def test_making_revoking_and_the_first_use_are_on_record(self, key, carla, client):
        secret, row = key
        for _twice in range(2):
            client.get(ADDRESS, headers=bearing(secret))
        giving.revoke_key(by=acting(carla), key=row)
        entries = AuditEntry.objects.filter(target_kind="keys.key").order_by("id")
        assert [(entry.act, entry.actor, entry.authority) for entry in entries] == [
            ("agreements.make_key", "Carla Cruz", "us-nist"),
            ("agreements.use_key_first", "Nightly sync (key)", "us-nist"),
            ("agreements.revoke_key", "Carla Cruz", "us-nist"),
        ]

    @pytest.mark.parametrize("days", [-1, giving.LONGEST_DAYS + 1])
    def test_it_ends_within_a_year(self, carla, nist, days):
        with pytest.raises(NotAllowed):
            make_key(acting(carla), nist, last_day=clock.today() + timedelta(days=days))

    @pytest.mark.parametrize(
        "scope", ["proposal.decide", "keys.change", "release.decide", "members.invite", "x"]
    )
    def test_what_is_for_people_alone_is_given_to_no_key(self, carla, nist, scope):
        with pytest.raises(ValueError, match=scope):
            make_key(acting(carla), nist, scope)

    def test_two_of_one_name_would_be_told_apart_by_nobody(self, carla, nist, key):
        with pytest.raises(NotAllowed):
            make_key(acting(carla), nist)
        giving.revoke_key(by=acting(carla), key=key[1])
        make_key(acting(carla), nist)

    @pytest.mark.parametrize("role", ["reader", "editor", "approver", "releaser"])
    def test_administrators_alone_make_and_revoke(self, nist, role, key):
        other = acting(make_member(nist, role))
        with pytest.raises(PermissionDenied):
            make_key(other, nist, name="Another")
        with pytest.raises(PermissionDenied):
            giving.revoke_key(by=other, key=key[1])

    def test_no_key_makes_a_key(self, key, nist):
        by, _row = presenting.acting_with(key[0])
        with pytest.raises(PermissionDenied):
            make_key(by, nist, name="Another")

    def test_the_table_gives_no_key_what_takes_two_people_or_somebody_who_is_there(self):
        for fields in ({"hands": 2}, {"recent": True}):
            with pytest.raises(ValueError, match="takes people"):
                Rule("x.do", "own authority", frozenset(), "do x", keys=True, **fields)
        assert {rule.hands for rule in permissions.for_keys()} == {1}


class TestTaking:
    def test_it_acts_as_itself_for_its_authority(self, key, nist, carla):
        by, _row = presenting.acting_with(key[0])
        assert (by.actor, by.authority_code, by.roles) == ("Nightly sync (key)", "us-nist", frozenset())
        assert by.hand == carla.pk != by.user_id

    def test_it_may_what_it_was_given_and_nothing_else(self, key):
        by, _row = presenting.acting_with(key[0])
        may = {rule.action for rule in permissions.rules() if permissions.may(by, rule.action, rule.relation)}
        assert may == {"proposal.write"}

    def test_it_is_never_the_second_person(self, key):
        by, _row = presenting.acting_with(key[0])
        with pytest.raises(PermissionDenied):
            by.with_second_hand(frozenset({1}))

    def test_revoked_it_is_not_taken_at_the_next_request(self, key, carla, client):
        secret, row = key
        assert client.get(ADDRESS, headers=bearing(secret)).status_code == 200
        giving.revoke_key(by=acting(carla), key=row)
        answer = client.get(ADDRESS, headers=bearing(secret))
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"] == 'Bearer realm="concordat", error="invalid_token"'
        assert answer.json()["type"] == "/api/docs/#problem-key-needed"

    def test_after_its_last_day_it_is_not_taken(self, key, time_machine):
        secret, row = key
        time_machine.move_to(f"{row.last_day}T23:59:00Z")
        assert presenting.acting_with(secret) is not None
        time_machine.move_to(f"{row.last_day + timedelta(days=1)}T00:00:00Z")
        assert presenting.acting_with(secret) is None

    def test_with_its_authority_it_ends(self, key, nist, carla):
        Authority.objects.filter(pk=nist.pk).update(successor=make_authority("us-next"))
        assert presenting.acting_with(key[0]) is None
        with pytest.raises(NotAllowed):
            make_key(acting(carla), Authority.objects.get(pk=nist.pk), name="Another")

    @pytest.mark.parametrize("header", ["Bearer", "Bearer x", "Basic Y2FybGE6eA==", "Bearer ccd_" + "0" * 49])
    def test_what_is_no_key_is_refused(self, client, header):
        assert client.get(ADDRESS, headers={"authorization": header}).status_code == 401

    def test_the_day_of_the_last_use_is_kept_with_one_write_a_day(self, key, client, time_machine):
        secret, row = key
        client.get(ADDRESS, headers=bearing(secret))
        assert KeyUse.objects.get(key=row).last_on == clock.today()
        time_machine.move_to(f"{clock.today() + timedelta(days=1)}T12:00:00Z")
        client.get(ADDRESS, headers=bearing(secret))
        assert KeyUse.objects.get(key=row).last_on == clock.today()

    def test_nobody_signs_in_under_its_name(self, key, carla):
        user = key[1].writes_as
        assert not user.has_usable_password()
        assert not user.is_active
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.filter(pk=user.pk).update(is_active=True)
        with pytest.raises(NotAllowed):
            reactivate(by=BY, user=user, reason="")

    def test_who_made_it_may_leave_and_it_still_works(self, key, nist, carla):
        make_member(nist, "administrator", name="Cora Cohen")
        joining.end_membership(by=BY, membership=carla.memberships.get(), reason="")
        assert presenting.acting_with(key[0]) is not None


class TestScreens:
    def test_made_in_the_browser_it_is_shown_once(self, nist, carla, client):
        browser = signed_in(carla)
        fields = {
            "name": "Nightly  sync",
            "scopes": ["proposal.write"],
            "last_day": clock.today().isoformat(),
        }
        page = browser.post("/members/us-nist/keys/new/", fields)
        secret = text(page).partition('value="ccd_')[2].partition('"')[0]
        assert page.status_code == 200
        assert page["Cache-Control"] == "no-store"
        assert client.get(ADDRESS, headers=bearing(f"ccd_{secret}")).status_code == 200
        listed = text(browser.get("/members/us-nist/keys/"))
        assert secret not in listed
        assert "Nightly sync" in listed
        assert f"ccd_{secret[:6]}…" in listed

    def test_a_scope_that_is_none_and_a_day_too_far_are_said_so(self, carla):
        fields = {"name": "x", "scopes": ["proposal.decide"], "last_day": "2999-01-01"}
        page = signed_in(carla).post("/members/us-nist/keys/new/", fields)
        assert page.status_code == 400
        assert "at most a year away" in text(page)

    def test_revoked_in_the_browser(self, carla, key):
        browser = signed_in(carla)
        assert "Nightly sync" in text(browser.get(f"/members/us-nist/keys/{key[1].pk}/revoke/"))
        browser.post(f"/members/us-nist/keys/{key[1].pk}/revoke/")
        assert presenting.acting_with(key[0]) is None
        assert "revoked on" in text(browser.get("/members/us-nist/keys/"))

    def test_members_see_them_and_change_nothing(self, nist, key):
        browser = signed_in(make_member(nist, "reader"))
        page = text(browser.get("/members/us-nist/keys/"))
        assert "Nightly sync" in page
        assert "/revoke/" not in page
        assert browser.get("/members/us-nist/keys/new/").status_code == 403

    def test_the_keys_of_others_are_not_there(self, key, nist):
        other = make_authority("us-fcc", "US", ["regulatory"])
        browser = signed_in(make_member(other, "administrator"))
        assert browser.get("/members/us-nist/keys/").status_code == 404
        assert browser.post(f"/members/us-fcc/keys/{key[1].pk}/revoke/").status_code == 404
        assert presenting.acting_with(key[0]) is not None

    def test_a_key_opens_no_screen(self, key):
        browser = Client(headers=bearing(key[0]))
        assert browser.get("/desk/").status_code == 302
        assert (
            browser.post(
                "/account/login/", {"login": key[1].writes_as.email, "password": PASSWORD}
            ).status_code
            == 200
        )
