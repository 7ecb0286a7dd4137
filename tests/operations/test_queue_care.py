"""The worker: retries, rescue, races, periodic jobs."""

import os
import subprocess
import sys
import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from foredesk.kit import queue
from foredesk.operations import actions, jobs, rules
from foredesk.operations import worker as worker_module
from foredesk.operations.models import Worker
from foredesk.operations.processes import worker_id
from foredesk.operations.worker import DeskWorker, HeartThread, PeriodicThread

calls: list[str] = []


@queue.task()
def say(word: str) -> str:
    calls.append(word)
    return word


@queue.task()
def stumble() -> None:
    calls.append("stumbled")
    raise ConnectionError("the mail server is away")


@pytest.fixture(autouse=True)
def _a_task_that_fails_fails_the_test() -> None:
    """Not here, where failing is the point (takes the place of the fixture for all other tests)."""


@pytest.fixture(autouse=True)
def _real_queue(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    monkeypatch.setattr(queue, "_jobs", {})
    calls.clear()


def test_a_queued_task_is_run_once(transactional_db: None) -> None:
    say.enqueue("hello")
    DeskWorker(until_idle=True).run()
    DeskWorker(until_idle=True).run()
    assert calls == ["hello"]
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"


def test_a_failed_task_waits_longer_each_time_and_is_given_up_at_last(transactional_db: None) -> None:
    stumble.enqueue()
    pauses = []
    for attempt in range(1, rules.MAX_ATTEMPTS + 1):
        DeskWorker(until_idle=True).run()
        task = DBTaskResult.objects.get()
        assert len(calls) == attempt
        if attempt < rules.MAX_ATTEMPTS:
            assert task.status == "READY"
            pauses.append(task.run_after - timezone.now())
            DBTaskResult.objects.update(run_after=timezone.now())
    assert task.status == "FAILED"
    assert "the mail server is away" in task.traceback
    assert timedelta(seconds=13) < pauses[0] < timedelta(seconds=16)
    assert pauses == sorted(pauses)
    assert pauses[-1] <= timedelta(hours=1)


def test_a_task_that_is_not_due_waits(transactional_db: None) -> None:
    say.enqueue("later")
    DBTaskResult.objects.update(run_after=timezone.now() + timedelta(minutes=1))
    DeskWorker(until_idle=True).run()
    assert calls == []


def test_an_idle_worker_does_not_begin_a_transaction(transactional_db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert DeskWorker(until_idle=True).work_once() is False


def _left_running(worker: str, *, for_: timedelta = timedelta(0), workers_before: int = 0) -> None:
    say.enqueue("again")
    DBTaskResult.objects.update(
        status="RUNNING", started_at=timezone.now() - for_, worker_ids=[*["gone:1:x"] * workers_before, worker]
    )


def _dead_pid() -> int:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def _on_this_machine(pid: int) -> str:
    return f"{worker_id().rsplit(':', 2)[0]}:{pid}:0123456789abcdef"


def test_a_task_of_a_dead_worker_on_this_machine_is_run_again_at_once(transactional_db: None) -> None:
    _left_running(_on_this_machine(_dead_pid()))
    assert actions.rescue_abandoned() == 1
    DeskWorker(until_idle=True).run()
    assert calls == ["again"]


def test_a_task_of_somebody_who_had_our_number_before_us_is_run_again(transactional_db: None) -> None:
    _left_running(_on_this_machine(os.getpid()))
    assert actions.rescue_abandoned() == 1


@pytest.mark.parametrize("whose", ["ours", "of a neighbour", "elsewhere:7:abc", "of another form"])
def test_a_task_of_a_worker_that_may_live_is_left_alone_for_a_while(transactional_db: None, whose: str) -> None:
    _left_running({"ours": worker_id(), "of a neighbour": _on_this_machine(os.getppid())}.get(whose, whose))
    assert actions.rescue_abandoned() == 0
    DBTaskResult.objects.update(started_at=timezone.now() - rules.SILENT_AFTER - timedelta(seconds=1))
    assert actions.rescue_abandoned() == 1


def test_a_long_task_of_a_living_worker_elsewhere_is_left_alone(transactional_db: None) -> None:
    _left_running("elsewhere:7:abc", for_=timedelta(hours=1))
    worker = Worker.objects.create(name="elsewhere:7:abc")
    assert actions.rescue_abandoned() == 0
    Worker.objects.filter(pk=worker.pk).update(seen_at=timezone.now() - rules.SILENT_AFTER - timedelta(seconds=1))
    assert actions.rescue_abandoned() == 1


def test_a_worker_says_that_it_lives_and_goes_when_it_ends(transactional_db: None) -> None:
    Worker.objects.create(name="long:7:gone", seen_at=timezone.now() - rules.FORGOTTEN_AFTER - timedelta(seconds=1))

    @queue.periodic(seconds=60)
    def look() -> None:
        calls.extend(Worker.objects.values_list("name", flat=True))

    DeskWorker(until_idle=True).run()
    assert calls == [worker_id()]
    assert not Worker.objects.exists()


def test_the_heart_beats_beside_the_work(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "BEAT_SECONDS", 0.01)
    heart = HeartThread()
    heart.start()
    deadline = time.monotonic() + 10
    while not Worker.objects.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    heart.stop()
    assert Worker.objects.get().name == worker_id()


def test_a_task_that_keeps_ending_its_workers_is_given_up(transactional_db: None) -> None:
    _left_running(_on_this_machine(_dead_pid()), workers_before=rules.MAX_ATTEMPTS - 1)
    actions.rescue_abandoned()
    assert DBTaskResult.objects.get().status == "FAILED"


def test_finished_tasks_are_forgotten_after_a_week(transactional_db: None) -> None:
    for age in (rules.KEPT_FINISHED - timedelta(minutes=1), rules.KEPT_FINISHED + timedelta(minutes=1)):
        task = DBTaskResult.objects.get(pk=say.enqueue("x").id)
        DBTaskResult.objects.filter(pk=task.pk).update(status="SUCCESSFUL", finished_at=timezone.now() - age)
    say.enqueue("still to do")
    assert actions.prune_finished() == 1
    assert DBTaskResult.objects.count() == 2


def test_periodic_jobs_run_when_due_and_one_that_fails_stops_no_other(transactional_db: None) -> None:
    @queue.periodic(seconds=60)
    def a_broken_one() -> None:
        raise ValueError

    @queue.periodic(seconds=60)
    def b_good_one() -> None:
        calls.append("good")

    thread = PeriodicThread()
    thread.run_due()
    thread.run_due()
    assert calls == ["good"]


def test_every_worker_cares_for_the_queue(transactional_db: None) -> None:
    _left_running(_on_this_machine(_dead_pid()))
    jobs.rescue_abandoned_tasks()
    jobs.prune_finished_tasks()
    assert DBTaskResult.objects.get().status == "READY"
