"""``/desk/bodies/``: the bodies that an authority looks after, and proposals about a body itself."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from agreements.rights import OWN
from agreements.web.doors import Member
from portal import permissions
from portal.lifecycle import NotAllowed
from registry import looking_after, proposing, representing
from registry.models import Step
from registry.policies import NotYours
from registry.proposing import Outdated
from registry.web import contact_rows
from registry.web.our_body_forms import FORMS

PER_PAGE = 25
_REFUSALS = (NotAllowed, NotYours)

HEADINGS = {
    Step.RENAME: gettext_lazy("Rename the body"),
    Step.MERGE: gettext_lazy("Merge two bodies that are one"),
    Step.SEPARATE: gettext_lazy("Take two merged bodies apart"),
    Step.MOVE_SITE: gettext_lazy("Move a location"),
    Step.CONTACTS: gettext_lazy("Change the contacts"),
}


class OurBodies(Member, View):
    """``/desk/bodies/``: all of them, by name; ``?q=`` finds by words in names and numbers."""

    http_method_names = ["get", "head", "options"]

    def get(self, request):
        """One page of the list."""
        words = request.GET.get("q", "").replace("\x00", "").strip()[:200]
        rows = Paginator(looking_after.bodies(request.acting, words), PER_PAGE)
        context = {
            "page": rows.get_page(request.GET.get("page")),
            "words": words,
            "breadcrumbs": [{"text": _("Desk"), "href": "/desk/"}],
        }
        return render(request, "registry/our_bodies.html", context)


class OurBody(Member, View):
    """The base: finds a body that the authority looks after, or 404."""

    action = "proposal.see"
    write_action = "proposal.write"

    def body(self, slug: str):
        """The body under that address."""
        found = looking_after.body(self.request.acting, slug)
        if found is None:
            raise Http404
        return found


class InviteForm(forms.Form):
    """Whom to ask."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254)


class OurBodyPage(OurBody):
    """``/desk/bodies/<slug>/``: what insiders know of it, and what may be proposed. POST invites one of its people."""

    http_method_names = ["get", "head", "post", "options"]
    write_action = "representative.invite"

    def get(self, request, slug):
        """The page; a former address leads on."""
        later = looking_after.later_address(slug)
        if later is not None:
            return redirect("our-body", slug=later)
        return self._show(request, self.body(slug), InviteForm())

    def post(self, request, slug):
        """Invite somebody to sign in for the body."""
        body, form = self.body(slug), InviteForm(request.POST)
        if not form.is_valid():
            return self._show(request, body, form, status=400)
        try:
            representing.invite_representative(by=request.acting, body=body, **form.cleaned_data)
        except (*_REFUSALS, PermissionDenied) as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The invitation is on its way. It can be accepted for seven days."))
        return redirect("our-body", slug=slug)

    def _show(self, request, body, form, status: int = 200) -> HttpResponse:
        kept = looking_after.kept(request.acting, body)
        context = {
            "body": body,
            "kept": kept,
            "form": form,
            "may_write": permissions.may(request.acting, "proposal.write", OWN),
            "may_invite": representing.may_look_after(request.acting, body),
            "starts": [(step, HEADINGS[step]) for step in _steps(body)],
            "breadcrumbs": _way_back()[:2],
        }
        return render(request, "registry/our_body.html", context, status=status)


def _steps(body) -> list[str]:
    """What may be proposed: a body that is one with another can only be taken apart from it."""
    if body.is_merged:
        return [Step.SEPARATE]
    steps = [Step.CONTACTS, Step.RENAME, Step.MOVE_SITE, Step.MERGE]
    return steps if looking_after.sites(body) else [step for step in steps if step != Step.MOVE_SITE]


class EndRepresentative(OurBody):
    """``/desk/bodies/<slug>/representatives/<id>/end/``: ends somebody's access."""

    http_method_names = ["post"]
    action = "representative.invite"
    write_action = ""

    def post(self, request, slug, number):
        """End it at once."""
        found = looking_after.representative(self.body(slug), number)
        if found is None:
            raise Http404
        reason = request.POST.get("reason", "").replace("\x00", "").strip()[:500]
        try:
            representing.end_representation(by=request.acting, representative=found, reason=reason)
        except (*_REFUSALS, PermissionDenied) as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The access has ended, and with it the person's sessions."))
        return redirect("our-body", slug=slug)


