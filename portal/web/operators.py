"""The tables of the portal for its operators, to read. What is done to a person goes through the verb."""

import re
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.views import redirect_to_login
from django.db.models import Field, JSONField, Model, QuerySet, TextField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLResolver, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts import factors, people, security_events
from portal.accounts.models import User

OURS = ("accounts", "audit", "outbox", "files", "notices", "agreements", "registry")

COLUMNS = 6
HIDDEN = re.compile("password|secret|token|digest|ticket")  # no operator signs in as somebody else

# jQuery, which the admin brings along, writes markup as text; its pages are for operators alone.
RELAXED: dict[str, None] = {"require-trusted-types-for": None, "trusted-types": None}


class Site(admin.AdminSite):
    """Open to operators with a second factor; for anybody else who is signed in there is nothing here."""

    site_header = gettext_lazy("Concordat – for operators")
    site_title = gettext_lazy("Concordat")
    site_url = "/"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated and request.user.is_operator and factors.may_act(request.user)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        inner = super().admin_view(view, cacheable)

        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = self._turned_away(request) or inner(request, *args, **kwargs)
            response["Cache-Control"] = "no-store"
            response.csp_relax = RELAXED
            return response

        return door

    def _turned_away(self, request: HttpRequest) -> HttpResponse | None:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.user.is_operator:
            raise Http404
        if not factors.may_act(request.user):
            messages.warning(request, _("Operators need a second factor. Add one here first."))
            return redirect("mfa_index")
        return None

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("account_login")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("account_logout")

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account_change_password")


class ReadOnly(admin.ModelAdmin):
    """Every field of a row, none to change."""

    actions = None
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return True

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def get_list_display(self, request: HttpRequest) -> list[str]:
        shown = [field.name for field in self.model._meta.concrete_fields if _fits_a_column(field)]
        return shown[:COLUMNS]

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return [field.name for field in self.model._meta.concrete_fields if not HIDDEN.search(field.name)]


class People(ReadOnly):
    """People, and what is done to them from here."""

    actions = ["deactivate", "reactivate"]
    list_display = ["email", "name", "is_active", "is_staff", "is_sample", "last_login"]
    search_fields = ["email", "name"]
    list_filter = ["is_active", "is_staff", "is_sample"]

    def get_list_display(self, request: HttpRequest) -> list[str]:
        return self.list_display

    @admin.action(description=gettext_lazy("Deactivate, and sign out at once"))
    def deactivate(self, request: HttpRequest, chosen: QuerySet[User]) -> HttpResponse | None:
        """Nobody deactivates themselves."""
        those = [user for user in chosen if user.is_active and user.pk != request.user.pk]
        words = _("They are signed out at once and cannot sign in again until they are reactivated.")
        return self._act(request, those, people.deactivate, _("Deactivate"), words)

    @admin.action(description=gettext_lazy("Reactivate"))
    def reactivate(self, request: HttpRequest, chosen: QuerySet[User]) -> HttpResponse | None:
        """Those who were deactivated."""
        those = [user for user in chosen if not user.is_active and not user.is_machine]
        words = _("They can sign in again. Roles that ended meanwhile stay ended.")
        return self._act(request, those, people.reactivate, _("Reactivate"), words)

    def _act(
        self, request: HttpRequest, those: list[User], verb: Callable[..., None], name: str, words: str
    ) -> HttpResponse | None:
        """Ask for the reason, then call the verb for each."""
        reason = request.POST.get("reason", "").strip()
        if those and not reason:
            asked = "confirmed" in request.POST
            action = request.POST["action"]
            context = {"people": those, "asked": asked, "action": action, "name": name, "words": words}
            return render(request, "account/act_on_people.html", context)
        for user in those:
            verb(by=security_events.oneself(request.user), user=user, reason=reason)
        messages.info(request, _("Done for: %(count)d") % {"count": len(those)})
        return None


def _fits_a_column(field: Field) -> bool:
    return not isinstance(field, JSONField | TextField) and not HIDDEN.search(field.name)


def _site() -> Site:
    built = Site()
    for label in OURS:
        if label in apps.app_configs:
            for model in apps.get_app_config(label).get_models():
                built.register(model, People if model is User else ReadOnly)
    return built


def _urls() -> list[URLResolver]:
    """The address of the tables; none where no path is set for production."""
    return [path(f"{settings.ADMIN_PATH}/", _site().urls)] if settings.ADMIN_PATH else []


urlpatterns = _urls()
