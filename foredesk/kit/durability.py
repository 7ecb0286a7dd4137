"""What is promised to others survives a power cut."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def durable_commits() -> Iterator[None]:
    """Let commits be on the disk when they return. PostgreSQL always does so (synchronous_commit, unless switched off).

    SQLite in WAL mode with synchronous=NORMAL may lose the last ones when the power goes, though never half of one;
    FULL lets it wait for the disk. Not to be entered inside a transaction: there nothing can be changed about it.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        usual = cursor.execute("PRAGMA synchronous").fetchone()[0]
        cursor.execute("PRAGMA synchronous = FULL")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA synchronous = {int(usual)}")
