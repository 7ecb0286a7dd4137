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

from .pages import SIGNED_OUT, kind_of, pages_of

FOLDER = Path(__file__).resolve().parents[2] / "screenshots"
VARIANTS: dict[str, tuple[dict[str, int], str]] = {
    "desktop": ({"width": 1280, "height": 900}, "light"),
    "dark": ({"width": 1280, "height": 900}, "dark"),
    "phone": ({"width": 390, "height": 844}, "light"),
}


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
        for path in pages_of(window):
            if path != start and kind_of(path) in shown:
                continue
            shown.add(kind_of(path))
            window.goto(path)
            _shoot(window, f"{persona}{_slug(path)}")
        window.context.close()


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
