"""kill -9 in the middle of an import: nothing half, and the same command again completes it without doubles."""

import os
import signal
import subprocess
import sys
from urllib.parse import quote

import pytest
from django.db import connection

from foredesk.activity.models import Event
from foredesk.operations.importing.running import BATCH
from foredesk.tickets.models import Interview, Span, Ticket
from tests.factories import bring_what_migrations_bring

from .world import csv_file

# Kills its own process while the batch with this number is being written, in the middle of its transaction.
IMPORT = """
import os, signal, sys
sys.argv = ["foredesk", "import", "tickets", sys.argv[1], "--source", "Old"]
import django
django.setup()
from django.core.management import execute_from_command_line
from foredesk.tickets.actions import importing
batches, written = 0, importing.record_all
def record_all(**given):
    global batches
    batches += given["tag"] == "ticket:imported"
    if batches == int(os.environ["KILLED_IN"]):
        os.kill(os.getpid(), signal.SIGKILL)
    written(**given)
importing.record_all = record_all
execute_from_command_line(sys.argv)
"""


def database() -> str:
    of = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{of['NAME']}"
    password = f":{quote(of['PASSWORD'], safe='')}" if of["PASSWORD"] else ""
    host, port = quote(of["HOST"] or "localhost", safe=""), of["PORT"] or 5432
    return f"postgres://{of['USER']}{password}@{host}:{port}/{of['NAME']}"


def whole() -> int:
    numbers = {
        Ticket.objects.count(),
        Interview.objects.count(),
        Span.objects.filter(ended_at=None).count(),
        Event.objects.filter(tag="ticket:imported").count(),
        Ticket.objects.values("source_id").distinct().count(),
    }
    assert len(numbers) == 1, numbers
    return numbers.pop()


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_leaves_nothing_half_and_goes_on(tmp_path):
    bring_what_migrations_bring()
    lines = ["number,opened,caller,title", *(f"{n},2024-03-01,Maya {n % 9},T" for n in range(BATCH * 4 + 7))]
    path = csv_file(tmp_path, "\n".join(lines))

    def run(killed_in: int) -> int:
        env = os.environ | {
            "DATABASE_URL": database(),
            "FOREDESK_HOME": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "foredesk.config.settings",
            "KILLED_IN": str(killed_in),
        }
        return subprocess.run([sys.executable, "-c", IMPORT, str(path)], env=env, check=False).returncode

    assert run(killed_in=2) == -signal.SIGKILL
    assert whole() == BATCH
    assert run(killed_in=3) == -signal.SIGKILL  # two more batches were whole
    assert whole() == BATCH * 3
    assert run(killed_in=0) == 0
    assert whole() == BATCH * 4 + 7
