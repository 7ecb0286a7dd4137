"""Before anything else: a page comes, in order and with its protection."""

from collections.abc import Callable

from playwright.sync_api import Page


def test_the_first_page_is_in_order(
    page: Page, assert_accessible: Callable[[Page], None], assert_fits_phone: Callable[[Page], None]
) -> None:
    answer = page.goto("/")
    assert answer is not None
    assert answer.status == 200
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert_accessible(page)
    assert_fits_phone(page)
