"""Work that happens behind the answer: queued tasks, and things to do every so often.

The only module that imports django-tasks. Enqueue *inside* the transaction that gives rise to the work, so that a
crash loses neither or both. The worker (`foredesk worker`) runs a task at least once: write tasks that may run twice.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.utils.module_loading import autodiscover_modules
from django_tasks import TaskResult, TaskResultStatus, task, task_backends
from django_tasks.backends.immediate import ImmediateBackend

__all__ = ["PeriodicJob", "at_once", "discover", "enqueue_after", "periodic", "periodic_jobs", "task"]

Job = TypeVar("Job", bound=Callable[[], object])


@dataclass(frozen=True, slots=True)
class PeriodicJob:
    """A function that the worker calls about every `seconds`."""

    name: str
    seconds: float
    run: Callable[[], object]


_jobs: dict[str, PeriodicJob] = {}


def periodic(*, seconds: float) -> Callable[[Job], Job]:
    """Have the worker call the decorated function about every `seconds`.

    The function takes no arguments. Every worker calls it, so two may do so at once: it has to be idempotent and to
    claim its rows by conditional updates. What it raises is logged, and it is called again after the same pause.
    Raises ValueError for a pause that is not positive.
    """
    if seconds <= 0:
        raise ValueError("A periodic job needs a pause of more than 0 seconds.")

    def register(function: Job) -> Job:
        name = f"{function.__module__}.{function.__qualname__}"
        _jobs[name] = PeriodicJob(name=name, seconds=seconds, run=function)
        return function

    return register


def periodic_jobs() -> list[PeriodicJob]:
    """All registered periodic jobs, by name. Complete only after `discover`."""
    return [_jobs[name] for name in sorted(_jobs)]


def discover() -> None:
    """Import `effects` and `jobs` of every installed room, so that their tasks and periodic jobs are known."""
    autodiscover_modules("effects", "jobs")


def enqueue_after(moment: datetime, what: Any, *args: Any) -> None:
    """Enqueue the task `what` for a moment to come; where tasks run at once (tests, the demo's past), now."""
    (what.using(run_after=moment) if what.get_backend().supports_defer else what).enqueue(*args)


class _AtOnce(ImmediateBackend):
    def enqueue(self, task: Any, args: Any, kwargs: Any) -> TaskResult[Any]:
        result: TaskResult[Any] = super().enqueue(task, args, kwargs)
        if result.status == TaskResultStatus.FAILED:
            raise RuntimeError(f"The task {task.name} failed at once:\n{result.errors[-1].traceback}")
        return result


@contextmanager
def at_once() -> Iterator[None]:
    """Run tasks where they are enqueued instead of in the worker: for the demo's past, under `clock.at`.

    Holds for this thread. A task that fails raises RuntimeError with its traceback, and the transaction falls with it.
    """
    usual = task_backends["default"]
    task_backends["default"] = _AtOnce("default", {})
    try:
        yield
    finally:
        task_backends["default"] = usual
