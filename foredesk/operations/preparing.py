"""What has to be there before anything can be served: tables, static files and, in demo mode, a demo organisation."""

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

import foredesk
from foredesk.kit import clock
from foredesk.kit.locks import one_at_a_time
from foredesk.operations.backups.restoring import holds_people
from foredesk.operations.backups.rows import Unusable
from foredesk.operations.backups.taking import next_path, take_backup
from foredesk.operations.enums import RunKind, RunState
from foredesk.operations.models import Run
from foredesk.people.models import Person

Say = Callable[[str], object]


class NotReady(Exception):
    """Something is missing; the message says what, and what to do about it."""


def prepare(say: Say, *, backup: bool = True) -> None:
    """Make the installation ready to serve; does only what is not done yet. `say` gets a line for what takes time.

    Before an upgrade changes tables that hold something, a checked backup is taken (unless `backup` is False).
    Raises NotReady with a sentence for people.
    """
    require_folder()
    with one_at_a_time("prepare"):
        if _open_migrations():
            _migrate(say, backup=backup)
        _collect_static(say)
    if has_demo() and not Person.objects.exists():
        call_command("demo", "fill")


def _migrate(say: Say, *, backup: bool) -> None:
    report = None
    if backup and holds_people():
        say("Taking a backup before the upgrade …")
        path = next_path()
        try:
            report = take_backup(path.with_stem(f"{path.stem}-before-upgrade"), check=True, tell=lambda *_far: None)
        except (Unusable, OSError) as wrong:
            raise NotReady(f"No backup could be taken, so nothing was changed: {wrong}") from wrong
        say(f"  {report['file']}")
    say("Preparing the database …")
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except Exception as wrong:
        if report is None:
            raise
        raise NotReady(
            f"The upgrade of the database failed ({wrong}). To go back, install the version that ran before and run: "
            f"foredesk restore {report['file']} --replace"
        ) from wrong
    if report is not None:
        now = clock.now()
        Run.objects.create(kind=RunKind.BACKUP, state=RunState.DONE, started_at=now, finished_at=now, report=report)


def require_prepared() -> None:
    """For `web` and `worker` alone, which leave the preparing to `run` or to the operator. Raises NotReady."""
    require_tables()
    if not settings.DEBUG and not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        raise NotReady("The static files are not collected yet. Run: foredesk prepare")


def require_tables() -> None:
    """For commands that read or write rows. Raises NotReady."""
    require_folder()
    if _open_migrations():
        raise NotReady("The database is not up to date. Run: foredesk prepare")


def has_demo() -> bool:
    """Whether this installation is a demo and the demo room is there."""
    return bool(settings.DEMO) and "demo" in get_commands()


def require_folder() -> None:
    """Make the data folder if need be. Raises NotReady if it cannot be written."""
    home = Path(settings.HOME)
    advice = "Give this account write access to it, or choose another folder with FOREDESK_HOME."
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home):
            pass
    except OSError as error:
        raise NotReady(f"The data folder {home} cannot be written ({error.strerror}). {advice}") from error


def _open_migrations() -> bool:
    try:
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise NotReady(f"The database does not answer ({reason}). Check DATABASE_URL.") from error


def _collect_static(say: Say) -> None:
    """Collect the static files if any has changed: collecting takes seconds, looking does not."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    fingerprint = _static_fingerprint()
    if stamp.exists() and stamp.read_text() == fingerprint:
        return
    say("Collecting static files …")
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(fingerprint)


def _static_fingerprint() -> str:
    """Names, sizes and times of all static files, in a hash."""
    digest = hashlib.sha256(foredesk.__version__.encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{found.st_size}\0{found.st_mtime_ns}\0".encode())
    return digest.hexdigest()
