"""``/members/``: who belongs to an authority; invite, give and confirm roles, end them, end memberships."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from agreements import belonging, joining
from agreements.acting import Acting
from agreements.models import Authority, Role
from agreements.rights import relation
from agreements.web.doors import Deciding
from agreements.web.member_forms import EndForm, GiveRoleForm, InviteForm
from portal import permissions
from portal.lifecycle import NotAllowed

PAGE_SIZE = 50


class Room(Deciding, View):
    """A screen about one authority's members: the one acted for, or for the operator any."""

    action = "members.change"
    operators_too = True
    http_method_names = ["get", "head", "post", "options"]

    @property
    def by(self) -> Acting:
        """Who asks."""
        return self.request.acting

    def authority(self, code: str) -> Authority:
        """The authority in question. Raises Http404 for one whose members are not the actor's to see."""
        return _found(belonging.authority_for(self.by, code))

    def tried(self, address: str, done: str, verb: Callable, **arguments) -> HttpResponse:
        """Do it and go on to the address, with a word on how it went."""
        try:
            verb(by=self.by, **arguments)
        except (NotAllowed, PermissionDenied) as refusal:
            messages.error(self.request, str(refusal))
        else:
            messages.success(self.request, done)
        return HttpResponseRedirect(address)

    def show(self, template: str, authority: Authority, status: int = 200, **context) -> HttpResponse:
        """The page, with the way back to the list."""
        context |= {"authority": authority, "breadcrumbs": [_crumb(authority)]}
        return render(self.request, template, context, status=status)


class MembersPage(Room):
    """The people of the authority, what waits to be confirmed, who has been invited."""

    action = "members.see"
    http_method_names = ["get", "head", "options"]

    def get(self, request, code=""):
        """The list; the operator, who belongs to none, chooses an authority first."""
        if not code and self.by.is_operator:
            return redirect("members-authorities")
        authority = self.authority(code or self.by.authority_code)
        members = belonging.members(self.by, authority)
        there = relation(self.by, authority)
        context = {
            "authority": authority,
            "members": members,
            "awaiting": [held for member in members for held in member.roles if held.state == "awaiting"],
            "invitations": belonging.invitations(self.by, authority),
            "may_invite": permissions.may(self.by, "members.invite", there),
            "may_change": permissions.may(self.by, "members.change", there),
            "roles": Role,
            "breadcrumbs": [_all_authorities()] if self.by.is_operator else [],
        }
        return render(request, "agreements/members.html", context)


class AuthoritiesPage(Room):
    """``/members/authorities/``: for the operator, every authority with how many people it has."""

    action = "members.see"
    http_method_names = ["get", "head", "options"]

    def get(self, request):
        """The list, narrowed by words."""
        if not self.by.is_operator:
            raise Http404
        words = request.GET.get("q", "")[:200]
        page = Paginator(belonging.authorities(words), PAGE_SIZE).get_page(request.GET.get("page"))
        return render(request, "agreements/members_authorities.html", {"page": page, "words": words})


class InvitePage(Room):
    """Ask somebody to belong to the authority."""

    action = "members.invite"

    def get(self, request, code):
        """The empty form."""
        return self.show("agreements/members_invite.html", self.authority(code), form=InviteForm(by=self.by))

    def post(self, request, code):
        """Invite, or say what is wrong with what was typed."""
        authority, form = self.authority(code), InviteForm(request.POST, by=self.by)
        if form.is_valid():
            try:
                invitation = joining.invite(by=self.by, authority=authority, **form.cleaned_data)
            except NotAllowed as refusal:
                form.add_error("email", str(refusal))
            except ValidationError as errors:
                form.add_error(None, errors.messages)
            else:
                messages.success(request, _sent(invitation.email))
                return HttpResponseRedirect(address_of(authority))
        return self.show("agreements/members_invite.html", authority, form=form, status=400)


class InvitationAct(Room):
    """Withdraw an invitation, or send it again with a new address and a new term."""

    action = "members.invite"
    http_method_names = ["post", "options"]

    def post(self, request, code, number, act):
        """Do it and go back to the list."""
        authority = self.authority(code)
        invitation = _found(belonging.invitations(self.by, authority).filter(pk=number).first())
        back = address_of(authority)
        if act == "withdraw":
            done = _("The invitation to %(email)s no longer works.") % {"email": invitation.email}
            return self.tried(back, done, joining.withdraw_invitation, invitation=invitation)
        return self.tried(
            back,
            _sent(invitation.email),
            joining.invite,
            authority=authority,
            email=invitation.email,
            name=invitation.name,
            roles=invitation.roles,
        )


