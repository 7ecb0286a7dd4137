"""`foredesk run`, as a real process: it serves, says what is wrong in a sentence, and leaves nothing behind."""

import contextlib
import http.client
import io
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError

from foredesk.config.settings import env
from foredesk.operations.management.commands.run import Command
from foredesk.operations.processes import Children

ServeWith = Callable[..., "subprocess.Popen[str]"]


def _environment(home: Path, **more: str) -> dict[str, str]:
    dropped = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY", "PORT", "FOREDESK_URL", "FOREDESK_DEMO"}
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**kept, "FOREDESK_HOME": str(home), **more}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _foredesk(*arguments: str, home: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "foredesk", *arguments],
        env=_environment(home, **more),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """A `foredesk run` that has said that it is ready, and its port."""
    port = _free_port()
    running = subprocess.Popen(
        [sys.executable, "-m", "foredesk", "run", "--port", str(port)],
        env=_environment(tmp_path / "home"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert running.stdout
    said = ""
    while "Ctrl-C" not in said:
        line = running.stdout.readline()
        assert line, f"It ended instead of serving:\n{said}"
        said += line
    assert f"http://localhost:{port}" in said
    yield running, port
    with contextlib.suppress(ProcessLookupError):
        running.kill()
    running.wait()


def _answers(port: int) -> bool:
    try:
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        asked.request("GET", "/", headers={"Host": "localhost"})
        return asked.getresponse().status < 500
    except OSError:
        return False


def _children(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [(int(child), int(parent)) for child, parent in re.findall(r"(\d+)\s+(\d+)", listed)]
    found = [child for child, parent in pairs if parent == pid]
    return found + [grandchild for child in found for grandchild in _children(child)]


def _all_gone(processes: list[int], *, within: float) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if not any(_lives(process) for process in processes):
            return True
        time.sleep(0.1)
    return False


def _lives(process: int) -> bool:
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False
    ).stdout
    return bool(state.strip()) and not state.startswith("Z")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_and_a_signal_stops_all_of_it(
    serving: tuple["subprocess.Popen[str]", int], number: signal.Signals
) -> None:
    running, port = serving
    assert _answers(port)
    family = _children(running.pid)
    assert len(family) >= 2
    running.send_signal(number)
    assert running.wait(30) == 0
    assert _all_gone(family, within=5)
    assert not _answers(port)


def test_nothing_is_left_when_it_is_killed(serving: tuple["subprocess.Popen[str]", int]) -> None:
    running, _port = serving
    family = _children(running.pid)
    running.kill()
    assert _all_gone(family, within=15)


def test_when_a_part_dies_all_stops_and_says_so(serving: tuple["subprocess.Popen[str]", int]) -> None:
    running, _port = serving
    family = _children(running.pid)
    os.kill(family[-1] if len(family) == 2 else family[0], signal.SIGKILL)
    assert running.wait(40) == 1
    assert running.stdout
    assert "ended by itself" in running.stdout.read()
    assert _all_gone(family, within=15)


def test_a_busy_port_gets_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        ended = _foredesk("run", "--port", str(port), home=tmp_path)
    assert ended.returncode == 1
    assert f"Port {port} is in use" in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1


def test_a_folder_that_cannot_be_used_gets_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for more in ({}, {"SECRET_KEY": "given, so that the folder is met later"}):
        ended = _foredesk("run", "--port", str(_free_port()), home=tmp_path / "file" / "home", **more)
        assert ended.returncode == 1
        assert "FOREDESK_HOME" in ended.stderr
        assert len(ended.stderr.strip().splitlines()) == 1


def test_a_secret_in_a_file_that_cannot_be_read_gets_one_sentence(tmp_path: Path) -> None:
    ended = _foredesk("check", home=tmp_path, DATABASE_URL_FILE=str(tmp_path / "nowhere"))
    assert ended.returncode == 1
    assert "DATABASE_URL_FILE" in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1


def test_the_end_of_the_line_is_no_part_of_a_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_text("a-token\n")
    monkeypatch.setenv("SOME_TOKEN_FILE", str(tmp_path / "token"))
    assert env.str("SOME_TOKEN") == "a-token"


@pytest.mark.parametrize(
    "production",
    [
        {"FOREDESK_URL": "https://desk.example.edu"},
        {"FOREDESK_URL": "http://desk.example.edu"},
        {"ALLOWED_HOSTS": "desk.example.edu"},
        {"ALLOWED_HOSTS": "*"},
    ],
)
def test_demo_and_production_never_go_together(tmp_path: Path, production: dict[str, str]) -> None:
    for command in ("run", "web", "worker", "migrate"):
        ended = _foredesk(command, home=tmp_path, FOREDESK_DEMO="1", **production)
        assert ended.returncode == 1
        assert "demo mode lets anybody in" in ended.stderr
        assert "Traceback" not in ended.stderr


def test_the_demo_listens_on_this_machine_only(tmp_path: Path) -> None:
    for command in ("run", "web"):
        ended = _foredesk(command, "--host", "0.0.0.0", home=tmp_path, FOREDESK_DEMO="1")
        assert ended.returncode == 1
        assert "this machine only" in ended.stderr


def test_web_and_worker_alone_ask_for_a_prepared_database(tmp_path: Path) -> None:
    for command in ("web", "worker"):
        arguments = ["--port", str(_free_port())] if command == "web" else []
        ended = _foredesk(command, *arguments, home=tmp_path)
        assert ended.returncode == 1
        assert "foredesk prepare" in ended.stderr


def test_the_secret_is_made_once_and_is_ours_alone(tmp_path: Path) -> None:
    first = [
        subprocess.Popen(
            [sys.executable, "-c", "from foredesk.config import settings; print(settings.SECRET_KEY)"],
            env=_environment(tmp_path),
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    secrets = {process.communicate()[0].strip() for process in first}
    assert len(secrets) == 1
    assert len(secrets.pop()) >= 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [found.name for found in tmp_path.iterdir()] == ["secret_key"]


@pytest.mark.parametrize(("demo", "ended"), [(True, None), (False, ("listen", 3))])
def test_a_demo_goes_on_without_its_mail(demo: bool, ended: tuple[str, int] | None, settings: Any) -> None:
    settings.DEMO = demo
    children = Children()
    children.start("web", [sys.executable, "-c", "import time; time.sleep(60)"])
    children.start("listen", [sys.executable, "-c", "raise SystemExit(3)"])
    try:
        deadline = time.monotonic() + 20
        while children.ended() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        assert Command(stdout=io.StringIO())._ended(children) == ended
    finally:
        children.stop()


@pytest.mark.parametrize("demo", [True, False])
def test_a_port_for_mail_that_is_taken_stops_no_demo(demo: bool, settings: Any) -> None:
    """A whole demo that goes on is what the tests in a browser look at: its port for mail is taken."""
    said, children = io.StringIO(), Children()
    with socket.create_server(("127.0.0.1", 0)) as other:
        settings.DEMO, settings.MAIL_LISTEN = demo, f"127.0.0.1:{other.getsockname()[1]}"
        if demo:
            Command(stdout=said)._listen(children, [])
            assert said.getvalue().startswith(f"No mail is taken in at {settings.MAIL_LISTEN}. Port ")
            assert "take another: MAIL_LISTEN=127.0.0.1:" in said.getvalue()
        else:
            with pytest.raises(CommandError, match="No mail can be taken in"):
                Command(stdout=said)._listen(children, [])
    assert children.ended() is None
