"""What happens to incoming mail by itself. All of it may run twice, and in two workers at once."""

from datetime import datetime
from threading import Thread

from django.db import connections

from foredesk.kit.queue import periodic, task

from . import actions

HOLDS_UP = 10.0  # seconds that a slow mailbox may hold up the other tasks of its worker


@periodic(seconds=2)
def file_mails() -> None:
    """File what came in; at most so many in one go, about ten seconds’ worth, that other jobs have their turn."""
    actions.file_waiting(most=1000)


@periodic(seconds=10)
def fetch_due() -> None:
    """A task for each mailbox that is due, so that the periodic jobs wait for no mail server."""
    for mailbox, lease in actions.claim_due():
        fetch.enqueue(mailbox, lease.isoformat())


@periodic(seconds=300)
def raise_alarms() -> None:
    actions.raise_alarms()


@periodic(seconds=24 * 60 * 60)
def let_go() -> None:
    """Let go of mails that were set aside long enough ago; a worker that starts looks at once."""
    actions.let_go_of_set_aside()


@task()
def fetch(mailbox: int, lease: str) -> None:
    """Look into one mailbox. One that is slow goes on in its own thread, and the worker with its other tasks."""

    def look() -> None:
        try:
            actions.fetch(mailbox=mailbox, lease=datetime.fromisoformat(lease))
        finally:
            connections.close_all()

    # A daemon: what is cut off at the worker's end comes once more, and the mailbox is free when its lease ends.
    thread = Thread(target=look, name=f"mailbox-{mailbox}", daemon=True)
    thread.start()
    thread.join(HOLDS_UP)
