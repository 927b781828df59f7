"""Joining an authority and leaving it: the verbs, what people are told, and the operator's commands."""

from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command

from agreements import joining
from agreements.acting import person, standings
from agreements.models import AnnexAuthority, Authority, Invitation, Membership, RoleGrant
from portal.accounts.models import User
from portal.lifecycle import NotAllowed
from portal.notices import gates
from portal.notices.models import Notice
from portal.outbox.models import OutboxMessage
from tests.agreements.factories import BY, make_annex, make_authority, make_economy
from tests.agreements.people import acting, join, make_member, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def nist():
    return make_authority()


@pytest.fixture
def carla(nist):
    return make_member(nist, "administrator", name="Carla Cruz")


def roles_of(user) -> set[str]:
    return {role for standing in standings(user) for role in standing.roles}


def told(user) -> list[str]:
    return [notice.kind for notice in Notice.objects.of(user.pk).order_by("id")]


def readable(user) -> list[str]:
    return [notice.kind for notice in Notice.objects.of(user.pk) if gates.may_read(user.pk, notice)]


class TestInvitations:
    def test_the_administrator_invites_and_the_invited_person_joins(self, nist, carla):
        invitation = joining.invite(
            by=acting(carla), authority=nist, email=" Ana@Example.org ", name="Ana", roles=["editor"]
        )
        ana = make_person("Ana")
        User.objects.filter(pk=ana.pk).update(email="ana@example.org")
        ana.refresh_from_db()
        joining.accept(by=person(ana), invitation=invitation, user=ana)
        assert roles_of(ana) == {"editor"}
        with pytest.raises(NotAllowed):
            joining.accept(by=person(ana), invitation=invitation, user=ana)

    def test_nobody_else_can_accept_it(self, nist):
        invitation = joining.invite(by=BY, authority=nist, email="a@example.org", name="A", roles=["editor"])
        eve = make_person("Eve")
        with pytest.raises(PermissionDenied):
            joining.accept(by=person(eve), invitation=invitation, user=eve)
        assert not Membership.objects.filter(user=eve).exists()

    def test_only_administrators_invite(self, nist):
        ana = make_member(nist, "editor", "approver")
        with pytest.raises(PermissionDenied):
            joining.invite(by=acting(ana), authority=nist, email="b@example.org", name="B", roles=["reader"])

    def test_an_administrator_invites_to_no_other_authority(self, nist, carla):
        other = make_authority("ca-ised", economy="CA")
        with pytest.raises(PermissionDenied):
            joining.invite(
                by=acting(carla), authority=other, email="b@example.org", name="B", roles=["reader"]
            )

    def test_who_is_invited_again_has_one_open_invitation(self, nist):
        first, second = (
            joining.invite(by=BY, authority=nist, email="a@example.org", name="A", roles=["editor"])
            for _time in range(2)
        )
        assert list(Invitation.objects.open()) == [second]
        assert OutboxMessage.objects.filter(task="agreements.send_invitation").count() == 2
        with pytest.raises(NotAllowed):
            joining.make_address(by=BY, invitation=first)

    def test_a_new_address_ends_the_one_before(self, nist):
        invitation = joining.invite(by=BY, authority=nist, email="a@example.org", name="A", by_mail=False)
        old, new = (joining.make_address(by=BY, invitation=invitation) for _time in range(2))
        assert joining.invitation_of(old.split("/")[-2]) is None
        assert joining.invitation_of(new.split("/")[-2]) == invitation

    def test_a_new_person_and_the_acceptance_come_together_or_not_at_all(self, nist):
        invitation = joining.invite(by=BY, authority=nist, email="a@example.org", name="A", roles=["editor"])
        joining.withdraw_invitation(by=BY, invitation=invitation)
        with pytest.raises(NotAllowed):
            joining.accept_as_new_person(invitation=invitation, name="A", password="four plain words here")
        assert User.with_email("a@example.org") is None

    def test_an_address_with_an_account_gets_no_second_one(self, nist):
        ana = make_person("Ana")
        invitation = joining.invite(by=BY, authority=nist, email=ana.email, name="Ana", roles=["editor"])
        with pytest.raises(ValidationError):
            joining.accept_as_new_person(invitation=invitation, name="Ana", password="another one of these")
        assert ana.check_password("another one of these") is False
        assert Invitation.objects.open().exists()


