"""`make screenshots`: every main page on a desk, on a phone and in the dark, as PNG files.

The pages are found, not listed: what the navigation leads to, and the first of each kind of link on those pages. Each
kind of page is shown as the first persona who comes across it sees it; where a persona begins is shown for each.

Mails are pages of their own: one of each kind, as mail programs show it on a desk, in the dark and on a phone. So are
what links in mails lead to, and lists in each of their states.
"""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page

from .pages import SIGNED_OUT, kind_of, pages_of

FOLDER = Path(__file__).resolve().parents[2] / "screenshots"
VARIANTS: dict[str, tuple[dict[str, int], str]] = {
    "desktop": ({"width": 1280, "height": 900}, "light"),
    "dark": ({"width": 1280, "height": 900}, "dark"),
    "phone": ({"width": 390, "height": 844}, "light"),
}
MAIL_VARIANTS: dict[str, tuple[dict[str, int], str]] = {
    "light": ({"width": 700, "height": 400}, "light"),
    "dark": ({"width": 700, "height": 400}, "dark"),
    "phone": ({"width": 390, "height": 400}, "light"),
    "phone-dark": ({"width": 390, "height": 400}, "dark"),
}
# Lists whose states say something of their own.
STATES = (
    *(f"/desk/outbox/?state={state}" for state in ("queued", "deferred", "failed", "bounced", "dropped")),
    "/desk/outbox/?to=Nobody",
    *(f"/desk/incoming/?state={state}" for state in ("set_aside", "stored")),
)


def test_render_the_main_pages(page: Page, as_persona: Callable[..., Page]) -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    for path in SIGNED_OUT:
        answer = page.goto(path)
        if answer and answer.ok:
            _shoot(page, f"entrance{_slug(path)}")
    page.goto("/demo/")
    personas = [found.get_attribute("data-persona") or "" for found in page.locator("[data-persona]").all()]
    shown: set[str] = set()
    for persona in dict.fromkeys(personas):
        window = as_persona(persona)
        start = urlsplit(window.url).path
        for path in pages_of(window):
            if path != start and kind_of(path) in shown:
                continue
            shown.add(kind_of(path))
            window.goto(path)
            _shoot(window, f"{persona}{_slug(path)}")
        window.context.close()


def test_render_lists_in_each_state(as_persona: Callable[..., Page]) -> None:
    window = as_persona("ines")
    for path in STATES:
        window.goto(path)
        _shoot(window, f"state{_slug(path)}")
    for words, name in (("Self-check desk flickers", "mailed"), ("Room booking does not know", "refused")):
        window.goto(f"/desk/all/?q={words}")
        window.get_by_role("link", name=words).first.click()
        for part in window.locator("details.mail-part, details.machine-mail").all():
            part.evaluate("part => { part.open = true }")
        window.wait_for_load_state("networkidle")
        _shoot(window, f"ticket-{name}")


def test_render_mails_and_what_their_links_open(as_persona: Callable[..., Page], new_page: Callable[..., Page]) -> None:
    window = as_persona("hanneke")  # in the demo an administrator may read what carries a link
    for kind, path in _mails(window).items():
        window.goto(f"{path}body")
        _shoot(window, f"mail-{kind}", MAIL_VARIANTS)
    guest = new_page()
    for kind, name in (("Did we understand you?", "restated"), ("We have your request", "questions")):
        window.goto("/desk/outbox/?to=Renata")
        window.get_by_role("link", name=kind).first.click()
        link = re.search(r"/answer/[^/\s]+/", window.content())
        assert link
        guest.goto(link[0])
        _shoot(guest, f"answer-{name}")
        guest.get_by_role("button", name="Send my answer").click()
        _shoot(guest, f"answer-{name}-mend")
    guest.locator("textarea").first.fill("It is the one in the second row.")
    guest.get_by_role("button", name="Send my answer").click()
    _shoot(guest, "answer-thanks")


def _mails(window: Page) -> dict[str, str]:
    """The newest mail of each kind, found by leafing through the outbox."""
    found: dict[str, str] = {}
    address = "/desk/outbox/"
    while address:
        window.goto(address)
        for line in window.locator("[data-kind]").all():
            path = line.locator("a.subject").get_attribute("href") or ""
            found.setdefault(line.get_attribute("data-kind") or "", path)
        older = window.locator("a[rel=next]")
        address = (older.first.get_attribute("href") or "") if older.count() else ""
        address = f"/desk/outbox/{address}" if address.startswith("?") else address
    return found


def _slug(path: str) -> str:
    return "-" + (re.sub(r"\W+", "-", path).strip("-") or "home")


def _shoot(window: Page, name: str, variants: dict[str, tuple[dict[str, int], str]] = VARIANTS) -> None:
    FOLDER.mkdir(exist_ok=True)
    for variant, (size, scheme) in variants.items():
        window.set_viewport_size(size)  # type: ignore[arg-type]
        window.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        if any(frame.is_visible() for frame in window.locator("iframe").all()):
            # What is out of sight is not drawn in a sandboxed frame.
            height = window.evaluate("document.documentElement.scrollHeight")
            window.set_viewport_size({"width": size["width"], "height": max(height, size["height"])})
            window.wait_for_timeout(150)
        window.screenshot(path=FOLDER / f"{name}.{variant}.png", full_page=True)
    size, scheme = VARIANTS["desktop"]
    window.set_viewport_size(size)  # type: ignore[arg-type]
    window.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
