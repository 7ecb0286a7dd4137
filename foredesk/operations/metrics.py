"""Figures for Prometheus (text exposition format 0.0.4): what the web processes count, and what the database knows."""

import os
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

import foredesk
from foredesk.intake.enums import IncomingState
from foredesk.intake.models import Incoming, Mailbox
from foredesk.kit import clock
from foredesk.mail.enums import OutboxState
from foredesk.mail.models import OutboxMessage
from foredesk.tickets.models import OPEN, Ticket

from .queries.backups import last_good_backup
from .queries.tasks import queue_state
from .queries.watch import disk
from .queries.workers import living_workers

_counted = CollectorRegistry()
REQUESTS = Counter("foredesk_requests_total", "Answered requests.", ["method", "route", "status"], registry=_counted)
SECONDS = Histogram(
    "foredesk_request_seconds",
    "Time until a request was answered.",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=_counted,
)


def exposition() -> bytes:
    """Everything, as a scrape gets it."""
    counted = _counted
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):  # `foredesk web` sets it: its processes add up their counts
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    known = CollectorRegistry()
    known.register(_Installation())
    return generate_latest(counted) + generate_latest(known)


class _Installation(Collector):
    """What the database and the disk say at the moment of the scrape: the same from each web process."""

    def collect(self) -> Iterator[Metric]:
        queue, space = queue_state(), disk()
        queued = OutboxMessage.objects.filter(state=OutboxState.QUEUED)
        backup = last_good_backup()
        yield _gauge("info", "The version that runs.", {(foredesk.__version__,): 1}, ["version"])
        yield _gauge("workers", "Workers that gave a sign of life within a minute.", living_workers().count())
        yield _gauge("queue_waiting", "Tasks that are due and do not run yet.", queue.waiting)
        yield _gauge("queue_oldest_seconds", "Age of the oldest of them.", _age(queue.oldest))
        yield _gauge("queue_running", "Tasks that run.", queue.running)
        yield _gauge("queue_failed", "Tasks that were given up.", queue.failed)
        yield _gauge(
            "outbox_mails",
            "Mails that have not left the house.",
            {
                ("queued",): queued.count(),
                ("failed",): OutboxMessage.objects.filter(state=OutboxState.FAILED).count(),
            },
            ["state"],
        )
        oldest = queued.order_by("id").values_list("queued_at", flat=True).first()
        yield _gauge("outbox_oldest_seconds", "Age of the oldest queued mail.", _age(oldest))
        yield _gauge("incoming_mails", "Mails that came in and are not on a request.", _unfiled(), ["state"])
        waiting = (
            Incoming.objects.filter(state=IncomingState.STORED).order_by("not_before").values_list("came_at", flat=True)
        )
        yield _gauge("incoming_oldest_seconds", "Age of the oldest mail that was not read yet.", _age(waiting.first()))
        failing = Mailbox.objects.filter(is_active=True, failing_since__isnull=False).exclude(host="")
        yield _gauge("mailboxes_failing", "Mailboxes that cannot be read.", failing.count())
        # By lane and state only: the numbers of a kind of request may be private.
        open_ = Ticket.objects.filter(OPEN).order_by().values_list("lane__key", "state")
        counts: dict[tuple[str, ...], int] = {
            (lane, state): number for lane, state, number in open_.annotate(number=Count("pk"))
        }
        yield _gauge("open_tickets", "Requests that are not closed.", counts, ["lane", "state"])
        if backup is not None:
            yield _gauge("backup_age_seconds", "Age of the last good backup.", _age(backup.finished_at))
            yield _gauge("backup_bytes", "Its size.", backup.report.get("bytes", 0))
        yield _gauge("disk_free_bytes", "Free space where the data folder is.", space.free)
        yield _gauge("database_bytes", "Size of the database.", space.database)
        yield _gauge("attachments_bytes", "Size of all attached files.", space.files)


def _unfiled() -> dict[tuple[str, ...], int]:
    """Of the states that end by themselves or by somebody's hand; what is filed would be all of history."""
    states = [state for state in IncomingState if state != IncomingState.FILED]
    return {(state.value,): Incoming.objects.filter(state=state).count() for state in states}


def _gauge(
    name: str, says: str, value: float | dict[tuple[str, ...], Any], labels: list[str] | None = None
) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(f"foredesk_{name}", says, labels=labels)
    for names, number in (value if isinstance(value, dict) else {(): value}).items():
        gauge.add_metric(names, number)
    return gauge


def _age(moment: datetime | None) -> float:
    """In seconds; 0 for nothing."""
    return max(0.0, (clock.now() - moment).total_seconds()) if moment else 0.0
