"""``/releases/<number>/``: one release, and each step of it on a page that says what follows."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from agreements.web.doors import Deciding, Member
from portal.lifecycle import NotAllowed
from registry.inspections import passing_on, released, releasing


class OneRelease(Member):
    """A screen about one release of the authority acted for; 404 for any other."""

    action = "inspection.see"

    def whole(self, number: int) -> released.Whole:
        """The release with everything, or 404."""
        found = released.release_of(by=self.request.acting, number=number)
        if found is None:
            raise Http404
        return found


class ReleasePage(OneRelease, View):
    """The page."""

    http_method_names = ["get", "head", "options"]

    def get(self, request, number):
        """The release as it stands."""
        return render(request, "inspections/release.html", shown(self.whole(number)))


def shown(whole: released.Whole, **more) -> dict:
    """What the pages of a release show."""
    return {
        "whole": whole,
        "release": whole.release,
        "document": whole.document,
        "may": whole.may,
        "breadcrumbs": [{"text": _("Shared documents"), "href": "/releases/"}],
    } | more


class _Step(OneRelease, View):
    """Shows what the step brings about, then takes it. Where it cannot be taken the release itself is shown."""

    http_method_names = ["get", "head", "post", "options"]
    step = template = done = ""
    fields: tuple[str, ...] = ("reason",)

    def get(self, request, number, status=200, error="", problems=None, **where):
        """Ask first."""
        whole = self.whole(number)
        if not self.may_take(whole):
            if error:
                messages.error(request, error)
            return redirect(whole.release)
        typed = {name: self.typed(name) for name in self.fields} if status != 200 else {}
        context = shown(whole, error=error, problems=problems or {}, typed=typed, **self.more(whole, **where))
        context["breadcrumbs"] = [
            *context["breadcrumbs"],
            {"text": _("Release %(number)s") % {"number": number}, "href": whole.release.get_absolute_url()},
        ]
        return render(request, self.template, context, status=status)

    def post(self, request, number, **where):
        """Take the step, or say why not."""
        whole = self.whole(number)
        try:
            self.take(whole, **where)
        except ValidationError as error:
            problems = {name: " ".join(words) for name, words in error.message_dict.items()}
            return self.get(request, number, status=400, problems=problems, **where)
        except NotAllowed as error:
            return self.get(request, number, status=400, error=str(error), **where)
        messages.success(request, self.done)
        return redirect(whole.release)

    def typed(self, name: str) -> str:
        """What somebody wrote, with one character more than fits, so that too much is said to be so."""
        return self.request.POST.get(name, "").replace("\x00", "")[: passing_on.LONGEST + 1]

    def may_take(self, whole: released.Whole) -> bool:
        """Whether the page is shown."""
        return whole.may[self.step]

    def more(self, whole: released.Whole, **where) -> dict:
        """What the page shows besides."""
        return {}

    def take(self, whole: released.Whole, **where) -> None:
        """Take it."""
        raise NotImplementedError


class DecidePage(Deciding, _Step):
    """``/releases/<number>/decide/``: the second person looks at what it would do, and releases."""

    action = "release.decide"
    step, template = "decide", "inspections/release_decide.html"
    done = gettext_lazy("Released. It can be read from now on, and the receiver has been told.")

    def take(self, whole):
        """Release it."""
        releasing.release(by=self.request.acting, release=whole.release)


class DropPage(_Step):
    """``/releases/<number>/drop/``: gives a proposal up."""

    action = "release.propose"
    step, template = "drop", "inspections/release_end.html"
    done = gettext_lazy("Given up. Nothing was released by it.")

    def take(self, whole):
        """Give it up."""
        releasing.drop(by=self.request.acting, release=whole.release, reason=self.typed("reason"))


class RevokePage(_Step):
    """``/releases/<number>/revoke/``: ends a release."""

    action = "release.revoke"
    step, template = "revoke", "inspections/release_end.html"
    done = gettext_lazy("Revoked. It can be read no longer; a download that was running has been stopped.")

    def take(self, whole):
        """Revoke it."""
        releasing.revoke(by=self.request.acting, release=whole.release, reason=self.typed("reason"))


class PassOnPage(_Step):
    """``/releases/<number>/pass-on/``: asks the giver whether the document may be passed on."""

    action = "onward.ask"
    step, template = "ask", "inspections/release_pass_on.html"
    fields = ("third_party", "purpose")
    done = gettext_lazy("Asked. Until the giver agrees, it may not be passed on.")

    def take(self, whole):
        """Ask."""
        typed = {name: self.typed(name) for name in self.fields}
        passing_on.ask(by=self.request.acting, release=whole.release, **typed)


class AnswerPage(Deciding, _Step):
    """``/releases/<number>/answer/<question>/``: answers whether it may be passed on."""

    action = "onward.answer"
    step, template = "answer", "inspections/release_answer.html"
    fields = ("words",)
    done = gettext_lazy("Answered. The receiver has been told.")

    def more(self, whole, question):
        """The question."""
        return {"question": self._question(whole, question), "doing": self.request.POST.get("doing", "")}

    def take(self, whole, question):
        """Agree or refuse."""
        doing = self.request.POST.get("doing", "")
        if doing not in ("agree", "refuse"):
            raise PermissionDenied
        passing_on.answer(
            by=self.request.acting,
            question=self._question(whole, question),
            agreed=doing == "agree",
            words=self.typed("words"),
        )

    def _question(self, whole, number):
        found = released.question_of(by=self.request.acting, release_id=whole.release.pk, number=number)
        if found is None:
            raise Http404
        return found
