"""The public keys of the register's signature, where anybody finds them."""

import base64
import json

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, re_path
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from portal import signatures
from portal.signatures import PublishedKey


@require_safe
@cache_control(public=True, max_age=3600)
def keys(request: HttpRequest) -> HttpResponse:
    """``/.well-known/concordat-keys.json``: a JWK Set (RFC 7517, RFC 8037) with the days of each key and its PEM."""
    content = {"keys": [_told(key) for key in signatures.published_keys()]}
    return HttpResponse(json.dumps(content, indent=2), content_type="application/json")


@require_safe
@cache_control(public=True, max_age=3600)
def key_pem(request: HttpRequest, key_id: str) -> HttpResponse:
    """``/.well-known/concordat-keys/<key id>.pem``: one public key, in use or retired, as PEM."""
    key = next((key for key in signatures.published_keys() if key.key_id == key_id), None)
    if key is None:
        raise Http404
    return HttpResponse(key.pem, content_type="application/x-pem-file")


def _told(key: PublishedKey) -> dict:
    return {
        "kid": key.key_id,
        "kty": "OKP",
        "crv": signatures.ALGORITHM,
        "alg": "EdDSA",
        "use": "sig",
        "x": base64.urlsafe_b64encode(key.raw).decode().rstrip("="),
        "from": key.since.isoformat(),
        "to": key.until and key.until.isoformat(),
        "pem": key.pem.decode(),
    }


urlpatterns = [
    path(".well-known/concordat-keys.json", keys, name="signing-keys"),
    re_path(r"^\.well-known/concordat-keys/(?P<key_id>[0-9a-f]{16})\.pem$", key_pem, name="signing-key"),
]
