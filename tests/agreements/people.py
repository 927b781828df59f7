"""People of authorities for tests: with an account, a place, roles; signed in as the browser does it."""

from itertools import count

from django.test import Client
from django.urls import reverse

from agreements import joining
from agreements.acting import Acting, member, person, standings
from agreements.models import Authority, Membership
from portal.accounts.models import User
from portal.accounts.people import create_person
from tests.agreements.factories import BY

PASSWORD = "four plain words here"
_numbers = count(1)


def make_person(name: str = "", **fields) -> User:
    """Somebody with an account; of the sample, so that no second factor is asked for."""
    name = name or f"Person {next(_numbers)}"
    email = f"{name.lower().replace(' ', '.')}@example.org"
    return create_person(by=BY, email=email, name=name, password=PASSWORD, **{"is_sample": True, **fields})


def make_member(authority: Authority, *roles: str, name: str = "", **fields) -> User:
    """A person who belongs to the authority, with roles given by the operator."""
    user = make_person(name, **fields)
    join(user, authority, *roles)
    return user


def join(user: User, authority: Authority, *roles: str) -> Membership:
    """Let somebody belong to one more authority."""
    invitation = joining.invite(
        by=BY, authority=authority, email=user.email, name=user.name, roles=list(roles), by_mail=False
    )
    return joining.accept(by=person(user), invitation=invitation, user=user)


def acting(user: User) -> Acting:
    """The person, acting for the first of their authorities."""
    standing = standings(user)[0]
    return member(standing.membership, standing.roles)


def signed_in(user: User) -> Client:
    """A browser in which the person has just entered the password."""
    client = Client()
    answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def text(response) -> str:
    """The page's text, its few entities undone."""
    return response.content.decode().replace("&#x27;", "'").replace("&amp;", "&")