class TestTwoPeople:
    def test_a_second_administrator_confirms(self, nist, carla):
        cora, ana = make_member(nist, "administrator"), make_member(nist, "editor")
        grant = joining.give_role(
            by=acting(carla), membership=Membership.objects.get(user=ana), role="approver"
        )
        assert roles_of(ana) == {"editor"}
        assert told(cora) == ["membership.confirm"]
        assert told(carla) == []
        with pytest.raises(PermissionDenied):
            joining.confirm_role(by=acting(carla), grant=grant)
        assert not joining.may_confirm(acting(carla), grant)
        assert joining.may_confirm(acting(cora), grant)
        joining.confirm_role(by=acting(cora), grant=grant)
        assert roles_of(ana) == {"editor", "approver"}
        assert told(ana) == ["membership.role", "membership.role"]

    def test_who_gets_the_role_is_not_the_second_person(self, nist, carla):
        dora = make_member(nist, "administrator")
        grant = joining.give_role(
            by=acting(carla), membership=Membership.objects.get(user=dora), role="approver"
        )
        with pytest.raises(PermissionDenied):
            joining.confirm_role(by=acting(dora), grant=grant)

    def test_an_invited_approver_waits_too(self, nist, carla):
        cora = make_member(nist, "administrator")
        invitation = joining.invite(
            by=acting(carla), authority=nist, email="beto@example.org", name="Beto", roles=["approver"]
        )
        beto = joining.accept_as_new_person(
            invitation=invitation, name="Beto", password="four plain words here"
        )
        assert roles_of(beto) == set()
        assert told(cora) == ["membership.confirm"]
        joining.confirm_role(by=acting(cora), grant=RoleGrant.objects.get(membership__user=beto))
        assert roles_of(beto) == {"approver"}

    def test_nobody_gives_a_role_to_themselves(self, nist, carla):
        with pytest.raises(PermissionDenied):
            joining.give_role(
                by=acting(carla), membership=Membership.objects.get(user=carla), role="approver"
            )


class TestEnds:
    def test_the_last_administrator_stays(self, nist, carla):
        membership = Membership.objects.get(user=carla)
        with pytest.raises(NotAllowed):
            joining.end_role(by=acting(carla), grant=membership.roles.get())
        with pytest.raises(NotAllowed):
            joining.end_membership(by=acting(carla), membership=membership)

    def test_what_ends_ends_at_once_and_is_told(self, nist, carla):
        ana = make_member(nist, "editor", "reader")
        membership = Membership.objects.get(user=ana)
        joining.end_role(by=acting(carla), grant=membership.roles.get(role="editor"))
        assert roles_of(ana) == {"reader"}
        joining.end_membership(by=acting(carla), membership=membership, reason="Moved on.")
        assert standings(ana) == []
        assert told(ana) == ["membership.ended", "membership.ended"]

    def test_notices_of_a_place_one_has_left_are_no_longer_read(self, nist, carla):
        cora, ana = make_member(nist, "administrator"), make_member(nist, "editor")
        joining.give_role(by=acting(carla), membership=Membership.objects.get(user=ana), role="approver")
        assert readable(cora) == ["membership.confirm"]
        assert readable(ana) == ["membership.role"]
        joining.end_membership(by=acting(carla), membership=Membership.objects.get(user=cora))
        joining.end_membership(by=acting(carla), membership=Membership.objects.get(user=ana))
        assert readable(cora) == ["membership.ended"]
        assert readable(ana) == ["membership.ended"]

    def test_who_left_can_come_back(self, nist, carla):
        ana = make_member(nist, "editor")
        joining.end_membership(by=acting(carla), membership=Membership.objects.get(user=ana))
        join(ana, nist, "reader")
        assert roles_of(ana) == {"reader"}


class TestCommands:
    def told(self, *arguments, **options) -> str:
        out = StringIO()
        call_command(*arguments, stdout=out, **options)
        return out.getvalue()

    def test_invite_prints_an_address_that_works(self, nist):
        said = self.told(
            "invite", nist.code, "carla@example.org", "Carla", "--role", "administrator", "--role", "editor"
        )
        invitation = joining.invitation_of(said.split("/invitation/")[1].split("/")[0])
        carla = joining.accept_as_new_person(
            invitation=invitation, name="Carla", password="four plain words here"
        )
        assert roles_of(carla) == {"administrator", "editor"}
        assert not OutboxMessage.objects.filter(task="agreements.send_invitation").exists()

    def test_invite_by_mail(self, nist):
        assert "/invitation/" not in self.told(
            "invite", nist.code, "c@example.org", "C", "--role=editor", "--mail"
        )
        assert OutboxMessage.objects.filter(task="agreements.send_invitation").count() == 1

    @pytest.mark.parametrize("arguments", [("no-such", "c@example.org"), ("us-nist", "not an address")])
    def test_invite_says_what_is_wrong(self, nist, arguments):
        with pytest.raises(CommandError):
            self.told("invite", *arguments, "C", "--role", "editor")

    def test_authorities_are_listed_by_words(self, nist):
        make_authority("ca-ised", economy="CA", name="Innovation Canada")
        assert "ca-ised\tCA\t0\tdesignating\tInnovation Canada" in self.told("list_authorities")
        assert "us-nist" not in self.told("list_authorities", "canada", "INNOVATION")

    def test_an_authority_comes_on_record_with_its_annexes(self):
        make_economy("MX")
        annex = make_annex("US-MX", parties=("US", "MX"))
        arguments = ("mx-new", "New Authority", "mx", "--capacity", "designating", "--annex", annex.code)
        assert "manage.py invite mx-new" in self.told("establish_authority", *arguments)
        row = AnnexAuthority.objects.get(authority__code="mx-new")
        assert (row.annex, row.economy.code, row.capacity) == (annex, "MX", "designating")
        with pytest.raises(CommandError):
            self.told("establish_authority", *arguments)
        with pytest.raises(CommandError):
            self.told(
                "establish_authority", "mx-2", "N", "MX", "--capacity", "designating", "--annex", "NONE"
            )
        assert not Authority.objects.filter(code="mx-2").exists()
