"""Putting a backup back, on either database: built up beside, checked, then put in place in one step."""

import hashlib
from pathlib import Path
from typing import IO, Any

from django.core.exceptions import SuspiciousOperation
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction

from foredesk.kit import clock
from foredesk.people.models import Person

from ..enums import RunState
from ..models import Run, Worker
from ..queries.workers import living_workers
from . import rows
from .archive import PIECE, Reader, open_archive, part_of_table
from .rows import Unusable
from .scratch import scratch_place
from .taking import content_hash, secret_key_print


def restore_backup(path: Path, *, replace: bool = False) -> dict[str, Any]:
    """Make this installation what it was when the backup was made. Returns its manifest.

    Raises Unusable: for a damaged file, one of a newer version, an installation that holds people already (unless
    `replace`), or one in which a worker runs: it would go on with tasks of rows that are no more. Until the last step,
    which is one transaction, the live rows are as they were.
    """
    if not replace and holds_people():
        raise Unusable(
            "This installation is not empty. To put the backup in the place of all it holds, stop web and worker and "
            "add --replace; take a backup of it before."
        )
    if replace and (working := _names_of_living_workers()):
        raise Unusable(
            f"A worker is running ({working[0]}). Stop web and worker first. (One that was killed is forgotten about "
            "after a minute.)"
        )
    with open_archive(path) as reader, scratch_place() as scratch:
        scratch.fill(path, forward=True)
        for entry in reader.files():
            _bring_file(reader, entry)
        scratch.take_live_place()
        return {**reader.manifest, "same_secret_key": reader.manifest["secret_key"] == secret_key_print()}


def holds_people() -> bool:
    """Whether somebody has begun to use this installation."""
    return Person._meta.db_table in connection.introspection.table_names() and Person._base_manager.exists()


def _names_of_living_workers() -> list[str]:
    if Worker._meta.db_table not in connection.introspection.table_names():
        return []
    return list(living_workers().values_list("name", flat=True))


def _bring_file(reader: Reader, entry: dict[str, Any]) -> None:
    """Store one file under its own path, unless it is there already."""
    path = entry["path"]
    reader.check_file(entry)
    try:
        is_there = default_storage.exists(path)
    except SuspiciousOperation as wrong:
        raise Unusable(f"The backup names a file outside the storage: {path!r}.") from wrong
    if is_there:
        with default_storage.open(path) as present:
            if _sha256(present) == entry["sha256"]:
                return
        default_storage.delete(path)

    def keep(source: IO[bytes]) -> None:
        if default_storage.save(path, File(source)) != path:
            raise Unusable(f"The file {path} could not be stored under its name.")

    reader.read_file(path, keep)


def _sha256(source: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while piece := source.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()


def fill_scratch(path: Path, *, forward: bool) -> dict[str, Any]:
    """What the process does whose DATABASE_URL leads to an empty scratch place. Raises Unusable.

    Builds the tables as they were, fills them, reads them again and compares; `forward` migrates them to today.
    """
    if connection.introspection.table_names():
        raise Unusable("A scratch place has to be empty.")
    with open_archive(path) as reader:
        rows.migrate_to(reader.migrations)
        models = rows.tables_at(reader.migrations)
        if models.keys() != reader.tables.keys():
            raise Unusable("The backup does not hold the tables that its version had.")
        with transaction.atomic():
            rows.empty(models.values())
            for label, table in reader.tables.items():
                rows.fill(models[label], table["columns"], reader.lines(part_of_table(label), table))
        rows.continue_numbering(models.values())
        found = {}
        for label, table in reader.tables.items():
            content = rows.content_of(rows.lines_of(models[label]))
            if (content.rows, content.sha256) != (table["rows"], table["sha256"]):
                raise Unusable(f"The table {label} came out otherwise than it went in.")
            found[label] = {"rows": content.rows, "sha256": content.sha256}
    if forward:
        call_command("migrate", interactive=False, verbosity=0)
        _end_what_was_under_way()
    return {"content": content_hash(found)}


def _end_what_was_under_way() -> None:
    """The backup is a picture of a moment in which, at the least, this very backup was being made."""
    Run.objects.filter(state__in=[RunState.QUEUED, RunState.RUNNING]).update(
        state=RunState.FAILED, finished_at=clock.now(), error="It was under way when the backup was made."
    )
