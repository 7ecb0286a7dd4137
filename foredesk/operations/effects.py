"""Queued work of operations."""

from pathlib import Path

from django.conf import settings

from foredesk.kit.queue import task

from .backups.recording import run_backup
from .backups.taking import backup_folder, rotate
from .enums import RunState
from .exchange.building import build_export
from .importing.background import bring_in
from .models import Run

__all__ = ["build_export", "run_import", "take_queued_backup"]


@task()
def take_queued_backup(run_id: int, file_name: str) -> None:
    """Take the backup that a Run stands for; a second time (its worker died) it begins again."""
    run = Run.objects.filter(pk=run_id, state__in=[RunState.QUEUED, RunState.RUNNING]).first()
    if run is None:
        return
    path = Path(backup_folder() / file_name)
    path.unlink(missing_ok=True)  # whole, but not yet checked when its worker died
    run_backup(path=path, run=run)
    rotate(settings.BACKUP_KEEP)


@task()
def run_import(run_id: int) -> None:
    """Bring in the file of a run. May run twice: what is here already is passed over."""
    bring_in(run_id)
