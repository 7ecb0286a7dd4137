"""Small things that nearly every page asks for and that hardly ever change, read together and kept for a moment."""

import threading
import time as stopwatch
from collections.abc import Callable
from typing import Generic, TypeVar

Thing = TypeVar("Thing")

_all: "list[Remembered[object]]" = []


class Remembered(Generic[Thing]):
    """Calling it gives what `read` read last, at most `seconds` ago. Whoever gets it changes nothing in it.

    The process that changes the rows says `forget`; the others learn of it after `seconds` at the latest.
    """

    def __init__(self, read: Callable[[], Thing], seconds: float = 30.0) -> None:
        self._read, self._seconds = read, seconds
        self._known: tuple[float, Thing] | None = None
        self._lock = threading.Lock()
        _all.append(self)  # type: ignore[arg-type]

    def __call__(self) -> Thing:
        known = self._known
        if known is None or stopwatch.monotonic() - known[0] > self._seconds:
            with self._lock:
                known = self._known = stopwatch.monotonic(), self._read()
        return known[1]

    def forget(self) -> None:
        """Read it anew at the next question."""
        self._known = None


def forget_everything() -> None:
    """After rows were exchanged in bulk: a database that was loaded, emptied, or put back by a test."""
    for one in _all:
        one.forget()
