"""What the worker does for triage: say what new requests look like, and learn at night and from corrections."""

from datetime import datetime, timedelta

from django.utils import timezone

from foredesk.kit import clock
from foredesk.kit.locks import one_at_a_time
from foredesk.kit.queue import periodic, task
from foredesk.tickets.models import Ticket

from . import actions, queries
from .rules import FEWEST

NIGHTLY_AT = 3  # o'clock, after the backup
ENOUGH = 20  # corrections after which the night is not waited for


@task()
def suggest(ticket_id: int) -> None:
    ticket = Ticket.objects.filter(pk=ticket_id).first()
    if ticket is not None:
        actions.suggest(ticket=ticket)


@periodic(seconds=600)
def learn_when_due() -> None:
    """Learn each night, or as soon afterwards as a worker runs, and after enough corrections."""
    if is_due():
        with one_at_a_time("triage"):
            if is_due():  # another worker was faster
                actions.learn_again()


def is_due() -> bool:
    latest = queries.latest_learning()
    if latest is None:
        return queries.solved()[:FEWEST].count() >= FEWEST
    return latest.at < _latest_night() or queries.corrections_since(latest) >= ENOUGH


def _latest_night() -> datetime:
    now = timezone.localtime(clock.now(), timezone.get_default_timezone())
    night = now.replace(hour=NIGHTLY_AT, minute=0, second=0, microsecond=0)
    return night if night <= now else night - timedelta(days=1)
