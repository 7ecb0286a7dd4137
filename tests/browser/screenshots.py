"""`make screenshots`: every main page on a desk, on a phone and in the dark, as PNG files.

The pages are found, not listed: what the navigation leads to, and the first of each kind of link on those pages. Each
kind of page is shown as the first persona who comes across it sees it; where a persona begins is shown for each.
"""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page

FOLDER = Path(__file__).resolve().parents[2] / "screenshots"
VARIANTS: dict[str, tuple[dict[str, int], str]] = {
    "desktop": ({"width": 1280, "height": 900}, "light"),
    "dark": ({"width": 1280, "height": 900}, "dark"),
    "phone": ({"width": 390, "height": 844}, "light"),
}
SIGNED_OUT = ("/demo/", "/account/sign-in/", "/account/password/forgotten/")
LEFT_OUT = re.compile(r"logout|/files?/|/attachments?/|/static/|\.(ics|csv|pdf)$")


def test_render_the_main_pages(page: Page, as_persona: Callable[..., Page]) -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
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
        for path in _pages(window):
            if path != start and _kind(path) in shown:
                continue
            shown.add(_kind(path))
            window.goto(path)
            _shoot(window, f"{persona}{_slug(path)}")
        window.context.close()


def _pages(window: Page) -> list[str]:
    """Where this person starts, what the navigation offers, and one of each kind of page that these lead to."""
    start = urlsplit(window.url).path
    found = {_kind(start): start}
    for path in [start, *_links(window, "nav a[href], header a[href]")]:
        found.setdefault(_kind(path), path)
    for path in list(found.values()):
        window.goto(path)
        for link in _links(window, "main a[href]"):
            found.setdefault(_kind(link), link)
    return list(found.values())


def _links(window: Page, selector: str) -> list[str]:
    addresses = window.locator(selector).evaluate_all("links => links.map(link => link.href)")
    here = urlsplit(window.url).netloc
    paths = [urlsplit(address).path for address in addresses if urlsplit(address).netloc == here]
    return [path for path in dict.fromkeys(paths) if not LEFT_OUT.search(path)]


def _kind(path: str) -> str:
    return re.sub(r"\d+|[0-9a-f-]{36}", "N", path)


def _slug(path: str) -> str:
    return "-" + (re.sub(r"\W+", "-", path).strip("-") or "home")


def _shoot(window: Page, name: str) -> None:
    for variant, (size, scheme) in VARIANTS.items():
        window.set_viewport_size(size)  # type: ignore[arg-type]
        window.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        window.screenshot(path=FOLDER / f"{name}.{variant}.png", full_page=True)
    size, scheme = VARIANTS["desktop"]
    window.set_viewport_size(size)  # type: ignore[arg-type]
    window.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
