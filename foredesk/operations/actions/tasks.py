"""What an administrator does with tasks that were given up."""

from uuid import UUID

from django.db import transaction
from django_tasks_db.models import DBTaskResult

from foredesk.activity.actions import record
from foredesk.kit import clock
from foredesk.people.models import Person


@transaction.atomic
def retry_tasks(*, by: Person, task: UUID | None = None) -> int:
    """Queue a given-up task again (None: all of them), with all its attempts before it. Returns how many."""
    failed = DBTaskResult.objects.failed()
    chosen = failed if task is None else failed.filter(pk=task)
    paths = sorted(set(chosen.values_list("task_path", flat=True)))
    number: int = chosen.update(
        status="READY", run_after=clock.now(), worker_ids=[], finished_at=None, exception_class_path="", traceback=""
    )
    if number:
        record(by=by, tag="tasks:retried", about=by, tasks=paths, number=number)
    return number


@transaction.atomic
def forget_task(*, by: Person, task: UUID) -> bool:
    """Let a given-up task go for good; False when it is not there any more."""
    found = DBTaskResult.objects.failed().filter(pk=task)
    path = found.values_list("task_path", flat=True).first()
    if path is None or not found.delete()[0]:
        return False
    record(by=by, tag="tasks:forgotten", about=by, tasks=[path])
    return True
