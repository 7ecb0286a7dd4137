"""Drains an outbox while workers are killed: python -m benchmarks.outbox [--mails N] [--workers N] [--kills N]

A PostgreSQL of its own, real `foredesk worker` processes, and a real mail server (aiosmtpd) that takes all and writes
down each Message-ID. Now and then a worker dies by SIGKILL, in the middle of whatever it does, and another one begins.
"""

import argparse
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from email import message_from_bytes
from pathlib import Path
from typing import Any

import psycopg

from scripts.with_postgres import server

from .server import Meter, machine, postmaster

SETTINGS = ("max_connections=60", "shared_buffers=512MB", "max_wal_size=4GB")
SEED = 118
STILL = "state IN ('queued', 'deferred')"


def main() -> None:
    options = _options()
    if options.sink:
        sink(*options.sink)
    elif options.fill:
        fill(options.fill)
    else:
        measure(options)


def measure(options: argparse.Namespace) -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="foredesk-bench-")))
        url = stack.enter_context(server(SETTINGS))
        connection = stack.enter_context(psycopg.connect(url, autocommit=True))
        connection.execute("CREATE DATABASE outbox")
        port, taken = _free_port(), folder / "taken"
        environment = _environment(url, folder, port)
        _run(environment, "foredesk", "prepare")
        print(f"Posting {options.mails:,} mails …", flush=True)
        _run(environment, "benchmarks.outbox", "--fill", str(options.mails))
        stack.enter_context(_process(environment, "benchmarks.outbox", "--sink", str(port), str(taken)))
        _wait_for(port)
        outbox = stack.enter_context(psycopg.connect(environment["DATABASE_URL"], autocommit=True))
        database = Meter(postmaster(connection))
        print(report(options, drain(options, environment, outbox, database), outbox, taken))


def drain(
    options: argparse.Namespace, environment: dict[str, str], outbox: "psycopg.Connection[Any]", database: Meter
) -> dict[str, float]:
    """Start workers, kill some of them, and wait until nothing is to go; gives seconds and processor time."""
    chance, meters, workers, kills = random.Random(SEED), [], [], 0
    begun, used = time.monotonic(), database()
    next_kill = begun + 8

    def start() -> None:
        worker = subprocess.Popen([sys.executable, "-m", "foredesk", "worker", "--prepared"], env=environment)
        workers.append(worker)
        meters.append(Meter(worker.pid))

    def left() -> int:
        return int(outbox.execute(f"SELECT count(*) FROM mail_outboxmessage WHERE {STILL}").fetchone()[0])  # type: ignore[index]

    for _ in range(options.workers):
        start()
    told = begun
    try:
        while to_go := left():
            for meter in meters:
                meter()
            database()
            now = time.monotonic()
            if now > told + 10:
                print(f"  {now - begun:4.0f} s: {to_go:,} to go", flush=True)
                told = now
            if kills < options.kills and now > next_kill and to_go > 1:
                victim = chance.choice(workers)
                workers.remove(victim)
                victim.send_signal(signal.SIGKILL)
                victim.wait()
                kills, next_kill = kills + 1, now + chance.uniform(2, 6)
                start()
            time.sleep(0.05)
        seconds = time.monotonic() - begun
        own = sum(meter() for meter in meters)
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait(60)
    return {"seconds": seconds, "own": own, "database": database() - used, "kills": kills}


def report(options: argparse.Namespace, took: dict[str, float], outbox: "psycopg.Connection[Any]", taken: Path) -> str:
    rows = outbox.execute("SELECT id, state FROM mail_outboxmessage ORDER BY id").fetchall()
    arrived = Counter(int(number) for number in re.findall(r"^<(\d+)\.", taken.read_text(), re.MULTILINE))
    lost = sum(1 for number, _state in rows if not arrived[number])
    doubled = sum(times - 1 for times in arrived.values())
    states = Counter(state for _number, state in rows)
    number = len(rows)
    return "\n".join(
        [
            "",
            f"{machine()}; {options.workers} workers; states at the end: {dict(states)}",
            "",
            "| mails | seconds | a second | CPU-ms a mail, workers + PostgreSQL | kills | lost | doubled |",
            "|--:|--:|--:|--:|--:|--:|--:|",
            f"| {number:,} | {took['seconds']:.0f} | {number / took['seconds']:.0f} "
            f"| {took['own'] / number:.1f} + {took['database'] / number:.1f} "
            f"| {took['kills']:.0f} | {lost} | {doubled} |",
        ]
    )


def sink(port: str, taken: str) -> None:
    """A mail server that takes everything and writes down each Message-ID before it says so."""
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import SMTP, Envelope, Session

    with Path(taken).open("a") as log:

        class Taking:
            async def handle_DATA(  # noqa: N802
                self, server: SMTP, session: Session, envelope: Envelope
            ) -> str:
                log.write(f"{message_from_bytes(envelope.content or b'')['Message-ID']}\n")  # type: ignore[arg-type]
                log.flush()
                return "250 OK"

        Controller(Taking(), hostname="127.0.0.1", port=int(port)).start()
        threading.Event().wait()


def fill(number: int) -> None:
    """Post so many mails as the product does, a few in each transaction."""
    import django

    django.setup()
    from django.db import transaction

    from foredesk.mail.actions import post, render_mail

    for start in range(0, number, 100):
        with transaction.atomic():
            for one in range(start, min(start + 100, number)):
                subject = f"We have your request [{one}]"
                context = {
                    "subject": subject,
                    "heading": "Thank you. We have your request.",
                    "intro": "Somebody of IT reads it by 11:00 and writes to you then, whatever it turns out to be.",
                    "action_label": "See your request",
                    "action_url": f"https://desk.bench.example/requests/{one}/",
                }
                text, html = render_mail("mail/frame", context)
                post(
                    to=f"person{one}@bench.example",
                    kind="acknowledged",
                    key=f"bench:{one}",
                    subject=subject,
                    text=text,
                    html=html,
                    about=f"ticket:{one}",
                )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.outbox", description=__doc__.partition("\n")[0])
    parser.add_argument("--mails", type=int, default=10_000, help="how many (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=2, help="at a time (default: %(default)s)")
    parser.add_argument("--kills", type=int, default=10, help="how many workers are killed (default: %(default)s)")
    parser.add_argument("--fill", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--sink", nargs=2, help=argparse.SUPPRESS)
    return parser.parse_args()


def _environment(url: str, folder: Path, port: int) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": f"{url.rpartition('/')[0]}/outbox",
        "DJANGO_SETTINGS_MODULE": "foredesk.config.settings",
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "MAIL_TRANSPORT": "smtp",
        "BACKUP_DAILY": "false",
        "FOREDESK_DEMO": "false",
        "DEBUG": "false",
        "FOREDESK_HOME": str(folder / "home"),
        "PYTHONPATH": str(Path(__file__).resolve().parent.parent),
    }


def _run(environment: dict[str, str], *command: str) -> None:
    subprocess.run([sys.executable, "-m", *command], env=environment, check=True)


@contextmanager
def _process(environment: dict[str, str], *command: str) -> Iterator[None]:
    running = subprocess.Popen([sys.executable, "-m", *command], env=environment)
    try:
        yield
    finally:
        running.kill()
        running.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    sys.exit("The mail server did not start.")


if __name__ == "__main__":
    main()
