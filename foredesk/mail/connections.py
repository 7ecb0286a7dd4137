"""The line to the mail server: kept open between mails, because opening one costs more than a mail does."""

import smtplib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend

IDLE_SECONDS = 20.0  # then it is closed: mail servers have few to give
ASKED_SECONDS = 5.0  # whoever has just seen that it answers need not ask again
MOST_MAILS = 200  # over one connection; many servers end it themselves after some number


class Line:
    """One connection to the mail server of the settings, opened when it is needed. For one thread at a time."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._backend: EmailBackend | None = None
        self._to: tuple[object, ...] = ()
        self._mails = 0
        self._used = 0.0

    def open(self) -> smtplib.SMTP:
        """A connection that answers; one that was kept is asked first. Raises SMTPException or OSError."""
        if self._backend is not None and not self._is_good():
            self.close()
        if self._backend is None:
            self._to = _where()
            self._backend = EmailBackend(timeout=settings.EMAIL_TIMEOUT)
            try:
                self._backend.open()
            except BaseException:
                self.close()
                raise
        self._used = time.monotonic()
        server = self._backend.connection
        assert isinstance(server, smtplib.SMTP)  # noqa: S101 (for the type checker: it is open)
        return server

    def done(self) -> None:
        """A mail has gone over it; the next one asks first whether it still stands."""
        self._mails += 1
        self._used = time.monotonic() - ASKED_SECONDS

    def close(self) -> None:
        """Say good-bye, however clumsily: a mail that the server has taken must not go out again because of that."""
        backend, self._backend, self._mails = self._backend, None, 0
        if backend is not None and backend.connection is not None:
            backend.fail_silently = True
            backend.close()

    def close_idle(self) -> None:
        if self.lock.acquire(blocking=False):
            try:
                if self._backend is not None and time.monotonic() - self._used > IDLE_SECONDS:
                    self.close()
            finally:
                self.lock.release()

    def _is_good(self) -> bool:
        """Whether it leads where the settings say, and the other end is there still: many hang up without a word."""
        if self._to != _where() or self._mails >= MOST_MAILS:
            return False
        if time.monotonic() - self._used < ASKED_SECONDS:
            return True
        server = self._backend.connection if self._backend else None
        try:
            return server is not None and server.noop()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False


_kept = threading.local()
_all: list[Line] = []


@contextmanager
def line() -> Iterator[Line]:
    """This thread's own line. Nobody else closes it meanwhile."""
    kept: Line | None = getattr(_kept, "line", None)
    if kept is None:
        kept = _kept.line = Line()
        _all.append(kept)
    with kept.lock:
        yield kept


def close_idle() -> None:
    """Close all lines of this process over which no mail has gone for a while."""
    for one in _all:
        one.close_idle()


def _where() -> tuple[object, ...]:
    return (
        settings.EMAIL_HOST,
        settings.EMAIL_PORT,
        settings.EMAIL_HOST_USER,
        settings.EMAIL_HOST_PASSWORD,
        settings.EMAIL_USE_TLS,
        settings.EMAIL_USE_SSL,
    )
