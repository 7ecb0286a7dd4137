"""Web and worker are killed (kill -9) at random moments while people write: nothing is lost, nothing comes twice.

What SMTP can promise is “at least once”: a worker that dies between the server's “250” and writing it down sends the
mail again (RFC 5321, 4.5.4.1 and 6.1; RFC 1047), under the same Message-ID. In the outbox each mail is there once.
"""

import hashlib
import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.mail.conftest import Sink
from tests.operations.clients import PEOPLE, Browser, Sent, ask_for_help, reply, write
from tests.operations.installation import Installation, free_port, new_database

SUBMISSIONS, CLIENTS, KILLS = 200, 4, 14
LOST = 0.1  # share of forms whose answer gets lost on the way, beside those that are killed with their server

FOUND = """
from django_tasks_db.models import DBTaskResult
from foredesk.mail.models import OutboxMessage
from foredesk.mail.rules import message_id
from foredesk.tickets.models import Message, Ticket
def files(holder):
    return [[one.sha256, one.path] for one in holder.attachments.all()]
answer = {
    "tickets": [
        [t.pk, t.interview.goal, files(t.interview), [[m.body, files(m)] for m in t.messages.all()]]
        for t in Ticket.objects.select_related("interview")
    ],
    "mails": [[m.key, m.kind, m.state, m.to, message_id(m)] for m in OutboxMessage.objects.all()],
    "tasks": sorted(set(DBTaskResult.objects.values_list("status", flat=True))),
}
"""
# A mail whose worker died while sending it is leased for ten minutes; here these pass at once.
LATER = """
from datetime import timedelta
from django.utils import timezone
from foredesk.mail.models import OutboxMessage
past = timezone.now() - timedelta(minutes=3)
answer = OutboxMessage.objects.filter(state="queued").update(not_before=past)
"""


@pytest.fixture
def sink() -> Iterator[tuple[Sink, int]]:
    handler, port = Sink(), free_port()
    server = Controller(handler, hostname="127.0.0.1", port=port)
    server.start()
    yield handler, port
    server.stop()


@pytest.fixture
def installation(tmp_path: Path, sink: tuple[Sink, int]) -> Iterator[Installation]:
    with new_database() as database_url:
        smtp = f"smtp://127.0.0.1:{sink[1]}"
        made = Installation(tmp_path / "home", database_url, EMAIL_URL=smtp, MAIL_FROM="Desk <desk@college.example>")
        made.run("prepare")
        yield made
        made.close()


class Killer:
    """Kills web, its child or the worker at chosen points of the work, and starts them again."""

    def __init__(self, installation: Installation, chance: random.Random) -> None:
        self._installation = installation
        self._chance = chance
        steps = SUBMISSIONS * 2
        self._at = sorted(chance.sample(range(5, steps - 5), KILLS))
        self._done = 0
        self._lock = threading.Lock()
        self._wakes = threading.Condition(self._lock)
        self._over = False
        self.killed: Counter[str] = Counter()

    def step(self) -> None:
        """A client has been answered once more."""
        with self._wakes:
            self._done += 1
            self._wakes.notify()

    def stop(self) -> None:
        with self._wakes:
            self._over = True
            self._wakes.notify()

    def work(self) -> None:
        for number, point in enumerate(self._at):
            with self._wakes:
                self._wakes.wait_for(lambda: self._over or self._done >= point)  # noqa: B023
                if self._over:
                    return
                self._wakes.wait(self._chance.uniform(0, 0.05))  # not at the end of an answer: somewhere within
            self._strike(("web", "web's child", "worker")[number % 3])

    def _strike(self, victim: str) -> None:
        self.killed[victim] += 1
        if victim == "web's child":
            for child in self._installation.children("web"):
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            return
        self._installation.kill(victim)
        self._installation.start(victim)
        if victim == "web":
            self._installation.wait_until_serving()


