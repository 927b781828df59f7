"""A person's notices, how often they are written to, and the address of their calendar."""

from django import forms
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, re_path, reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from agreements.acting import person
from portal.accounts.doors import SignedIn
from portal.lifecycle import NotAllowed
from portal.notices import calendars, choosing, reading
from portal.notices.models import Category, Pace

CALENDAR_MAX_AGE = 900  # seconds
LONGEST_MARK = 18  # digits of an id that fits the database


class NoticesPage(SignedIn, View):
    """``/notices/``: what the person was told; with ``?show=all`` also what they have read."""

    http_method_names = ["get", "head", "options"]

    def get(self, request):
        """One page, the newest first; ``?before=`` is the mark at which an older page starts."""
        unread = request.GET.get("show") != "all"
        before = _mark(request.GET.get("before", ""))
        state = reading.unread_state(request.user)
        context = {
            "page": reading.page(request.user, unread=unread, before=before),
            "show": "unread" if unread else "all",
            "before": before,
            "unread": state.count,
            "until": state.newest,
        }
        return render(request, "portal/notices/notices.html", context)


class ReadNotice(SignedIn, View):
    """Marks one notice as read."""

    http_method_names = ["post"]

    def post(self, request, notice):
        """Mark it and come back to the same list."""
        if not reading.mark_read(request.user, notice):
            raise Http404
        return _back_to_list(request)


class ReadAll(SignedIn, View):
    """Marks all that was there when the page was made as read."""

    http_method_names = ["post"]

    def post(self, request):
        """Mark them and come back to the first page."""
        until = _mark(request.POST.get("until", ""))
        if until is not None:
            reading.mark_all_read(request.user, until=until)
        return redirect("notices")


class PacesForm(forms.Form):
    """How often to write, one choice for each category."""

    def __init__(self, *args, paces: dict[str, str], **options):
        super().__init__(*args, **options)
        for category in Category:
            self.fields[category.value] = forms.ChoiceField(
                label=category.label,
                help_text=_HINTS[category],
                choices=Pace.choices,
                initial=paces[category.value],
            )


_HINTS = {
    Category.DECISIONS: gettext_lazy("What was decided on your designations, here or by a partner."),
    Category.QUEUE: gettext_lazy("Something was sent or assigned to you, and others wait for it."),
    Category.DEADLINES: gettext_lazy(
        "A date of the agreement, of an accreditation or of a request comes near."
    ),
    Category.MEMBERSHIP: gettext_lazy("A role was given to you or taken away."),
}


class SettingsPage(SignedIn, View):
    """``/notices/settings/``: how often to write, and the calendar's address."""

    http_method_names = ["get", "head", "post", "options"]

    def get(self, request):
        """The choices as they are."""
        return self._show(request, PacesForm(paces=choosing.paces_of(request.user.pk)))

    def post(self, request):
        """Keep the choices."""
        form = PacesForm(request.POST, paces=choosing.paces_of(request.user.pk))
        if not form.is_valid():
            return self._show(request, form, status=400)
        choosing.choose_paces(by=person(request.user), user=request.user, paces=form.cleaned_data)
        return redirect(f"{reverse('notice-settings')}?done=paces")

    def _show(self, request: HttpRequest, form: PacesForm, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "address": calendars.address_of(request.user),
            "done": {"paces": _("Your choices are saved."), "revoked": _("The address no longer works.")}.get(
                request.GET.get("done", "")
            ),
            "breadcrumbs": _way_back("notices"),
        }
        return render(request, "portal/notices/settings.html", context, status=status)


class NewCalendar(SignedIn, View):
    """Makes a calendar address and shows it, this once."""

    http_method_names = ["get", "head", "post", "options"]

    def get(self, request):
        """Ask first: an address in use ends."""
        address = calendars.address_of(request.user)
        context = {"address": address, "breadcrumbs": _way_back("notices", "notice-settings")}
        return render(request, "portal/notices/calendar_new.html", context)

    def post(self, request):
        """Make it. The answer to this request is the only place where it stands."""
        secret = calendars.new_address(by=person(request.user), user=request.user)
        context = {
            "shown": settings.BASE_URL + reverse("calendar", args=[secret]),
            "breadcrumbs": _way_back("notices", "notice-settings"),
        }
        return render(request, "portal/notices/calendar_made.html", context)


class RevokeCalendar(SignedIn, View):
    """Ends the calendar address."""

    http_method_names = ["get", "head", "post", "options"]

    def get(self, request):
        """Ask first."""
        if calendars.address_of(request.user) is None:
            return redirect("notice-settings")
        context = {"breadcrumbs": _way_back("notices", "notice-settings")}
        return render(request, "portal/notices/calendar_revoke.html", context)

    def post(self, request):
        """End it; ending it twice is no error."""
        try:
            calendars.revoke(by=person(request.user), user=request.user)
        except NotAllowed:
            return redirect("notice-settings")
        return redirect(f"{reverse('notice-settings')}?done=revoked")


class CalendarFile(View):
    """``/calendar/<secret>.ics``: whoever has the address reads it, without signing in."""

    http_method_names = ["get", "head", "options"]

    def get(self, request, secret):
        """The calendar, or 404 for any address that does not live."""
        user = calendars.user_of(secret)
        if user is None:
            raise Http404
        body = calendars.render("Concordat", calendars.entries_for(user))
        response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
        patch_cache_control(response, private=True, max_age=CALENDAR_MAX_AGE)
        return response


def _mark(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_MARK):
        raise BadRequest("not a mark of a page")
    return int(text)


def _back_to_list(request: HttpRequest) -> HttpResponse:
    query = "?show=all" if request.POST.get("show") == "all" else ""
    before = _mark(request.POST.get("before", ""))
    if before is not None:
        query += f"{'&' if query else '?'}before={before}"
    return redirect(f"{reverse('notices')}{query}")


_NAMES = {"notices": gettext_lazy("Notices"), "notice-settings": gettext_lazy("Your notices and calendar")}


def _way_back(*names: str) -> list[dict]:
    return [{"text": _NAMES[name], "href": reverse(name)} for name in names]


urlpatterns = [
    path("notices/", NoticesPage.as_view(), name="notices"),
    path("notices/read/", ReadAll.as_view(), name="notices-read"),
    path("notices/<int:notice>/read/", ReadNotice.as_view(), name="notice-read"),
    path("notices/settings/", SettingsPage.as_view(), name="notice-settings"),
    path("notices/calendar/new/", NewCalendar.as_view(), name="calendar-new"),
    path("notices/calendar/revoke/", RevokeCalendar.as_view(), name="calendar-revoke"),
    re_path(r"^calendar/(?P<secret>[A-Za-z0-9_-]{43})\.ics$", CalendarFile.as_view(), name="calendar"),
]
