"""A whole installation in processes of its own, to be treated roughly: web, worker, database, data folder."""

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

ROOT = Path(__file__).resolve().parents[2]
_DROPPED = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "PORT", "FOREDESK_URL", "FOREDESK_DEMO", "FOREDESK_HOME"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Installation:
    """`run` ends with what a command says, `start` leaves one running."""

    def __init__(self, home: Path, database_url: str = "", **more: str) -> None:
        self.home = home
        self.port = free_port()
        self.environment = {name: value for name, value in os.environ.items() if name not in _DROPPED}
        self.environment |= {"FOREDESK_HOME": str(home), "PORT": str(self.port), "SECRET_KEY": "of no worth " * 5}
        self.environment |= {"PYTHONPATH": str(ROOT), "BACKUP_DAILY": "off", **more}
        if database_url:
            self.environment["DATABASE_URL"] = database_url
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self._log = home.with_suffix(".log").open("ab")

    def run(self, *arguments: str, expect: int = 0, **more: str) -> "subprocess.CompletedProcess[str]":
        ended = subprocess.run(
            [sys.executable, "-m", "foredesk", *arguments],
            env={**self.environment, **more},
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )
        assert ended.returncode == expect, ended.stdout + ended.stderr
        return ended

    def ask(self, script: str) -> Any:
        """Run a script in the installation's own `foredesk shell`; what it leaves in `answer` comes back."""
        ended = self.run("shell", "--no-imports", "-c", f"import json\n{script}\nprint('\\n' + json.dumps(answer))")
        return json.loads(ended.stdout.strip().splitlines()[-1])

    def start(self, name: str, *arguments: str) -> None:
        """Start `foredesk NAME` in a process group of its own."""
        self.running[name] = subprocess.Popen(
            [sys.executable, "-m", "foredesk", name, *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )

    def kill(self, name: str) -> None:
        """kill -9, and all its children with it."""
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def end(self, name: str) -> int:
        """End one in order; its exit code."""
        process = self.running.pop(name)
        process.terminate()
        return process.wait(30)

    def children(self, name: str) -> list[int]:
        listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        parent = self.running[name].pid
        return [int(pid) for pid, of in (line.split() for line in listed.splitlines()) if int(of) == parent]

    def wait_until_serving(self, *, within: float = 60) -> None:
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError, HTTPException):
                asked = HTTPConnection("127.0.0.1", self.port, timeout=5)
                asked.request("GET", "/readyz")
                if asked.getresponse().status == 200:
                    return
            time.sleep(0.05)
        raise AssertionError("It does not serve:\n" + self.said())

    def said(self) -> str:
        self._log.flush()
        return self.home.with_suffix(".log").read_text()[-4000:]

    def close(self) -> None:
        for name in list(self.running):
            with contextlib.suppress(ProcessLookupError):
                self.kill(name)
        self._log.close()


@contextlib.contextmanager
def new_database() -> Iterator[str]:
    """The URL of an empty database on the server that DATABASE_URL leads to; "" (a file of its own) without one."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        yield ""
        return
    name = f"foredesk_{secrets.token_hex(6)}"
    server = url.replace("postgres://", "postgresql://")
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    try:
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
