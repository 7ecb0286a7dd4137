"""An installation in processes of its own, with mailboxes, for the tests of what stands at its doors."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from tests.intake.dovecot import certificate
from tests.operations.installation import Installation, new_database

MAILBOXES = """
from foredesk.intake.models import Mailbox
Mailbox.objects.all().delete()
Mailbox.objects.create(name="Desk", address="desk@example.org", other_addresses=["it@example.org"])
Mailbox.objects.create(name="Printing", address="printing@example.org")
Mailbox.objects.create(name="Paused", address="paused@example.org", is_active=False)
answer = True
"""
STORED = """
from foredesk.intake.models import Incoming
from django.core.files.storage import default_storage
answer = [
    [one.mailbox and one.mailbox.name, one.door, one.envelope_from, one.envelope_to,
     default_storage.open(one.raw.path).read().decode()]
    for one in Incoming.objects.order_by("pk")
]
Incoming.objects.all().delete()
"""


@contextlib.contextmanager
def installation(folder: Path) -> Iterator[Installation]:
    with new_database() as url:
        made = certificate(folder)
        key = str(made.with_name("key.pem"))
        one = Installation(folder / "home", url, MAIL_LISTEN_CERTIFICATE=str(made), MAIL_LISTEN_KEY=key)
        try:
            one.home.mkdir(mode=0o700)
            # Not `prepare`: nothing here shows pages, and gathering their files takes most of its time.
            one.run("migrate", "--verbosity", "0")
            one.ask(MAILBOXES)
            yield one
        finally:
            one.close()


@contextlib.contextmanager
def without_database(one: Installation) -> Iterator[None]:
    """Its database is away for a while."""
    if url := one.environment.get("DATABASE_URL"):
        name = urlsplit(url).path.lstrip("/")
        with psycopg.connect(
            os.environ["DATABASE_URL"].replace("postgres://", "postgresql://"), autocommit=True
        ) as admin:
            admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
            try:
                yield
            finally:
                admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        return
    away = one.home / "away"
    away.mkdir()
    for file in one.home.glob("foredesk.sqlite3*"):
        shutil.move(file, away)
    (one.home / "foredesk.sqlite3").mkdir()
    try:
        yield
    finally:
        (one.home / "foredesk.sqlite3").rmdir()
        for file in away.iterdir():
            shutil.move(file, one.home)
        away.rmdir()
