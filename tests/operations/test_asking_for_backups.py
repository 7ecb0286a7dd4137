"""Who asks for a backup, and when one is taken by itself."""

from datetime import UTC, datetime
from typing import Any

import pytest

from foredesk.kit import clock, queue
from foredesk.kit.refusals import Refused
from foredesk.operations import actions, jobs
from foredesk.operations.actions import queue_backup
from foredesk.operations.backups.taking import backup_folder
from foredesk.operations.effects import take_queued_backup
from foredesk.operations.enums import RunState
from foredesk.operations.models import Run
from foredesk.operations.worker import DeskWorker
from tests.factories import PersonFactory

NOON, BEFORE_TWO, AFTER_TWO = (
    datetime(2026, 11, 16, 11, 0, tzinfo=UTC),
    datetime(2026, 11, 17, 0, 59, tzinfo=UTC),  # in Amsterdam it is an hour later
    datetime(2026, 11, 17, 1, 1, tzinfo=UTC),
)


@pytest.fixture
def _queue(settings: Any, transactional_db: None) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    settings.BACKUP_DAILY = True


@pytest.mark.usefixtures("_queue")
def test_one_backup_a_night() -> None:
    for moment, runs in ((NOON, 1), (BEFORE_TWO, 1), (AFTER_TWO, 2), (AFTER_TWO, 2)):
        with clock.at(moment):
            jobs.back_up_nightly()
            assert Run.objects.count() == runs
            Run.objects.update(state=RunState.DONE)


@pytest.mark.usefixtures("_queue")
def test_not_where_it_is_switched_off(settings: Any) -> None:
    settings.BACKUP_DAILY = False
    assert actions.queue_nightly_backup() is None
    assert not Run.objects.exists()


@pytest.mark.usefixtures("_queue")
def test_one_at_a_time() -> None:
    ada = PersonFactory(administrator=True)
    queue_backup(by=ada)
    with pytest.raises(Refused):
        queue_backup(by=ada)


@pytest.mark.usefixtures("_queue")
def test_what_was_asked_for_is_taken_checked_and_once(
    settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HOME, settings.BACKUP_DAILY = tmp_path, False
    monkeypatch.setattr(queue, "_jobs", {})
    run = queue_backup(by=PersonFactory(administrator=True))
    DeskWorker(until_idle=True).run()
    run.refresh_from_db()
    assert (run.state, run.report["checked"]) == (RunState.DONE, "restored")
    [path] = backup_folder().iterdir()
    assert str(path) == run.report["file"]
    take_queued_backup.call(run.pk, "again.zip")
    assert [*backup_folder().iterdir()] == [path]
