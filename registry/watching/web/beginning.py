"""Beginning to watch: for a person with an account at once, for an e-mail address once a link in a letter is followed."""

from allauth.core.internal import ratelimit
from django import forms
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy
from django.views import View

from agreements.acting import person
from portal.accounts import screens
from portal.lifecycle import NotAllowed
from portal.pages import InWords, check_length
from registry.watching import keys, listing, questions, subscribing
from registry.watching.web.doors import told_to_nobody
from registry.watching.web.watches import PaceForm

RATES = {"ask": "20/h/ip"}


class AskForm(PaceForm):
    """How often, and where to write."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        help_text=gettext_lazy(
            "We send one letter with a link. Nothing else is sent before you have followed it."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    field_order = ["email", "pace"]


@method_decorator(screens.kept_private, name="dispatch")
class NewWatch(InWords, View):
    """``/watches/new/?watch=bodies&q=…``: what would be watched, and for whom."""

    http_method_names = ["get", "head", "post", "options"]

    def get(self, request):
        """The form."""
        question = self._question(request)
        form = PaceForm() if request.user.is_authenticated else AskForm()
        return self._show(request, question, form)

    def post(self, request):
        """Begin, or send the letter. Whether the address is known changes nothing in the answer."""
        question = self._question(request)
        if request.user.is_authenticated:
            return self._begin(request, question)
        if not ratelimit.consume(request, app="watching", action="ask", config=RATES):
            return screens.too_many(request)
        form = AskForm(request.POST)
        if not form.is_valid():
            return self._show(request, question, form, status=400)
        said = form.cleaned_data
        subscribing.ask(email=said["email"], question=question, pace=said["pace"])
        return redirect("watch-asked")

    def _question(self, request) -> questions.Watchable:
        check_length(request)
        return questions.read(request.GET)

    def _begin(self, request, question):
        form = PaceForm(request.POST)
        if form.is_valid():
            try:
                by, pace = person(request.user), form.cleaned_data["pace"]
                watch = subscribing.watch(by=by, user=request.user, question=question, pace=pace)
            except NotAllowed as error:
                form.add_error(None, str(error))
            else:
                return redirect(f"{reverse('watch', args=[watch.pk])}?done=new")
        return self._show(request, question, form, status=400)

    def _show(self, request, question, form, status=200):
        reader = listing.reader_of(request.user) if request.user.is_authenticated else None
        context = {
            "question": question,
            "form": form,
            "held": listing.is_watching(reader, question),
            "may_be_counted": listing.may_be_counted(question),
            "most": listing.MOST,
        }
        return render(request, "watching/new.html", context, status=status)


@method_decorator(screens.kept_private, name="dispatch")
class Asked(View):
    """``/watches/asked/``: look into your letters."""

    http_method_names = ["get", "head", "options"]

    def get(self, request):
        """The page, the same for every address."""
        return render(request, "watching/asked.html")


@method_decorator(screens.kept_private, name="dispatch")
class Confirm(View):
    """``/watches/confirm/<secret>/``: asks with one button; scanners of mail follow links, and confirm nothing."""

    http_method_names = ["get", "head", "post", "options"]

    def get(self, request, secret):
        """What would begin."""
        return self._show(request, secret)

    def post(self, request, secret):
        """Begin what is chosen; the link works no more."""
        chosen = [int(each) for each in request.POST.getlist("wish") if each.isdecimal() and len(each) < 19]
        try:
            reader = subscribing.confirm(secret=secret, chosen=chosen)
        except NotAllowed as error:
            return self._show(request, secret, str(error))
        return told_to_nobody(redirect("watches-of", keys.reader_secret(reader)))

    def _show(self, request, secret, error=""):
        wishes = listing.wishes(secret)
        if not wishes:
            return told_to_nobody(render(request, "watching/unknown.html", status=404))
        context = {"wishes": wishes, "error": error}
        status = 400 if error else 200
        return told_to_nobody(render(request, "watching/confirm.html", context, status=status))
