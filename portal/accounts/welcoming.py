"""Who may bring a new identity of an authority's sign-in service: nobody, unless an upper room says so."""

from collections.abc import Callable

from django.http import HttpRequest

from portal.accounts.models import User

LetIn = Callable[[HttpRequest, str, str, str], User | None]

_asked: list[LetIn] = []


def let_in_by(function: LetIn) -> LetIn:
    """Register who decides: ``function(request, provider_id, name, email)`` returns the person to sign in, or None.

    Name and address are what the service says; an address proves nothing about whose it is here.
    """
    _asked.append(function)
    return function


def let_in(request: HttpRequest, provider_id: str, name: str, email: str) -> User | None:
    """The person whom one of those registered lets in with this unknown identity, or None."""
    answers = (function(request, provider_id, name, email) for function in _asked)
    return next((user for user in answers if user is not None), None)
