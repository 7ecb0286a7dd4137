"""What logs say: which request or task a line belongs to, and nothing that should not be there."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import uuid4

_request_id: ContextVar[str] = ContextVar("foredesk_request_id", default="")

_GIVEN = re.compile(r"[A-Za-z0-9_-]{8,64}\Z")
# Addresses of people, and what in a path is long enough to be a token (sign-in links, feeds).
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_TOKEN = re.compile(r"(?<=/)(?:(?=[^/\s\"']*\d)[\w:=-]{16,}|[\w:=-]{40,})(?=[/\s?\"']|$)")
_KEY = re.compile(r"(?<=[?&]key=)[\w-]+")  # of the set-up


def request_id() -> str:
    """Of the request, or of the one that queued the task, that this thread works on; "" outside."""
    return _request_id.get()


@contextmanager
def traced(given: str = "") -> Iterator[str]:
    """Give everything in the block one id: the one that a proxy or a task brings along, or a new one."""
    token = _request_id.set(given if _GIVEN.match(given) else uuid4().hex)
    try:
        yield _request_id.get()
    finally:
        _request_id.reset(token)


def masked(words: str) -> str:
    """`words` without mail addresses and without tokens in paths."""
    return _KEY.sub("…", _TOKEN.sub("…", _MAIL.sub("…@…", words)))


class Discreet(logging.Filter):
    """Adds the request's id to each line, and masks what it says, tracebacks included."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id()
        record.msg, record.args = masked(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = masked(logging.Formatter().formatException(record.exc_info))
        return True
