"""A mail on its request, and answering by the link of a mail, by keyboard alone where people would."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

FLICKERS = "Self-check desk flickers"
LECTURE = "Did we understand you? Microphone for my guest lecture"


def _open_request(window: Page, words: str) -> None:
    window.goto(f"/desk/all/?q={words}")
    window.get_by_role("link", name=words).first.click()
    window.wait_for_url("**/desk/tickets/**")
    window.wait_for_load_state()  # only then does what opens in place do so


def test_a_mail_opens_in_place_and_asks_nobody_outside_before_it_may(
    as_persona: Callable[..., Page],
    assert_accessible: Callable[[Page], None],
    assert_fits_phone: Callable[[Page], None],
) -> None:
    window = as_persona("tomas")
    asked: list[str] = []
    window.route("https://library.ashgrove.example/**", lambda route: (asked.append(route.request.url), route.abort()))
    _open_request(window, FLICKERS)
    talk = window.locator(".conversation")
    expect(talk.get_by_text("came back: 552")).to_be_visible()
    talk.get_by_text("As it was sent").first.focus()
    window.keyboard.press("Enter")
    frame = window.frame_locator("iframe.mail-frame").first
    expect(frame.get_by_text("worst when somebody scans a card")).to_be_visible()
    assert asked == []
    assert_accessible(window)
    assert_fits_phone(window)
    window.get_by_role("link", name="Load pictures from outside").focus()
    with window.expect_event("requestfailed"):
        window.keyboard.press("Enter")
    assert asked == ["https://library.ashgrove.example/logo.png"]
    talk.get_by_text("Quoted text and signature").first.focus()
    window.keyboard.press("Enter")
    expect(talk.get_by_text("Library, Ashgrove College").first).to_be_visible()


def test_who_only_uses_mail_answers_by_its_link(
    as_persona: Callable[..., Page],
    new_page: Callable[..., Page],
    assert_accessible: Callable[[Page], None],
    assert_fits_phone: Callable[[Page], None],
) -> None:
    lead = as_persona("hanneke")  # in the demo an administrator may read the link
    lead.goto("/desk/outbox/?to=Renata")
    lead.get_by_role("link", name=LECTURE).first.click()
    path = re.search(r"/answer/[^/\s]+/", lead.locator("pre").inner_text() or lead.content())
    assert path
    lead.goto(path[0])
    expect(lead.get_by_role("heading", name="This link is for somebody else")).to_be_visible()

    guest = new_page()
    guest.goto(f"{path[0]}?answer=different")
    expect(guest.get_by_label("Not quite")).to_be_checked()
    assert_accessible(guest)
    assert_fits_phone(guest)
    guest.get_by_label("Not quite").focus()
    guest.keyboard.press("Tab")
    guest.keyboard.type("It is the room next to it.")
    guest.keyboard.press("Tab")
    guest.keyboard.press("Enter")
    expect(guest.get_by_role("heading", name="Thank you, Renata")).to_be_visible()
    assert_accessible(guest)
    guest.goto(path[0])
    expect(guest.get_by_role("heading", name="This is answered already")).to_be_visible()
