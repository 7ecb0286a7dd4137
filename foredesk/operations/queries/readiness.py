"""Whether this process can answer people now."""

import os
import shutil
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from ..rules import LEAST_FREE

_is_migrated = False  # stays true for the life of a process: it knows no other migrations than it began with


def why_not_ready() -> str:
    """What keeps this process from its work, in a few words without any detail that a stranger could use; else ""."""
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if not _has_all_migrations():
            return "database is not migrated"
    except DatabaseError:
        return "database does not answer"
    return _why_not_stored()


def _has_all_migrations() -> bool:
    global _is_migrated
    if not _is_migrated:
        executor = MigrationExecutor(connection)
        _is_migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _is_migrated


def _why_not_stored() -> str:
    folders = [Path(settings.HOME)]
    if isinstance(default_storage, FileSystemStorage) and Path(default_storage.location).exists():
        folders.append(Path(default_storage.location))
    if not all(os.access(folder, os.W_OK | os.X_OK) for folder in folders):
        return "storage cannot be written"
    if any(shutil.disk_usage(folder).free < LEAST_FREE for folder in folders):
        return "storage is full"
    return ""