def _client(installation: Installation, sessions: dict[str, str], number: int, seed: int, killer: Killer) -> Any:
    chance = random.Random(f"{seed}/{number}")
    customer = Browser(installation, sessions[str(number + 1)], loses=LOST, chance=chance)
    agent = Browser(installation, sessions["0"], loses=LOST, chance=chance)
    done: list[Sent] = []
    for turn in range(SUBMISSIONS // CLIENTS):
        name = f"{number}-{turn}"
        done.append(ask_for_help(customer, f"I was trying to print sheet {name} and it stopped", chance))
        killer.step()
        write(customer, done[-1], f"Words of {name}", chance)
        killer.step()
        if turn % 4 == 0:
            reply(agent, done[-1], f"Answer to {name}")
    return done, customer.resent + agent.resent, customer.untold + agent.untold


@pytest.mark.xdist_group("nothing-lost")
def test_nothing_is_lost_and_nothing_comes_twice(installation: Installation, sink: tuple[Sink, int]) -> None:
    seed = int(os.environ.get("KILL_SEED") or random.SystemRandom().randrange(10**6))
    print(f"Seed: {seed} (KILL_SEED={seed} kills at the same points again)")  # noqa: T201
    sessions = installation.ask(PEOPLE % (CLIENTS + 1))
    installation.start("web")
    installation.start("worker")
    installation.wait_until_serving()
    killer = Killer(installation, random.Random(seed))
    with ThreadPoolExecutor(CLIENTS + 1) as pool:
        striking = pool.submit(killer.work)
        working = [pool.submit(_client, installation, sessions, n, seed, killer) for n in range(CLIENTS)]
        try:
            outcomes = [work.result() for work in working]
        finally:
            killer.stop()
        striking.result()
    assert installation.end("web") == 0
    installation.kill("worker")
    installation.run("worker", "--until-idle")
    if installation.ask(LATER):
        installation.run("worker", "--until-idle")

    sent = [one for done, _resent, _untold in outcomes for one in done]
    resent, untold = (sum(outcome[which] for outcome in outcomes) for which in (1, 2))
    found = installation.ask(FOUND)
    print(f"Killed {dict(killer.killed)}, asked again {resent} times, {untold} of them for what was done")  # noqa: T201
    assert untold > SUBMISSIONS * LOST, "else hardly anything done was sent again, and nothing is shown"
    assert killer.killed.total() == KILLS
    _assert_all_there_once(sent, found["tickets"], installation.home / "files")
    assert found["tasks"] == ["SUCCESSFUL"]
    _assert_mails(found["mails"], sent, sink[0], most_doubled=killer.killed["worker"] + 1)


def _assert_all_there_once(sent: list[Sent], tickets: list[Any], files: Path) -> None:
    assert len(sent) == len(tickets) == SUBMISSIONS
    there = {pk: (goal, attached, messages) for pk, goal, attached, messages in tickets}
    for one in sent:
        goal, attached, messages = there[one.ticket]
        assert goal == one.goal
        assert [sha256 for sha256, _path in attached] == [one.file]
        said = [(words, "".join(sha256 for sha256, _path in at)) for words, at in messages]
        assert sorted(said) == sorted(one.replies)
        for sha256, path in attached + [each for _words, at in messages for each in at]:
            assert _sha256(files / path) == sha256


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _assert_mails(mails: list[Any], sent: list[Sent], sink: Sink, *, most_doubled: int) -> None:
    assert {state for _key, _kind, state, _to, _id in mails} == {"sent"}
    kinds = Counter(kind for _key, kind, _state, _to, _id in mails)
    answers = sum(1 for one in sent for words, _file in one.replies if words.startswith("Answer"))
    assert kinds["acknowledged"] == SUBMISSIONS
    assert kinds["reply"] == answers
    assert len({key for key, *_rest in mails}) == len(mails)
    received = Counter(str(mail["Message-ID"]) for mail in sink.mails)
    assert set(received) == {identifier for *_rest, identifier in mails}
    assert received.total() - len(received) <= most_doubled
