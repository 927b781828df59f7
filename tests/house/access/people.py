"""Every kind of person that could stand before a route: relation × role, each with a browser and a secret word as name."""

import time
from dataclasses import dataclass, field
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client

from agreements import joining
from agreements.models import Authority, Membership, Role, RoleGrant
from portal import clock
from portal.accounts.models import User
from portal.validity import days
from portal.verbs import running
from tests.agreements.factories import BY
from tests.registry.officers import make_officer, make_person

ROLES = tuple(Role.values)

# Members of the own authority, by what they are there.
OWN_ROLES = tuple(f"own {role}" for role in ROLES)
# Whoever signs in and may act for nobody: each of them once belonged, will belong, or never did.
OUTSIDERS = (
    "stranger",
    "own, role ended",
    "own, role not confirmed",
    "own, role not yet valid",
    "own, membership ended",
)
# All roles at their authority, so that nothing but the relation stands between them and the thing.
OTHER_AUTHORITIES = ("fellow", "partner", "partner's fellow", "third party", "accreditation body")
BODY_PEOPLE = ("representative", "other representative")
UNPROVEN = ("own, no second factor",)
OPERATORS = ("operator",)
UNSIGNED = ("anonymous", "deactivated")

ALL = (*UNSIGNED, *OUTSIDERS, *OWN_ROLES, *UNPROVEN, *OTHER_AUTHORITIES, *BODY_PEOPLE, *OPERATORS)


@dataclass
class Person:
    """One of them. ``groups`` name what the person belongs to, as secrets are known to groups."""

    kind: str
    user: User | None = None
    groups: frozenset[str] = frozenset()
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))
    cookie: str = ""

    def fresh(self) -> Client:
        """The browser with nothing but its session: what earlier answers left in cookies is gone."""
        self.client.cookies.clear()
        if self.cookie:
            self.client.cookies[settings.SESSION_COOKIE_NAME] = self.cookie
        return self.client

    def __str__(self) -> str:
        return self.kind


def browse(person: Person, *, at: float | None = None) -> Person:
    """Sign the person in, with proof of who they are from now (or from the moment ``at``)."""
    client = Client(raise_request_exception=False)
    client.force_login(person.user, backend="portal.accounts.backends.Backend")
    session = client.session
    proof = {
        "method": "mfa",
        "type": "totp",
        "reauthenticated": True,
        "at": time.time() if at is None else at,
    }
    session["account_authentication_methods"] = [proof]
    session["account_authentication_methods_user"] = str(person.user.pk)
    session.save()
    person.client, person.cookie = client, session.session_key
    return person


def with_factor(user: User) -> User:
    """The person with an authenticator app: nobody acts without one."""
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "unused"})
    return user


def _somebody(name: str, **fields) -> User:
    return with_factor(make_person(name, is_sample=False, **fields))


def make_people(
    name_of, authorities: dict[str, Authority], giver: User, end_reason: str
) -> dict[str, Person]:
    """Everybody but those who sign in for a body.

    ``name_of(kind)`` is the secret name of a person, ``giver`` who gave the role that waits for a second person, and
    ``end_reason`` why the membership that has ended did.
    """
    own = authorities["own"]
    people = {"anonymous": Person("anonymous")}

    def add(kind: str, user: User, *groups: str) -> None:
        people[kind] = browse(Person(kind, user, frozenset({kind, *groups})))

    for kind, role in zip(OWN_ROLES, ROLES, strict=True):
        add(kind, make_officer(own, role, user=_somebody(name_of(kind))), "own")
    for kind in OTHER_AUTHORITIES:
        add(kind, make_officer(authorities[kind], *ROLES, user=_somebody(name_of(kind))), kind)
    add("stranger", _somebody(name_of("stranger")))
    add("own, role ended", _role_ended(own, _somebody(name_of("own, role ended"))))
    add("own, role not confirmed", _unconfirmed(own, _somebody(name_of("own, role not confirmed")), giver))
    add("own, role not yet valid", _not_yet(own, _somebody(name_of("own, role not yet valid"))))
    add("own, membership ended", _left(own, _somebody(name_of("own, membership ended")), end_reason))
    without = make_person(name_of("own, no second factor"), is_sample=False)
    add("own, no second factor", make_officer(own, "editor", "approver", user=without))
    add("operator", _somebody(name_of("operator"), is_staff=True), "operator")
    add("deactivated", make_officer(own, *ROLES, user=_somebody(name_of("deactivated"))))
    User.objects.filter(pk=people["deactivated"].user.pk).update(is_active=False)
    return people


def _grant(membership: Membership, role: str, **fields) -> RoleGrant:
    with running("tests.grant", "desk") as frame:
        grant = RoleGrant.objects.create(membership=membership, role=role, **{"valid": days(), **fields})
        frame.entries = 1
    return grant


def _member(authority: Authority, user: User) -> Membership:
    make_officer(authority, user=user)
    return Membership.objects.get(user=user, authority=authority)


def _role_ended(authority: Authority, user: User) -> User:
    membership = _member(authority, user)
    for role in ROLES:
        _grant(membership, role, ended_at=clock.now(), ended_by="tests")
    _grant(membership, Role.EDITOR, valid=days(None, clock.today()))
    return user


def _unconfirmed(authority: Authority, user: User, giver: User) -> User:
    membership = _member(authority, user)
    for role in (Role.APPROVER, Role.RELEASER, Role.ADMINISTRATOR):
        _grant(membership, role, needs_second=True, granted_by=giver)
    return user


def _not_yet(authority: Authority, user: User) -> User:
    membership = _member(authority, user)
    for role in ROLES:
        _grant(membership, role, valid=days(clock.today() + timedelta(days=1)))
    return user


def _left(authority: Authority, user: User, reason: str) -> User:
    make_officer(authority, *ROLES, user=user)
    membership = Membership.objects.running().get(user=user, authority=authority)
    joining.end_membership(by=BY, membership=membership, reason=reason)
    return user
