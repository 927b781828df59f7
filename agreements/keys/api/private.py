"""The base of addresses for programs with a key: reading what is the authority's, and asking for something to be done."""

from django.db import transaction
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from agreements.acting import Acting
from agreements.keys import remembering
from agreements.keys.remembering import Given
from agreements.rights import OWN
from portal import permissions
from portal.endpoints import Endpoint
from portal.endpoints.answering import check_parameters
from portal.endpoints.bodies import OrjsonParser, check, entity_tag, idempotency_key, version_seen
from portal.endpoints.refusing import Refused

NOT_KEPT = {"Cache-Control": "private, no-store", "Vary": "Authorization"}


class WithKey(BasePermission):
    """Lets in a key that was given what the address asks for; the same table says so as for people."""

    def has_permission(self, request: Request, view: "KeyEndpoint") -> bool:
        """Raises PermissionDenied in words for a key that was not given it; False asks for a key."""
        if request.auth is None:
            return False
        permissions.check(request.auth, view.scope_of(request.method), OWN)
        return True


class KeyEndpoint(Endpoint):
    """An address that answers what is the authority's. Nothing of it is kept in any cache."""

    scope = ""
    permission_classes = [WithKey]

    def scope_of(self, method: str) -> str:
        """The action of the table of rights that the method takes."""
        return self.scope

    def _answered(self, request: Request, **kwargs) -> Response:
        check_parameters(request)
        response = Response(self.answer(request, **kwargs), headers=NOT_KEPT)
        version = self.version(response.data)
        if version is not None:
            response["ETag"] = entity_tag(version)
        return response

    def version(self, told: dict) -> int | None:
        """The version of the thing that was told, for If-Match."""
        return told.get("version")


class Verb(KeyEndpoint):
    """An address that asks for something to be done.

    Subclasses name ``scope`` and ``body``, the JSON Schema of what is said; they write ``target``, which finds the thing or
    raises Http404, and ``do``, which calls the verbs and may raise Refused. With ``conditional`` the thing has a version.
    """

    http_method_names = ["post", "options"]
    parser_classes = [OrjsonParser]
    body: dict = {}
    conditional = False
    status = 200

    def post(self, request: Request, **kwargs) -> Response:
        """Do it once."""
        name = idempotency_key(request.headers.get("Idempotency-Key", ""))
        said, seen = check(self.body, request.data), request.headers.get("If-Match", "")
        asked = remembering.fingerprint(request.path, said, seen)

        def act() -> Given:
            thing = self.target(request.auth, **kwargs)
            if self.conditional and not seen:
                version_seen(seen, thing.version)
            return self._done(request, thing, said, seen)

        given = remembering.once(key=request.key, name=name, asked=asked, act=act)
        if given.refused is not None:
            raise given.refused
        again = {"Idempotent-Replayed": "true"} if given.again else {}
        headers = {**NOT_KEPT, **given.headers, **again}
        if "Location" in headers:
            headers["Location"] = request.build_absolute_uri(headers["Location"])
        return Response(given.body, status=given.status, headers=headers)

    def _done(self, request: Request, thing, said: dict, seen: str) -> Given:
        try:
            with transaction.atomic():
                if self.conditional:
                    version_seen(seen, thing.version)
                body, headers = self.do(request.auth, thing, said)
                return Given(self.status, body, headers)
        except Refused as refusal:
            return Given(refused=refusal)

    def target(self, by: Acting, **kwargs):
        """What it is about, as far as the actor may know of it."""
        return None

    def do(self, by: Acting, thing, said: dict) -> tuple[dict, dict]:
        """Call the verbs; what came of it, as a body that tells nothing confidential, and headers."""
        raise NotImplementedError


class _Described(OpenApiAuthenticationExtension):
    """How the description of the API speaks of keys."""

    target_class = "agreements.keys.api.authenticating.Bearer"
    name = "key"

    def get_security_definition(self, auto_schema) -> dict:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "ccd_…",
            "description": "A key of an authority, which its administrators make at `/members/CODE/keys/`. It is needed where "
            "something is the authority's own; elsewhere it raises the limit.",
        }
