"""Sign-in by an authority's own service. An identity is (issuer, subject); an e-mail address never makes one."""

import hashlib
import uuid

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.shortcuts import render

from portal.accounts import welcoming
from portal.accounts.models import User


class Service(OpenIDConnectProvider):
    """One service: a person is known by who issued the token and whom it is about."""

    def extract_uid(self, data) -> str:
        """SHA-256 over issuer and subject. Raises OAuth2Error unless a token names both, and userinfo agrees."""
        token, told = data.get("id_token") or {}, data.get("userinfo") or {}
        if not token.get("iss") or not token.get("sub"):
            raise OAuth2Error("The service sent no identity token")
        if told and told.get("sub") != token["sub"]:
            raise OAuth2Error("Token and userinfo are about different people")
        return hashlib.sha256(f"{token['iss']} {token['sub']}".encode()).hexdigest()

    def extract_email_addresses(self, data) -> list:
        """None: what a service says about addresses is not taken over."""
        return []


class IdentityAdapter(DefaultSocialAccountAdapter):
    """Known identities sign in; unknown ones only when an upper room lets them in."""

    def get_provider(self, request, provider, client_id=None) -> Service:
        return Service(request, app=self.get_app(request, provider=provider, client_id=client_id))

    def list_providers(self, request) -> list[Service]:
        return [Service(request, app=app) for app in self.list_apps(request)]

    def new_user(self, request, sociallogin) -> User:
        """A person never saved. allauth keeps it in the session, where a key made by the database cannot be."""
        return User(key=uuid.uuid4())

    def is_open_for_signup(self, request, sociallogin) -> bool:
        return False

    def pre_social_login(self, request, sociallogin) -> None:
        """Raises ImmediateHttpResponse with a refusal in words for an unknown identity that nobody lets in."""
        if sociallogin.is_existing or sociallogin.state.get("process") == AuthProcess.CONNECT:
            return
        told = sociallogin.account.get_provider_account().get_user_data() or {}
        user = welcoming.let_in(
            request, sociallogin.account.provider, told.get("name") or "", told.get("email") or ""
        )
        if user is None:
            context = {"service": sociallogin.provider.name}
            refusal = render(request, "socialaccount/unknown_identity.html", context, status=403)
            raise ImmediateHttpResponse(refusal)
        sociallogin.connect(request, user)
