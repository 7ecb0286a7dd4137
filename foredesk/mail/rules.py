"""What may stand in a mail, how often we try, and who may read it."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings

from foredesk.people.models import Person
from foredesk.people.rules import is_administrator, is_lead

from .enums import OutboxState
from .models import OutboxMessage

# The pause after the first, second, ... failed attempt; a mail that fails once more after the last one has failed.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480)]
MAX_ATTEMPTS = len(PAUSES) + 1
# Longer than any sending can take (the SMTP time-out holds for each single step of the conversation).
LEASE = timedelta(minutes=10)

# Asked before a held mail goes out: may this person still be told, in a mail of this kind, of what it is about?
_telling: list[Callable[[Person, str, str], bool]] = []
_hiding: list[Callable[[Person], Iterable[str]]] = []
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}\Z")
# We write these ourselves.
_OURS = frozenset({"to", "cc", "bcc", "from", "sender", "subject", "date", "message-id", "mime-version", "received"})
_OURS_TOO = ("content-", "return-path", "resent-")


def one_line(words: str, longest: int) -> str:
    """`words` on one line of at most `longest` characters, without control characters: fit for a header."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in words).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def clean_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Extra headers, each on one line. Raises ValueError for a name that is no header's, or is ours to write."""
    for name in headers:
        if not _HEADER_NAME.match(name) or name.lower() in _OURS or name.lower().startswith(_OURS_TOO):
            raise ValueError(f"A mail cannot be given the header {name!r}.")
    return {name: one_line(str(value), 900) for name, value in headers.items()}


def stored_key(key: str) -> str:
    """`key` as the outbox keeps it: a long one is cut, and stays unique by its hash."""
    if not key:
        raise ValueError("A mail needs a key that makes it unique.")
    return key if len(key) <= 120 else f"{key[:80]}:{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def message_id(message: OutboxMessage) -> str:
    """The mail's Message-ID (RFC 5322, 3.6.4): the same at each attempt, so that a doubled delivery is recognised."""
    name = hashlib.sha256(f"{message.pk}:{message.key}".encode()).hexdigest()[:32]
    return f"<{name}@{_our_domain(message)}>"


def _our_domain(message: OutboxMessage) -> str:
    domain = parseaddr(message.sender)[1].rpartition("@")[2]
    return domain if "." in domain else urlsplit(settings.BASE_URL).hostname or "localhost"


def hide_scopes(hidden_from: Callable[[Person], Iterable[str]]) -> None:
    """A room above says which scopes a person must not know of; called once, in its `AppConfig.ready`."""
    if hidden_from not in _hiding:
        _hiding.append(hidden_from)


def ask_before_telling(may_be_told: Callable[[Person, str, str], bool]) -> None:
    """A room above says whether somebody may still be told of a thing (`about`) in a mail of a kind; called once."""
    if may_be_told not in _telling:
        _telling.append(may_be_told)


def may_still_be_told(message: OutboxMessage) -> bool:
    """Whether whom a mail waited for may read it still: much may have become private meanwhile, or they have left."""
    person = message.held_for
    return (
        person is not None
        and person.is_active
        and all(may_be_told(person, message.about, message.kind) for may_be_told in _telling)
    )


def scopes_hidden_from(person: Person) -> frozenset[str]:
    return frozenset(scope for hidden_from in _hiding for scope in hidden_from(person))


def can_read_outbox(person: Person) -> bool:
    return is_lead(person)


def can_read_body(person: Person, message: OutboxMessage) -> bool:
    """A sign-in link is for its recipient alone; in the demo an administrator may try it."""
    if message.is_secret:
        return bool(settings.DEMO) and is_administrator(person)
    return can_read_outbox(person)


def can_retry(person: Person, message: OutboxMessage) -> bool:
    """A secret mail is emptied when it has failed: whoever wanted it asks for a new link."""
    return can_read_outbox(person) and message.state == OutboxState.FAILED and bool(message.text)
