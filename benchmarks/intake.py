"""How fast mail comes in: python -m benchmarks.intake [--messages N]

Stores and files mails in an empty PostgreSQL database of its own and prints a table: first in one process, for the
processor time that a mail costs, then stored and filed by two workers at the same time, for how many go in a second.

Two mails of five begin a request, the others answer one; every second has an HTML part too, every fifth a file.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import django
import psycopg

from scripts.with_postgres import server

from .__main__ import HERE, SETTINGS, _environment, _run
from .server import Meter, postmaster

WORDS = (HERE / "words.py").read_text().split()
NEW = 0.4


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.intake", description=__doc__)
    parser.add_argument("--messages", type=int, default=2000, help="how many (default: %(default)s)")
    parser.add_argument("--work", help=argparse.SUPPRESS)  # what a process of ours does: "alone", or its mails' mark
    options = parser.parse_args()
    if options.work:
        django.setup()
        _alone(options.messages) if options.work == "alone" else _share(_letters(options.messages, options.work))
        return
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="foredesk-bench-")))
        url = stack.enter_context(server(SETTINGS))
        connection = stack.enter_context(psycopg.connect(url, autocommit=True))
        connection.execute("CREATE DATABASE intake")
        environment = _environment(url, "intake", folder) | {"POSTGRES_PID": str(postmaster(connection))}
        _run(environment, "foredesk", "prepare")
        print(f"{'':32}{'messages':>9}{'seconds':>9}{'a second':>9}{'CPU-ms each':>13}{'PostgreSQL':>12}", flush=True)
        _run(environment, "benchmarks.intake", "--work", "alone", "--messages", str(options.messages))
        together(environment, options.messages)


def together(environment: dict[str, str], number: int) -> None:
    """Two processes store and file at the same time."""
    command = [sys.executable, "-m", "benchmarks.intake", "--messages", str(number // 2), "--work"]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "env": environment}
    workers = [subprocess.Popen([*command, mark], **pipes) for mark in ("first", "second")]
    for worker in workers:
        worker.stdout.readline()  # it is ready
    meters = [Meter(pid) for pid in (workers[0].pid, workers[1].pid, int(environment["POSTGRES_PID"]))]
    before, begun = [meter() for meter in meters], time.perf_counter()
    for worker in workers:
        worker.stdin.close()
    while any(worker.poll() is None for worker in workers):
        spent = [meter() for meter in meters]
        time.sleep(0.1)
    seconds = time.perf_counter() - begun
    first, second, database = (now - then for now, then in zip(spent, before, strict=True))
    _row("stored and filed, two processes", number, seconds, first + second, database)


@contextmanager
def _measured(name: str, number: int) -> Iterator[None]:
    database = Meter(int(os.environ["POSTGRES_PID"]))
    begun, own, used = time.perf_counter(), time.process_time(), database()
    yield
    spent = (time.process_time() - own) * 1000
    _row(name, number, time.perf_counter() - begun, spent, database() - used)


def _row(name: str, number: int, seconds: float, own: float, database: float) -> None:
    rate = f"{number:>9}{seconds:>9.1f}{number / seconds:>9.0f}"
    print(f"{name:32}{rate}{own / number:>13.1f}{database / number:>12.1f}", flush=True)


def _alone(number: int) -> None:
    from foredesk.intake.actions import file_waiting, store
    from foredesk.intake.enums import Door

    letters = _letters(number, "alone")
    with _measured("stored, one process", number):
        for raw in letters:
            store(raw=raw, door=Door.SMTP)
    with _measured("filed, one process", number):
        while file_waiting():
            pass


def _share(letters: list[bytes]) -> None:
    from foredesk.intake.actions import file_waiting, store
    from foredesk.intake.enums import Door

    print("ready", flush=True)
    sys.stdin.read()
    for start in range(0, len(letters), 20):
        for raw in letters[start : start + 20]:
            store(raw=raw, door=Door.SMTP)
        file_waiting()
    while file_waiting():
        pass


def _letters(number: int, mark: str) -> list[bytes]:
    chance = random.Random(f"{number}{mark}")
    begun: list[str] = []
    return [_letter(turn, mark, chance, begun) for turn in range(number)]


def _letter(turn: int, mark: str, chance: random.Random, begun: list[str]) -> bytes:
    mail = EmailMessage(policy=SMTP)
    writer, words = chance.randrange(500), " ".join(chance.choices(WORDS, k=chance.randrange(20, 150)))
    mail["Message-ID"] = own = f"<{mark}.{turn}@college.example>"
    mail["To"], mail["Date"] = "Desk <desk@localhost>", "Wed, 25 Nov 2026 10:00:00 +0000"
    if begun and chance.random() > NEW:
        mail["In-Reply-To"] = answered = chance.choice(begun)
        mail["References"], mail["Subject"] = answered, "Re: a request"
        writer = int(answered.partition(".")[2].partition("@")[0]) % 500
        words += "\n\nOn Tuesday, the IT desk wrote:\n" + "\n".join(f"> {words[:70]}" for _line in range(10))
    else:
        begun.append(own)
        mail["Subject"], writer = words[:60], turn % 500
    mail["From"] = f"Person {writer} <p{writer}@college.example>"
    mail.set_content(words + f"\n\n-- \nPerson {writer}\nRegistry\n")
    if turn % 2:
        mail.add_alternative(f"<html><body><p>{words}</p><hr>Registry</body></html>", subtype="html")
    if turn % 5 == 0:
        mail.add_attachment(
            random.Random(turn).randbytes(40_000), maintype="image", subtype="png", filename="screen.png"
        )
    return mail.as_bytes()


if __name__ == "__main__":
    main()
