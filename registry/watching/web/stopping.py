"""One click stops a watch (RFC 8058): a POST without a session or a form of ours. Looking at the address stops nothing."""

from django.http import Http404
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from portal.accounts import screens
from registry.watching import keys, listing, subscribing
from registry.watching.web.doors import told_to_nobody


@method_decorator(csrf_exempt, name="dispatch")  # who has the secret may; no cookie is asked for
@method_decorator(screens.kept_private, name="dispatch")
class _BySecret(View):
    """Finds the watch; an unknown secret is 404, in words."""

    def dispatch(self, request, *args, secret, **kwargs):
        """Which one."""
        self.watch = keys.watch_of(secret)
        if self.watch is None:
            return told_to_nobody(render(request, "watching/unknown.html", status=404))
        self.by = subscribing.nobody(self.watch.reader)
        return told_to_nobody(super().dispatch(request, *args, secret, **kwargs))

    def show(self, request, secret, done=""):
        """What is so now, and the other button."""
        context = {"told": listing.told(self.watch), "secret": secret, "done": done}
        return render(request, "watching/stop.html", context)


class Stop(_BySecret):
    """``/watches/stop/<secret>/``."""

    http_method_names = ["get", "head", "post", "options"]

    def get(self, request, secret):
        """Ask first: scanners of mail follow links."""
        return self.show(request, secret)

    def post(self, request, secret):
        """Stop at once, without leading elsewhere: whoever posts for a reader follows no redirect."""
        if self.watch.stopped_at is None:
            subscribing.stop(by=self.by, watch=self.watch)
        return _again(self, request, secret, "stop")


class Undo(_BySecret):
    """``/watches/stop/<secret>/undo/``."""

    http_method_names = ["post"]

    def post(self, request, secret):
        """Take the stop back."""
        if self.watch.stopped_at is not None:
            subscribing.resume(by=self.by, watch=self.watch)
        return _again(self, request, secret, "resume")


def _again(view: _BySecret, request, secret: str, done: str):
    view.watch = keys.watch_of(secret)
    if view.watch is None:
        raise Http404
    return view.show(request, secret, done)
