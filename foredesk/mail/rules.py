"""What may stand in a mail, how often we try, and who may read it."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from foredesk.kit.signing import is_mark, mark
from foredesk.people.models import Person
from foredesk.people.rules import is_administrator, is_agent, is_lead

from .enums import ANSWERED_SOON, AT_ONCE_KINDS, FOR_IT, UNDELIVERED, NotSent, OutboxState, Topic, Way
from .models import BadAddress, OutboxMessage

# The pause after the first, second, ... failed attempt: two days in all (RFC 5321, 4.5.4.1, asks for four or five from
# servers; ours takes over from us at once). A mail that fails once more after the last one has failed.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240, 360, 480, 720, 849)]
MAX_ATTEMPTS = len(PAUSES) + 1

# Further news for the same person about the same thing waits so long after the last, and leaves in one mail.
REPEATS = timedelta(minutes=5)
# What waited for the end of somebody's focus comes in one mail when it is about more things than this.
MANY_THINGS = 5
# When the mail of the day goes out, as the reader's clock shows it: the working day's end is near, and time is left.
DIGEST_AT = time(16)


@dataclass(frozen=True)
class Thing:
    """What a mail is about, in the words that its reader knows it by, and where they find it (a complete address)."""

    title: str
    name: str
    url: str
    may_answer: bool = False  # what its reader says by mail is taken there


# Told what somebody is to hear of, as pairs of thing and kind of news, says which of it is not for them any more.
Told = tuple[str, str]
_withholding: list[Callable[[Person, Sequence[Told]], Iterable[Told]]] = []
_naming: list[Callable[[Person, Sequence[str]], Mapping[str, Thing]]] = []
_hiding: list[Callable[[Person], Iterable[str]]] = []
_answered: list[Callable[[str], str]] = []
_OUR_ID = re.compile(r"<?(?P<number>[0-9]{1,18})\.(?P<mark>[0-9a-f]{32})@[^<>@\s]{1,255}>?")
_OUR_ROOT = re.compile(r"<?(?P<room>[a-z_]{1,20})-(?P<number>[0-9]{1,18})\.(?P<mark>[0-9a-f]{32})@[^<>@\s]{1,255}>?")
# A room above signs it; whoever opens the link speaks as the mail's recipient.
# As `signing.dumps` writes them; mail programs and scanners quote the address in those of their own.
_KEY_IN_LINK = re.compile(
    r"((?:/|%2F)answer(?:/|%2F))[\w-]{8,}(?::|%3A)[\w-]{4,}(?::|%3A)[\w-]{20,}", re.ASCII | re.IGNORECASE
)
_FOREIGN_ID = re.compile(r"<[!-;=?-~]{1,500}>")
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}\Z")
# We write these ourselves.
_OURS = frozenset({"to", "cc", "bcc", "from", "sender", "subject", "date", "message-id", "mime-version", "received"})
_OURS_TOO = ("content-", "return-path", "resent-")


def lease() -> timedelta:
    """How long a mail is in the hand of one worker: no shorter than handing it over can take.

    The time-out holds for each step: MAIL, RCPT, DATA, the mail itself, and the server's word that it has it.
    """
    return timedelta(seconds=5 * settings.EMAIL_TIMEOUT)


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
    """The mail's Message-ID (RFC 5322, 3.6.4): the same at each attempt, so that a doubled delivery is recognised.

    Signed, so that an answer that names it leads to this mail, and nobody else can make one up.
    """
    return f"<{message.pk}.{mark(_signed(message))}@{_domain_of(message.sender)}>"


def mail_number_in(message_id: str) -> int | None:
    """The number of the mail that a Message-ID of ours names, its signature not yet looked at. Never raises."""
    found = _OUR_ID.fullmatch(message_id[:400].strip().lower())
    return int(found["number"]) if found else None


def is_message_id_of(message_id: str, message: OutboxMessage) -> bool:
    """Whether this installation gave that Message-ID to that mail, under the present key or one before it."""
    found = _OUR_ID.fullmatch(message_id[:400].strip().lower())
    return found is not None and int(found["number"]) == message.pk and is_mark(found["mark"], _signed(message))


def _signed(message: OutboxMessage) -> str:
    # With its key: the number alone may name another mail once an export has been loaded elsewhere.
    return f"mail:{message.pk}:{message.key}"


def thread_root(about: str) -> str:
    """The id under which mail programs keep all mail about one thing together; no mail has it as its own."""
    return f"<{about.replace(':', '-')}.{mark(f'thread:{about}')}@{_domain_of(settings.DEFAULT_FROM_EMAIL)}>"


def about_in_root(message_id: str) -> str:
    """The thing ("ticket:4812") whose thread root this is, if we made it; else "". Never raises."""
    found = _OUR_ROOT.fullmatch(message_id[:400].strip().lower())
    about = f"{found['room']}:{found['number']}" if found else ""
    return about if found and is_mark(found["mark"], f"thread:{about}") else ""


def plain_id(message_id: str) -> str:
    """A Message-ID as it is compared: without what programs add around it."""
    return f"<{message_id.strip().strip('<>').strip()}>"


def id_hash(message_id: str) -> str:
    """By what a Message-ID from outside is found again: the SHA-256 of its plain form."""
    return hashlib.sha256(plain_id(message_id).encode("utf-8", "surrogatepass")).hexdigest()


def is_fit_for_header(message_id: str) -> bool:
    """Whether an id from outside can stand in our References (RFC 5322, 3.6.4): short, and nothing else in it."""
    return _FOREIGN_ID.fullmatch(message_id) is not None


def loop_mark() -> str:
    """What all our mail carries as X-Foredesk-Loop: whatever comes back with it was written by this installation."""
    return mark("loop")


def is_our_loop(value: str) -> bool:
    """Whether a header X-Foredesk-Loop is of this installation, so that the mail is one of ours. Never raises."""
    return is_mark(value.strip().lower(), "loop")


def _domain_of(sender: str) -> str:
    domain = parseaddr(sender)[1].rpartition("@")[2]
    return domain if "." in domain else urlsplit(settings.BASE_URL).hostname or "localhost"


def hide_scopes(hidden_from: Callable[[Person], Iterable[str]]) -> None:
    """A room above says which scopes a person must not know of; called once, in its `AppConfig.ready`."""
    if hidden_from not in _hiding:
        _hiding.append(hidden_from)


def ask_before_telling(withheld: Callable[[Person, Sequence[Told]], Iterable[Told]]) -> None:
    """A room above says of what a person may not be told any more, given (`about`, kind) of each piece; called once."""
    if withheld not in _withholding:
        _withholding.append(withheld)


def take_answers(address_for: Callable[[str], str]) -> None:
    """A room above says to which address answers to a mail about something ("ticket:4812", or "") go; called once."""
    if address_for not in _answered:
        _answered.append(address_for)


def answers_to(about: str) -> dict[str, str]:
    """The header that leads answers to where they are taken in (RFC 5322, 3.6.2), where the mail is from elsewhere."""
    address = next((found for address_for in _answered if (found := address_for(about))), "")
    return {"Reply-To": address} if address else {}


def name_things(named: Callable[[Person, Sequence[str]], Mapping[str, Thing]]) -> None:
    """A room above says how things ("ticket:4812") are called, of which a person may know; called once."""
    if named not in _naming:
        _naming.append(named)


def things_named(person: Person, about: Sequence[str]) -> dict[str, Thing]:
    """The things among `about` that have a name and of which `person` may know."""
    return {token: thing for of_room in _naming for token, thing in of_room(person, about).items()}


def still_theirs(person: Person, messages: Sequence[OutboxMessage]) -> list[OutboxMessage]:
    """The ones of these mails that somebody may read still: much may have become private, or they have left."""
    if not person.is_active:
        return []
    told = sorted({(one.about, one.kind) for one in messages})
    withheld = {pair for of_room in _withholding for pair in of_room(person, told)}
    return [one for one in messages if (one.about, one.kind) not in withheld]


def refusal_words(bad: BadAddress) -> str:
    """Since when an address refuses mail, and what its server said."""
    since = date_format(localtime(bad.since), "j F Y")
    return _("Since %(day)s: %(reason)s") % {"day": since, "reason": bad.reason}


def can_choose(person: Person, topic: Topic) -> bool:
    return topic not in FOR_IT or is_agent(person)


def ways_for(topic: Topic) -> list[Way]:
    """What may be chosen for a topic; questions cannot wait for the mail of the day."""
    return [way for way in Way if way != Way.DIGEST or topic not in ANSWERED_SOON]


def way_of(ways: Mapping[str, str], topic: Topic) -> Way:
    """The way that stands in somebody's choice, where it is possible; else mail."""
    chosen = ways.get(topic, Way.MAIL)
    return next((way for way in ways_for(topic) if way == chosen), Way.MAIL)


