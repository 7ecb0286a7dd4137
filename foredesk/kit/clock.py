"""The one source of "now", so that the demo and the tests can live at another moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_fixed: ContextVar[datetime | None] = ContextVar("foredesk_clock", default=None)


def now() -> datetime:
    """The present moment as an aware datetime in UTC, or the moment set by `at`."""
    return _fixed.get() or timezone.now()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Run a block as if it were `moment` (an aware datetime).

    Raises ValueError for a naive datetime.
    """
    if timezone.is_naive(moment):
        raise ValueError("The clock needs a moment with a time zone.")
    token = _fixed.set(moment)
    try:
        yield
    finally:
        _fixed.reset(token)
