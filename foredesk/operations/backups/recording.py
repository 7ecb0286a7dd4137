"""Writing down what came of a backup, and how far it is."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from django.db import connections

from foredesk.kit import clock

from ..enums import RunKind, RunState
from ..models import Run
from .taking import Tell, take_backup


def run_backup(*, path: Path, check: bool = True, run: Run | None = None) -> dict[str, Any]:
    """Take a backup and keep its outcome as a Run. Raises what `take_backup` raises, written down as well."""
    run = run or Run.objects.create(kind=RunKind.BACKUP)
    Run.objects.filter(pk=run.pk).update(state=RunState.RUNNING, started_at=clock.now(), error="")
    try:
        with told_beside(run) as tell:
            report = take_backup(path, check=check, tell=tell)
    except BaseException as wrong:
        _end(run, RunState.FAILED, error=str(wrong) or type(wrong).__name__)
        raise
    _end(run, RunState.DONE, report=report)
    return report


def _end(run: Run, state: RunState, **outcome: Any) -> None:
    Run.objects.filter(pk=run.pk).update(state=state, finished_at=clock.now(), **outcome)


@contextmanager
def told_beside(run: Run) -> Iterator[Tell]:
    """Write the run's progress from a thread of its own: its maker may stand in a read-only transaction."""
    with ThreadPoolExecutor(max_workers=1) as beside:
        last = 0.0

        def tell(done: int, total: int) -> None:
            nonlocal last
            if monotonic() - last >= 1:
                last = monotonic()
                beside.submit(_write, done, total)

        def _write(done: int, total: int) -> None:
            Run.objects.filter(pk=run.pk).update(done=done, total=total)

        yield tell
        beside.submit(connections.close_all)
