"""A tired agent at four in the afternoon: one key gives the next request and why; it can be left to a colleague."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect


def test_serve_next_by_keyboard_and_leave_it_to_a_colleague(as_persona: Callable[..., Page]) -> None:
    tomas = as_persona("tomas")
    tomas.goto("/desk/")
    why = tomas.locator("li", has=tomas.locator(".queue-who.free")).first.locator(".queue-why")
    expect(why).to_have_text(re.compile(r"^(Above \d+: )?\S.*\.$"))
    number = tomas.locator("li", has=tomas.locator(".queue-who.free")).first.locator(".queue-number").inner_text()

    tomas.keyboard.press("v")
    served = tomas.locator(".ticket-served")
    expect(served).to_contain_text("Next in line, and now yours.")
    assert f"/desk/tickets/{number}/" in tomas.url

    served.get_by_label("Not for you, because").select_option("time")
    served.get_by_role("button", name="Leave it to a colleague").press("Enter")
    expect(tomas.get_by_role("heading", name="Today")).to_be_visible()
    left = tomas.locator(f"#row-{number}")
    expect(left.locator(".queue-who")).to_have_text("free")

    tomas.keyboard.press("v")
    expect(tomas.locator(".ticket-served, .toast, .queue").first).to_be_visible()
    assert f"/desk/tickets/{number}/" not in tomas.url
