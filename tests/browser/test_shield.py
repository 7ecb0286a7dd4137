"""The shield between two people: what comes waits until the focus ends, and an emergency comes through."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect


def write_note(agent: Page, address: str, words: str) -> None:
    agent.goto(f"{address}?write=note")
    agent.locator("#note-text").fill(words)
    agent.get_by_role("button", name="Keep as note").click()


def mails_in_outbox(reader: Page, *words: str, least: int) -> Locator:
    """The mails with these words, as soon as the worker has put so many there."""
    for _look in range(20):
        reader.goto("/desk/outbox/")
        found = reader.locator(".outbox-mail")
        for one in words:
            found = found.filter(has_text=one)
        if found.count() >= least:
            break
        reader.wait_for_timeout(500)
    return found


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_mention_is_held_and_an_emergency_pierces(
    as_persona: Callable[..., Page],
    assert_accessible: Callable[[Page], None],
    assert_fits_phone: Callable[[Page], None],
    scripts: bool,
) -> None:
    ada, tomas, ines = as_persona("ada"), as_persona("tomas", java_script_enabled=scripts), as_persona("ines")
    mark = "scripts" if scripts else "paper"

    # Ada begins to work undisturbed, and names her shield.
    ada.goto("/desk/shield/")
    assert_accessible(ada)
    assert_fits_phone(ada)
    ada.get_by_label("Your shield").first.select_option(label="Ines Moreau")
    ada.get_by_role("button", name="50 minutes").click()
    expect(ada.locator("main")).to_contain_text("You are in focus until")
    assert_accessible(ada)
    assert_fits_phone(ada)

    # Tomás mentions her: he is told first, and she sees nothing of it yet.
    tomas.goto("/desk/")
    address = tomas.locator("main a[href^='/desk/tickets/']").first.get_attribute("href") or ""
    number = re.search(r"\d+", address)[0]
    write_note(tomas, address, f"@Ada have you ever seen this ({mark})?")
    asks = tomas.locator(".focus-ask")
    expect(asks).to_contain_text("Ada is in focus until")
    expect(asks).to_contain_text("Ines is the shield. Ada will see this then.")
    expect(asks).to_contain_text("An emergency cannot wait until the focus ends")
    if scripts:
        assert_accessible(tomas)
        assert_fits_phone(tomas)
    tomas.get_by_role("button", name="Keep as note").click()
    expect(tomas.locator("main")).to_contain_text(f"have you ever seen this ({mark})?")
    ada.goto("/desk/mine/")
    expect(ada.locator("main")).to_contain_text("One thing waits until")
    expect(ada.locator("main")).not_to_contain_text(f"have you ever seen this ({mark})?")
    assert_accessible(ada)
    held = mails_in_outbox(ines, "Held while Ada is in focus", "Tomás Reyes mentioned you", number, least=1)
    expect(held).to_have_count(1)
    emergency = ("Emergency: Tomás Reyes mentioned you", number)
    before = mails_in_outbox(ines, *emergency, least=0).count()

    # She may look by her own choice.
    ada.get_by_role("link", name="Look now").click()
    expect(ada.locator("main")).to_contain_text(f"have you ever seen this ({mark})?")

    # An emergency needs its cause and reason, and reaches her at once.
    write_note(tomas, address, f"@Ada the server room is hot ({mark})")
    tomas.get_by_label("It is an emergency: now").check()
    tomas.get_by_role("button", name="Keep as note").click()
    expect(tomas.locator("main")).to_contain_text("Say in a sentence why it cannot wait.")
    tomas.get_by_label("What kind of emergency").select_option(label="Many people cannot work")
    tomas.get_by_label("Why it cannot wait").fill("It stands at 45 degrees")
    tomas.get_by_role("button", name="Keep as note").click()
    expect(tomas.locator("main")).to_contain_text("Tomás Reyes reached Ada Lindqvist in focus: an emergency")
    ada.goto("/desk/mine/")
    expect(ada.locator("main")).to_contain_text(f"the server room is hot ({mark})")
    expect(ada.locator("main")).not_to_contain_text(f"have you ever seen this ({mark})?")
    pierced = mails_in_outbox(ines, *emergency, least=before + 1)
    expect(pierced).to_have_count(before + 1)
    expect(pierced.first).not_to_contain_text("Held")

    # She comes back, and what waited is there, on the page and by mail.
    ada.goto("/desk/shield/")
    ada.get_by_role("button", name="End it now").click()
    expect(ada.get_by_text("Welcome back.")).to_be_visible()
    ada.goto("/desk/mine/")
    expect(ada.locator("main")).to_contain_text(f"have you ever seen this ({mark})?")
    ines.goto("/desk/outbox/")
    expect(ines.locator(".outbox-mail", has_text="Held while Ada is in focus")).to_have_count(0)

    # The team reads what came through, and not whose focus it was.
    ines.goto("/desk/shield/")
    expect(ines.locator(".kept")).to_contain_text("Many people cannot work")
    expect(ines.locator(".kept")).not_to_contain_text("Ada")


def test_a_lead_makes_the_pattern_for_two_and_one_asks_the_other_to_swap(
    as_persona: Callable[..., Page],
    assert_accessible: Callable[[Page], None],
    assert_fits_phone: Callable[[Page], None],
) -> None:
    ines, tomas = as_persona("ines"), as_persona("tomas")
    for path in ("/desk/shield/roster/", "/desk/shield/emergencies/", "/desk/shield/calendars/"):
        ines.goto(path)
        assert_accessible(ines)
        assert_fits_phone(ines)
    ines.goto("/desk/shield/roster/")
    ines.get_by_label("Mornings", exact=True).select_option(label="Tomás Reyes")
    ines.get_by_label("Afternoons", exact=True).select_option(label="Ruth Adeyemi")
    ines.get_by_role("button", name="Mornings and afternoons").click()
    expect(ines.locator("main")).to_contain_text("Monday 8:00–")
    tomas.goto("/desk/shield/roster/")
    tomas.get_by_label("Your shift").select_option(index=3)
    tomas.get_by_label("Ask", exact=True).select_option(label="Ines Moreau")
    tomas.get_by_role("button", name="Ask to swap").click()
    expect(tomas.locator("#swaps ~ *, main").first).to_contain_text("Tomás asks Ines to take")
    ines.goto("/desk/shield/")
    ines.get_by_role("link", name="Answer them").click()
    expect(ines.get_by_role("button", name="Agree")).to_be_visible()
    assert_accessible(ines)
    ines.get_by_role("button", name="Agree").click()
    expect(ines.locator("main")).to_contain_text("(swapped)")
