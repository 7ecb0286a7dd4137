"""The main job, end to end, as its people live through it: from the customer's own words to a fix she confirms."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from playwright.sync_api import Page, expect

PHONE = {"width": 390, "height": 844}


def fill_panel(agent: Page, button: str, fields: dict[str, str], send: str) -> None:
    """Open a panel from the ticket, fill it, send it, and be back on the ticket."""
    agent.locator("main").get_by_role("link", name=button).first.click()
    panel = agent.locator("#panel-in, .panel-page").first
    for label, text in fields.items():
        panel.get_by_label(label).fill(text)
    panel.get_by_role("button", name=send).click()
    expect(panel).to_be_hidden()


def test_from_the_customers_own_words_to_a_fix_she_confirms(
    as_persona: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    maya = as_persona("maya", viewport=PHONE)
    tomas, ada = as_persona("tomas"), as_persona("ada")

    # She is interviewed, one or two questions at a time, in her own words.
    maya.goto("/ask/")
    maya.get_by_label("Tell us in your own words").fill("I was trying to print the lab maps and the plotter eats them")
    maya.get_by_text("A moment", exact=True).click()
    with maya.expect_navigation():
        maya.get_by_role("button", name="Continue").click()
    for _ in range(6):
        if maya.get_by_role("button", name="Skip").count() == 0:
            break
        answer_question(maya)
    assert_accessible(maya)
    send_if_asked(maya)
    expect(maya.get_by_role("heading", name="Thank you, Maya. It is with us.")).to_be_visible()
    expect(maya.locator(".sent")).to_contain_text(re.compile(r"Usually done between .*\d+ requests like", re.DOTALL))
    expect(maya.locator("main")).to_contain_text("rapid desk")
    assert_accessible(maya)
    number = re.search(r"/requests/(\d+)/", maya.url)[1]

    # The rapid desk takes it and puts the need into a sentence, which is not quite right.
    tomas.goto("/desk/")
    expect(tomas.locator("main")).to_contain_text("Print the lab maps")
    tomas.goto(f"/desk/tickets/{number}/")
    restate(tomas, "You need ten lab maps in A4.")
    maya.goto(f"/requests/{number}/")
    expect(maya.get_by_text("You need ten lab maps in A4.").first).to_be_visible()
    maya.get_by_role("button", name="Not quite").click()
    maya.get_by_label("What is different?").fill("Ten maps, but in A0, for the wall")
    assert_accessible(maya)
    maya.get_by_role("button", name="Send", exact=True).first.click()
    expect(maya.locator("main")).to_contain_text("Ten maps, but in A0, for the wall")

    tomas.goto(f"/desk/tickets/{number}/")
    expect(tomas.locator("main")).to_contain_text("Ten maps, but in A0, for the wall")
    restate(tomas, "You need ten lab maps in A0.")
    maya.goto(f"/requests/{number}/")
    maya.get_by_role("button", name="That’s it").click()
    expect(maya.get_by_role("button", name="That’s it")).to_have_count(0)

    # It is more than the rapid desk can do, so it goes to the deep-dive team, who see it first.
    tomas.goto(f"/desk/tickets/{number}/")
    fill_panel(
        tomas,
        "Hand over",
        {"What was tried": "Other paper, cleaned the rollers.", "Why the other lane": "the plotter needs a new cutter"},
        "Hand over and tell Maya",
    )
    maya.goto(f"/requests/{number}/")
    expect(maya.locator("main")).to_contain_text("the plotter needs a new cutter")
    expect(maya.locator("main")).not_to_contain_text("cleaned the rollers")
    ada.goto("/desk/deep/")
    assert_stands_ahead(ada, number, "handed over")
    ada.goto(f"/desk/tickets/{number}/")
    expect(ada.locator("main")).to_contain_text("cleaned the rollers")
    assert_accessible(ada)

    # Waiting for a supplier has a reason and an end, and the customer sees both.
    ada.locator("main").get_by_role("link", name="Wait").first.click()
    panel = ada.locator("#panel-in, .panel-page").first
    panel.get_by_label("a supplier").check()
    panel.get_by_label("What for").fill("the new cutter, which is on its way")
    choose_end(panel)
    panel.get_by_role("button", name="Wait and tell Maya").click()
    expect(panel).to_be_hidden()
    maya.goto(f"/requests/{number}/")
    expect(maya.locator("main")).to_contain_text("Waiting for a supplier")
    expect(maya.locator("main")).to_contain_text("the new cutter, which is on its way")
    assert_accessible(maya)

    # The cutter comes; a fix is offered, and it solves it partly.
    ada.goto(f"/desk/tickets/{number}/")
    ada.get_by_role("button", name="Go on with it").first.click()
    expect(ada.locator("main")).to_contain_text("Back at work")
    offer(ada, "The plotter has a new cutter. Your ten maps hang beside the door.")
    maya.goto(f"/requests/{number}/")
    maya.get_by_role("button", name="Partly").first.click()
    maya.get_by_label("What is still missing?").fill("Two of the ten are cut off at the edge")
    maya.get_by_role("button", name="Send", exact=True).first.click()
    expect(maya.locator("main")).to_contain_text("Two of the ten are cut off at the edge")
    ada.goto("/desk/deep/")
    assert_stands_ahead(ada, number, "came back")

    # A better fix, and only her own yes closes it. One more thing is a request of its own.
    ada.goto(f"/desk/tickets/{number}/")
    expect(ada.locator("main")).to_contain_text("Two of the ten are cut off at the edge")
    offer(ada, "Printed the two again with a margin. All ten are whole now.")
    maya.goto(f"/requests/{number}/")
    maya.get_by_role("button", name="Yes, completely").first.click()
    expect(maya.get_by_text("Solved. Thank you for telling us.")).to_be_visible()
    assert_accessible(maya)
    maya.get_by_role("link", name="Yes, and one more thing").click()
    maya.get_by_label("Tell us in your own words").fill("my password")
    maya.get_by_role("button", name="Continue").click()
    maya.get_by_role("button", name="Send it now").click()
    expect(maya.get_by_role("heading", name="Thank you, Maya. It is with us.")).to_be_visible()
    assert re.search(r"/requests/(\d+)/", maya.url)[1] != number

    ada.goto(f"/desk/tickets/{number}/")
    expect(ada.locator("main")).to_contain_text("the customer said it is solved")


def assert_stands_ahead(agent: Page, number: str, mark: str) -> None:
    """Only outages, what is past its target, and what came back or was handed over too stand before it."""
    rows = agent.locator("main .queue > li").all()
    place = next(place for place, row in enumerate(rows) if row.get_attribute("id") == f"row-{number}")
    words = [row.inner_text() for row in rows]
    assert mark in words[place]
    before = ("outage", "past by", "the time is up", "came back", "handed over")
    assert all(any(one in text for one in before) for text in words[:place])
    assert len(words) > place + 1


def restate(agent: Page, sentence: str) -> None:
    agent.locator("#restate-body").fill(sentence)
    agent.get_by_role("button", name="Ask Maya").click()
    expect(agent.locator("main")).to_contain_text("waits for Maya’s answer")


def answer_question(page: Page) -> None:
    """Answer whatever is asked now and go on; the kind of question decides what is said."""
    heading = page.locator("h1").inner_text()
    if page.locator("main textarea").count():
        page.locator("main form#interview textarea").first.fill(f"About “{heading}”: it crumples every second sheet")
    if page.get_by_text("How much does it hold you up?").count():
        page.locator("input[name$=severity][value=stopped]").check(force=True)
        page.get_by_label("How many people").fill("3")
    with page.expect_navigation():
        page.get_by_role("button", name="Continue").last.click()


def send_if_asked(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Send")).first.click()


def choose_end(panel: Page) -> None:
    panel.locator("input[type=datetime-local]").first.fill(f"{date.today() + timedelta(days=21)}T10:00")


def offer(agent: Page, words: str) -> None:
    fill_panel(agent, "Offer a fix", {"What was done": words, "How you checked": "Looked at each of them."}, "Offer it")
