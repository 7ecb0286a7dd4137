"""The sign of life of a worker: one row each, written every few seconds."""

from foredesk.kit import clock

from ..models import Worker
from ..processes import worker_id
from ..rules import FORGOTTEN_AFTER


def beat() -> None:
    """Say that this worker is alive, and forget those that have been silent for long."""
    now = clock.now()
    Worker.objects.update_or_create(name=worker_id(), defaults={"seen_at": now}, create_defaults={"seen_at": now})
    Worker.objects.filter(seen_at__lt=now - FORGOTTEN_AFTER).delete()


def leave() -> None:
    """This worker ends in order."""
    Worker.objects.filter(name=worker_id()).delete()
