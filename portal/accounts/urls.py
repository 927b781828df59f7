"""Addresses of signing in. Signing up, other addresses and codes by e-mail are not offered, so have none.

Names are allauth's, whose views look each other up by them.
"""

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as identities
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from allauth.usersessions import views as sessions
from django.urls import URLPattern, path, re_path

from portal.accounts import screens

PREFIX = "account/"


def _at(route: str, view, name: str) -> URLPattern:
    return path(PREFIX + route, screens.kept_private(view), name=name)


urlpatterns = [
    _at("login/", account.login, "account_login"),
    _at("logout/", account.logout, "account_logout"),
    _at("inactive/", account.account_inactive, "account_inactive"),
    _at("confirm/", account.reauthenticate, "account_reauthenticate"),
    _at("password/change/", screens.ChangePassword.as_view(), "account_change_password"),
    _at("password/reset/", account.password_reset, "account_reset_password"),
    _at("password/reset/sent/", account.password_reset_done, "account_reset_password_done"),
    _at(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        "account_reset_password_from_key_done",
    ),
    re_path(
        rf"^{PREFIX}password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        screens.kept_private(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    _at("security/", factors.index, "mfa_index"),
    _at("security/second-step/", factors.authenticate, "mfa_authenticate"),
    _at("security/confirm/", factors.reauthenticate, "mfa_reauthenticate"),
    _at("security/app/add/", totp.activate_totp, "mfa_activate_totp"),
    _at("security/app/remove/", totp.deactivate_totp, "mfa_deactivate_totp"),
    _at("security/codes/", recovery_codes.view_recovery_codes, "mfa_view_recovery_codes"),
    _at("security/codes/make/", recovery_codes.generate_recovery_codes, "mfa_generate_recovery_codes"),
    _at("security/codes/download/", recovery_codes.download_recovery_codes, "mfa_download_recovery_codes"),
    _at("security/keys/", webauthn.list_webauthn, "mfa_list_webauthn"),
    _at("security/keys/add/", webauthn.add_webauthn, "mfa_add_webauthn"),
    _at("security/keys/login/", webauthn.login_webauthn, "mfa_login_webauthn"),
    _at("security/keys/confirm/", webauthn.reauthenticate_webauthn, "mfa_reauthenticate_webauthn"),
    _at("security/keys/<int:pk>/remove/", webauthn.remove_webauthn, "mfa_remove_webauthn"),
    _at("security/keys/<int:pk>/edit/", webauthn.edit_webauthn, "mfa_edit_webauthn"),
    _at("sessions/", sessions.list_usersessions, "usersessions_list"),
    _at("oidc/<slug:provider_id>/login/", screens.to_service, "openid_connect_login"),
    _at("oidc/<slug:provider_id>/login/callback/", openid_connect.callback, "openid_connect_callback"),
    _at("connections/", identities.connections, "socialaccount_connections"),
    _at("connections/cancelled/", identities.login_cancelled, "socialaccount_login_cancelled"),
    _at("connections/error/", identities.login_error, "socialaccount_login_error"),
]
