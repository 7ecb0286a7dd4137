"""What waits in the queue, and what has failed there. Arguments and texts of tasks are shown to nobody: they may be
about requests that the reader must not know of."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks_db.models import DBTaskResult

from foredesk.kit import clock

FAILED_SHOWN = 20

_WORDS = {
    "foredesk.mail.effects.deliver": gettext_lazy("Send a mail"),
    "foredesk.tickets.effects.tell": gettext_lazy("Tell people what happened on a request"),
    "foredesk.operations.effects.take_queued_backup": gettext_lazy("Take a backup"),
}


@dataclass(frozen=True)
class Queue:
    """Tasks that could run now and do not yet, since when the oldest does, and how many run."""

    waiting: int
    oldest: datetime | None
    running: int
    failed: int


@dataclass(frozen=True)
class FailedTask:
    """`kind_of_error` is the name of its class, `where` the places in the code: no word of anybody's."""

    key: str
    words: str
    path: str
    failed_at: datetime | None
    attempts: int
    kind_of_error: str
    where: list[str]


def queue_state() -> Queue:
    # A task for “at once” carries the end of time as its moment: it waits since it was queued.
    at_once = Q(run_after__gt=clock.now())
    due = DBTaskResult.objects.ready().aggregate(
        number=Count("pk"), queued=Min("enqueued_at", filter=at_once), due=Min("run_after", filter=~at_once)
    )
    return Queue(
        waiting=due["number"],
        oldest=min(filter(None, (due["queued"], due["due"])), default=None),
        running=DBTaskResult.objects.running().count(),
        failed=failed_tasks_count(),
    )


def failed_tasks_count() -> int:
    """How many tasks were given up and wait for somebody's word."""
    return int(DBTaskResult.objects.failed().count())


def failed_tasks() -> list[FailedTask]:
    """The latest that were given up."""
    found = DBTaskResult.objects.failed().order_by("-finished_at")[:FAILED_SHOWN]
    return [
        FailedTask(
            key=str(task.pk),
            words=words_of(task.task_path),
            path=task.task_path,
            failed_at=task.finished_at,
            attempts=len(task.worker_ids),
            kind_of_error=task.exception_class_path.rpartition(".")[2] or _("the worker ended"),
            where=places_in(task.traceback),
        )
        for task in found
    ]


def words_of(task_path: str) -> str:
    """What a task does, for people."""
    name = task_path.rpartition(".")[2].replace("_", " ")
    return str(_WORDS.get(task_path) or name.capitalize())


def places_in(traceback: str) -> list[str]:
    """The places of a traceback: file, line and function, without the lines between, which may quote anything."""
    found = re.findall(r'^\s+File "([^"]+)", line (\d+), in (\S+)', traceback, re.MULTILINE)
    return [f"{file.rpartition('site-packages/')[2]}:{line} {function}" for file, line, function in found]
