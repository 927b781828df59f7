"""``/members/<code>/keys/``: the keys of an authority's programs; make one, revoke one."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.keys import giving, listing
from agreements.keys.web.forms import KeyForm
from agreements.models import Authority
from agreements.rights import relation
from agreements.web.members import Room, address_of
from portal import permissions
from portal.lifecycle import NotAllowed


class KeyRoom(Room):
    """A screen about the keys of the authority acted for. The operator makes none: a key acts for an authority."""

    action = "keys.change"
    operators_too = False

    def show(self, template: str, authority: Authority, status: int = 200, **context):
        """The page, with the way back to the members and the keys."""
        crumbs = [
            {"text": _("Members of %(name)s") % {"name": authority}, "href": address_of(authority)},
            {"text": _("Keys"), "href": _address(authority)},
        ]
        context |= {"authority": authority, "breadcrumbs": crumbs}
        return render(self.request, template, context, status=status)


class KeysPage(KeyRoom):
    """Which programs have a key, what each may do, when it was used last."""

    action = "keys.see"
    http_method_names = ["get", "head", "options"]

    def get(self, request, code):
        """The list."""
        authority = self.authority(code)
        context = {
            "authority": authority,
            "keys": listing.keys(self.by, authority),
            "may_change": permissions.may(self.by, "keys.change", relation(self.by, authority)),
            "breadcrumbs": [
                {"text": _("Members of %(name)s") % {"name": authority}, "href": address_of(authority)}
            ],
        }
        return render(request, "agreements/keys.html", context)


class NewKey(KeyRoom):
    """Make a key; it is shown in the answer, and never again."""

    def get(self, request, code):
        """The empty form."""
        return self.show("agreements/key_new.html", self.authority(code), form=KeyForm())

    def post(self, request, code):
        """Make it and show it, or say what is wrong with what was typed."""
        authority, form = self.authority(code), KeyForm(request.POST)
        if form.is_valid():
            try:
                secret = giving.make_key(by=self.by, authority=authority, **form.cleaned_data)
            except NotAllowed as refusal:
                form.add_error(None, str(refusal))
            else:
                return self.show(
                    "agreements/key_made.html", authority, secret=secret, name=form.cleaned_data["name"]
                )
        return self.show("agreements/key_new.html", authority, form=form, status=400)


class RevokeKey(KeyRoom):
    """Revokes a key, after asking."""

    def get(self, request, code, number):
        """Say what ends."""
        authority = self.authority(code)
        return self.show("agreements/key_revoke.html", authority, key=self._found(authority, number))

    def post(self, request, code, number):
        """Revoke it and go back to the list."""
        authority = self.authority(code)
        key = self._found(authority, number)
        done = _("Revoked: %(name)s. It is not taken any more.") % {"name": key.name}
        return self.tried(_address(authority), done, giving.revoke_key, key=key)

    def _found(self, authority: Authority, number: int):
        key = listing.key(self.by, authority, number)
        if key is None:
            raise Http404
        return key


def _address(authority: Authority) -> str:
    return reverse("keys", args=[authority.code])
