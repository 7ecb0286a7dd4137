"""Exports that somebody has asked for on a page, made in the worker and kept for a week."""

import logging
import tempfile
import threading
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connections

from foredesk.kit import clock
from foredesk.kit.queue import task
from foredesk.people.models import Person

from ..enums import RunKind, RunState
from ..models import Run
from .archives import ZipTarget
from .persons import requests_for, write_person
from .writing import everything_counted, write_everything

logger = logging.getLogger("foredesk.export")


@task()
def build_export(run_id: int) -> None:
    """Make the file of a run. May run twice: what is done stays done, what was broken off is begun again."""
    run = Run.objects.select_related("by").get(pk=run_id, kind=RunKind.EXPORT)
    if run.by is None or run.state not in {RunState.QUEUED, RunState.RUNNING}:
        return
    Run.objects.filter(pk=run.pk).update(state=RunState.RUNNING, started_at=clock.now(), done=0)
    try:
        with tempfile.TemporaryFile(dir=settings.HOME) as file:
            report = _write(run, run.by, file)
            file.seek(0)
            path = default_storage.save(f"exports/{uuid.uuid4()}.zip", File(file))
    except Exception as problem:
        logger.exception("The export %s failed.", run.pk)
        _end(run, RunState.FAILED, error=type(problem).__name__)
        return
    _end(run, RunState.DONE, path=path, report=report)


def _write(run: Run, by: Person, file: IO[bytes]) -> dict[str, Any]:
    if run.options["what"] == "everything":
        Run.objects.filter(pk=run.pk).update(total=everything_counted())
        target = ZipTarget(file)
        with _told_from_aside(run) as progress:
            written = write_everything(target, reader=by, tell=progress)
        target.close()
        return {"rows": written.rows, "files": written.files, "missing": len(written.missing)}
    person = Person.objects.get(pk=run.options["person"])
    Run.objects.filter(pk=run.pk).update(total=requests_for(person, by).count())
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        return write_person(
            archive, person, asker=by, with_notes=run.options["with_notes"], tell=lambda done: _progress(run.pk, done)
        )


class _Progress:
    """What was last told."""

    done = 0

    def __call__(self, done: int) -> None:
        self.done = done


@contextmanager
def _told_from_aside(run: Run) -> Iterator[_Progress]:
    """Write down every second how far it is, from a thread: the export itself reads in a transaction of its own."""
    progress, ended = _Progress(), threading.Event()

    def tell() -> None:
        while not ended.wait(1):
            _progress(run.pk, progress.done)
        connections.close_all()

    thread = threading.Thread(target=tell, name="export-progress", daemon=True)
    thread.start()
    try:
        yield progress
    finally:
        ended.set()
        thread.join()


def _progress(pk: int, done: int) -> None:
    Run.objects.filter(pk=pk).update(done=done)


def _end(run: Run, state: RunState, **outcome: Any) -> None:
    Run.objects.filter(pk=run.pk).update(state=state, finished_at=clock.now(), **outcome)
