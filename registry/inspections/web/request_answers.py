"""Steps of a request that bind or end it, each on a page that says what follows: agree, refuse, withdraw."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from portal.lifecycle import NotAllowed
from registry.inspections import requesting
from registry.inspections.following import Outdated
from registry.inspections.web.request_page import OneRequest, shown, version_of, words_of


class _Step(OneRequest, View):
    """Shows what the step brings about, then takes it. Where it cannot be taken the request itself is shown."""

    http_method_names = ["get", "head", "post", "options"]
    step = ""
    template = ""
    done = ""

    def get(self, request, number, status=200, error=""):
        """Ask first."""
        whole = self.whole(number)
        if not whole.may[self.step]:
            if error:
                messages.error(request, error)
            return redirect(whole.row.request)
        return shown(self, request, whole, self.template, status, error=error, part=self.part(request))

    def post(self, request, number):
        """Take the step, or say why not."""
        one = self.whole(number).row.request
        try:
            self.take(request, one)
        except Outdated as error:
            return self.get(request, number, status=409, error=str(error))
        except (NotAllowed, ValueError) as error:
            return self.get(request, number, status=400, error=str(error))
        messages.success(request, self.done)
        return redirect(one)

    def take(self, request, one) -> None:
        """Take it."""
        raise NotImplementedError

    def part(self, request) -> str:
        """What was chosen on the page before it was refused."""
        return request.POST.get("part", "")


class AgreePage(_Step):
    """``/requests/<number>/agree/``: promise all that is asked for, or a part of it."""

    action = "request.answer"
    step = "agree"
    template = "inspections/request_agree.html"
    done = gettext_lazy("Agreed. It is on your desk to be released.")

    def take(self, request, one) -> None:
        """In full, or in part with what is left out."""
        said = {"by": request.acting, "request": one, "version": version_of(request)}
        part = self.part(request)
        if part == "all":
            requesting.agree(**said, words=words_of(request))
        elif part == "part":
            requesting.agree_in_part(**said, words=words_of(request))
        else:
            raise ValueError(_("Choose whether you agree to all of it."))


class RefusePage(_Step):
    """``/requests/<number>/refuse/``: refuse, with the ground."""

    action = "request.answer"
    step = "refuse"
    template = "inspections/request_refuse.html"
    done = gettext_lazy("Refused. The other authority has been told that there is an answer.")

    def take(self, request, one) -> None:
        """Refuse it."""
        requesting.refuse(
            by=request.acting, request=one, version=version_of(request), words=words_of(request)
        )


class WithdrawPage(_Step):
    """``/requests/<number>/withdraw/``: take one's own request back."""

    action = "request.write"
    step = "withdraw"
    template = "inspections/request_withdraw.html"
    done = gettext_lazy("Withdrawn. Nothing is owed on it any more.")

    def take(self, request, one) -> None:
        """Withdraw it."""
        requesting.withdraw(
            by=request.acting, request=one, version=version_of(request), words=words_of(request)
        )
