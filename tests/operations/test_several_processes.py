"""Two web and two worker processes, as on two machines: one PostgreSQL, one folder of files, one secret key.

Each process has a data folder of its own, as it would on a machine of its own.
"""

import contextlib
import http.client
import http.cookiejar
import os
import re
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

PASSWORD = "seven ponds under a green roof"
TOKEN = "read the figures"
REQUESTS = 12
MAKE = f"""
from foredesk.people.actions import add_person
add_person(by=None, email="maya@example.org", full_name="Maya Ortiz", password="{PASSWORD}")
"""


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class House:
    """The processes of one installation, and what its database holds."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder, self.database = folder, database
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        (folder / "files").mkdir()
        (folder / "key").write_text("one key for all machines, " * 3)

    def environment(self, machine: str) -> dict[str, str]:
        dropped = {"DJANGO_SETTINGS_MODULE", "SECRET_KEY", "PORT", "FOREDESK_URL", "FOREDESK_DEMO"}
        return {
            **{name: value for name, value in os.environ.items() if name not in dropped},
            "DATABASE_URL": self.database,
            "FOREDESK_HOME": str(self.folder / machine),
            "FOREDESK_FILES": str(self.folder / "files"),
            "SECRET_KEY_FILE": str(self.folder / "key"),
            "MAIL_TRANSPORT": "kept",
            "BACKUP_DAILY": "off",
            "METRICS_TOKEN": TOKEN,
        }

    def do(self, machine: str, *command: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "foredesk", *command],
            env=self.environment(machine),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self, machine: str, *command: str) -> None:
        log = (self.folder / f"{machine}.log").open("ab")
        self.running[machine] = subprocess.Popen(
            [sys.executable, "-m", "foredesk", *command], env=self.environment(machine), stdout=log, stderr=log
        )

    def said(self) -> str:
        return "".join(log.read_text() for log in self.folder.glob("*.log"))

    def stop(self) -> None:
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(30)
            process.kill()
            process.wait()

    def ask(self, query: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.database) as connection:
            return connection.execute(query).fetchall()  # type: ignore[call-overload, no-any-return]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    url = os.environ.get("DATABASE_URL", "")
    own = None
    if not url.startswith("postgres"):  # SQLite is one machine's: here it brings a PostgreSQL of its own
        sys.path.append(str(Path(__file__).resolve().parents[2] / "scripts"))
        import with_postgres

        own = contextlib.ExitStack()
        url = own.enter_context(with_postgres.server())
    name = f"foredesk_several_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
    house = House(tmp_path, urlunsplit(urlsplit(url)._replace(path=f"/{name}")))
    yield house
    house.stop()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[call-overload]
    if own is not None:
        own.close()


class Browser:
    """One customer's browser behind a balancer: one session, and each page from the web process that is named."""

    def __init__(self) -> None:
        self.cookies: dict[str, str] = {}

    def get(self, port: int, path: str) -> tuple[int, str, str]:
        return self._send(port, "GET", path)

    def post(self, port: int, path: str, **fields: str) -> tuple[int, str, str]:
        boundary = uuid.uuid4().hex
        fields["csrfmiddlewaretoken"] = self.cookies["csrftoken"]
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()
        ]
        if path == "/ask/":
            parts.append(
                f'--{boundary}\r\nContent-Disposition: form-data; name="uploads"; filename="seen.txt"\r\n'
                f"Content-Type: text/plain\r\n\r\nseen by {port}\r\n"
            )
        body = "".join([*parts, f"--{boundary}--\r\n"]).encode()
        return self._send(port, "POST", path, body, f"multipart/form-data; boundary={boundary}")

    def _send(self, port: int, method: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, str, str]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        # The name that people know, whichever process answers.
        headers = {"Host": "localhost:8000", "Origin": "http://localhost:8000", "Content-Type": kind}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _sign, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        text = answer.read().decode()
        connection.close()
        return answer.status, answer.headers.get("Location", ""), text


def _until(what: str, holds: object, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if holds():  # type: ignore[operator]
                return
        time.sleep(0.1)
    pytest.fail(f"Not within {seconds} s: {what}")


def _figures(port: int) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    return connection.getresponse().read().decode()


def _sign_in(browser: Browser, port: int) -> None:
    browser.get(port, "/account/sign-in/")
    status, _to, page = browser.post(port, "/account/sign-in/", login="maya@example.org", password=PASSWORD)
    assert status == 302, page[:2000]


def _submit(browser: Browser, one: int, other: int, number: int) -> None:
    """Begin a request at one web process and send it from the other."""
    browser.get(one, "/ask/")
    status, to, page = browser.post(one, "/ask/", goal=f"Request number {number} of many")
    assert status == 302, page[:2000]
    status, to, page = browser.post(other, f"{to.partition('?')[0]}sending")
    assert status == 302, page[:2000]
    assert "/requests/" in to


def test_two_webs_and_two_workers_are_one_foredesk(house: House) -> None:
    for machine in ("web-a", "web-b", "worker-a", "worker-b"):
        house.do(machine, "prepare")
    house.do("web-a", "shell", "-c", MAKE)
    a, b = _port(), _port()
    house.start("web-a", "web", "--port", str(a))
    house.start("web-b", "web", "--port", str(b))
    house.start("worker-a", "worker")
    house.start("worker-b", "worker")
    browser = Browser()
    for port in (a, b):
        _until(f"web at {port} answers", lambda port=port: browser.get(port, "/readyz")[0] == 200)
    _sign_in(browser, a)
    for number in range(REQUESTS):
        _submit(browser, *((a, b) if number % 2 else (b, a)), number)

    [(first,)] = house.ask("SELECT min(id) FROM tickets_ticket")
    for port in (a, b):  # whoever stored a file, both hand it out
        page = browser.get(port, f"/requests/{first}/")[2]
        [path] = set(re.findall(r'href="(/requests/\d+/files/[^"]+)"', page))
        assert browser.get(port, path)[2].startswith("seen by")

    house.running["web-a"].kill()
    house.running["web-a"].wait()
    _submit(browser, b, b, REQUESTS)

    waiting = "SELECT count(*) FROM django_tasks_database_dbtaskresult WHERE status <> 'SUCCESSFUL'"
    _until("both workers have emptied the queue", lambda: house.ask(waiting) == [(0,)])
    assert house.ask("SELECT count(*), count(DISTINCT subject) FROM tickets_ticket") == [(REQUESTS + 1,) * 2]
    mails = "SELECT count(*), count(DISTINCT about) FROM mail_outboxmessage WHERE kind = 'acknowledged'"
    assert house.ask(mails) == [(REQUESTS + 1,) * 2]
    assert house.ask("SELECT max(attempts) FROM mail_outboxmessage") == [(1,)]
    runs = house.ask("SELECT worker_ids FROM django_tasks_database_dbtaskresult")
    assert all(len(ids) == 1 for (ids,) in runs)  # type: ignore[arg-type]
    assert {ids[0].split(":")[1] for (ids,) in runs} == {  # type: ignore[index]
        str(house.running[worker].pid) for worker in ("worker-a", "worker-b")
    }
    answered = r'foredesk_requests_total\{method="GET",route="/ask/",status="200"\} (\d+)'
    [counted] = re.findall(answered, _figures(b))
    assert int(counted) >= REQUESTS // 2, "what a web process has answered since it started by itself"
    assert "Traceback" not in house.said()
