"""allauth's forms in the words of the house, without placeholders."""

from allauth.account import forms as account
from allauth.mfa.base import forms as codes
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts import mailing

EMAIL = _("E-mail address")
CODE = _("Code")
CODE_HELP = _("Six digits from your authenticator app, or one of your recovery codes.")
NEW_PASSWORD_HELP = _(
    "At least 12 characters. Several unrelated words are easy to remember and hard to guess."
)


class Plain:
    """Labels and hints by field name; a placeholder vanishes when it is needed most."""

    labels: dict = {}
    hints: dict = {}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.hints.get(name, "")


class SignIn(Plain, account.LoginForm):
    """E-mail address and password."""

    labels = {"login": EMAIL, "password": _("Password")}


class AskForLink(Plain, account.ResetPasswordForm):
    """Asks for a link that sets a new password. Whether there is an account, nobody learns, not even by the time it takes."""

    labels = {"email": EMAIL}

    def save(self, request, **kwargs) -> str:
        mailing.ask_for_link(self.cleaned_data["email"])
        return self.cleaned_data["email"]


class ChoosePassword(Plain, account.ResetPasswordKeyForm):
    """A new password, behind a link from an e-mail."""

    labels = {"password1": _("New password"), "password2": _("New password again")}
    hints = {"password1": NEW_PASSWORD_HELP}


class ChangePassword(Plain, account.ChangePasswordForm):
    """A new password, against the old one."""

    labels = {
        "oldpassword": _("Your password now"),
        "password1": _("New password"),
        "password2": _("New password again"),
    }
    hints = {"password1": NEW_PASSWORD_HELP}


class ConfirmPassword(Plain, account.ReauthenticateForm):
    """The password once more."""

    labels = {"password": _("Your password")}


class EnterCode(Plain, codes.AuthenticateForm):
    """A code as the second step of signing in."""

    labels = {"code": CODE}
    hints = {"code": CODE_HELP}


class ConfirmCode(Plain, codes.ReauthenticateForm):
    """A code to confirm who is there."""

    labels = {"code": CODE}
    hints = {"code": CODE_HELP}


class ActivateApp(Plain, totp.ActivateTOTPForm):
    """The first code of a new authenticator app."""

    labels = {"code": _("Code from the app")}
    hints = {"code": _("Six digits. The app shows a new code every 30 seconds.")}

    @property
    def secret_in_groups(self) -> str:
        """The secret as one types it: in groups of four."""
        return " ".join(self.secret[at : at + 4] for at in range(0, len(self.secret), 4))


class AddKey(Plain, webauthn.AddWebAuthnForm):
    """A security key or passkey and its name."""

    labels = {
        "name": _("Name"),
        "passwordless": _("Also sign in with it instead of e-mail address and password"),
    }
    hints = {
        "name": _("For you alone, to tell your keys apart: “blue key on my key ring”."),
        "passwordless": _("The key must then ask for a PIN, a fingerprint or a face."),
    }
    credential = forms.JSONField(
        widget=forms.HiddenInput,
        error_messages={
            "required": _("The browser sent no key. Choose “Add” and follow the browser’s instructions.")
        },
    )


class RenameKey(Plain, webauthn.EditWebAuthnForm):
    """Another name for a key."""

    labels = {"name": _("Name")}
