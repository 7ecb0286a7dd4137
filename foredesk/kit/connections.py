"""A thread's connection to the database ends with the thread."""

import contextlib
import threading
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

_held = threading.local()


class _Held:
    """Goes when the locals of its thread go, and closes the connection that it holds."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection

    def __del__(self) -> None:
        with contextlib.suppress(Exception):  # nobody is left to tell
            self._connection.close()


def end_with_their_threads() -> None:
    """Have every connection that is opened from now on closed with the thread that opened it.

    Django leaves that to the garbage collector, because its wrapper of a connection refers to itself. The threads of
    the web server end when they have had nothing to do for a while, and what they leave open adds up until PostgreSQL
    admits nobody any more.
    """
    connection_created.connect(_hold, dispatch_uid="foredesk.kit.connections")


def _hold(connection: BaseDatabaseWrapper, **more: Any) -> None:
    held: dict[str, _Held] = _held.__dict__
    known = held.get(connection.alias)
    if known is None or known._connection is not connection:
        held[connection.alias] = _Held(connection)
