"""A provider of OpenID Connect on this machine: discovery, keys, authorisation with PKCE, token, userinfo."""

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.serving import in_a_thread

CLIENT, SECRET = "foredesk", "the-secret-of-this-client-and-long"


class Provider:
    """What it says, and how it lies, is set by the test: `person`, `userinfo`, `id_token`, `key`, `algorithm`."""

    def __init__(self) -> None:
        self.key = self.published = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.algorithm = "RS256"
        self.person: dict[str, Any] = {"sub": "17", "email": "ada@example.org", "email_verified": True, "name": "Ada L"}
        self.userinfo: dict[str, Any] = {}
        self.id_token: dict[str, Any] = {}
        self.asked: dict[str, str] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.is_down = False

    def authorise(self, address: str) -> str:
        """What a person's browser gets after signing in at the provider: where it is sent back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert (asked["client_id"], asked["response_type"], asked["code_challenge_method"]) == (CLIENT, "code", "S256")
        self.asked = asked
        self.codes["the-code"] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': 'the-code', 'state': asked['state']})}"

    def answer(self, path: str, form: dict[str, str], bearer: str) -> tuple[int, dict[str, Any]]:
        if self.is_down:
            return 503, {}
        if path == "/.well-known/openid-configuration":
            ends = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
            found: dict[str, Any] = {f"{name}_endpoint": f"{self.url}/{end}" for name, end in ends.items()}
            return 200, {**found, "issuer": self.url, "jwks_uri": f"{self.url}/keys"}
        if path == "/keys":
            public = jwt.algorithms.RSAAlgorithm.to_jwk(self.published.public_key(), as_dict=True)
            return 200, {"keys": [{**public, "kid": "one", "use": "sig", "alg": "RS256"}]}
        if path == "/userinfo":
            return (200, {**self.person, **self.userinfo}) if bearer == "Bearer the-access" else (401, {})
        return self._token(form) if path == "/token" else (404, {})

    def _token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        asked = self.codes.pop(form.get("code", ""), None)
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if asked is None or base64.urlsafe_b64encode(challenge).rstrip(b"=").decode() != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        if (form["client_id"], form["client_secret"]) != (CLIENT, SECRET):
            return 401, {"error": "invalid_client"}
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"], **self.person}
        signed = jwt.encode({**claims, **self.id_token}, self._signing_key(), self.algorithm, headers={"kid": "one"})
        return 200, {"access_token": "the-access", "token_type": "Bearer", "id_token": signed}

    def _signing_key(self) -> Any:
        return {"RS256": self.key, "HS256": SECRET, "none": None}[self.algorithm]

    url = ""


@contextmanager
def serving() -> Iterator[Provider]:
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply({})

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._reply({name: values[0] for name, values in parse_qs(sent).items()})

        def _reply(self, form: dict[str, str]) -> None:
            path, bearer = urlsplit(self.path).path, self.headers.get("Authorization", "")
            status, said = provider.answer(path, form, bearer)
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    with in_a_thread(server):
        yield provider
