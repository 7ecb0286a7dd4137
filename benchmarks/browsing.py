"""Opening pages and sending forms as a browser does: over HTTP to be timed, or inside Django to count queries."""

import http.client
import secrets
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

TOKEN = secrets.token_hex(16)  # of the cookie and the form; what counts is that they are the same


@dataclass(frozen=True)
class Request:
    path: str
    data: dict[str, str] | None = None  # sent as a form with files sends it; None: a plain opening
    in_place: bool = False  # asked for by htmx

    @property
    def method(self) -> str:
        return "GET" if self.data is None else "POST"


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    location: str = ""

    def form(self, ending: str) -> Request:
        """The form whose address ends so, filled in as the page shows it. Raises LookupError if there is none."""
        found = next((form for form in _Forms.of(self.text) if form.path.split("?")[0].endswith(ending)), None)
        if found is None:
            raise LookupError(f"no form {ending} on a page of {len(self.text)} characters, status {self.status}")
        return found


class Browser(Protocol):
    """Somebody's browser."""

    def send(self, request: Request) -> Answer: ...


class HttpBrowser:
    """A connection of its own that stays open, with the session of one person."""

    def __init__(self, port: int, session: str = "") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies = f"csrftoken={TOKEN}" + (f"; sessionid={session}" if session else "")

    def send(self, request: Request) -> Answer:
        headers = {"Cookie": self._cookies, "User-Agent": "Foredesk benchmark", "Accept-Language": "en"}
        if request.in_place:
            headers["HX-Request"] = "true"
        body = None
        if request.data is not None:
            body, headers["Content-Type"] = _multipart({"csrfmiddlewaretoken": TOKEN, **request.data})
        self._connection.request(request.method, request.path, body, headers)
        response = self._connection.getresponse()
        text = response.read().decode()
        return Answer(response.status, text, response.headers.get("Location", ""))


@dataclass
class InsideBrowser:
    """Django's test client, signed in as one person."""

    client: Any
    headers: dict[str, str] = field(default_factory=lambda: {"User-Agent": "Foredesk benchmark"})

    def send(self, request: Request) -> Answer:
        headers = {**self.headers, **({"HX-Request": "true"} if request.in_place else {})}
        if request.data is None:
            response = self.client.get(request.path, headers=headers)
        else:
            response = self.client.post(request.path, request.data, headers=headers)
        return Answer(response.status_code, response.content.decode(), response.headers.get("Location", ""))


def _multipart(data: dict[str, str]) -> tuple[bytes, str]:
    boundary = "bench" + TOKEN
    parts = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in data.items()
    )
    return f"{parts}--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def address(path: str, **query: str) -> str:
    return f"{path}?{urlencode(query)}" if query else path


_WITHOUT_VALUE = {"file", "submit", "radio", "checkbox"}  # unless they are checked


class _Forms(HTMLParser):
    """The forms of a page that are sent by POST, with the values their fields have; a chosen radio button counts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self._area = self._select = ""

    @classmethod
    def of(cls, page: str) -> list[Request]:
        parser = cls()
        parser.feed(page)
        return [Request(urlsplit(action).path, fields) for action, fields in parser.found]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.found.append((given.get("action") or "", {}))
            return
        if not self.found:
            return
        fields, name, value = self.found[-1][1], given.get("name") or "", given.get("value") or ""
        if tag == "option" and self._select and (self._select not in fields or "selected" in given):
            fields[self._select] = value
        if tag == "select":
            self._select = name
        if not name or name == "csrfmiddlewaretoken":
            return
        if tag == "textarea":
            self._area, fields[name] = name, ""
        elif tag == "input" and given.get("type") not in (set() if "checked" in given else _WITHOUT_VALUE):
            fields[name] = value

    def handle_data(self, data: str) -> None:
        if self._area:
            self.found[-1][1][self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        if tag == "select":
            self._select = ""
