"""Doors of watching: behind signing in, or behind the secret of a letter."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View

from agreements.acting import Acting, person
from portal.accounts import screens
from portal.accounts.doors import SignedIn
from registry.watching import listing, subscribing
from registry.watching.models import Reader, Watch


def told_to_nobody(response: HttpResponse) -> HttpResponse:
    """An answer whose address is a secret: no other page and no search engine learns of it."""
    # Not "no-referrer": browsers then leave the origin out of our own form's request, too.
    response["Referrer-Policy"] = "strict-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


class Reading:
    """For a class-based view on the watches of one reader, which sets ``reader`` and ``by``."""

    reader: Reader | None
    by: Acting

    def watch(self, number: int) -> Watch:
        """One of the reader's own watches, or 404."""
        found = listing.watch(self.reader, number)
        if found is None:
            raise Http404
        return found

    def address(self, number: int | None = None, act: str = "") -> str:
        """The page of all watches or of one, or an act on it, behind the same door."""
        raise NotImplementedError


@method_decorator(screens.kept_private, name="dispatch")
class Own(Reading, SignedIn, View):
    """The watches of the person who is signed in."""

    def enter(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Who they are; before the first watch no reader."""
        self.reader, self.by = listing.reader_of(request.user), person(request.user)
        return super().enter(request, *args, **kwargs)

    def address(self, number: int | None = None, act: str = "") -> str:
        """Without a secret."""
        if act:
            return reverse("watch-act", args=[number, act])
        return reverse("watch", args=[number]) if number else reverse("watches")


@method_decorator(screens.kept_private, name="dispatch")
class BySecret(Reading, View):
    """The watches of whoever has the secret of a letter. An unknown secret is 404."""

    def dispatch(self, request: HttpRequest, *args, secret: str, **kwargs) -> HttpResponse:
        """Whose it is."""
        self.secret, self.reader = secret, listing.reader_by(secret)
        if self.reader is None:
            raise Http404
        self.by = subscribing.nobody(self.reader)
        return told_to_nobody(super().dispatch(request, *args, **kwargs))

    def address(self, number: int | None = None, act: str = "") -> str:
        """With the secret."""
        if act:
            return reverse("watch-of-act", args=[self.secret, number, act])
        if number:
            return reverse("watch-of", args=[self.secret, number])
        return reverse("watches-of", args=[self.secret])
