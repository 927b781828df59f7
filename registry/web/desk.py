"""The desk: what awaits an authority, who has it, and the ways to the places where the work is done."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from agreements.acting import acting_of
from agreements.models import Capacity, Role
from agreements.rights import OWN
from agreements.web.doors import Member
from portal import permissions
from portal.accounts.doors import SAFE_METHODS
from portal.lifecycle import NotAllowed
from portal.pages import LONGEST_QUERY, AskedForm, InWords
from registry import desking, working
from registry.models import Work, WorkItem

_HOLDERS = {
    desking.ALL: gettext_lazy("All"),
    desking.MINE: gettext_lazy("Mine"),
    desking.NOBODYS: gettext_lazy("Nobody's"),
}
_SORTS = {
    desking.DEADLINE: gettext_lazy("Nearest deadline first"),
    desking.LONGEST: gettext_lazy("Longest waiting first"),
}

_SHARING = {Capacity.REGULATORY, Capacity.INSPECTORATE}
# What somebody may begin, with the capacities for which it is shown (and the right it takes).
_STARTS = (
    ("/desk/designate/", gettext_lazy("Designate a body"), {Capacity.DESIGNATING}, "proposal.write"),
    ("/desk/designations/", gettext_lazy("Our designations"), {Capacity.DESIGNATING}, "proposal.see"),
    ("/desk/bodies/", gettext_lazy("Our bodies"), {Capacity.DESIGNATING}, "proposal.see"),
    ("/desk/recognitions/", gettext_lazy("Recognitions"), {Capacity.REGULATORY}, "proposal.see"),
    (
        "/desk/accreditations/",
        gettext_lazy("Accreditations"),
        {Capacity.ACCREDITATION, Capacity.DESIGNATING},
        "proposal.see",
    ),
    (
        "/desk/joint/",
        gettext_lazy("Joint decisions"),
        {Capacity.DESIGNATING, Capacity.REGULATORY},
        "proposal.see",
    ),
    ("/requests/new/", gettext_lazy("Ask for a report"), _SHARING, "request.write"),
    ("/inspections/new/", gettext_lazy("Record an inspection"), _SHARING, "inspection.record"),
    ("/requests/", gettext_lazy("Report requests"), _SHARING, "inspection.see"),
    ("/releases/", gettext_lazy("Shared documents"), _SHARING, "inspection.see"),
    ("/alerts/", gettext_lazy("Rapid alerts"), _SHARING, "inspection.see"),
)
_WRITING = {"proposal.write", "request.write", "inspection.record"}


class NarrowForm(AskedForm):
    """What to see of the desk. Nothing given is everything, by deadline."""

    kind = forms.ChoiceField(choices=Work, required=False)
    holder = forms.ChoiceField(choices=list(_HOLDERS.items()), required=False)
    words = forms.CharField(max_length=200, required=False)
    sort = forms.ChoiceField(choices=list(_SORTS.items()), required=False)
    cursor = forms.CharField(max_length=400, required=False)


class DeskPage(InWords, Member, View):
    """``/desk/``. Who belongs to no authority is told what to do instead."""

    http_method_names = ["get", "head", "options"]

    def enter(self, request, *args, **kwargs):
        if acting_of(request).authority_id is None and request.method in SAFE_METHODS:
            return self._without_authority(request)
        return super().enter(request, *args, **kwargs)

    def get(self, request):
        """One page of what awaits."""
        by = request.acting
        wanted = desking.Wanted(**NarrowForm.asked(request))
        desk = desking.desk(by, wanted)
        context = {
            "desk": desk,
            "wanted": wanted,
            "narrowed": bool(wanted.kind or wanted.words or wanted.holder != desking.ALL),
            "holders": [(code, words, desk.counts.holders[code]) for code, words in _HOLDERS.items()],
            "sorts": _SORTS.items(),
            "may_assign": permissions.may(by, "work.assign", OWN),
            "works_here": by.user_id in dict(desk.colleagues),
            **_standing(request),
        }
        return render(request, "registry/desk.html", context)

    def _without_authority(self, request: HttpRequest) -> HttpResponse:
        context = {
            "represents": desking.represents_a_body(request.user),
            "operates": request.acting.is_operator,
        }
        return render(request, "registry/desk_without_authority.html", context)


class WorkPlace(Member, View):
    """``/desk/work/<id>/``: goes to where the work is done."""

    http_method_names = ["get", "head", "options"]

    def get(self, request, number):
        """Go there; for what awaits another authority of the same person, first to the choice of whom to act for."""
        item = desking.item_of(request.acting, number)
        if item is not None:
            return redirect(desking.place_of(item, request.acting))
        if desking.belongs_to_one_of(number, [standing.authority.id for standing in request.standings]):
            return redirect(reverse("acting", query={"next": request.path}))
        raise Http404


class _Change(Member, View):
    """Changes one piece of work and comes back to the same page of the desk."""

    http_method_names = ["post"]
    write_action = "work.assign"

    def post(self, request, number):
        """Do it, or say why not."""
        item = desking.item_of(request.acting, number)
        if item is None:
            raise Http404
        try:
            messages.success(request, self.change(request, item))
        except NotAllowed as error:
            messages.warning(request, str(error))
        return redirect(f"{reverse('desk')}{_kept(request)}")

    def change(self, request: HttpRequest, item: WorkItem) -> str:
        """Do it and say what was done."""
        raise NotImplementedError


class AssignWork(_Change):
    """Gives a piece of work to a colleague, to oneself or back to everybody."""

    def change(self, request, item):
        chosen = request.POST.get("to", "")
        person = None
        if chosen:
            number = int(chosen) if chosen.isascii() and chosen.isdecimal() and len(chosen) <= 18 else 0
            person = desking.colleague(request.acting, number)
            if person is None:
                raise NotAllowed(_("Choose somebody from the list: an editor or approver of the authority."))
        working.assign(by=request.acting, item=item, to=person)
        if person is None:
            return _("“%(about)s” lies with nobody now.") % {"about": item.about}
        if person.pk == request.acting.user_id:
            return _("“%(about)s” is yours now.") % {"about": item.about}
        return _("“%(about)s” lies with %(who)s now.") % {"about": item.about, "who": person.name}


class SeeWork(_Change):
    """Marks a note as seen."""

    def change(self, request, item):
        working.see(by=request.acting, item=item)
        return _("Seen: “%(about)s”. It is no longer on the desk.") % {"about": item.about}


def _standing(request: HttpRequest) -> dict:
    """Which authority one acts for, in which roles, and what one may begin for it."""
    by = request.acting
    standing = next(each for each in request.standings if each.authority.id == by.authority_id)
    capacities = set(standing.authority.capacities)
    return {
        "authority": standing.authority,
        "roles": [Role(role).label for role in Role.values if role in by.roles],
        "starts": [
            {"href": href, "text": text, "first": action in _WRITING}
            for href, text, shown_for, action in _STARTS
            if shown_for & capacities and permissions.may(by, action, OWN)
        ],
    }


def _kept(request: HttpRequest) -> str:
    """The query of the page from which somebody came, if it is one of the desk's."""
    query = QueryDict(request.POST.get("back", "")[:LONGEST_QUERY], mutable=True)
    for name in set(query) - set(NarrowForm.base_fields):
        del query[name]
    return f"?{query.urlencode()}" if query else ""
