"""Every page that somebody can reach: axe finds nothing in the light and in the dark, and it fits a small phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from .pages import SIGNED_OUT, pages_of

# Who looks at what, so that no page is examined four times over: people who share pages divide them.
SHARES = {
    "maya": r".*",
    "harriet": r"^/(department|requests)/",
    "tomas": r"^/desk/(?!settings)",
    "ada": r"^/desk/(deep|tickets)/",
    "ines": r"^/desk/(outbox|incoming|quarantine|settings/(classes|lanes|replies|calendars|teams))",
    "hanneke": r"^/desk/settings/(people|departments|sites|places)",
}


@pytest.mark.parametrize("persona", SHARES)
def test_every_page_somebody_can_reach(
    persona: str,
    as_persona: Callable[..., Page],
    assert_accessible: Callable[[Page], None],
    assert_fits_phone: Callable[[Page], None],
) -> None:
    window = as_persona(persona)
    mine = [path for path in pages_of(window) if re.search(SHARES[persona], path)]
    assert len(mine) >= 2
    for path in mine:
        answer = window.goto(path)
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"
        assert window.title().strip()
        assert window.locator("h1").count() == 1, (
            f"{path} has {window.locator('h1').count()} headings of the first rank"
        )
        assert_accessible(window)
        assert_fits_phone(window)


@pytest.mark.parametrize("path", [*SIGNED_OUT, "/there/is/no/such/page/"])
def test_every_page_before_signing_in(
    path: str, page: Page, assert_accessible: Callable[[Page], None], assert_fits_phone: Callable[[Page], None]
) -> None:
    page.goto(path)
    assert_accessible(page)
    assert_fits_phone(page)
