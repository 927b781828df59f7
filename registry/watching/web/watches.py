"""A reader's watches: all of them, one with what changed, how often to write, stopping and taking that back."""

from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.lifecycle import NotAllowed
from registry.watching import listing, subscribing
from registry.watching.models import WatchPace
from registry.watching.web.doors import BySecret, Own, Reading

READS = ["get", "head", "options"]


class PaceForm(forms.Form):
    """How often to write."""

    pace = forms.ChoiceField(
        label=gettext_lazy("How often to write"),
        choices=WatchPace.choices,
        widget=forms.RadioSelect,
        initial=WatchPace.DAILY,
        help_text=gettext_lazy(
            "Only when something changed. Daily letters go out after 06:00 UTC, weekly ones on Mondays."
        ),
    )


class _List(Reading):
    """All watches of the reader."""

    http_method_names = READS

    def get(self, request):
        """The page."""
        page = listing.watches(self.reader, request.GET.get("page", 1))
        context = {
            "watches": [(told, self.address(told.watch.pk)) for told in page],
            "page": page,
            "is_own": isinstance(self, Own),
        }
        return render(request, "watching/watches.html", context)


class _One(Reading):
    """One watch: what changed since it began, and how often its reader is written to."""

    http_method_names = [*READS, "post"]

    def get(self, request, number):
        """The page."""
        watch = self.watch(number)
        return self._show(request, watch, PaceForm(initial={"pace": watch.pace}))

    def post(self, request, number):
        """Choose another pace."""
        watch, form = self.watch(number), PaceForm(request.POST)
        if form.is_valid():
            try:
                subscribing.choose_pace(by=self.by, watch=watch, pace=form.cleaned_data["pace"])
            except NotAllowed as error:
                form.add_error("pace", str(error))
            else:
                return redirect(f"{self.address(number)}?done=pace")
        return self._show(request, watch, form, status=400)

    def _show(self, request, watch, form, status=200):
        done = {
            "pace": _("Your choice is saved."),
            "stop": _("You are no longer told of this."),
            "resume": _("You are told of this again. What changed meanwhile comes with the next letter."),
            "new": _("You are told of this from now on."),
        }
        context = {
            "told": listing.told(watch),
            "page": listing.changes(watch, request.GET.get("page", 1)),
            "form": form,
            "done": done.get(request.GET.get("done", "")),
            "stop": self.address(watch.pk, "stop"),
            "resume": self.address(watch.pk, "resume"),
            "breadcrumbs": [{"text": _("What you watch"), "href": self.address()}],
        }
        return render(request, "watching/watch.html", context, status=status)


class _Act(Reading):
    """Stops a watch, or takes that back."""

    http_method_names = ["post"]

    def post(self, request, number, act):
        """Do it; doing it twice is no error."""
        watch = self.watch(number)
        if act == "stop" and watch.stopped_at is None:
            subscribing.stop(by=self.by, watch=watch)
        if act == "resume" and watch.stopped_at is not None:
            subscribing.resume(by=self.by, watch=watch)
        return redirect(f"{self.address(number)}?done={act}")


class OwnWatches(_List, Own):
    """``/watches/``."""


class OwnWatch(_One, Own):
    """``/watches/<number>/``."""


class OwnAct(_Act, Own):
    """``/watches/<number>/stop/`` and ``…/resume/``."""


class WatchesOf(_List, BySecret):
    """``/watches/of/<secret>/``."""


class WatchOf(_One, BySecret):
    """``/watches/of/<secret>/<number>/``."""


class ActOf(_Act, BySecret):
    """``/watches/of/<secret>/<number>/stop/`` and ``…/resume/``."""
