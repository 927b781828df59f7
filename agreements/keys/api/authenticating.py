"""``Authorization: Bearer ccd_…`` (RFC 6750). A cookie counts for nothing here: the API knows keys, not people."""

from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from agreements.acting import Acting
from agreements.keys import presenting

REALM = 'Bearer realm="concordat"'


class Bearer(BaseAuthentication):
    """Puts the actor behind the key into ``request.auth`` and the key itself into ``request.key``."""

    def authenticate(self, request: Request) -> tuple[None, Acting] | None:
        """None without a key. Raises AuthenticationFailed for one that is not taken, for whatever reason."""
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        found = presenting.acting_with(secret.strip()) if scheme.casefold() == "bearer" else None
        if found is None:
            raise AuthenticationFailed(
                _(
                    "This key is not taken: it is unknown, revoked, or its last day is over. Ask for a new one."
                )
            )
        by, request.key = found
        return None, by

    def authenticate_header(self, request: Request) -> str:
        """How to show a key; that one was shown and not taken, is said, too (RFC 6750, section 3.1)."""
        return f'{REALM}, error="invalid_token"' if "Authorization" in request.headers else REALM
