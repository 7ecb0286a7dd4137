"""Measures a filled database through a web server of its own: python -m benchmarks.measure FILE.json

`benchmarks/__main__.py` calls it with DATABASE_URL, FOREDESK_HOME, BENCH_PORT and POSTGRES_PID in the environment.
"""

import json
import os
import random
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import django
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from .browsing import Browser, HttpBrowser, InsideBrowser, Request
from .server import Meter, peak_memory_mib, web

QUICK = bool(os.environ.get("BENCH_QUICK"))  # for whoever is tuning: a look, not a measurement
ROUNDS = 1 if QUICK else 3
TIMES = 10 if QUICK else 20  # requests of a page in a round
WARM = 4  # requests before, for each process of the web server to have met the page
CLIENTS, OF_IT = 8, 5
THINKING = 1.0  # seconds, half as much to half as much again
TOGETHER = 20.0 if QUICK else 60.0  # seconds


@dataclass
class Figures:
    """Of one page: times and processor time in milliseconds."""

    name: str
    p50: float = 0
    p95: float = 0
    web: float = 0
    database: float = 0
    queries: int = 0
    together: list[float] = field(default_factory=list)


class Crowd:
    """Everybody's browsers. `opened` makes a new one for a person (None: nobody signed in)."""

    def __init__(self, world: Any, people: dict[str, Any], opened: Callable[[Any], Browser]) -> None:
        self.world, self.people, self.opened = world, people, opened
        self._browsers: dict[str, Browser] = {}

    def ready(self, page: Any, turn: int) -> tuple[Browser, Request]:
        """Whose browser, and the request it is about to send."""
        if page.by_its_customer:
            ticket = self.world.offered.pop()
            browser = self.opened(ticket.customer)
            return browser, page.ready(browser, self.world, ticket.pk)
        if page.who not in self._browsers:
            self._browsers[page.who] = self.opened(self.people.get(page.who))
        browser = self._browsers[page.who]
        return browser, page.ready(browser, self.world, turn)


def main() -> None:
    django.setup()
    from .pages import PAGES
    from .world import look, people_measured, session_of

    out, port = Path(sys.argv[1]), int(os.environ["BENCH_PORT"])
    database = int(os.environ.get("POSTGRES_PID", "0"))
    figures = {page.name: Figures(page.name) for page in PAGES}
    world, people = look(), people_measured()

    with web(port, dict(os.environ), out.with_suffix(".log")) as server:

        def opened(person: Any) -> Browser:
            return HttpBrowser(port, session_of(person) if person else "")

        meters = Meter(server), Meter(database) if database else lambda: 0.0

        def used() -> tuple[float, float]:
            return meters[0](), meters[1]()

        crowd = Crowd(world, people, opened)
        for page in PAGES:
            one = figures[page.name]
            alone(crowd, page, one, used)
            print(f"  {page.name:42} {one.p50:7.1f} ms  CPU {one.web:6.1f} + {one.database:6.1f} ms", flush=True)
        print(f"  {CLIENTS} people at the same time …", flush=True)
        load = together([Crowd(world, people, opened) for _ in range(CLIENTS)], figures, used)
        memory = peak_memory_mib(server)
    crowd = Crowd(world, people, inside)
    for page in PAGES:
        figures[page.name].queries = queries(crowd, page)
    report = {
        "pages": [vars(one) for one in figures.values()],
        "memory": memory,
        "load": load,
        "rounds": ROUNDS,
        "times": TIMES,
    }
    out.write_text(json.dumps(report))


def alone(
    crowd: Crowd,
    page: Any,
    figures: Figures,
    used: Callable[[], tuple[float, float]],
    *,
    rounds: int = ROUNDS,
    times: int = TIMES,
) -> None:
    """One person, one request after the other; the median of the rounds."""
    for turn in range(WARM):
        timed(*crowd.ready(page, -1 - turn), page)
    measured = []
    for first in range(0, rounds * times, times):
        requests = [crowd.ready(page, turn) for turn in range(first, first + times)]
        before = used()
        taken = [timed(*ready, page) for ready in requests]
        spent = [(after - start) / times for start, after in zip(before, used(), strict=True)]
        measured.append((median(taken), p95(taken), *spent))
    figures.p50, figures.p95, figures.web, figures.database = (median(column) for column in zip(*measured, strict=True))


def together(
    crowds: list[Crowd],
    figures: dict[str, Figures],
    used: Callable[[], tuple[float, float]],
    seconds: float = TOGETHER,
) -> dict[str, float]:
    """Several people, each at their own pages, who think between two requests. What was used in all, in percent."""
    from .organisation import AGENT, COLLEAGUES, CUSTOMER
    from .pages import PAGES

    ends = time.monotonic() + seconds
    troubles: list[BaseException] = []

    def live(number: int, crowd: Crowd) -> None:
        chance = random.Random(number)
        who = AGENT if number < OF_IT else CUSTOMER
        mine = [page for page in PAGES if page.who == who and page.weight]
        if number < OF_IT:  # each as somebody else
            crowd.people = {**crowd.people, AGENT: crowd.people[(AGENT, *COLLEAGUES)[number % (len(COLLEAGUES) + 1)]]}
        time.sleep(chance.random() * THINKING)
        try:
            while time.monotonic() < ends:
                page = chance.choices(mine, weights=[one.weight for one in mine])[0]
                ready = crowd.ready(page, chance.randrange(10**6))
                figures[page.name].together.append(timed(*ready, page))
                time.sleep(THINKING * (0.5 + chance.random()))
        except BaseException as trouble:
            troubles.append(trouble)

    before, begun = used(), time.monotonic()
    threads = [threading.Thread(target=live, args=pair) for pair in enumerate(crowds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]
    took = 10 * (time.monotonic() - begun)  # milliseconds, by a hundred
    web_used, database_used = ((after - start) / took for start, after in zip(before, used(), strict=True))
    return {"web": web_used, "database": database_used}


def timed(browser: Browser, request: Request, page: Any) -> float:
    """Milliseconds from the first byte sent to the last one read. Raises RuntimeError for an unexpected answer."""
    begun = time.perf_counter()
    answer = browser.send(request)
    took = 1000 * (time.perf_counter() - begun)
    if answer.status != page.answers:
        raise RuntimeError(
            f"{page.name}: {request.method} {request.path} answered {answer.status}\n{answer.text[:2000]}"
        )
    return took


def queries(crowd: Crowd, page: Any) -> int:
    """How many queries a page takes, beginning and ending of transactions not counted."""
    timed(*crowd.ready(page, 500_000), page)
    browser, request = crowd.ready(page, 500_001)
    with CaptureQueriesContext(connection) as captured:
        timed(browser, request, page)
    return sum(
        not query["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")) for query in captured.captured_queries
    )


def inside(person: Any) -> Browser:
    """Somebody's browser without HTTP between."""
    client = Client(SERVER_NAME="localhost")
    if person is not None:
        client.force_login(person)
    return InsideBrowser(client)


def p95(taken: list[float]) -> float:
    return quantiles(taken, n=20)[-1] if len(taken) > 1 else taken[0]


if __name__ == "__main__":
    main()
