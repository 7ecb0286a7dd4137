"""Requests that belong together, by keyboard alone, and by finger on a phone."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

Check = Callable[[Page], None]


def number_of(window: Page, words: str) -> str:
    window.goto(f"/desk/all/?q={words}")
    return window.locator(".queue-number").first.inner_text()


def test_two_requests_are_joined_and_parted_by_keyboard(
    as_persona: Callable[..., Page], assert_accessible: Check
) -> None:
    window = as_persona("tomas")
    there = number_of(window, "Two big screens")
    here = number_of(window, "Second screen stays black")
    window.goto(f"/desk/tickets/{here}/")
    window.keyboard.press("m")
    expect(window.locator("#join-words")).to_be_focused()
    assert_accessible(window)
    window.keyboard.type(there)
    found = window.locator("#join-found").get_by_role("link", name=re.compile(f"^{there} "))
    expect(found).to_be_visible()
    expect(window.locator("#join-found li")).to_have_count(1)
    found.focus()
    window.keyboard.press("Enter")
    expect(window.locator(".join-ways")).to_be_visible()
    assert_accessible(window)
    window.locator("#way-there").focus()
    window.keyboard.press("Space")
    window.keyboard.press("Control+Enter")
    window.wait_for_url(f"**/desk/tickets/{there}/")
    expect(window.locator(".from-merged")).to_contain_text(f"From request {here}")
    assert_accessible(window)
    window.locator(".from-merged summary").first.focus()
    window.keyboard.press("Enter")
    expect(window.locator(".from-merged")).to_contain_text("my docking station only charges now")
    undo = window.locator("[data-toast]").get_by_role("button", name="Undo")
    undo.focus()
    window.keyboard.press("Enter")
    window.wait_for_url(f"**/desk/tickets/{here}/")
    expect(window.locator("#toasts")).to_contain_text(f"{here} goes on by itself again.")
    expect(window.locator("#compose")).to_be_visible()


def test_a_request_is_split_on_a_phone(as_persona: Callable[..., Page], assert_accessible: Check) -> None:
    window = as_persona("tomas", viewport={"width": 320, "height": 640})
    here = number_of(window, "minutes to everybody")
    window.goto(f"/desk/tickets/{here}/split")
    assert_accessible(window)
    window.get_by_label(re.compile("And while I have you")).check()
    window.get_by_label("Title of the new request").fill("Docking station")
    window.get_by_role("button", name="Split it off").click()
    expect(window.locator("h1")).to_have_text("Docking station")
    assert window.evaluate("document.documentElement.scrollWidth") <= 320