class MemberPage(Room):
    """One person at the authority: the roles, and a form to give another."""

    def get(self, request, code, number):
        """The roles, and the form where a role is left to give."""
        authority = self.authority(code)
        member = _found(belonging.member(self.by, authority, number))
        return self._show(authority, member, GiveRoleForm(by=self.by, roles=member.free_roles))

    def post(self, request, code, number):
        """Give a role."""
        authority = self.authority(code)
        member = _found(belonging.member(self.by, authority, number))
        form = GiveRoleForm(request.POST, by=self.by, roles=member.free_roles)
        if not form.is_valid():
            return self._show(authority, member, form, status=400)
        role = Role(form.cleaned_data["role"])
        done = _("Given: %(role)s.") % {"role": role.label}
        if role.needs_second_person and not self.by.is_operator:
            done = _("Given: %(role)s. It counts once a second administrator has confirmed it.") % {
                "role": role.label
            }
        return self.tried(
            request.path,
            done,
            joining.give_role,
            membership=member.membership,
            role=role.value,
            start=form.cleaned_data["start"],
            end=form.end,
        )

    def _show(self, authority, member, form, status: int = 200) -> HttpResponse:
        is_self = member.membership.user_id == self.by.user_id
        context = {"member": member, "form": form, "is_self": is_self}
        return self.show("agreements/member.html", authority, status, **context)


class ConfirmRole(Room):
    """The second person confirms a role."""

    action = "roles.confirm"
    http_method_names = ["post", "options"]

    def post(self, request, code, number):
        """Confirm it and go back to the list."""
        authority = self.authority(code)
        held = _found(belonging.held(self.by, authority, number))
        names = {"role": held.grant.get_role_display(), "name": held.grant.membership.user.name}
        done = _("Confirmed: %(role)s, %(name)s.") % names
        return self.tried(address_of(authority), done, joining.confirm_role, grant=held.grant)


class EndRole(Room):
    """Ends one role, after asking."""

    def get(self, request, code, number):
        """Say what ends."""
        authority = self.authority(code)
        held = _found(belonging.held(self.by, authority, number))
        return self.show("agreements/member_role_end.html", authority, held=held)

    def post(self, request, code, number):
        """End it."""
        authority = self.authority(code)
        held = _found(belonging.held(self.by, authority, number))
        membership = held.grant.membership
        back = reverse("member", args=[authority.code, membership.pk])
        done = _("Ended: %(role)s.") % {"role": held.grant.get_role_display()}
        response = self.tried(back, done, joining.end_role, grant=held.grant)
        return _out_if_self(self, membership, response)


class EndMembership(Room):
    """Ends a membership, after asking."""

    def get(self, request, code, number):
        """Say what ends with it."""
        authority = self.authority(code)
        member = _found(belonging.member(self.by, authority, number))
        return self.show("agreements/member_end.html", authority, member=member, form=EndForm())

    def post(self, request, code, number):
        """End it."""
        authority, form = self.authority(code), EndForm(request.POST)
        member = _found(belonging.member(self.by, authority, number))
        if not form.is_valid():
            return self.show("agreements/member_end.html", authority, 400, member=member, form=form)
        done = _("%(name)s no longer belongs to the authority.") % {"name": member.membership.user.name}
        ending = {"membership": member.membership, "reason": form.cleaned_data["reason"]}
        response = self.tried(address_of(authority), done, joining.end_membership, **ending)
        return _out_if_self(self, member.membership, response)


def address_of(authority: Authority) -> str:
    """The list of an authority's members."""
    return reverse("members-of", args=[authority.code])


def _out_if_self(room: Room, membership, response: HttpResponse) -> HttpResponse:
    """Who has ended a role of their own has no session any more: sign out in earnest, and say why on the way in."""
    request: HttpRequest = room.request
    if membership.user_id != room.by.user_id or request.session.exists(request.session.session_key):
        return response
    logout(request)
    messages.success(request, _("What you ended was your own, so you were signed out."))
    return redirect("account_login")


def _found(row):
    if row is None:
        raise Http404
    return row


def _sent(email: str) -> str:
    return _("An invitation goes to %(email)s. It works once, for %(days)d days.") % {
        "email": email,
        "days": joining.VALID_DAYS,
    }


def _crumb(authority: Authority) -> dict:
    return {"text": _("Members of %(name)s") % {"name": authority}, "href": address_of(authority)}


def _all_authorities() -> dict:
    return {"text": _("All authorities"), "href": reverse("members-authorities")}
