"""Listener and worker are killed (kill -9) at random moments while mail comes in: nothing is lost or doubled."""

import os
import random
import smtplib
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.operations.installation import Installation, free_port, new_database

from .conftest import DESK, letter

SENDERS, MAILS, KILLS = 3, 30, 8
MAILBOX = f"""
from foredesk.intake.models import Mailbox
answer = Mailbox.objects.create(name="Desk", address="{DESK}").pk
"""
# The lease of a worker that died is over at once.
FOUND = """
from django.utils import timezone
from foredesk.intake.models import Incoming
from foredesk.tickets.models import Message, Ticket
Incoming.objects.filter(state="stored").update(not_before=timezone.now())
answer = {
    "waiting": Incoming.objects.filter(state="stored").count(),
    "states": [[one.state, one.reason] for one in Incoming.objects.exclude(state="filed")],
    "mails": Incoming.objects.count(),
    "asked": list(Ticket.objects.values_list("interview__goal", flat=True)),
    "said": list(Message.objects.values_list("body", flat=True)),
}
"""


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[tuple[Installation, int]]:
    port = free_port()
    with new_database() as database_url:
        made = Installation(tmp_path / "home", database_url, MAIL_TRANSPORT="kept")
        made.run("prepare")
        made.ask(MAILBOX)
        yield made, port
        made.close()


def _hand_over(port: int, mail: EmailMessage, chance: random.Random) -> None:
    """As a mail server does: until it has heard that it was taken, it tries again."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            with smtplib.SMTP("127.0.0.1", port, timeout=10) as server:
                server.send_message(mail, to_addrs=[DESK])
        except (OSError, smtplib.SMTPException):
            time.sleep(chance.uniform(0.05, 0.3))
        else:
            return
    raise AssertionError("A mail was never taken.")


def _sender(port: int, number: int, seed: int) -> tuple[list[str], list[str]]:
    chance = random.Random(f"{seed}/{number}")
    asked, said, last = [], [], ""
    for turn in range(MAILS):
        words = f"Words {turn} of sender {number}."
        answers = last if turn % 3 else ""
        mail = letter(words, sender=f"p{number}@ashgrove.example", subject=f"Mail {turn}", answers=answers)
        _hand_over(port, mail, chance)
        (said if answers else asked).append(words)
        last = last if answers else mail["Message-ID"]
    return asked, said


def _killer(installation: Installation, port: int, chance: random.Random, over: threading.Event) -> Counter[str]:
    killed: Counter[str] = Counter()
    for number in range(KILLS):
        if over.wait(chance.uniform(0.3, 1.5)):
            break
        victim = ("listen", "worker")[number % 2]
        installation.kill(victim)
        installation.start(victim, *(["--port", str(port)] if victim == "listen" else []))
        killed[victim] += 1
    return killed


@pytest.mark.xdist_group("nothing-lost")
def test_nothing_is_lost_and_nothing_is_doubled(installation: tuple[Installation, int]) -> None:
    desk, port = installation
    seed = int(os.environ.get("KILL_SEED") or random.SystemRandom().randrange(10**6))
    print(f"Seed: {seed} (KILL_SEED={seed} kills at the same moments again)")  # noqa: T201
    desk.start("worker")
    desk.start("listen", "--port", str(port))
    over = threading.Event()
    with ThreadPoolExecutor(SENDERS + 1) as pool:
        killing = pool.submit(_killer, desk, port, random.Random(seed), over)
        senders = [pool.submit(_sender, port, number, seed) for number in range(SENDERS)]
        sent = [one.result() for one in senders]
        over.set()
        killed = killing.result()
    assert set(killed) == {"listen", "worker"}, killed
    found = _when_all_are_filed(desk)
    assert found["states"] == []
    assert found["mails"] == SENDERS * MAILS
    assert Counter(found["asked"]) == Counter(words for asked, _said in sent for words in asked)
    assert Counter(found["said"]) == Counter(words for _asked, said in sent for words in said)


def _when_all_are_filed(desk: Installation) -> dict[str, Any]:
    until = time.monotonic() + 90
    while True:
        found: dict[str, Any] = desk.ask(FOUND)
        if not found["waiting"]:
            return found
        assert time.monotonic() < until, desk.said()
        time.sleep(0.5)
