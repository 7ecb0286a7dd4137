"""Finding the pages that a person can reach, instead of listing them: what is linked is what gets looked at."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import Page

SIGNED_OUT = (
    "/demo/",
    "/account/sign-in/",
    "/account/password/forgotten/",
    "/account/password/forgotten/sent/",
    "/account/invitation/",
    "/account/rescue/none/",
    "/answer/none/",
)
# Files, and the body of a mail: shown inside a frame whose sandbox lets no script in, axe's neither.
LEFT_OUT = re.compile(
    r"sign-out|/files?/|/static/|/(outbox|incoming|mails)/\d+/(body|raw|invitation)$|/copy$|/copies/\d+/file|\.(ics|csv|pdf)$"
)


def pages_of(window: Page) -> list[str]:
    """Where this person starts, what the navigation offers, and one of each kind of page that these lead to."""
    start = urlsplit(window.url).path
    found = {kind_of(start): start}
    for path in [start, *_links(window, "nav a[href], header a[href]")]:
        found.setdefault(kind_of(path), path)
    looked_at: set[str] = set()
    while unseen := [path for kind, path in found.items() if kind not in looked_at]:
        for path in unseen:
            looked_at.add(kind_of(path))
            window.goto(path)
            for link in _links(window, "main a[href]"):
                found.setdefault(kind_of(link), link)
    return list(found.values())


def _links(window: Page, selector: str) -> list[str]:
    addresses = window.locator(selector).evaluate_all("links => links.map(link => link.href)")
    here = urlsplit(window.url).netloc
    paths = [urlsplit(address).path for address in addresses if urlsplit(address).netloc == here]
    return [path for path in dict.fromkeys(paths) if not LEFT_OUT.search(path)]


def kind_of(path: str) -> str:
    """Addresses that differ in a number only are pages of one kind."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+", "N", path)
