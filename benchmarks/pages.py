"""What is measured: every main page and action, each as the request that a person's browser sends.

`ready` does unmeasured whatever comes before, such as opening the form that is sent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from .browsing import Browser, Request, address
from .organisation import AGENT, CUSTOMER, HEAD, LEAD
from .world import World

Ready = Callable[[Browser, World, int], Request]


@dataclass(frozen=True)
class Page:
    name: str
    who: str  # the address of who opens it; "" for nobody signed in
    ready: Ready  # with a number that grows by one with each request
    answers: int = 200
    weight: int = 0  # how often several people at once open it, against the others
    by_its_customer: bool = False  # another customer each time; `ready` gets the number of their ticket with a fix


def _at(path: str, **query: str) -> Ready:
    return lambda _browser, _world, _turn: Request(address(path, **query))


def _ticket(browser: Browser, world: World, turn: int) -> Request:
    return Request(f"/desk/tickets/{world.turn(world.long, turn)}/")


def _refresh(browser: Browser, world: World, turn: int) -> Request:
    return Request(address("/desk/", shown=",".join(map(str, world.rapid))), in_place=True)


def _presence(browser: Browser, world: World, turn: int) -> Request:
    return Request(f"/desk/tickets/{world.turn(world.long, turn)}/visit", {"seen": "0"}, in_place=True)


def _write(ending: str, field: str, browser: Browser, world: World, turn: int) -> Request:
    """A form of the ticket's page, filled in."""
    number = world.turn(world.working, turn)
    form = browser.send(Request(f"/desk/tickets/{number}/")).form(f"/{number}/{ending}")
    return Request(form.path, {**(form.data or {}), field: world.text(turn)})


def _restate(browser: Browser, world: World, turn: int) -> Request:
    number = world.turn(world.working, turn)
    form = browser.send(Request(f"/desk/tickets/{number}/restatement")).form("/restatement")
    return Request(form.path, {**(form.data or {}), "body": world.text(turn)[:300]})


def _offer(browser: Browser, world: World, turn: int) -> Request:
    number = world.offerable.pop()  # a fix is offered once
    form = browser.send(Request(f"/desk/tickets/{number}/solution")).form("/solution")
    return Request(form.path, {**(form.data or {}), "body": world.text(turn), "without": "spoken on the phone"})


def _accept(browser: Browser, world: World, number: int) -> Request:
    """“Yes” is one of the buttons of the form on the request's page."""
    form = browser.send(Request(f"/requests/{number}/")).form("/answer")
    return Request(form.path, {**(form.data or {}), "answer": "yes"})


def _log_call(browser: Browser, world: World, turn: int) -> Request:
    form = browser.send(Request("/desk/calls/new/")).form("/calls/new/")
    given = {"customer_id": str(world.turn(world.callers, turn)), "words": world.text(turn)}
    return Request(form.path, {**(form.data or {}), **given})


def _ask(browser: Browser, world: World, turn: int) -> Request:
    form = browser.send(Request("/ask/")).form("/ask/")
    return Request(form.path, {**(form.data or {}), "goal": world.text(turn)})


def _interview(steps: int, browser: Browser, world: World, turn: int) -> Request:
    """The page of an interview after so many answers."""
    at = browser.send(_ask(browser, world, turn)).location
    for _ in range(steps):
        at = browser.send(_answer_on(browser, at, world, turn)).location
    return Request(at)


def _answer_on(browser: Browser, at: str, world: World, turn: int) -> Request:
    form = browser.send(Request(at)).form(at.split("?", maxsplit=1)[0])
    data = {name: value or world.text(turn)[:80] for name, value in (form.data or {}).items() if name in _ANSWERS}
    return Request(form.path, {**(form.data or {}), **data, "severity": "slowed", "people_held_up": "1"})


_ANSWERS = {"goal", "happened", "theory", "tried", "impact", "needed_by", "fixed"}


def _answer(steps: int, browser: Browser, world: World, turn: int) -> Request:
    return _answer_on(browser, _interview(steps, browser, world, turn).path, world, turn)


