"""What the tests of desks and reminders share: people with roles, their browsers, and work put on a desk."""

from itertools import count

from django.test import Client

from agreements import acting
from agreements.acting import Acting
from agreements.models import Membership, RoleGrant
from portal.accounts.models import User
from portal.audit import recording
from portal.validity import days
from portal.verbs import running
from registry.models import Representative, Work, WorkItem
from tests.agreements.factories import BY

_numbers = count(1)


def person(name: str = "", *, is_sample: bool = True) -> User:
    """Somebody with an account. Made-up people need no second factor."""
    number = next(_numbers)
    return User.objects.create_user(
        email=f"desk{number}@example.org", name=name or f"Person {number}", is_sample=is_sample
    )


def join(user: User, authority, *roles: str) -> None:
    """Let somebody belong to an authority with these roles, all in force."""
    with running("tests.join", "desk"):
        membership = Membership.objects.create(user=user, authority=authority)
        for role in roles:
            RoleGrant.objects.create(membership=membership, role=role, valid=days())
        recording.record(by=BY, target=membership)


def officer(authority, *roles: str, name: str = "") -> User:
    """A new person who belongs to an authority with these roles."""
    user = person(name)
    join(user, authority, *roles)
    return user


def acts(user: User, authority) -> Acting:
    """The person acting for the authority."""
    standing = next(one for one in acting.standings(user) if one.authority == authority)
    return acting.member(standing.membership, standing.roles)


def representative(body) -> User:
    """A new person who signs in for a body."""
    user = person()
    with running("tests.represent", "desk"):
        recording.record(by=BY, target=Representative.objects.create(body=body, user=user))
    return user


def browser(user: User) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(user)
    return client


def put(authority, number: int | str = 1, kind: str = Work.PARTNER, **fields) -> WorkItem:
    """A piece of work on the authority's desk."""
    return put_many(authority, [{"key": f"{kind}:{number}", "kind": kind, **fields}])[0]


def put_many(authority, rows: list[dict]) -> list[WorkItem]:
    """Many pieces of work on the authority's desk, written at once."""
    with running("tests.put", "desk"):
        items = WorkItem.objects.bulk_create(WorkItem(authority=authority, **row) for row in rows)
        recording.record(by=BY, target=authority)
    return items
