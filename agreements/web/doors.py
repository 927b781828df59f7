"""Doors of an authority's screens: a member with a second factor, acting for one authority, with the right to do this."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.acting import acting_of
from agreements.rights import OPERATOR, OWN
from portal import permissions
from portal.accounts import factors
from portal.accounts.doors import SAFE_METHODS, RecentlyAuthenticated, SignedIn


class Member(SignedIn):
    """For a class-based view: sets ``request.acting``. Who belongs to no authority gets 404, as if there were nothing.

    ``action`` names the row of the table of rights for looking, ``write_action`` the one for changing ("" is the same).
    ``operators_too`` lets the operator in, who acts for no authority.
    """

    action = "desk.see"
    write_action = ""
    operators_too = False

    def enter(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        by = acting_of(request)
        if by.authority_id is None and not (self.operators_too and by.is_operator):
            raise Http404
        if not factors.may_act(request.user):
            messages.warning(
                request, _("Set up a second factor first: nobody acts for an authority without one.")
            )
            return HttpResponseRedirect(reverse("mfa_index"))
        action = self.action if request.method in SAFE_METHODS else self.write_action or self.action
        if not permissions.may(by, action, OWN if by.authority_id else OPERATOR):
            raise PermissionDenied(_("Your roles at this authority do not allow this."))
        return super().enter(request, *args, **kwargs)


class Deciding(RecentlyAuthenticated, Member):
    """Besides, whoever decides has shown who they are within the last minutes."""