def _send(browser: Browser, world: World, turn: int) -> Request:
    """“Send it now” on the first page after the customer's first words."""
    at = browser.send(_ask(browser, world, turn)).location
    form = browser.send(Request(at)).form(at.split("?")[0])
    return Request(f"{form.path}sending", form.data)


def _request(browser: Browser, world: World, turn: int) -> Request:
    return Request(f"/requests/{world.turn(world.own, turn)}/")


def _customer_writes(browser: Browser, world: World, turn: int) -> Request:
    number = world.turn(world.own, turn)
    form = browser.send(Request(f"/requests/{number}/")).form(f"/{number}/messages")
    return Request(form.path, {**(form.data or {}), "body": world.text(turn)})


PAGES = (
    Page("Today: 50 rows of the rapid lane", AGENT, _at("/desk/"), weight=6),
    Page("Today, refreshed in place", AGENT, _refresh, weight=6),
    Page("Deep dive", AGENT, _at("/desk/deep/"), weight=2),
    Page("Mine", AGENT, _at("/desk/mine/"), weight=3),
    Page("Waiting", AGENT, _at("/desk/waiting/"), weight=1),
    Page("Silent soon", AGENT, _at("/desk/silent/"), weight=1),
    Page("Everything", AGENT, _at("/desk/all/"), weight=1),
    Page("Everything, from the middle on", AGENT, lambda b, w, n: Request(f"/desk/all/?before={w.middle}")),
    Page("Search: a common word", AGENT, _at("/desk/all/", q="printer"), weight=1),
    Page("Search: a rare word", AGENT, lambda b, w, n: Request(address("/desk/all/", q=w.rare_word)), weight=1),
    Page("Search: two words", AGENT, lambda b, w, n: Request(address("/desk/all/", q=w.two_words))),
    Page("Search: a customer", AGENT, lambda b, w, n: Request(address("/desk/all/", q=w.a_name)), weight=1),
    Page("Ticket with ten messages", AGENT, _ticket, weight=8),
    Page("Presence on a ticket, every ten seconds", AGENT, _presence, weight=8),
    Page("Reply", AGENT, partial(_write, "messages", "reply-body"), 302, weight=4),
    Page("Note", AGENT, partial(_write, "notes", "note-body"), 302, weight=2),
    Page("Restate the need", AGENT, _restate, 302, weight=1),
    Page("Offer a fix", AGENT, _offer, 302),
    Page("Log a call: the form", AGENT, _at("/desk/calls/new/"), weight=1),
    Page("Log a call: sent", AGENT, _log_call, 302, weight=1),
    Page("Find a person while typing", AGENT, lambda b, w, n: Request(address("/desk/people/search", q=w.beginning))),
    Page("People", LEAD, _at("/desk/settings/people/")),
    Page("People, searched", LEAD, lambda b, w, n: Request(address("/desk/settings/people/", q=w.a_name))),
    Page("Outbox", LEAD, _at("/desk/outbox/")),
    Page("The customer's home", CUSTOMER, _at("/"), weight=3),
    Page("Ask: the form", CUSTOMER, _at("/ask/"), weight=1),
    Page("Ask: begun", CUSTOMER, _ask, 302),
    Page("Interview: the second question", CUSTOMER, partial(_interview, 0), weight=1),
    Page("Interview: the second answer", CUSTOMER, partial(_answer, 0), 302),
    Page("Interview: the third question", CUSTOMER, partial(_interview, 1)),
    Page("Interview: the third answer", CUSTOMER, partial(_answer, 1), 302),
    Page("Interview: the fourth question", CUSTOMER, partial(_interview, 2)),
    Page("Ask: sent", CUSTOMER, _send, 302, weight=1),
    Page("My requests", CUSTOMER, _at("/requests/"), weight=2),
    Page("My requests, searched", CUSTOMER, _at("/requests/", q="printer")),
    Page("A request", CUSTOMER, _request, weight=3),
    Page("The customer writes", CUSTOMER, _customer_writes, 302, weight=1),
    Page("The customer says yes to a fix", "", _accept, 302, by_its_customer=True),
    Page("The department's requests", HEAD, _at("/requests/department/")),
    Page("Sign-in page", "", _at("/account/sign-in/")),
)
