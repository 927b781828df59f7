"""``/mine/``: a body's own people see how it stands, and propose changes to its contacts."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from agreements import texts as agreement_texts
from agreements.acting import person
from portal.accounts import factors
from portal.accounts.doors import SignedIn
from portal.lifecycle import NotAllowed
from registry import proposing, standing
from registry.policies import NotYours
from registry.standing import MergedBody
from registry.web import contact_rows

_REFUSALS = (NotAllowed, NotYours, PermissionDenied)


class OfABody(SignedIn):
    """For somebody who signs in for a body, with a second factor. Who represents nobody gets 404."""

    def enter(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Sets ``request.own_bodies``."""
        request.own_bodies = standing.bodies_of(request.user)
        if not request.own_bodies:
            raise Http404
        if not factors.may_act(request.user):
            messages.warning(request, _("Set up a second factor first: nobody acts for a body without one."))
            return HttpResponseRedirect(reverse("mfa_index"))
        return super().enter(request, *args, **kwargs)

    def body(self, slug: str):
        """The person's own body under that address, or 404."""
        body = next((body for body in self.request.own_bodies if body.slug == slug), None)
        if body is None:
            raise Http404
        return body


class MinePage(OfABody, View):
    """``/mine/``: every body that the person signs in for."""

    http_method_names = ["get", "head", "options"]

    def get(self, request):
        """How each stands today."""
        law = agreement_texts.current()
        shown = [standing.own_body(body, law) for body in request.own_bodies]
        context = {
            "bodies": [one for one in shown if not isinstance(one, MergedBody)],
            "merged": [one for one in shown if isinstance(one, MergedBody)],
        }
        return render(request, "registry/mine.html", context)


class AuthorityForm(forms.Form):
    """Which authority decides on the change."""

    authority = forms.TypedChoiceField(
        label=gettext_lazy("Authority that decides on it"), coerce=int, widget=forms.RadioSelect
    )

    def __init__(self, *args, authorities, **options):
        super().__init__(*args, **options)
        self.fields["authority"].choices = [(authority.pk, str(authority)) for authority in authorities]
        if len(authorities) == 1:
            self.initial["authority"] = authorities[0].pk


class MyContacts(OfABody, View):
    """``/mine/<slug>/contacts/``: proposes other contacts to the authority that designates the body."""

    http_method_names = ["get", "head", "post", "options"]

    def get(self, request, slug):
        """The contacts on record, to be changed."""
        body = self.body(slug)
        rows = contact_rows.showing(contact_rows.of_contacts(standing.contacts_of(body)))
        return self._show(request, body, rows, self._authority(body))

    def post(self, request, slug):
        """Propose them, or give more rows."""
        body = self.body(slug)
        if "more" in request.POST:
            return self._show(
                request, body, contact_rows.with_more(request.POST), self._authority(body, request.POST)
            )
        rows, authority = contact_rows.typed(request.POST), self._authority(body, request.POST)
        if rows.is_valid() & authority.is_valid():
            if standing.open_proposal_of(body) is not None:
                messages.error(request, _("A change is before the authority already. Withdraw it first."))
                return redirect("mine")
            try:
                proposing.propose_contacts(
                    by=person(request.user),
                    body=body,
                    authority=standing.authority_of(body, authority.cleaned_data["authority"]),
                    contacts=rows.said,
                )
            except _REFUSALS as error:
                messages.error(request, str(error))
            else:
                messages.success(request, _("The change is before the authority. Its decision shows here."))
            return redirect("mine")
        return self._show(request, body, rows, authority, status=400)

    def _authority(self, body, data=None) -> AuthorityForm:
        return AuthorityForm(data, authorities=standing.authorities_of(body))

    def _show(self, request, body, rows, authority: AuthorityForm, status: int = 200) -> HttpResponse:
        context = {
            "body": body,
            "rows": rows,
            "authority": authority,
            "breadcrumbs": [{"text": _("My body"), "href": "/mine/"}],
        }
        return render(request, "registry/mine_contacts.html", context, status=status)


class WithdrawContacts(OfABody, View):
    """``/mine/<slug>/contacts/<id>/withdraw/``: takes a proposed change back."""

    http_method_names = ["post"]

    def post(self, request, slug, number):
        """Withdraw it."""
        proposal = standing.proposal_of(self.body(slug), number)
        if proposal is None:
            raise Http404
        try:
            proposing.withdraw_contacts(by=person(request.user), proposal=proposal)
        except _REFUSALS as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The change is withdrawn."))
        return redirect("mine")
