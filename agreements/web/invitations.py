"""``/invitation/<secret>/``: whoever was invited says yes."""

from allauth.core.internal import ratelimit
from django import forms
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from agreements import joining, joining_by_identity
from agreements.acting import SESSION_KEY, person
from agreements.models import Invitation, Role
from portal.accounts import factors, screens
from portal.accounts.forms import NEW_PASSWORD_HELP
from portal.accounts.models import User
from portal.accounts.signing_in import sign_in
from portal.lifecycle import NotAllowed

RATES = {"invitation": "30/m/ip"}


class NewPersonForm(forms.Form):
    """The name as others will see it, and a password."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=120,
        help_text=gettext_lazy("As your colleagues and the authority's own record show it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password1 = forms.CharField(
        label=gettext_lazy("Password"),
        help_text=NEW_PASSWORD_HELP,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=gettext_lazy("Password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args, email: str, **options):
        super().__init__(*args, **options)
        self.email = email

    def clean(self):
        """Both passwords agree and are hard enough to guess."""
        said = super().clean()
        first, second = said.get("password1"), said.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two passwords differ. Enter the same one twice."))
        if first:
            try:
                validate_password(first, User(email=self.email, name=said.get("name", "")))
            except ValidationError as errors:
                self.add_error("password1", errors)
        return said


class InvitationPage(View):
    """Says who asks for what, and takes the answer of the invited person, new or known."""

    http_method_names = ["get", "head", "post", "options"]

    def dispatch(self, request, *args, **kwargs):
        """Few tries at a time; the address is told to nobody."""
        if not ratelimit.consume(
            request, app="agreements", action="invitation", config=RATES, limit_get=True
        ):
            return screens.too_many(request)
        response = super().dispatch(request, *args, **kwargs)
        # Not "no-referrer": browsers then leave the origin out of our own form's request, too.
        response["Referrer-Policy"] = "strict-origin"
        return response

    def get(self, request, secret):
        """What is asked, and what to do."""
        invitation = joining.invitation_of(secret)
        if invitation is None:
            return _unknown(request)
        form = NewPersonForm(email=invitation.email, initial={"name": invitation.name})
        return _show(request, invitation, form)

    def post(self, request, secret):
        """Accept."""
        invitation = joining.invitation_of(secret)
        if invitation is None:
            return _unknown(request)
        who = _who(request, invitation)
        if who == "invited":
            return _accepted_by(request, invitation)
        if who != "new":
            return _show(request, invitation, None)
        if "service" in request.POST:
            return _through_service(request, invitation, secret)
        form = NewPersonForm(request.POST, email=invitation.email)
        if not form.is_valid():
            return _show(request, invitation, form, status=400)
        return _accepted_by_new(request, invitation, form.cleaned_data)


invitation_page = screens.kept_private(InvitationPage.as_view())


def _who(request: HttpRequest, invitation: Invitation) -> str:
    """Who has opened it: the invited person, somebody else, or nobody known: with an account (known) or without (new)."""
    if request.user.is_authenticated:
        return "invited" if request.user.email == invitation.email else "other"
    return "known" if User.with_email(invitation.email) else "new"


def _accepted_by(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    try:
        joining.accept(by=person(request.user), invitation=invitation, user=request.user)
    except (NotAllowed, PermissionDenied):
        return _unknown(request)
    address, welcome = _home(invitation, request.user)
    messages.success(request, welcome)
    if invitation.purpose == joining.MEMBERSHIP:
        request.session[SESSION_KEY] = invitation.authority.code
    return HttpResponseRedirect(address)


def _accepted_by_new(request: HttpRequest, invitation: Invitation, said: dict) -> HttpResponse:
    try:
        user = joining.accept_as_new_person(
            invitation=invitation, name=said["name"], password=said["password1"]
        )
    except (NotAllowed, ValidationError):
        # Accepted meanwhile, in another window: what is shown now says how to go on.
        return HttpResponseRedirect(request.path)
    address, welcome = _home(invitation, user)
    response = sign_in(request, user, "invitation", redirect_url=address)
    messages.success(request, welcome)
    return response


def _home(invitation: Invitation, user: User) -> tuple[str, str]:
    """Where the person begins, and in words why there."""
    purpose, names = joining.purpose_of(invitation), {"authority": invitation.authority}
    if purpose is not None:
        return purpose.home, _("Welcome. You have accepted the invitation of %(authority)s.") % names
    if not factors.may_act(user):
        words = _(
            "Welcome to %(authority)s. Set up a second factor now: nobody acts for an authority without one. "
            "Then go to your desk."
        )
        return reverse("mfa_index"), words % names
    return reverse("acting"), _("Welcome. You now belong to %(authority)s.") % names


def _through_service(request: HttpRequest, invitation: Invitation, secret: str) -> HttpResponse:
    wanted = request.POST["service"]
    if not any(each["id"] == wanted for each in joining_by_identity.services_of(invitation.authority)):
        return _show(request, invitation, NewPersonForm(email=invitation.email), status=400)
    joining_by_identity.keep(request, secret)
    return screens.to_service(request, wanted)


def _show(request: HttpRequest, invitation: Invitation, form, status: int = 200) -> HttpResponse:
    purpose = joining.purpose_of(invitation)
    who = _who(request, invitation)
    context = {
        "invitation": invitation,
        "purpose_words": purpose.words(invitation) if purpose else "",
        "roles": [Role(role) for role in invitation.roles],
        "who": who,
        "form": form if who == "new" else None,
        "services": joining_by_identity.services_of(invitation.authority) if who == "new" else [],
        "sign_in": f"{reverse('account_login')}?{urlencode({'next': request.path})}",
    }
    return render(request, "agreements/invitation.html", context, status=status)


def _unknown(request: HttpRequest) -> HttpResponse:
    return render(request, "agreements/invitation_unknown.html", status=404)
