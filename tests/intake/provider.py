"""A provider of tokens on this machine: what Microsoft and Google do, small."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from tests.serving import in_a_thread


class Provider:
    def __init__(self, port: int, user: str) -> None:
        self.user = user
        self.asked: list[dict[str, str]] = []
        self.secret, self.refresh = "client secret", "refresh 1"
        self.rotates = False
        self.fails_with = ""  # an error of RFC 6749, 5.2
        self.tokens: set[str] = set()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                said = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                status, answer = outer._token({name: values[0] for name, values in said.items()})
                self._say(status, answer)

            def do_GET(self) -> None:  # Dovecot asks whether a token is good
                token = parse_qs(urlsplit(self.path).query).get("token", [""])[0]
                good = token in outer.tokens
                self._say(200 if good else 401, {"email": outer.user} if good else {"error": "invalid_token"})

            def _say(self, status: int, answer: dict[str, object]) -> None:
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{port}/token"

    def _token(self, asked: dict[str, str]) -> tuple[int, dict[str, object]]:
        self.asked.append(asked)
        if self.fails_with:
            return 400, {"error": self.fails_with, "error_description": "Of the test’s own."}
        if asked.get("client_secret") != self.secret:
            return 401, {"error": "invalid_client", "error_description": "The secret has expired."}
        answer: dict[str, object] = {"token_type": "Bearer", "expires_in": 3600}
        if asked["grant_type"] == "refresh_token":
            if asked["refresh_token"] != self.refresh:
                return 400, {"error": "invalid_grant", "error_description": "It was withdrawn."}
            if self.rotates:
                self.refresh = f"refresh {len(self.asked) + 1}"
                answer["refresh_token"] = self.refresh
        token = f"token{len(self.asked)}"
        self.tokens.add(token)
        return 200, answer | {"access_token": token}


@contextmanager
def provider(port: int, user: str) -> Iterator[Provider]:
    one = Provider(port, user)
    with in_a_thread(one.server):
        yield one
