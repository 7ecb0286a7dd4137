"""Care for the queue. Each step is one conditional update, so that workers may race for it."""

import logging

from django.db.models import Q
from django_tasks_db.models import DBTaskResult

from foredesk.kit import clock
from foredesk.operations.models import CacheEntry
from foredesk.operations.processes import worker_id
from foredesk.operations.queries.workers import living_workers
from foredesk.operations.rules import (
    GIVEN_UP_AFTER,
    KEPT_FINISHED,
    MAX_ATTEMPTS,
    SILENT_AFTER,
    pause_before_retry,
    worker_is_gone,
)

logger = logging.getLogger("foredesk.worker")

READY, RUNNING, FAILED = "READY", "RUNNING", "FAILED"


def settle(task: DBTaskResult) -> None:
    """After a run: put a failed task back for another try, or say that it is given up."""
    if task.status != FAILED:
        return
    attempts = len(task.worker_ids)
    if attempts >= MAX_ATTEMPTS:
        logger.error("%s failed %d times and is given up.\n%s", task.task_path, attempts, task.traceback)
        return
    pause = pause_before_retry(attempts)
    DBTaskResult.objects.filter(pk=task.pk, status=FAILED).update(
        status=READY, run_after=clock.now() + pause, finished_at=None
    )
    reason = task.traceback.strip().rpartition("\n")[2]
    logger.warning("%s failed (%s); next try in %d s.", task.task_path, reason, pause.total_seconds())


def rescue_abandoned() -> int:
    """Put back what a dead worker has left running; returns the number of tasks.

    A task that has ended `MAX_ATTEMPTS` workers is marked failed instead: it may well be what ends them.
    """
    rescued = 0
    running = list(DBTaskResult.objects.running().only("pk", "started_at", "worker_ids", "task_path"))
    alive = set(living_workers().values_list("name", flat=True)) if running else set()
    for task in running:
        worker = task.worker_ids[-1]
        patience = GIVEN_UP_AFTER if worker in alive else SILENT_AFTER
        is_overdue = task.started_at is None or task.started_at < clock.now() - patience
        if not is_overdue and not worker_is_gone(worker, own_id=worker_id()):
            continue
        outcome = FAILED if len(task.worker_ids) >= MAX_ATTEMPTS else READY
        # `started_at` is part of the condition: another worker may have put it back and begun it anew.
        rescued += DBTaskResult.objects.filter(pk=task.pk, status=RUNNING, started_at=task.started_at).update(
            status=outcome, run_after=clock.now(), finished_at=clock.now() if outcome == FAILED else None
        )
        logger.warning("%s was left running by a worker that is gone; now %s.", task.task_path, outcome.lower())
    return rescued


def prune_cache() -> None:
    """Forget what the processes remembered together and what is over; Django does so only when the table is full."""
    CacheEntry.objects.filter(expires__lt=clock.now()).delete()


def prune_finished() -> int:
    """Forget tasks that succeeded more than `KEPT_FINISHED` ago; those given up wait for somebody's word.

    Returns their number.
    """
    old = Q(finished_at__lt=clock.now() - KEPT_FINISHED)
    forgotten: int = DBTaskResult.objects.successful().filter(old).delete()[0]
    return forgotten
