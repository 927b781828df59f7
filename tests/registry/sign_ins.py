"""People of authorities and bodies, and their browsers."""

from itertools import count

from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from agreements import acting
from agreements.acting import Acting
from agreements.models import Membership, RoleGrant
from portal.accounts import people
from portal.audit import recording
from portal.verbs import running
from registry.models import Representative
from tests.agreements.factories import BY

PASSWORD = "six unrelated words make it"
_numbers = count(1)


def person(name: str = "", *, is_sample: bool = True):
    """Somebody with an account. Sample people need no second factor."""
    number = next(_numbers)
    name = name or f"Person {number}"
    return people.create_person(
        by=BY, email=f"person{number}@example.org", name=name, password=PASSWORD, is_sample=is_sample
    )


def join(user, authority, *roles: str) -> None:
    """Let somebody belong to an authority with these roles from today on."""
    with running("tests.join", "desk"):
        membership = Membership.objects.create(user=user, authority=authority)
        for role in roles:
            RoleGrant.objects.create(membership=membership, role=role)
        recording.record(by=BY, target=membership)


def officer(authority, *roles: str, name: str = ""):
    """A new person who belongs to an authority with these roles."""
    user = person(name)
    join(user, authority, *roles)
    return user


def acts(user, authority) -> Acting:
    """The actor when this person acts for the authority."""
    standing = next(one for one in acting.standings(user) if one.authority == authority)
    return acting.member(standing.membership, standing.roles)


def representative(body, *, name: str = "", is_sample: bool = True):
    """A new person who signs in for a body."""
    user = person(name, is_sample=is_sample)
    with running("tests.represent", "desk"):
        represents = Representative.objects.create(body=body, user=user)
        recording.record(by=BY, target=represents)
    return user


def browser(user) -> Client:
    """A browser in which somebody has just signed in."""
    cache.clear()
    client = Client()
    answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 302
    return client
