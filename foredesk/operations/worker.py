"""The background worker: django-tasks-db's, with retries, rescue, periodic jobs and a gentle way of asking for work.

A task runs at least once. It may run twice: after a crash, when its worker gives no sign of life for
`operations.rules.SILENT_AFTER`, or when it takes longer than `GIVEN_UP_AFTER`.
"""

import logging
import signal
import threading
import time
from types import FrameType

from django.db import DatabaseError, close_old_connections, connections
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction

from foredesk.kit import queue
from foredesk.kit.traced_queue import REQUEST
from foredesk.kit.tracing import traced
from foredesk.operations import actions
from foredesk.operations.processes import worker_id
from foredesk.operations.rules import BEAT_SECONDS

logger = logging.getLogger("foredesk.worker")
task_logger = logging.getLogger("foredesk.task")

POLL_SECONDS = 0.5


class DeskWorker(Worker):  # type: ignore[misc]  # the library's own types are not read (see pyproject.toml)
    """One worker process. Any number may run, on any number of machines that share the database."""

    def __init__(self, *, until_idle: bool = False) -> None:
        super().__init__(
            queue_names=["*"],
            interval=POLL_SECONDS,
            batch=until_idle,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=worker_id(),
            excluded_queue_names=[],
        )
        self._periodic = PeriodicThread()
        self._heart = HeartThread()

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """Finish the task that runs, then end. (A handler may interrupt anything, so it only leaves word.)"""
        self.running = False

    def reset_signals(self) -> None:
        """Leave SIGINT and SIGTERM to Python again."""
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)

    def run(self) -> None:
        """Work until told to stop, or with `until_idle` until nothing is due."""
        queue.discover()
        actions.beat()  # before the first task is claimed: whoever looks finds us alive
        self._heart.start()
        if self.batch:
            self._periodic.run_due()
        else:
            self._periodic.start()
        try:
            while self.running:
                worked = self.work_once()
                if not worked and self.batch:
                    break
                if not worked:
                    time.sleep(self.interval)
        finally:
            self._periodic.stop()
            self._heart.stop()
            actions.leave()
            connections.close_all()

    def work_once(self) -> bool:
        """Run one task if one is due. Returns whether there was one."""
        close_old_connections()
        try:
            task = self._claim()
        except DatabaseError:
            # The database is restarting or busy: what is queued stays queued.
            logger.warning("The database does not answer; trying again.", exc_info=True)
            connections.close_all()
            time.sleep(self.interval)
            return not self.batch
        if task is None:
            return False
        with traced(task.args_kwargs.get(REQUEST, "")):
            began = time.perf_counter()
            self.run_task(task)
            task_logger.info(
                "%s %s",
                task.task_path,
                task.status,
                extra={
                    "task": task.task_path,
                    "status": task.status,
                    "attempts": len(task.worker_ids),
                    "ms": round((time.perf_counter() - began) * 1000, 1),
                },
            )
            actions.settle(task)
        return True

    def _claim(self) -> DBTaskResult | None:
        due = DBTaskResult.objects.ready().filter(backend_name=self.backend_name)
        # Claiming takes SQLite's one write lock. Look first, so that an idle worker never holds up a page.
        if not due.exists():
            return None
        with exclusive_transaction(due.db):
            task: DBTaskResult | None = due.get_locked()
            if task is not None:
                task.claim(self.worker_id)
        return task


class PeriodicThread(threading.Thread):
    """Calls every periodic job about as often as it asked for, one after the other."""

    def __init__(self) -> None:
        super().__init__(name="periodic", daemon=True)
        self._stop_asked = threading.Event()
        self._due: dict[str, float] = {}

    def run(self) -> None:
        while not self._stop_asked.is_set():
            self.run_due()
            self._stop_asked.wait(POLL_SECONDS)
        connections.close_all()

    def run_due(self) -> None:
        """Call each job whose pause is over; what a job raises is logged and stops no other."""
        for job in queue.periodic_jobs():
            if self._stop_asked.is_set() or time.monotonic() < self._due.get(job.name, 0):
                continue
            close_old_connections()
            try:
                job.run()
            except Exception:
                logger.exception("The periodic job %s failed; it is tried again in %s s.", job.name, job.seconds)
                close_old_connections()
            self._due[job.name] = time.monotonic() + job.seconds

    def stop(self) -> None:
        """End after the job that runs; waits 15 seconds at most."""
        self._stop_asked.set()
        if self.is_alive():
            self.join(timeout=15)


class HeartThread(threading.Thread):
    """Says every few seconds that this worker is alive, also while a long task or job runs."""

    def __init__(self) -> None:
        super().__init__(name="heart", daemon=True)
        self._stop_asked = threading.Event()

    def run(self) -> None:
        while not self._stop_asked.wait(BEAT_SECONDS):
            close_old_connections()
            try:
                actions.beat()
            except DatabaseError:
                logger.warning("The sign of life could not be written; trying again.", exc_info=True)
                connections.close_all()
        connections.close_all()

    def stop(self) -> None:
        self._stop_asked.set()
        self.join(timeout=15)
