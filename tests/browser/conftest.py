"""A real browser against a real `foredesk run`, on PostgreSQL, with the demo organisation in it.

Filling the demo takes a while, so it is done once; each pytest worker gets a clone of it, and a server of its own.
Tests here talk to Foredesk as people do, through its pages, and never through the ORM.
"""

import contextlib
import fcntl
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, sync_playwright

sys.path.append(str(Path(__file__).resolve().parents[2] / "scripts"))
import programs

TEMPLATE = "foredesk_demo_template"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = {"width": 320, "height": 640}
EXAMINED: set[Page | None] = set()  # axe tries out styles, which the content policy rightly refuses it
DESK = {"width": 1280, "height": 900}


def _server_url() -> str:
    """Where PostgreSQL is; `make test` starts one of its own (scripts/with_postgres.py)."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        pytest.fail(
            "Browser tests need PostgreSQL: make test ARGS=tests/browser, or "
            "python scripts/with_postgres.py pytest tests/browser",
            pytrace=False,
        )
    return url


def _database(name: str) -> str:
    return urlunsplit(urlsplit(_server_url())._replace(path=f"/{name}"))


def _environment(database: str, home: Path) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if name not in {"PORT", "FOREDESK_URL", "ALLOWED_HOSTS"}}
    ours = {"DATABASE_URL": _database(database), "FOREDESK_HOME": str(home), "FOREDESK_DEMO": "true", "MAIL_LISTEN": ""}
    return {**clean, **ours, "DJANGO_SETTINGS_MODULE": "foredesk.config.settings"}


def _execute(statement: str) -> None:
    with psycopg.connect(_server_url(), autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The data folder that belongs to `TEMPLATE`; both are made by whichever worker comes first."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    home, done = shared / "demo-home", shared / "demo-filled"
    with (shared / "demo-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            _execute(f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)")
            _execute(f"CREATE DATABASE {TEMPLATE}")
            filled = subprocess.run(
                [sys.executable, "-m", "foredesk", "prepare"],
                env=_environment(TEMPLATE, home),
                capture_output=True,
                text=True,
                check=False,
            )
            if filled.returncode:
                pytest.fail(f"The demo could not be filled:\n{filled.stdout}{filled.stderr}", pytrace=False)
            done.touch()
    return home


@pytest.fixture(scope="session")
def live(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """The address of a Foredesk that runs for this pytest worker alone, without a slash at its end.

    While writing a test, the one that `make run` serves will do: FOREDESK_LIVE=http://localhost:8000 pytest -n 0 ...
    """
    if given := os.environ.get("FOREDESK_LIVE"):
        yield given.rstrip("/")
        return
    demo_home: Path = request.getfixturevalue("demo_home")
    name = f"foredesk_browser_{worker_id}"
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(demo_home, home, dirs_exist_ok=True)
    _execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    _execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = home / "log"
    # Somebody else has the port for mail, as where two demos run: this one goes on without.
    taken = socket.create_server(("127.0.0.1", 0))
    mail = f"127.0.0.1:{taken.getsockname()[1]}"
    with log.open("w") as output:
        running = subprocess.Popen(
            [sys.executable, "-m", "foredesk", "run", "--port", str(port)],
            env=_environment(name, home) | {"MAIL_LISTEN": mail},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_serving(port, running, log)
        yield f"http://localhost:{port}"
    finally:
        running.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.wait(40)
        running.kill()
        running.wait()
        taken.close()
    said = log.read_text()
    assert f"No mail is taken in at {mail}." in said
    assert "Traceback" not in said, f"The server stumbled while the tests ran:\n{said[-6000:]}"


def _wait_until_serving(port: int, running: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(600):
        if running.poll() is not None:
            break
        with contextlib.suppress(OSError, http.client.HTTPException):
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            asked.request("GET", "/", headers={"Host": f"localhost:{port}"})
            asked.getresponse().read()
            return
        time.sleep(0.1)
    pytest.fail(f"Foredesk did not start:\n{log.read_text()[-6000:]}", pytrace=False)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of this pytest worker."""
    path = programs.chromium()
    if path is None:
        pytest.fail("\n".join(programs.missing()), pytrace=False)
    flags = ["background-networking", "component-update", "sync", "gpu", "quic", "default-apps", "extensions"]
    arguments = [f"--disable-{flag}" for flag in flags] + ["--no-first-run", "--no-default-browser-check"]
    if os.geteuid() == 0:
        arguments += ["--no-sandbox", "--disable-dev-shm-usage"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=arguments)
        yield started
        started.close()


@pytest.fixture
def new_page(browser: Browser, live: str) -> Iterator[Callable[..., Page]]:
    """`new_page()` opens a window of its own, with cookies of its own; options as for Playwright's `new_context`.

    Addresses are relative to the server. Scripts that fail and content that the policy refuses fail the test.
    """
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text and message.page not in EXAMINED:
            problems.append(message.text)

    def look_at(answer: Response) -> None:
        if answer.status >= 500 or (answer.status == 404 and "/static/" in answer.url):
            problems.append(f"{answer.status} {answer.request.method} {answer.url}")

    def open_page(**options: object) -> Page:
        settings: dict[str, object] = {"viewport": DESK, "locale": "en-GB", "timezone_id": "Europe/Amsterdam"}
        context = browser.new_context(base_url=live, **{**settings, **options})  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("response", look_at)
        page.on("pageerror", lambda error: problems.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not problems, "The pages reported: " + "\n".join(problems)


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """One window, signed out."""
    return new_page()


@pytest.fixture
def as_persona(new_page: Callable[..., Page]) -> Callable[..., Page]:
    """`as_persona("maya")` opens a window of its own in which that persona of the demo is signed in."""

    def sign_in(key: str, page: Page | None = None, **options: object) -> Page:
        page = page or new_page(**options)
        page.goto("/demo/")
        page.locator(f'[data-persona="{key}"]').click()
        page.wait_for_url(lambda url: not urlsplit(url).path.startswith("/demo"))
        return page

    return sign_in


@pytest.fixture
def assert_accessible() -> Callable[[Page], None]:
    """`assert_accessible(page)`: axe finds nothing, in the light and in the dark."""

    def check(page: Page) -> None:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            EXAMINED.add(page)
            found = Axe().run(page, options={"runOnly": WCAG, "resultTypes": ["violations"], "preload": False})
            page.wait_for_timeout(50)  # what the console has to say about that arrives by now
            EXAMINED.discard(page)
            assert not found.violations_count, f"{page.url} ({scheme}):\n{found.generate_report()}"
        page.emulate_media(color_scheme="light", reduced_motion="no-preference")

    return check


@pytest.fixture
def assert_fits_phone() -> Callable[[Page], None]:
    """`assert_fits_phone(page)`: at 320 px nothing sticks out sideways."""

    def check(page: Page) -> None:
        before = page.viewport_size
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], f"{page.url} is {width} px wide on a screen of {PHONE['width']}."
        page.set_viewport_size(before or DESK)  # type: ignore[arg-type]

    return check
