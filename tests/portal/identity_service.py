"""A small OpenID Connect service on this machine: discovery, keys, tokens, userinfo."""

import json
import threading
import time
from base64 import urlsafe_b64encode
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT = "concordat"
SECRET = "a secret of the two"


class IdentityService:
    """Whoever comes with a code is the person that ``claims`` describe."""

    def __init__(self, address: str) -> None:
        self.address = self.issuer = address
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.claims = {
            "sub": "u-1",
            "name": "Ana Aguilar",
            "email": "ana@example.org",
            "email_verified": True,
        }
        self.userinfo: dict | None = None
        self.challenge = ""

    def configuration(self) -> dict:
        """Discovery."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "userinfo_endpoint": f"{self.address}/userinfo",
            "jwks_uri": f"{self.address}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def token(self, form: dict) -> dict:
        """The answer to a code; the verifier must fit the challenge of the way there."""
        digest = urlsafe_b64encode(sha256(form["code_verifier"][0].encode()).digest()).decode().rstrip("=")
        if form["client_secret"] != [SECRET] or digest != self.challenge:
            return {"error": "invalid_grant"}
        times = {"iat": int(time.time()), "exp": int(time.time()) + 60}
        claims = {"iss": self.issuer, "aud": CLIENT, **times, **self.claims}
        token = jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "one"})
        return {"access_token": "opaque", "token_type": "Bearer", "expires_in": 60, "id_token": token}

    def keys(self) -> dict:
        """The public key."""
        key = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [{**key, "kid": "one", "alg": "RS256", "use": "sig"}]}


def _handler(service: IdentityService) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pages = {
                "/.well-known/openid-configuration": service.configuration,
                "/keys": service.keys,
                "/userinfo": lambda: service.userinfo or service.claims,
            }
            self.answer(pages[urlsplit(self.path).path]())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.answer(service.token(parse_qs(body)))

        def answer(self, content: dict) -> None:
            body = json.dumps(content).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words) -> None:
            pass

    return Handler


@contextmanager
def running_service():
    """The service, listening on 127.0.0.1 until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    service = IdentityService(f"http://127.0.0.1:{server.server_port}")
    server.RequestHandlerClass = _handler(service)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
