"""What the tests of notices share: people, telling, and a worker that handles what is due."""

import itertools

from django.db import transaction

from portal.accounts.models import User
from portal.notices.models import Category
from portal.notices.telling import tell
from portal.outbox.relaying import relay_due

CANARY = "Canaryville"

_numbers = itertools.count(1)


def person(**fields) -> User:
    """Somebody with an account of their own."""
    number = next(_numbers)
    return User.objects.create_user(email=f"person{number}@example.org", name=f"Person {number}", **fields)


def told(*users: User, key: str = "event:1", category: str = Category.QUEUE, **fields) -> None:
    """Tell these people of an event whose every field holds the canary."""
    with transaction.atomic():
        tell(
            users=[user.pk for user in users],
            key=key,
            category=category,
            **{
                "kind": "story.told",
                "words": f"{CANARY} was refused",
                "link": f"/stories/{CANARY}/",
                "target_kind": CANARY,
                "target_id": CANARY,
                "authority_code": CANARY,
                **fields,
            },
        )


def work() -> None:
    """Let the worker handle everything that is due."""
    while relay_due():
        pass