class WritingPage(OurBody):
    """What starting and editing have in common: the form of a step, and for a merger the choice of the other body."""

    http_method_names = ["get", "head", "post", "options"]
    action = "proposal.write"
    write_action = ""

    def written(self, step: str, body, data=None, content: dict | None = None):
        """The form of a step: typed, or as a proposal keeps it."""
        if step != Step.CONTACTS:
            initial = (content or {}).get("decision")
            return FORMS[step](data, body=body, initial=initial)
        if data is not None:
            return contact_rows.typed(data)
        held = (content or {}).get("contacts", {}).get("contacts")
        kept = looking_after.kept(self.request.acting, body).contacts if held is None else []
        return contact_rows.showing(contact_rows.of_contacts(kept) if held is None else held)

    def choose(self, body) -> HttpResponse:
        """The search for the body that stays."""
        words = self.request.GET.get("q", "").replace("\x00", "").strip()[:200]
        context = {
            "body": body,
            "words": words,
            "found": looking_after.might_be(body, words),
            "breadcrumbs": _way_back(body),
        }
        return render(self.request, "registry/our_body_merge.html", context)

    def show(self, step: str, body, form, status: int = 200, **more) -> HttpResponse:
        """The page with the form."""
        context = {
            "body": body,
            "step": step,
            "heading": HEADINGS[step],
            "breadcrumbs": _way_back(body),
            "rows" if step == Step.CONTACTS else "form": form,
            **more,
        }
        if step == Step.MERGE:
            number = form["into"].value()
            other = looking_after.other(body, pk=number) if str(number or "").isdecimal() else None
            context |= {
                "other": other,
                "facts": looking_after.side_by_side(body, other) if other else [],
            }
        return render(self.request, "registry/our_body_step.html", context, status=status)

    def other_asked(self, body):
        """The body in ``?into=``, None where none is asked for, or 404."""
        slug = self.request.GET.get("into", "").replace("\x00", "")
        found = looking_after.other(body, slug=slug) if slug else None
        if slug and found is None:
            raise Http404
        return found


class StartPage(WritingPage):
    """``/desk/bodies/<slug>/propose/<step>/``: a new proposal, or back to the open one."""

    def get(self, request, slug, step):
        """The form."""
        body = self._body(slug, step)
        open_one = looking_after.running(request.acting, body, step) if step != Step.MOVE_SITE else None
        if open_one is not None:
            messages.info(request, _("There is an open proposal on this already."))
            return redirect(open_one)
        if step != Step.MERGE:
            return self.show(step, body, self.written(step, body))
        other = self.other_asked(body)
        if other is None:
            return self.choose(body)
        return self.show(step, body, self.written(step, body, content={"decision": {"into": other.pk}}))

    def post(self, request, slug, step):
        """Open the proposal."""
        body = self._body(slug, step)
        if step == Step.CONTACTS and "more" in request.POST:
            return self.show(step, body, contact_rows.with_more(request.POST))
        form = self.written(step, body, request.POST)
        if not form.is_valid():
            return self.show(step, body, form, status=400)
        try:
            proposal = proposing.draft(
                by=request.acting, step=step, content={form.section: form.content()}, body=body
            )
        except _REFUSALS as error:
            return self.show(step, body, form, status=400, error=str(error))
        return redirect(proposal)

    def _body(self, slug: str, step: str):
        body = self.body(slug)
        if step not in _steps(body):
            raise Http404
        return body


class EditPage(WritingPage):
    """``/desk/bodies/<slug>/proposals/<id>/edit/``: go on writing. Who comes second is told; nothing is overwritten."""

    def get(self, request, slug, number):
        """The form with what is kept."""
        body, proposal = self._found(slug, number)
        content = proposal.content
        if proposal.step == Step.MERGE:
            if "choose" in request.GET or "q" in request.GET:
                return self.choose(body)
            other = self.other_asked(body)
            if other is not None:
                said = {**content.get("decision", {}), "into": other.pk}
                content = {**content, "decision": said}
        form = self.written(proposal.step, body, content=content)
        return self.show(proposal.step, body, form, proposal=proposal, version=proposal.version)

    def post(self, request, slug, number):
        """Save, or say who saved first."""
        body, proposal = self._found(slug, number)
        version = request.POST.get("version", "")
        held = {"proposal": proposal, "version": version}
        if proposal.step == Step.CONTACTS and "more" in request.POST:
            return self.show(proposal.step, body, contact_rows.with_more(request.POST), **held)
        form = self.written(proposal.step, body, request.POST)
        if not form.is_valid():
            return self.show(proposal.step, body, form, status=400, **held)
        try:
            proposing.revise(
                by=request.acting,
                proposal=proposal,
                version=int(version) if version.isdecimal() and len(version) < 10 else 0,
                section=form.section,
                content=form.content(),
            )
        except Outdated as error:
            more = self._theirs(body, error.proposal)
            return self.show(proposal.step, body, form, status=409, error=str(error), **more)
        except _REFUSALS as error:
            return self.show(proposal.step, body, form, status=400, error=str(error), **held)
        return redirect(proposal)

    def _found(self, slug: str, number: int):
        body = self.body(slug)
        proposal = looking_after.draft(self.request.acting, body, number)
        if proposal is None:
            raise Http404
        return body, proposal

    def _theirs(self, body, theirs) -> dict:
        """What somebody else has saved, by whom and when; saving again is over that."""
        shown = {}
        if theirs.step == Step.CONTACTS:
            shown["their_contacts"] = theirs.content.get("contacts", {}).get("contacts", [])
        else:
            shown["their_rows"] = self.written(theirs.step, body).shown(theirs.content.get("decision", {}))
        return {
            "proposal": theirs,
            "version": theirs.version,
            "saved": looking_after.saved_last(theirs),
            **shown,
        }


def _way_back(body=None) -> list[dict]:
    way = [{"text": _("Desk"), "href": "/desk/"}, {"text": _("Bodies"), "href": "/desk/bodies/"}]
    return [*way, {"text": body.name, "href": f"/desk/bodies/{body.slug}/"}] if body else way
