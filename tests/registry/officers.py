"""People of authorities and bodies, for tests: members with roles, representatives, signed in."""

from itertools import count

from django.test import Client

from agreements import joining
from agreements.acting import Acting, member
from agreements.models import Authority, Membership, RoleGrant
from portal.accounts.models import User
from portal.validity import days
from portal.verbs import running
from registry.models import Body, Representative
from tests.agreements.factories import BY

_numbers = count(1)


def make_person(name: str = "", **fields) -> User:
    """A person with an account, without password and second factor; made up, so that none is asked for."""
    number = next(_numbers)
    return User.objects.create_user(
        email=f"person{number}@test.example", name=name or f"Person {number}", **{"is_sample": True, **fields}
    )


def make_officer(authority: Authority, *roles: str, name: str = "", user: User | None = None) -> User:
    """A member of the authority with these roles, all in force."""
    user = user or make_person(name)
    with running("tests.make_officer", "desk") as frame:
        membership = Membership.objects.create(user=user, authority=authority)
        for role in roles:
            RoleGrant.objects.create(membership=membership, role=role, valid=days())
        frame.entries = 1
    return user


def acting(user: User, authority: Authority) -> Acting:
    """The person acting for the authority, with the roles held today."""
    membership = Membership.objects.running().get(user=user, authority=authority)
    grants = RoleGrant.objects.in_force().filter(membership=membership)
    return member(membership, frozenset(grants.values_list("role", flat=True)))


def signed_in(user: User) -> Client:
    """A browser in which the person is signed in."""
    client = Client()
    client.force_login(user)
    return client


def make_representative(body: Body, *, name: str = "", user: User | None = None, **fields) -> User:
    """Somebody who signs in for the body."""
    user = user or make_person(name, **fields)
    with running("tests.make_representative", "desk") as frame:
        Representative.objects.create(body=body, user=user)
        frame.entries = 1
    return user


def end_membership(user: User, authority: Authority) -> None:
    """The operator lets the person's membership end."""
    membership = Membership.objects.running().get(user=user, authority=authority)
    joining.end_membership(by=BY, membership=membership, reason="Left.")
