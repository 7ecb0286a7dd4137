"""Passkeys with Chromium's virtual authenticator, the app that shows six digits, recovery codes."""

import re
import time
from collections.abc import Callable

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import CDPSession, Page, expect

EMAIL, PASSWORD = "harriet.okonjo@ashgrove.example", "ashgrove-college-demo"
ONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def give_device(page: Page) -> tuple[CDPSession, str]:
    """A device with a fingerprint reader, whose owner always puts the right finger on it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    return session, session.send("WebAuthn.addVirtualAuthenticator", {"options": ONE})["authenticatorId"]


def sign_out(page: Page) -> None:
    page.goto("/account/sign-out/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Good to see you")).to_be_visible()


def type_password(page: Page) -> None:
    page.goto("/account/sign-in/")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def remove(page: Page, link: str) -> None:
    page.goto("/account/how/")
    page.get_by_role("link", name=link).click()
    page.get_by_label("Your password", exact=True).fill(PASSWORD)
    page.get_by_label("A new password").fill("nine quiet herons by the canal")
    page.get_by_label("A new password").fill("")
    page.locator("main form button.primary").click()
    expect(page.get_by_role("heading", name="How you sign in")).to_be_visible()


def test_a_device_is_added_signs_in_alone_and_as_second_step(
    as_persona: Callable[..., Page],
    assert_accessible: Callable[[Page], None],
    assert_fits_phone: Callable[[Page], None],
) -> None:
    page = as_persona("harriet")
    session, device = give_device(page)
    page.goto("/account/how/")
    page.get_by_role("link", name="Add this device").click()
    page.get_by_label("What do you call this device?").fill("My laptop")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert_accessible(page)
    assert_fits_phone(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert len(re.findall(r"^\d{5} \d{5}$", download.value.path().read_text(), re.MULTILINE)) == 10
    page.get_by_role("button", name="I have kept them").click()
    expect(page.locator("main")).to_contain_text("My laptop")
    assert_accessible(page)

    page.goto("/account/how/passkeys/new/")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("alert")).to_have_text("This device is in your list already.")

    sign_out(page)
    page.get_by_role("button", name="Use fingerprint, face or PIN").click()
    expect(page.get_by_role("button", name="Ask for help").or_(page.locator(".person-menu"))).to_be_visible()
    page.goto("/you/")
    expect(page.get_by_label("Your name")).to_have_value("Harriet Okonjo")

    sign_out(page)
    type_password(page)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    assert_accessible(page)
    assert_fits_phone(page)
    session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.get_by_role("button", name="Use fingerprint, face or PIN").click()
    expect(page.get_by_role("alert")).to_contain_text("Press the button to try again")
    session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    page.get_by_role("button", name="Use fingerprint, face or PIN").click()
    expect(page.locator(".person-menu")).to_be_visible()

    page.goto("/account/confirm/?next=/account/how/")
    assert_accessible(page)
    assert_fits_phone(page)
    page.get_by_role("button", name="Use fingerprint, face or PIN").click()
    expect(page.get_by_role("heading", name="How you sign in")).to_be_visible()
    page.get_by_role("link", name="Remove My laptop").click()
    assert_accessible(page)
    assert_fits_phone(page)
    remove(page, "Remove My laptop")
    expect(page.locator("main")).not_to_contain_text("My laptop")


def test_the_app_and_a_recovery_code(as_persona: Callable[..., Page], new_page: Callable[..., Page]) -> None:
    page = as_persona("harriet")
    page.goto("/account/how/app/")
    secret = page.locator(".scan-key").inner_text().replace(" ", "")
    page.get_by_label("The six digits that the app shows now").fill("000000")
    page.get_by_role("button", name="Turn it on").click()
    expect(page.locator(".problems")).to_contain_text("not the digits")
    assert page.locator(".scan-key").inner_text().replace(" ", "") == secret

    def digits(later: int = 0) -> str:
        return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))

    page.get_by_label("The six digits that the app shows now").fill(digits())
    page.get_by_role("button", name="Turn it on").click()
    expect(page.locator(".codes code")).to_have_count(10)
    codes = page.locator(".codes code").all_inner_texts()

    other = new_page()
    for code in (digits(1), codes[0]):
        type_password(other)
        expect(other.get_by_role("heading", name="One more step")).to_be_visible()
        other.get_by_label("Six digits from the app on your phone").fill(code)
        other.get_by_role("button", name="Sign in", exact=True).click()
        expect(other.locator(".person-menu")).to_be_visible()
        sign_out(other)
    page.goto("/account/how/codes/")
    page.get_by_role("button", name="I have kept them").click()
    expect(page.locator("main")).to_contain_text("9 codes left")
    remove(page, "Turn it off")
    type_password(other)
    expect(other.locator(".person-menu")).to_be_visible()
