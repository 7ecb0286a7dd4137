"""Reading many rows as they stood at one moment, while others go on writing."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def consistent_read() -> Iterator[None]:
    """All reads of the block, in this thread, see the database as it is at its beginning; nobody is held up.

    Writing inside fails. To tell of progress meanwhile, write from another thread (it has its own connection).
    Raises RuntimeError inside a transaction: that has begun already, at a moment of its own.
    """
    if connection.vendor == "sqlite":
        with _reading_only(), transaction.atomic(durable=True):
            _begin()
            yield
    else:
        with transaction.atomic(durable=True):
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            _begin()
            yield


def _begin() -> None:
    """On both databases the moment of a transaction is that of its first read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations")


@contextmanager
def _reading_only() -> Iterator[None]:
    # Usually BEGIN takes the one write lock (transaction_mode IMMEDIATE). A reader in WAL mode needs none.
    connection.ensure_connection()  # a new connection finds out its transaction mode only then
    usual = connection.transaction_mode  # type: ignore[attr-defined]
    connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA query_only = ON")
        yield
    finally:
        connection.transaction_mode = usual  # type: ignore[attr-defined]
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA query_only = OFF")
