"""One at a time, across processes and machines."""

import fcntl
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Wait until nobody else, on any machine, is in a block of this `name`.

    PostgreSQL keeps the lock with the session (a crash frees it). Beside it, and alone on SQLite, a file in the data
    folder is locked, which several processes of one machine share.
    """
    path = Path(settings.HOME) / f".{name}.lock"
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        key = zlib.crc32(f"foredesk:{name}".encode())
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [key])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