def next_digest(now: datetime, zone: tzinfo) -> datetime:
    """When the next mail of the day goes out for a reader in that zone."""
    local = now.astimezone(zone)
    today = datetime.combine(local.date(), DIGEST_AT, tzinfo=zone)
    return today if today > local else datetime.combine(local.date() + timedelta(days=1), DIGEST_AT, tzinfo=zone)


def may_join(kind: str, about: str) -> bool:
    """Whether news of this kind may leave a little later, in one mail with other news about the same."""
    return bool(about) and kind not in AT_ONCE_KINDS


def is_of_another_desk(message_id: str) -> bool:
    """Whether an id is made as ours are, of a house that is not ours: another Foredesk wrote it. Never raises."""
    value = message_id[:400].strip().lower()
    if not (_OUR_ID.fullmatch(value) or _OUR_ROOT.fullmatch(value)):
        return False
    return value.rstrip(">").rpartition("@")[2] != _domain_of(settings.DEFAULT_FROM_EMAIL).lower()


def scopes_hidden_from(person: Person) -> frozenset[str]:
    return frozenset(scope for hidden_from in _hiding for scope in hidden_from(person))


def can_read_outbox(person: Person) -> bool:
    return is_lead(person)


def without_keys(person: Person, words: str) -> str:
    """A mail's words for whoever reads the outbox: links that answer for its recipient open for nobody else.

    In the demo an administrator may try them.
    """
    if settings.DEMO and is_administrator(person):
        return words
    return hide_keys(words)


def hide_keys(words: str) -> str:
    """Words in which a mail of ours is quoted, or its HTML, for others than its recipient: its links open nothing."""
    return _KEY_IN_LINK.sub(r"\1…", words)


def can_read_body(person: Person, message: OutboxMessage) -> bool:
    """A sign-in link is for its recipient alone; in the demo an administrator may try it."""
    if message.is_secret:
        return bool(settings.DEMO) and is_administrator(person)
    return can_read_outbox(person)


def can_retry(person: Person, message: OutboxMessage) -> bool:
    """A secret mail is emptied when it has failed: whoever wanted it asks for a new link.

    What an address refused can be tried again, for when it was mended; until then it only comes to be refused anew.
    """
    refused = message.state == OutboxState.DROPPED and message.not_sent_because == NotSent.REFUSES
    return (
        can_read_outbox(person)
        and (message.state in UNDELIVERED or refused)
        and message.sent_in_id is None
        and (bool(message.text) or message.is_bundle)
    )


def can_clear_address(person: Person) -> bool:
    return is_agent(person)


def can_choose_ways(person: Person) -> bool:
    """Everybody who may sign in says how they want to hear of things, and reads what they were told."""
    return person.is_active
