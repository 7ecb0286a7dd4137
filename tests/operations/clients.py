"""Customers and agents with a browser’s patience: they fill in real forms, and send them again when no answer comes."""

import hashlib
import http.client
import random
import re
import secrets
import select
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser

from tests.operations.installation import Installation

PATIENCE = 120.0  # seconds until somebody gives up

PEOPLE = """
from datetime import datetime, timezone
from django.conf import settings
from django.test import Client
from foredesk.people.models import Organisation, Person
Organisation.objects.update_or_create(defaults={"name": "Test", "set_up_at": datetime.now(timezone.utc)})
answer = {}
for number in range(%d):
    role = "agent" if number == 0 else "customer"
    person = Person.objects.create(email=f"p{number}@example.org", full_name=f"Kim Person{number}", role=role)
    client = Client()
    client.force_login(person, settings.AUTHENTICATION_BACKENDS[0])
    answer[number] = client.cookies[settings.SESSION_COOKIE_NAME].value
"""


@dataclass
class Sent:
    """What a client was told is there."""

    goal: str
    ticket: int
    file: str  # sha256
    replies: list[tuple[str, str]] = field(default_factory=list)  # words and sha256 of the file ("": none)


class _Hidden(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") == "hidden" and given.get("name"):
            self.fields[str(given["name"])] = given.get("value") or ""


class Browser:
    """One person at one installation. Counts how often they had to ask again (`resent`).

    A share `loses` of the answers to forms gets lost on the way (`untold`): what was sent is done, and not told.
    """

    def __init__(
        self, installation: Installation, session: str, *, loses: float = 0, chance: random.Random | None = None
    ) -> None:
        self._at = installation
        self._cookies = {"sessionid": session}
        self._line: http.client.HTTPConnection | None = None
        self._loses = loses
        self._chance = chance or random.Random(session)
        self.resent = 0
        self.untold = 0

    def get(self, path: str) -> dict[str, str]:
        """The hidden fields of a page."""
        status, _where, body = self._ask("GET", path, b"", {})
        assert status == 200, (path, status)
        parser = _Hidden()
        parser.feed(body.decode())
        return parser.fields

    def post(self, path: str, fields: dict[str, str], files: dict[str, bytes] | None = None) -> str:
        """Send a form as it stands until an answer comes; where the answer leads to."""
        border = secrets.token_hex(16)
        body = b"".join(
            f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        )
        for name, content in (files or {}).items():
            head = f'--{border}\r\nContent-Disposition: form-data; name="{name}"; filename="shot.bin"\r\n\r\n'
            body += head.encode() + content + b"\r\n"
        body += f"--{border}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={border}", "Origin": self._origin}
        status, where, answer = self._ask("POST", path, body, headers)
        assert status == 302, (path, status, re.sub(r"<[^>]+>|\s+", " ", answer.decode())[:2000])
        return where

    @property
    def _origin(self) -> str:
        return f"http://localhost:{self._at.port}"

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str, bytes]:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return self._try(method, path, body, headers)
            except (OSError, http.client.HTTPException) as lost:
                self._line = None
                self.resent += 1
                if time.monotonic() > deadline:
                    raise AssertionError(f"No answer to {method} {path}: {self._at.said()}") from lost
                time.sleep(0.1)

    def _try(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str, bytes]:
        if self._line is None:
            self._line = http.client.HTTPConnection("127.0.0.1", self._at.port, timeout=30)
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        host = f"localhost:{self._at.port}"
        self._line.request(method, path, body or None, {"Host": host, "Cookie": cookies, **headers})
        if method == "POST" and self._chance.random() < self._loses:
            select.select([self._line.sock], [], [], 30)
            self._line.close()
            self.untold += 1
            raise ConnectionResetError("The answer got lost.")
        answer = self._line.getresponse()
        content = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _is, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        if answer.status >= 500:
            raise OSError(f"{answer.status}: {content[:200]!r}")
        return answer.status, answer.headers.get("Location", ""), content


def _file(chance: random.Random) -> tuple[bytes, str]:
    content = chance.randbytes(chance.randint(200, 60_000))
    return content, hashlib.sha256(content).hexdigest()


def ask_for_help(browser: Browser, goal: str, chance: random.Random) -> Sent:
    """One request from the first word to the sent ticket, with a file."""
    content, digest = _file(chance)
    begun = browser.get("/ask/")
    where = browser.post("/ask/", {**begun, "goal": goal}, {"uploads": content})
    page = browser.get(where)
    sent = browser.post(f"{where.partition('?')[0]}sending", {**page, "goal": goal})
    number = re.fullmatch(r"/requests/(\d+)/\?sent=1", sent)
    assert number, sent
    return Sent(goal=goal, ticket=int(number[1]), file=digest)


def write(browser: Browser, sent: Sent, words: str, chance: random.Random) -> None:
    """The customer adds something, with a file."""
    content, digest = _file(chance)
    page = browser.get(f"/requests/{sent.ticket}/")
    browser.post(f"/requests/{sent.ticket}/messages", {**page, "body": words}, {"uploads": content})
    sent.replies.append((words, digest))


def reply(browser: Browser, sent: Sent, words: str) -> None:
    """An agent answers."""
    page = browser.get(f"/desk/tickets/{sent.ticket}/")
    browser.post(f"/desk/tickets/{sent.ticket}/messages", {**page, "reply-body": words, "reply-audience": "everyone"})
    sent.replies.append((words, ""))
