"""The made-up people of the sample: they come with it, once, never in production; and people who sign in for a body."""

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from agreements import joining
from agreements.acting import person, standings
from agreements.models import Authority, Membership
from portal.accounts.models import User
from portal.audit.models import AuditEntry
from portal.lifecycle import NotAllowed
from portal.notices import gates
from portal.notices.models import Notice
from registry import registering, representing, waiting
from registry.models import Body, Proposal, Representative, Stage, Work, WorkItem
from registry.sample import people
from tests.agreements.factories import BY, make_authority
from tests.agreements.people import acting, make_member, make_person, text

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _fresh():
    cache.clear()


@pytest.fixture
def sample(catalogue, settings, tmp_path):
    """The whole sample, as `make run` loads it."""
    settings.DATA_DIR = tmp_path
    call_command("load_sample", if_empty=True)
    return tmp_path / "sample_sign_ins.txt"


def somebody(name: str) -> User:
    return User.with_email(f"{name}@sample.example")


def test_everybody_has_a_place_and_work(sample, settings):
    words = sample.read_text()
    assert people.PASSWORD in words
    for each in people.PEOPLE:
        user = User.with_email(each.email)
        assert user.is_sample
        assert user.check_password(people.PASSWORD)
        assert each.email in words
        assert {(s.authority.code, s.roles) for s in standings(user)} == (
            {(each.authority, frozenset(each.roles))} if each.authority else set()
        )
    assert all(name.endswith("(sample)") for name in User.objects.values_list("name", flat=True))
    assert all(row.name.endswith("(sample)") for row in Authority.objects.filter(origin="sample"))
    _desks_are_not_empty()
    _one_signs_in_and_works()
    _production_refuses_them(sample, settings)


def _desks_are_not_empty():
    kinds = {name: set(_waiting(name).values_list("kind", flat=True)) for name in ("ana", "erin")}
    assert kinds["ana"] == {Work.DRAFT, Work.APPROVE}
    assert kinds["erin"] == {Work.RECOGNISE}
    assert waiting.on(acting(somebody("erin"))).work == 1
    assert waiting.on(acting(somebody("beto"))).unread == 1
    assert waiting.on(person(somebody("rosa"))).represents
    assert Proposal.objects.filter(stage=Stage.SUBMITTED).count() == 1
    (notice,) = Notice.objects.of(somebody("beto").pk)
    assert gates.may_read(somebody("beto").pk, notice)


def _waiting(name: str):
    return WorkItem.objects.visible_to(acting(somebody(name))).waiting()


def test_loading_again_changes_nothing(sample):
    before = AuditEntry.objects.count()
    call_command("load_sample")
    call_command("load_sample", if_empty=True)
    assert people.let_in() == 0
    call_command("load_catalogue")
    assert AuditEntry.objects.count() == before
    assert sample.exists()


def _one_signs_in_and_works():
    client = Client()
    said = {"login": "ana@sample.example", "password": people.PASSWORD}
    assert client.post(reverse("account_login"), said)["Location"] == "/desk/"
    page = text(client.get("/members/"))
    assert "Beto Blanco (sample)" in page
    assert "Sample sign-in: no second factor, local use only." in page


def _production_refuses_them(sample, settings):
    settings.PRODUCTION = True
    with pytest.raises(RuntimeError):
        people.let_in()
    said = {"login": "ana@sample.example", "password": people.PASSWORD}
    client = Client()
    client.post(reverse("account_login"), said, secure=True)
    assert client.get("/members/", secure=True).status_code == 302
    people.write_sign_ins()
    assert not sample.exists()


def test_a_production_register_gets_the_stories_alone(catalogue, settings, tmp_path):
    settings.DATA_DIR, settings.PRODUCTION = tmp_path, True
    call_command("load_sample")
    assert Body.objects.filter(name=people.BODY).exists()
    assert not User.objects.exists()


class TestRepresenting:
    @pytest.fixture
    def authority(self):
        return make_authority("mx-dge", economy="MX")

    @pytest.fixture
    def ana(self, authority):
        return acting(make_member(authority, "editor"))

    @pytest.fixture
    def body(self, authority):
        return registering.register(by=BY, name="Laboratorio Uno", economy=authority.economy)

    @pytest.fixture
    def rosa(self, ana, body):
        rosa = make_person("Rosa")
        representing.represent(by=ana, body=body, user=rosa)
        return rosa

    def test_an_invited_person_signs_in_for_the_body(self, ana, body):
        invitation = representing.invite_representative(
            by=ana, body=body, email="Raul@example.org", name="Raúl"
        )
        address = joining.make_address(by=ana, invitation=invitation)
        client = Client()
        path = "/invitation/" + address.split("/")[-2] + "/"
        assert "sign in for Laboratorio Uno" in text(client.get(path))
        said = {"name": "Raúl", "password1": "quite a long sentence", "password2": "quite a long sentence"}
        assert client.post(path, said)["Location"] == representing.HOME
        raul = User.with_email("raul@example.org")
        assert Representative.objects.running().filter(body=body, user=raul).exists()
        assert not Membership.objects.filter(user=raul).exists()
        with pytest.raises(NotAllowed):
            representing.invite_representative(by=ana, body=body, email="raul@example.org", name="Raúl")

    def test_access_ends(self, ana, body, rosa):
        row = Representative.objects.get(user=rosa)
        representing.end_representation(by=ana, representative=row)
        assert not waiting.on(person(rosa)).represents
        with pytest.raises(NotAllowed):
            representing.end_representation(by=ana, representative=row)
        representing.represent(by=ana, body=body, user=rosa)
        assert waiting.on(person(rosa)).represents

    def test_only_an_authority_that_looks_after_the_body(self, authority, body, rosa):
        row, eve = Representative.objects.get(user=rosa), make_person("Eve")
        reader = make_member(authority, "reader")
        stranger = make_member(make_authority(), "editor", "approver")
        for by in (acting(stranger), acting(reader), person(rosa), person(eve)):
            assert not representing.may_look_after(by, body)
            with pytest.raises(PermissionDenied):
                representing.invite_representative(by=by, body=body, email="x@example.org", name="X")
            with pytest.raises(PermissionDenied):
                representing.end_representation(by=by, representative=row)
            with pytest.raises(PermissionDenied):
                representing.represent(by=by, body=body, user=eve)
