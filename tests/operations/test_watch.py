"""The operations page: what is wrong, what to do first, and nobody's words."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from foredesk.kit import clock
from foredesk.mail.models import OutboxMessage
from foredesk.mail.queries import SELF_TEST
from foredesk.operations import actions
from foredesk.operations.enums import RunKind, RunState
from foredesk.operations.models import Run, Worker
from foredesk.operations.queries import watch as watching
from foredesk.operations.queries.tasks import failed_tasks, places_in
from foredesk.people.models import Person
from tests.factories import PersonFactory

PAGE = "/desk/settings/operations/"
TRACEBACK = """Traceback (most recent call last):
  File "/srv/x/site-packages/django/db/models/query.py", line 930, in get_or_create
    raise ValueError("the words of Maya")
  File "/srv/foredesk/tickets/effects.py", line 31, in tell
    say("Maya is to be dismissed")
ValueError: the words of Maya
"""


@pytest.fixture
def ada(db: None) -> Person:
    return PersonFactory(administrator=True)


@pytest.fixture
def client(ada: Person) -> Client:
    client = Client()
    client.force_login(ada)
    return client


@pytest.fixture
def well(settings: Any, tmp_path: Path, db: None) -> None:
    """An installation that lacks nothing."""
    settings.HOME, settings.DEMO = tmp_path, False
    Worker.objects.create(name="host:1:a")
    Run.objects.create(
        kind=RunKind.BACKUP, state=RunState.DONE, finished_at=clock.now(), report={"bytes": 5, "checked": "restored"}
    )


def _failed(**more: Any) -> DBTaskResult:
    now = clock.now()
    given = {"task_path": "foredesk.tickets.effects.tell", "status": "FAILED", "run_after": now, "finished_at": now}
    given |= {"args_kwargs": {"args": ["reply", 4812, 1, 2], "kwargs": {}}, "backend_name": "default"}
    given |= {"exception_class_path": "builtins.ValueError", "traceback": TRACEBACK, "worker_ids": ["a", "b"]}
    return DBTaskResult.objects.create(**{**given, **more})


def _says(client: Client) -> str:
    return client.get(PAGE).content.decode()


@pytest.mark.usefixtures("well")
def test_one_line_when_all_is_well(client: Client) -> None:
    page = _says(client)
    assert "All is well." in page
    assert "checked by restoring it" in page


@pytest.mark.usefixtures("well")
def test_a_self_test_that_failed_keeps_nobody_waiting(client: Client) -> None:
    OutboxMessage.objects.create(to="a@b.org", sender="d@b.org", subject="s", text="t", key=SELF_TEST, state="failed")
    assert "All is well." in _says(client)


@pytest.mark.usefixtures("well")
def test_a_copy_about_one_person_is_not_called_everything(client: Client, ada: Person) -> None:
    Run.objects.create(kind=RunKind.EXPORT, state=RunState.DONE, by=ada, options={"person": ada.pk})
    page = _says(client)
    assert "Copy of what is known about somebody" in page
    assert "Export of everything" not in page


@pytest.mark.usefixtures("well")
def test_what_to_do_first_comes_first(ada: Person) -> None:
    Worker.objects.all().delete()
    _failed()
    OutboxMessage.objects.create(to="a@b.org", sender="d@b.org", subject="s", text="t", key="k", state="failed")
    Run.objects.create(kind=RunKind.BACKUP, state=RunState.FAILED, error="No space left on device")
    says = [trouble.says for trouble in watching.troubles(watching.watch(ada))]
    assert [words.split()[0:3] for words in says] == [
        ["No", "worker", "runs,"],
        ["1", "task", "was"],
        ["1", "mail", "could"],
        ["The", "last", "backup"],
    ]


@pytest.mark.usefixtures("well")
def test_an_old_backup_a_full_disk_and_a_slow_queue_are_told(ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    old = clock.now() - timedelta(days=3)
    Run.objects.update(finished_at=old)
    _failed(status="READY", run_after=clock.now() - timedelta(minutes=6), finished_at=None)
    monkeypatch.setattr(watching, "LITTLE_FREE", 2**62)
    says = " ".join(trouble.says for trouble in watching.troubles(watching.watch(ada)))
    for words in ("almost full", "more than five minutes", "more than two days old"):
        assert words in says
    Run.objects.all().delete()
    assert "There is no backup yet." in [trouble.says for trouble in watching.troubles(watching.watch(ada))]


@pytest.mark.usefixtures("well")
def test_nobodys_words_are_shown(client: Client) -> None:
    _failed()
    page = _says(client)
    assert "Maya" not in page
    assert "4812" not in page
    assert "ValueError" in page
    assert "effects.py:31 tell" in page
    assert places_in(TRACEBACK)[0] == "django/db/models/query.py:930 get_or_create"


def test_a_task_is_tried_again_and_another_let_go(client: Client, ada: Person) -> None:
    first, second = _failed(), _failed()
    client.post(reverse("operations:task_retry", args=[first.pk]))
    first.refresh_from_db()
    assert (first.status, first.worker_ids, first.traceback) == ("READY", [], "")
    client.post(reverse("operations:task_removal", args=[second.pk]))
    assert [task.pk for task in DBTaskResult.objects.all()] == [first.pk]
    assert not actions.forget_task(by=ada, task=first.pk), "what is not given up is not let go"


def test_all_are_tried_again(client: Client) -> None:
    for _number in range(3):
        _failed()
    assert len(failed_tasks()) == 3
    assert "3 tasks are queued again." in client.post(reverse("operations:tasks_retry"), follow=True).content.decode()
    assert failed_tasks() == []


def test_a_backup_is_asked_for(settings: Any, client: Client) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    assert "begins as soon as" in client.post(reverse("operations:backup"), follow=True).content.decode()
    assert "being taken already" in client.post(reverse("operations:backup"), follow=True).content.decode()
    assert "A backup is being taken" in _says(client)
    assert Run.objects.count() == 1


def test_the_part_that_changes_comes_alone(client: Client) -> None:
    part = client.get(PAGE, headers={"HX-Request": "true"}).content.decode()
    assert part.strip().startswith('<div id="watch"')
    assert "<html" not in part


@pytest.mark.usefixtures("well")
def test_queries_do_not_grow(client: Client, django_assert_max_num_queries: Any) -> None:
    client.get(PAGE)  # what changes hardly ever is remembered from here on
    for _number in range(2):
        with django_assert_max_num_queries(27):
            client.get(PAGE)
        for _one in range(3):
            _failed()
            Run.objects.create(kind=RunKind.EXPORT, state=RunState.DONE, by=PersonFactory())
